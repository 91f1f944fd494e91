/**
 * Session ids, as the original makes them from a seed.
 *
 * @module
 */
import { createHmac, type KeyObject } from "node:crypto";

/** The id of a seed under a key: the first ten bytes of their HMAC-SHA256, in 20 hexadecimal characters. */
export function sidOf(key: KeyObject | Uint8Array, seed: Uint8Array): string {
  return createHmac("sha256", key).update(seed).digest().toString("hex", 0, 10);
}

/** An id that nobody can guess. */
export function randomSid(key: KeyObject | Uint8Array): string {
  return sidOf(key, crypto.getRandomValues(new Uint8Array(16)));
}
