/**
 * Records in Deno KV.
 *
 * @module
 */
import type { Engine, Write } from "./engine.ts";
import { StoreError } from "./error.ts";
import { encodeKey, type KeyRange } from "./key.ts";
import { kvError } from "./kv_error.ts";
import { foreign, FORMAT_KEY, makeFormat, readFormat } from "./kv_format.ts";
import {
  dropPieces,
  isLarge,
  manifests,
  type Pieces,
  piecesOf,
  readPieces,
  stubOf,
  writePieces,
} from "./kv_pieces.ts";
import { Sweep } from "./kv_sweep.ts";
import type { StoreKey } from "./mod.ts";
import { checkRecord, originOf } from "./record.ts";

/** Options of {@linkcode KvEngine.open}. */
export interface KvEngineOptions {
  /** The file. */
  readonly path: string;
  /** Between two sweeps of expired values, in milliseconds. */
  readonly sweepIntervalMs: number;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Hears what goes wrong in the background. */
  readonly report: (error: unknown) => void;
  /** Called when the file is let go. */
  readonly release: () => void;
}

// What Deno KV takes in one commit. It counts the key of a set twice.
const MAX_MUTATIONS = 1000;
const MAX_BYTES = 819_200;
const MAX_KEYS_BYTES = 81_920;
/** The key of a piece or manifest, about. */
const PIECE_KEY_BYTES = 80;

/** Records read at once: the most that Deno KV gives by default it gives in one go. */
const BATCH = 500;

/** An engine over one Deno KV database. */
export class KvEngine implements Engine {
  /** Its name as a driver. */
  readonly driver = "kv";
  /** How often the file was opened, this time included. */
  readonly run: number;
  #kv: Deno.Kv;
  #path: string;
  #release: () => void;
  #sweep: Sweep;
  #large = new Map<string, Pieces>();
  #closed = false;

