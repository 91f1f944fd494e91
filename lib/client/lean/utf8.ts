/**
 * `lib/utf8.ts` as the page's bundle has it: there every byte counts, and a page reads too few texts to notice the difference.
 *
 * @module
 */
import type * as fast from "../../utf8.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Writes a text in UTF-8; gives the offset behind it. */
export const writeText: typeof fast.writeText = (text, buffer, at) =>
  at + encoder.encodeInto(text, buffer.subarray(at)).written;

/** The text in the bytes from `at` up to but without `end`; `undefined` when they are not UTF-8. */
export const readText: typeof fast.readText = (bytes, at, end) => {
  try {
    return decoder.decode(bytes.subarray(at, end));
  } catch {
    return undefined;
  }
};
