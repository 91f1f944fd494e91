/**
 * The frames that the load generator sends, as `OPCODE:HEX`.
 *
 * @module
 */

/** `N2O,`: the handshake of a client that has no token yet. */
export const HANDSHAKE = "1:4e324f2c";

/** `{Name, <<64 bytes>>}` in BERT, `name` an atom. */
export function tagged(name: string): string {
  const tag = name.length.toString(16).padStart(4, "0") + hex(name);
  return `2:83680264${tag}6d00000040${"2a".repeat(64)}`;
}

function hex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
