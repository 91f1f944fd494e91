/**
 * `lib/term_hash.ts` as the page's bundle has it: what a page decodes comes from its own server, which need not be kept from
 * making keys collide.
 *
 * @module
 */
import type * as full from "../../term_hash.ts";

/** A hash of the text. */
export const secretHash: typeof full.secretHash = (text) => {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i) | 0;
  return hash;
};
