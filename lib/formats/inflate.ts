/**
 * Inflating compressed terms on the server.
 *
 * @module
 */
import { inflateSync } from "node:zlib";

/**
 * Inflates zlib data, and stops where it gets longer than `size` bytes: for the `inflate` of `BertLimits`. Throws what zlib
 * throws.
 *
 * @example
 * ```ts
 * import { bert } from "@n2o/n2o";
 * import { inflate } from "./inflate.ts";
 *
 * const compressed = Uint8Array.from([131, 80, 0, 0, 0, 2, 120, 156, 75, 100, 4, 0, 0, 197, 0, 99]);
 * if (bert.decode(compressed, { inflate }) !== 1) throw new Error("the integer 1");
 * ```
 */
export function inflate(deflated: Uint8Array, size: number): Uint8Array {
  const result = inflateSync(deflated, { maxOutputLength: Math.max(1, size) });
  return new Uint8Array(result.buffer, result.byteOffset, result.length);
}
