/**
 * The record that tells the version of what lies in a file.
 *
 * @module
 */
import { StoreError } from "./error.ts";

/** The version that is written. A file of a higher one is refused. */
export const FORMAT = 1;

// Keys of the store's users have no bytes in them, so none of them meets this one.
const PART = Uint8Array.of(0);

/** Where the record lies. */
export const FORMAT_KEY: Deno.KvKey = [PART];

/** Its key as Deno KV encodes it: bytes are 1, what they are with 0 as 0 255, and 0. */
export const FORMAT_KEY_BYTES: Uint8Array = Uint8Array.of(1, 0, 255, 0);

/** Makes the record of a run: how often the file was opened, this time included. */
export function makeFormat(run: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ format: FORMAT, run }));
}

/**
 * The run that a record tells.
 *
 * @throws {StoreError} `store_version` for a format that this version does not know, `store_corrupt`.
 */
export function readFormat(value: unknown, path: string): number {
  let parsed: { format?: unknown; run?: unknown } | null = null;
  try {
    if (value instanceof Uint8Array) parsed = JSON.parse(new TextDecoder().decode(value));
  } catch {
    // The same error as for JSON of another shape.
  }
  const { format, run } = parsed ?? {};
  if (typeof format === "number" && format > FORMAT) {
    const advice = `this version knows formats up to ${FORMAT}: run the newer version, or give another path`;
    throw new StoreError("store_version", `${path} has format ${format}; ${advice}`, format);
  }
  if (typeof format !== "number" || typeof run !== "number") {
    throw new StoreError("store_corrupt", `${path} does not tell its format`, value);
  }
  return run;
}

/** The error for a database of somebody else. */
export function foreign(path: string): StoreError {
  return new StoreError("store_foreign", `${path} is a database of something else; give another path`, path);
}
