/**
 * The file that holds the keys of a server's tokens: made on the first start, rotated now and then.
 *
 * It is JSON, `{ "version": 1, "keys": [{ "id", "created", "key" }, …] }` with the newest key first; or bare keys as
 * {@linkcode parseSecretText} reads them. Beside it lies an empty `.lock`, which orders the processes that write it.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import { removeFile } from "./remove_file.ts";
import { keyOf, parseSecretText, SecretKey } from "./secret_key.ts";

/** Which keys live on after a rotation. */
export interface RotateOptions {
  /**
   * How many older keys are kept beside the new one.
   *
   * @default {3}
   */
  keep?: number;
  /**
   * How long a key is kept after a newer one took its place, in milliseconds; at least the life of a token. By default
   * only the number counts.
   */
  retireAfterMs?: number;
}

const maxFileBytes = 64 * 1024;
const mending =
  "restore it from a backup, or remove it and start again with a new one (all tokens become invalid)";

/**
 * Reads a key file, the newest key first.
 *
 * Throws `bad_secret_file` when it is missing, damaged, or open to others; the message names the file and what to do, and
 * never shows the content.
 *
 * @param advice What to do about a damaged one, where that is no file of ours.
 * @example
 * ```ts
 * import { createSecret } from "@n2o/n2o";
 * import { createKeyring, readKeyring } from "./keyring.ts";
 *
 * const folder = await Deno.makeTempDir();
 * createKeyring(`${folder}/secret`);
 * const secret = createSecret({ keys: readKeyring(`${folder}/secret`) });
 * if (secret.depickle(secret.pickle(1)) !== 1) throw new Error("lost");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function readKeyring(path: string, advice: string = mending): SecretKey[] {
  return parse(path, readPrivate(path), advice);
}

/**
 * Reads a key file, and makes it first where there is none yet. Processes that do so at once get the same keys.
 *
 * Throws `bad_secret_file` as {@linkcode readKeyring} does, and when it cannot be written.
 *
 * @example
 * ```ts
 * import { openKeyring } from "@n2o/n2o";
 *
 * const folder = await Deno.makeTempDir();
 * const [made] = openKeyring(`${folder}/secret`);
 * const [read] = openKeyring(`${folder}/secret`);
 * if (made.id !== read.id) throw new Error("another key");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function openKeyring(path: string): SecretKey[] {
  if (exists(path)) return readKeyring(path);
  return locked(path, () => exists(path) ? readKeyring(path) : write(path, [SecretKey.generate()]));
}

/**
 * Makes a key file with one random key, readable for its owner alone; throws `bad_secret_file` when there is one already.
 *
 * @example
 * ```ts
 * import { createKeyring, N2OError } from "@n2o/n2o";
 *
 * const folder = await Deno.makeTempDir();
 * createKeyring(`${folder}/secret`);
 * try {
 *   createKeyring(`${folder}/secret`);
 *   throw new Error("made again");
 * } catch (error) {
 *   if (!(error instanceof N2OError) || error.code !== "bad_secret_file") throw error;
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function createKeyring(path: string): SecretKey[] {
  return locked(path, () => {
    if (exists(path)) throw bad(path, "exists already", "rotate it, or remove it first");
    return write(path, [SecretKey.generate()]);
  });
}

/**
 * Puts a new key before those of a key file, drops the oldest ones, and returns the keys as they are now. Tokens of the
 * keys that are kept stay valid.
 *
 * Throws `bad_secret_file` as {@linkcode readKeyring} does, and when it cannot be written.
 *
 * @example
 * ```ts
 * import { createKeyring, rotateKeyring } from "@n2o/n2o";
 *
 * const folder = await Deno.makeTempDir();
 * const [old] = createKeyring(`${folder}/secret`);
 * const keys = rotateKeyring(`${folder}/secret`, { keep: 1 });
 * if (keys.length !== 2 || keys[1].id !== old.id) throw new Error("the old key is not kept");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function rotateKeyring(path: string, options: RotateOptions = {}): SecretKey[] {
  const { keep = 3, retireAfterMs = Infinity } = options;
  if (!(Number.isInteger(keep) && keep >= 0)) {
    throw new N2OError("bad_option", "keep: a whole number from 0", keep);
  }
  // Through a link the file itself is replaced, not the link.
  const target = exists(path) ? Deno.realPathSync(path) : path;
  return locked(target, () => {
    const newest = SecretKey.generate();
    const keys = [newest, ...readKeyring(target)];
    const oldest = newest.createdMs - retireAfterMs;
    // A key ends its service when the one before it begins; by its own age it could go while its tokens are young.
    return write(target, keys.filter((_, i) => i === 0 || (i <= keep && keys[i - 1].createdMs >= oldest)));
  });
}

function parse(path: string, text: string, advice: string): SecretKey[] {
  if (!text.trimStart().startsWith("{")) {
    try {
      return parseSecretText(text);
    } catch {
      throw bad(path, "holds no keys", advice);
    }
  }
  let ring: { version?: unknown; keys?: unknown };
  try {
    ring = JSON.parse(text);
  } catch {
    // The parser's own message would quote the content.
    throw bad(path, "is damaged", advice);
  }
  if (ring.version !== 1) {
    throw bad(path, "is of an unknown version", "run the version of n2o that wrote it, or a newer one");
  }
  if (!Array.isArray(ring.keys) || ring.keys.length === 0) throw bad(path, "holds no keys", advice);
  return ring.keys.map((entry: unknown) => {
    const key = parseEntry(entry);
    if (key === undefined) throw bad(path, "holds a damaged key", advice);
    return key;
  });
}

function parseEntry(entry: unknown): SecretKey | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { id, created, key } = entry as Record<string, unknown>;
  const bytes = typeof key === "string" ? keyOf(key) : undefined;
  const createdMs = typeof created === "string" ? Date.parse(created) : NaN;
  if (bytes === undefined || Number.isNaN(createdMs)) return undefined;
  const parsed = new SecretKey(bytes, createdMs);
  // The id follows from the key, so that it tells a mistyped key.
  return parsed.id === id ? parsed : undefined;
}

function format(keys: readonly SecretKey[]): string {
  const entries = keys.map((key) => ({
    id: key.id,
    created: new Date(key.createdMs).toISOString(),
    key: key.reveal(),
  }));
  return JSON.stringify({ version: 1, keys: entries }, null, 2) + "\n";
}

function readPrivate(path: string): string {
  return onDisk(path, "cannot be read", () => {
    using file = Deno.openSync(path);
    const info = file.statSync();
    if (info.isDirectory) throw bad(path, "is a folder", "name a file");
    if (info.size > maxFileBytes) throw bad(path, "is too large for a key file", "name the right file");
    // Of the opened file, so that nobody can swap it in between.
    if (Deno.build.os !== "windows" && info.mode !== null && !isPrivate(info.mode, info.uid)) {
      throw bad(path, "can be read or written by others", `run: chmod 600 "${path}"`);
    }
    const bytes = new Uint8Array(maxFileBytes + 1);
    let size = 0;
    for (let n: number | null; (n = file.readSync(bytes.subarray(size))) !== null && n > 0;) size += n;
    return new TextDecoder().decode(bytes.subarray(0, size));
  });
}

/**
 * Readable for its owner alone; or a file that root hands to a service, which can only read it as its group or by an access list
 * (which shows as the group's right): credentials of systemd, secrets of Kubernetes.
 */
