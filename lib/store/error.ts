/**
 * What stores throw.
 *
 * @module
 */
import { N2OError } from "../error.ts";

/**
 * An error of a store. Its code is one of these:
 *
 * | code | what it means |
 * |---|---|
 * | `bad_key`, `key_too_long` | no key, or more than 2 KiB of it |
 * | `value_too_large`, `bad_expiry`, `bad_option` | the caller asked for what cannot be |
 * | `store_busy` | too much waits for the disk already; nothing was written |
 * | `store_full` | a memory store has reached its bound; nothing was written |
 * | `store_closed` | the store has been closed |
 * | `store_write_failed` | a group of writes could not be committed, and all of it was undone |
 * | `store_read_failed` | the disk did not give what it holds |
 * | `store_unavailable` | this runtime has no such driver, or lacks the flag for it |
 * | `store_unwritable` | the file or its folder cannot be written |
 * | `store_locked` | another process (or this one) has the file open |
 * | `store_version` | the file was written by a newer version |
 * | `store_foreign` | the file is a database, but not one of this store |
 * | `store_corrupt` | the file is damaged, or is no database at all |
 *
 * @example
 * ```ts
 * import { memoryStore, StoreError } from "@n2o/n2o";
 *
 * const store = memoryStore();
 * try {
 *   store.set(["room", "x".repeat(3000)], new Uint8Array());
 * } catch (error) {
 *   if (!(error instanceof StoreError) || error.code !== "key_too_long") throw error;
 * }
 * ```
 */
export class StoreError extends N2OError {}
