/**
 * What Deno KV and its SQLite throw, in this library's words.
 *
 * @module
 */
import { StoreError } from "./error.ts";

/** The code of an error by what SQLite says; `otherwise` when that tells nothing in particular. */
export function kvError(error: unknown, path: string, otherwise: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = (error instanceof Error ? error.message : String(error)).trim().replace(/\s+/g, " ");
  if (/malformed|not a database/.test(message)) {
    const advice = "it is left as it is; restore it from a copy, or move it away to begin anew";
    return new StoreError("store_corrupt", `${path} is damaged (${message}); ${advice}`, path, {
      cause: error,
    });
  }
  if (/locked|busy/.test(message)) {
    return new StoreError("store_locked", `${path} is locked by another program (${message})`, path, {
      cause: error,
    });
  }
  return new StoreError(otherwise, `${path}: ${message}`, path, { cause: error });
}
