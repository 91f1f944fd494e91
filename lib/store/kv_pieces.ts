/**
 * Values that are too large for one value of Deno KV.
 *
 * A large record lies in pieces under keys of its own; under its key lies a stub that names them. The pieces are written
 * first, then the stub takes the old record's place: whatever happens between leaves the old value readable. A manifest,
 * written with the first piece, tells the next opening of pieces that no stub names.
 *
 * @module
 */
import { StoreError } from "./error.ts";
import type { StoreKey } from "./mod.ts";
import { HEADER_BYTES, originOf, PIECES } from "./record.ts";

/** The largest value that Deno KV takes, in bytes. */
export const PIECE_BYTES = 65_536;

/** Pieces in one commit: Deno KV takes 819 200 bytes, keys (twice) and values. */
const PIECES_A_COMMIT = 12;
/** Deletes in one commit: well within the 1000 mutations that Deno KV takes. */
const DELETES_A_COMMIT = 500;

// Keys of the store's users have no bytes in them, so these two never meet one.
const MANIFEST = Uint8Array.of(1);
const PIECE = Uint8Array.of(2);

/** What names the pieces of one large record. */
export interface Pieces {
  /** The run that wrote them. */
  readonly run: number;
  /** The sequence number within that run. */
  readonly sequence: number;
  /** How many there are. */
  readonly count: number;
}

/** What is left of a manifest: pieces, and the key that they were written for. */
export interface Manifest {
  /** The pieces. */
  readonly pieces: Pieces;
  /** The key whose stub should name them. */
  readonly key: StoreKey;
}

/** Whether a record must be written in pieces. */
export function isLarge(record: Uint8Array): boolean {
  return record.length > PIECE_BYTES;
}

/** What lies under the key of a large record. */
export function stubOf(record: Uint8Array): Uint8Array {
  const stub = new Uint8Array(HEADER_BYTES + 4);
  stub.set(record.subarray(0, HEADER_BYTES));
  stub[0] = PIECES;
  new DataView(stub.buffer).setUint32(HEADER_BYTES, record.length);
  return stub;
}

/** The pieces that a stub names; `undefined` for a whole record. */
export function piecesOf(record: Uint8Array): Pieces | undefined {
  if (record[0] !== PIECES) return undefined;
  const [run, sequence] = originOf(record);
  return { run, sequence, count: Math.ceil(sizeOf(record) / PIECE_BYTES) };
}

/** Writes the pieces of a large record, in several commits. */
export async function writePieces(
  kv: Deno.Kv,
  key: StoreKey,
  record: Uint8Array,
  pieces: Pieces,
): Promise<void> {
  for (let first = 0; first < pieces.count; first += PIECES_A_COMMIT) {
    const atomic = kv.atomic();
    if (first === 0) atomic.set(manifestKey(pieces), JSON.stringify([pieces.count, key]));
    for (let i = first; i < pieces.count && i < first + PIECES_A_COMMIT; i++) {
      atomic.set(pieceKey(pieces, i), record.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES));
    }
    await atomic.commit();
  }
}

/** Reads the record that a stub stands for; `undefined` when a piece is not there. */
export async function readPieces(kv: Deno.Kv, stub: Uint8Array): Promise<Uint8Array | undefined> {
  const pieces = piecesOf(stub)!;
  const record = new Uint8Array(sizeOf(stub));
  let count = 0;
  const prefix = [PIECE, pieces.run, pieces.sequence];
  for await (const { value } of kv.list({ prefix }, { batchSize: PIECES_A_COMMIT })) {
    const size = Math.min(PIECE_BYTES, record.length - count * PIECE_BYTES);
    if (!(value instanceof Uint8Array) || value.length !== size) return undefined;
    record.set(value, count++ * PIECE_BYTES);
  }
  return count === pieces.count ? record : undefined;
}

/** Adds the deletes of pieces and their manifest to a commit; gives their number. */
export function dropPieces(atomic: Deno.AtomicOperation, pieces: Pieces): number {
  for (let i = 0; i < pieces.count; i++) atomic.delete(pieceKey(pieces, i));
  atomic.delete(manifestKey(pieces));
  return pieces.count + 1;
}

/** Deletes pieces that no stub names, the manifest last. */
export async function deletePieces(kv: Deno.Kv, pieces: Pieces): Promise<void> {
  for (let first = 0; first < pieces.count; first += DELETES_A_COMMIT) {
    const atomic = kv.atomic();
    const end = Math.min(pieces.count, first + DELETES_A_COMMIT);
    for (let i = first; i < end; i++) atomic.delete(pieceKey(pieces, i));
    if (end === pieces.count) atomic.delete(manifestKey(pieces));
    await atomic.commit();
  }
}

/**
 * All manifests: what was written in pieces, whether it came to be named by a stub or not.
 *
 * @throws {StoreError} `store_corrupt` for one that cannot be read.
 */
export async function* manifests(kv: Deno.Kv): AsyncGenerator<Manifest> {
  for await (const { key: [, run, sequence], value } of kv.list({ prefix: [MANIFEST] })) {
    const [count, key] = parseManifest(value);
    yield { pieces: { run: Number(run), sequence: Number(sequence), count }, key };
  }
}

function parseManifest(value: unknown): [count: number, key: StoreKey] {
  try {
    const parsed = JSON.parse(String(value));
    if (Number.isInteger(parsed[0]) && Array.isArray(parsed[1])) return [parsed[0], parsed[1]];
  } catch {
    // The same error as for JSON of another shape.
  }
  throw new StoreError("store_corrupt", "the list of large values cannot be read", value);
}

function manifestKey(pieces: Pieces): Deno.KvKey {
  return [MANIFEST, pieces.run, pieces.sequence];
}

function pieceKey(pieces: Pieces, index: number): Deno.KvKey {
  return [PIECE, pieces.run, pieces.sequence, index];
}

function sizeOf(stub: Uint8Array): number {
  return new DataView(stub.buffer, stub.byteOffset).getUint32(HEADER_BYTES);
}
