/**
 * What lies in an application's folder and must not be in its executable, which anybody may have: the server's data, and keys.
 *
 * @module
 */
import { join, resolve, sep } from "node:path";
import { keyOf, parseSecretText } from "../../secret_key.ts";
import type { Config } from "../config.ts";
import { dataPaths } from "../data.ts";
import { exists } from "../exists.ts";

/** So much of a file is looked at, in bytes; no key file is larger. */
export const LOOKED_AT = 64 * 1024;

/** The paths below `folder` where a configuration puts what only its server may read. */
export function privatePaths(config: Config, folder: string): string[] {
  const { folder: data, kv, secret, uploads, control } = dataPaths(config);
  const beside = ["-wal", "-shm", "-journal"].map((ending) => kv + ending);
  const named = [data, kv, ...beside, secret, `${secret}.lock`, uploads, control, config.settings.tlsKey];
  return named.filter((path) => path !== undefined).map((path) => resolve(path)).filter((path) =>
    path.startsWith(resolve(folder) + sep)
  );
}

/** What a data folder holds, whoever made it: one of these, and a mark that a server was there. */
const DATA = ["kv", "secret", "uploads", "control.sock"];

/** Whether a server has kept its data in a folder, under whatever name. */
export function isDataFolder(folder: string): boolean {
  const holds = (name: string) => exists(join(folder, name));
  if (!DATA.some(holds)) return false;
  return holds("secret.lock") || isDatabase(headOf(join(folder, "kv"))) ||
    new TextDecoder().decode(headOf(join(folder, ".gitignore"))).trim() === "*";
}

/**
 * What makes a file a private one, told by its first bytes; `undefined` for any other. Of what everybody may download (`open`) a
 * database is meant so, and a number alone, such as a checksum, is no key.
 */
export function privateContent(path: string, head: Uint8Array, open: boolean): string | undefined {
  if (!open && isDatabase(head)) return "is a database, as a server's store is one";
  const text = new TextDecoder("latin1").decode(head);
  if (holdsPrivateKey(path, text)) return "holds a private key";
  return isKeyFile(text, open) ? "holds keys that sign tokens" : undefined;
}

/** The first bytes of a file; none where there is no file. */
export function headOf(path: string): Uint8Array {
  const head = new Uint8Array(LOOKED_AT);
  try {
    // Opening a pipe would wait for whoever writes to it.
    if (!Deno.statSync(path).isFile) return new Uint8Array();
    using file = Deno.openSync(path);
    let size = 0;
    for (let n: number | null; (n = file.readSync(head.subarray(size))) !== null && n > 0;) size += n;
    return head.subarray(0, size);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}

/** A database's file, or the journal beside it. */
function isDatabase(head: Uint8Array): boolean {
  const begins = (bytes: readonly number[]) => bytes.every((byte, at) => head[at] === byte);
  return begins([...new TextEncoder().encode("SQLite format 3\0")]) ||
    begins([0x37, 0x7f, 0x06, 0x82]) || begins([0x37, 0x7f, 0x06, 0x83]);
}

/** Modules and documents tell about keys; one that is meant to be there is in quotes, or behind other text. */
const TELLS = /\.(?:[cm]?[jt]sx?|md|html?|css|map)$/i;
const BEGIN = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;

function holdsPrivateKey(path: string, text: string): boolean {
  const at = text.search(BEGIN);
  return at !== -1 && (!TELLS.test(path) || text.slice(0, at).trim() === "");
}

function isKeyFile(text: string, open: boolean): boolean {
  if (text.length >= LOOKED_AT) return false;
  try {
    if (!text.trimStart().startsWith("{")) return !open && parseSecretText(text).length > 0;
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) && keys.some((entry) => {
      const key = (entry as { key?: unknown } | null)?.key;
      return typeof key === "string" && keyOf(key) !== undefined;
    });
  } catch {
    return false;
  }
}
