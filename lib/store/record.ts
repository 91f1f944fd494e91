/**
 * Records: what lies under a key in a driver that keeps bytes.
 *
 * @module
 */
import { StoreError } from "./error.ts";
import type { StoreEntry, StoreKey } from "./mod.ts";

/**
 * The bytes before a record's value: the kind (1), the run that wrote it (4) and the sequence number within that run
 * (8), which together are its version, and when it expires (8, `Infinity` for never). Numbers are big-endian.
 */
export const HEADER_BYTES = 21;

/** The kind of a record that holds its value. */
export const WHOLE = 0;

/** The kind of a record whose value lies elsewhere, in pieces. */
export const PIECES = 1;

/** Makes the record of a value. The value is copied. */
export function makeRecord(run: number, sequence: number, expiresAt: number, value: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + value.length);
  const view = new DataView(record.buffer);
  record[0] = WHOLE;
  view.setUint32(1, run);
  view.setFloat64(5, sequence);
  view.setFloat64(13, expiresAt);
  record.set(value, HEADER_BYTES);
  return record;
}

/** When a record expires, in milliseconds since 1970. */
export function expiryOfRecord(record: Uint8Array): number {
  return viewOf(record).getFloat64(13);
}

/** The run and the sequence number within it that wrote a record. */
export function originOf(record: Uint8Array): [run: number, sequence: number] {
  const view = viewOf(record);
  return [view.getUint32(1), view.getFloat64(5)];
}

/** The entry of a whole record; `run` is the present one. */
export function entryOf(key: StoreKey, record: Uint8Array, run: number): StoreEntry {
  const [origin, sequence] = originOf(record);
  const expiresAt = expiryOfRecord(record);
  return {
    key,
    value: record.subarray(HEADER_BYTES),
    version: `${origin.toString(36)}.${sequence.toString(36)}`,
    expiresAt: expiresAt === Infinity ? undefined : expiresAt,
    sequence: origin === run ? sequence : 0,
  };
}

/**
 * Gives what a driver read back when it is a record.
 *
 * @throws {StoreError} `store_corrupt`.
 */
export function checkRecord(key: StoreKey, found: unknown): Uint8Array {
  if (found instanceof Uint8Array && found.length >= HEADER_BYTES && found[0] <= PIECES) return found;
  throw new StoreError(
    "store_corrupt",
    `what lies under ${JSON.stringify(key)} is no record of this store`,
    key,
  );
}

function viewOf(record: Uint8Array): DataView {
  return new DataView(record.buffer, record.byteOffset, record.byteLength);
}