  private constructor(kv: Deno.Kv, run: number, options: KvEngineOptions) {
    this.#kv = kv;
    this.#path = options.path;
    this.#release = options.release;
    this.run = run;
    this.#sweep = new Sweep(kv, {
      intervalMs: options.sweepIntervalMs,
      now: options.now,
      report: (error) => options.report(kvError(error, options.path, "store_write_failed")),
      dropped: (key, { sequence }) => {
        const encoded = encodeKey(key);
        if (this.#large.get(encoded)?.sequence === sequence) this.#large.delete(encoded);
      },
    });
  }

  /**
   * Opens a file, checks and writes down its format, and finds the values that lie in pieces.
   *
   * @throws {StoreError} `store_version`, `store_foreign`, `store_corrupt`, and whatever Deno KV throws.
   */
  static async open(options: KvEngineOptions): Promise<KvEngine> {
    const kv = await Deno.openKv(options.path);
    let engine: KvEngine | undefined;
    try {
      engine = new KvEngine(kv, await begin(kv, options.path), options);
      await engine.#findPieces();
      return engine;
    } catch (error) {
      if (engine === undefined) kv.close();
      else await engine.close();
      throw error;
    }
  }

  /** Pieces whose stub never came to be, or was overwritten, are garbage of a run that ended too early. */
  async #findPieces(): Promise<void> {
    for await (const { pieces, key } of manifests(this.#kv)) {
      const { value } = await this.#kv.get(key);
      if (value !== null && isStubOf(checkRecord(key, value), pieces)) {
        this.#large.set(encodeKey(key), pieces);
      } else this.#sweep.discard(pieces);
    }
  }

  /** As many writes as one commit takes; a large one goes alone, so that those before it need not wait for it. */
  take(queue: readonly Write[]): number {
    let mutations = 0;
    let bytes = 0;
    let keys = 0;
    for (let i = 0; i < queue.length; i++) {
      const { encoded, record } = queue[i];
      if (record !== undefined && isLarge(record)) return Math.max(i, 1);
      const old = this.#large.get(encoded)?.count ?? -1;
      mutations += old + 2;
      keys += encoded.length;
      bytes += 2 * encoded.length + (record?.length ?? 0) + (old + 1) * PIECE_KEY_BYTES;
      if (mutations > MAX_MUTATIONS || bytes > MAX_BYTES || keys > MAX_KEYS_BYTES) return Math.max(i, 1);
    }
    return queue.length;
  }

  /** Commits writes, all or none. */
  async commit(group: readonly Write[]): Promise<void> {
    const written: Pieces[] = [];
    try {
      const last = new Map<string, Write>();
      for (const write of group) last.set(write.encoded, write);
      const atomic = this.#kv.atomic();
      const large = new Map<string, Pieces | undefined>();
      for (const { key, encoded, record } of last.values()) {
        const old = this.#large.get(encoded);
        if (old !== undefined) {
          dropPieces(atomic, old);
          large.set(encoded, undefined);
        }
        if (record === undefined) atomic.delete(key);
        else if (!isLarge(record)) atomic.set(key, record);
        else {
          const stub = stubOf(record);
          const pieces = piecesOf(stub)!;
          written.push(pieces);
          large.set(encoded, pieces);
          await writePieces(this.#kv, key, record, pieces);
          atomic.set(key, stub);
        }
      }
      await atomic.commit();
      for (const [encoded, pieces] of large) {
        if (pieces === undefined) this.#large.delete(encoded);
        else this.#large.set(encoded, pieces);
      }
    } catch (error) {
      for (const pieces of written) this.#sweep.discard(pieces);
      throw this.#error(error, "store_write_failed");
    }
  }

  /** Reads the whole record of a key. */
  async read(key: StoreKey): Promise<Uint8Array | undefined> {
    try {
      let before = "";
      for (;;) {
        const { value, versionstamp } = await this.#kv.get(key);
        if (value === null) return undefined;
        const record = checkRecord(key, value);
        const whole = piecesOf(record) === undefined ? record : await readPieces(this.#kv, record);
        if (whole !== undefined) return whole;
        // An overwrite between the two reads takes the pieces away. If there was none, they are lost.
        if (versionstamp === before) throw lost(key);
        before = versionstamp;
      }
    } catch (error) {
      throw this.#error(error, "store_read_failed");
    }
  }

  /** Reads whole records in order. */
  async *list(range: KeyRange, reverse: boolean, expected: number): AsyncGenerator<[StoreKey, Uint8Array]> {
    const selector = { start: range.first, end: range.last };
    try {
      for await (const entry of this.#kv.list(selector, { reverse, batchSize: Math.min(BATCH, expected) })) {
        const key = entry.key as StoreKey;
        const record = checkRecord(key, entry.value);
        const whole = piecesOf(record) === undefined ? record : await this.read(key);
        if (whole !== undefined) yield [key, whole];
      }
    } catch (error) {
      throw this.#error(error, "store_read_failed");
    }
  }

  /** Stops the sweep and lets the file go. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sweep.stop();
    this.#kv.close();
    this.#release();
  }

  #error(error: unknown, otherwise: string): StoreError {
    if (this.#closed && !(error instanceof StoreError)) {
      return new StoreError("store_closed", "the store is closed", this.#path, { cause: error });
    }
    return kvError(error, this.#path, otherwise);
  }
}

/** Begins a run: tells its number. */
async function begin(kv: Deno.Kv, path: string): Promise<number> {
  const { value } = await kv.get(FORMAT_KEY);
  const run = value === null ? 1 : readFormat(value, path) + 1;
  if (value === null) {
    for await (const _ of kv.list({ start: [new Uint8Array()], end: [true] }, { limit: 1 })) {
      throw foreign(path);
    }
  }
  await kv.set(FORMAT_KEY, makeFormat(run));
  return run;
}

function lost(key: StoreKey): StoreError {
  return new StoreError("store_corrupt", `a part of the large value ${JSON.stringify(key)} is lost`, key);
}

function isStubOf(record: Uint8Array, pieces: Pieces): boolean {
  const [run, sequence] = originOf(record);
  return piecesOf(record) !== undefined && run === pieces.run && sequence === pieces.sequence;
}