function isPrivate(mode: number, owner: number | null): boolean {
  return (mode & 0o077) === 0 || (owner === 0 && (mode & 0o777) === 0o440);
}

/** Replaces the file in one step: whoever reads it sees the old keys or the new ones, also after a power cut. */
function write(path: string, keys: SecretKey[]): SecretKey[] {
  const draft = `${path}.${crypto.randomUUID()}.tmp`;
  return onDisk(path, "cannot be written", () => {
    try {
      writeDraft(draft, format(keys));
      Deno.renameSync(draft, path);
    } catch (error) {
      removeFile(draft);
      throw error;
    }
    syncFolder(folderOf(path));
    return keys;
  });
}

function writeDraft(path: string, text: string): void {
  using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  const bytes = new TextEncoder().encode(text);
  for (let sent = 0; sent < bytes.length;) sent += file.writeSync(bytes.subarray(sent));
  file.syncSync();
}

function locked<T>(path: string, work: () => T): T {
  using lock = onDisk(path, "cannot be written", () => {
    Deno.mkdirSync(folderOf(path), { recursive: true, mode: 0o700 });
    return Deno.openSync(`${path}.lock`, { write: true, create: true, mode: 0o600 });
  });
  // The system lets go of the lock with the file, also when the process is killed.
  onDisk(path, "cannot be locked", () => lock.lockSync(true));
  return work();
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw bad(path, "cannot be read", adviceFor(error), error);
  }
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), Deno.build.os === "windows" ? path.lastIndexOf("\\") : -1);
  return end === -1 ? "." : path.slice(0, end + 1);
}

function syncFolder(folder: string): void {
  // Windows has no way to, and makes renames durable by itself.
  if (Deno.build.os === "windows") return;
  using handle = Deno.openSync(folder);
  handle.syncSync();
}

function onDisk<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof N2OError) throw error;
    throw bad(path, what, adviceFor(error), error);
  }
}

function adviceFor(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "make it with: n2o secret new";
  if (error instanceof Deno.errors.NotCapable) {
    return "run deno with --allow-read and --allow-write for its folder";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "give this user access to it";
  return error instanceof Error ? error.message : String(error);
}

function bad(path: string, what: string, advice: string, cause?: unknown): N2OError {
  return new N2OError("bad_secret_file", `the key file "${path}" ${what}: ${advice}`, path, { cause });
}
