/**
 * The frames that the load generator sends, as `OPCODE:HEX`.
 *
 * @module
 */

import { atom, bert, tuple } from "../../mod.ts";

/** `N2O,`: the handshake of a client that has no token yet. */
export const HANDSHAKE = "1:4e324f2c";

/** `{Name, <<64 bytes>>}` in BERT, `name` an atom. */
export function tagged(name: string): string {
  return "2:" + encodeHex(bert.encode(tuple(atom(name), new Uint8Array(64).fill(42))));
}

function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
