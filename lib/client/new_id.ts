/**
 * Ids that nobody else has.
 *
 * @module
 */

/** A new one. `crypto.randomUUID` is only there for pages that came by https or from this machine. */
export function newId(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

/** Bytes as text, two digits each. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
}
