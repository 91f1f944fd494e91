/**
 * A store in a file, by Deno KV.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { checkOption } from "./bounds.ts";
import { StoreError } from "./error.ts";
import { GroupStore } from "./group.ts";
import { KvEngine } from "./kv_engine.ts";
import { kvError } from "./kv_error.ts";
import { inspect } from "./kv_inspect.ts";
import { lock } from "./kv_lock.ts";
import { reporter } from "./listeners.ts";
import type { Store } from "./mod.ts";

/** Options of {@linkcode kvStore}. */
export interface KvStoreOptions {
  /** The file; it and its folder are made when they do not exist. Others with its name and an ending lie beside it. */
  readonly path: string;
  /** The largest value, in bytes; 33_554_432 at most. @default 16_777_216 */
  readonly maxValueBytes?: number;
  /** What may wait for its commit, in bytes; a write beyond it is refused with `store_busy`. @default 67_108_864 */
  readonly maxPendingBytes?: number;
  /** What is kept in memory of the values read or written last, in bytes. @default 16_777_216 */
  readonly recentBytes?: number;
  /** Between two sweeps of expired values, in milliseconds. @default 60_000 */
  readonly sweepIntervalMs?: number;
  /** A file up to this size is read as a whole at the start, and so that damage is found, in bytes. @default 67_108_864 */
  readonly checkBytes?: number;
  /** Hears what goes wrong where nobody waits for it: a listener or `undo` that throws, the sweep. @default console.error */
  readonly onError?: (error: unknown) => void;
  /** The time, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** A value's pieces are deleted in one commit, which takes 1000 mutations. */
const MOST_VALUE_BYTES = 33_554_432;
const MOST_INTERVAL_MS = 2 ** 31 - 1;

/**
 * Opens a store in a file, by Deno KV. Needs the flag `--unstable-kv` (or `"unstable": ["kv"]` in the configuration of
 * the program) and the permissions to read and write the file's folder.
 *
 * A write is in memory at once and on the disk when it is committed: it then survives the end of the process and of the
 * machine, since every commit is synchronised (SQLite's write-ahead log at its level `FULL`). Writes that cannot be
 * committed (a full disk) are undone, newest first, and the next ones are tried anew, so that a store goes on by itself
 * when the disk does; reading goes on meanwhile.
 *
 * A file belongs to one store of one process at a time.
 *
 * @throws {StoreError} `store_unavailable` without the flag; `store_unwritable`, `store_locked`, `store_version`,
 * `store_foreign`, `store_corrupt` for a file that will not do, which is left as it is; `bad_option`.
 *
 * @example
 * ```ts
 * import { kvStore } from "@n2o/n2o";
 *
 * const folder = await Deno.makeTempDir();
 * const store = await kvStore({ path: `${folder}/store.kv` });
 * store.set(["user", "maxim"], new TextEncoder().encode("online"), { undo: () => console.warn("not stored") });
 * await store.flush();
 * await store.close();
 *
 * const again = await kvStore({ path: `${folder}/store.kv` });
 * const entry = await again.get(["user", "maxim"]);
 * if (new TextDecoder().decode(entry?.value) !== "online") throw new Error("lost");
 * await again.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function kvStore(options: KvStoreOptions): Promise<Store> {
  const { sweepIntervalMs = 60_000, checkBytes = 67_108_864, now = Date.now } = options;
  checkOption("maxValueBytes", options.maxValueBytes ?? 1, 1, MOST_VALUE_BYTES);
  checkOption("sweepIntervalMs", sweepIntervalMs, 1, MOST_INTERVAL_MS);
  checkOption("checkBytes", checkBytes, 0, Infinity);
  if (typeof globalThis.Deno?.openKv !== "function") {
    const advice = 'run with --unstable-kv, or set "unstable": ["kv"] in your deno.json';
    throw new StoreError("store_unavailable", `Deno.openKv is not there: ${advice}`);
  }
  let path = options.path;
  let release = () => {};
  try {
    path = resolve(path);
    ({ release } = lock(path));
    // Only its user may read what a server knows; the files beside it get the same mode from SQLite.
    Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 }).close();
    await inspect(path, checkBytes);
    const report = reporter(options.onError);
    const engine = await KvEngine.open({ path, sweepIntervalMs, now, report, release });
    try {
      return new GroupStore(engine, options);
    } catch (error) {
      await engine.close();
      throw error;
    }
  } catch (error) {
    release();
    throw kvError(error, path, "store_unwritable");
  }
}

/** The path without links, so that one file has one lock; makes its folder. */
function resolve(path: string): string {
  if (path === "" || path.startsWith(":")) throw new StoreError("bad_option", `"${path}" is no path`, path);
  Deno.mkdirSync(dirname(path), { recursive: true });
  let real: string;
  try {
    real = Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return join(Deno.realPathSync(dirname(path)), basename(path));
  }
  if (Deno.statSync(real).isFile) return real;
  throw new StoreError("store_unwritable", `${path} is not a file`, path);
}
