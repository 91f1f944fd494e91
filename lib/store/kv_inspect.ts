/**
 * A look at a file before Deno KV opens it.
 *
 * Deno KV ends the process, and cannot be held from it, when it finds some kinds of damage. So the file is first read
 * here, with the same SQLite, and without a change to it.
 *
 * @module
 */
import { kvError } from "./kv_error.ts";
import { foreign, FORMAT_KEY_BYTES, readFormat } from "./kv_format.ts";

/** What Deno KV itself asks when it opens a file and when it sweeps. */
const PROBES = [
  "SELECT version FROM migration_state LIMIT 1",
  "SELECT version FROM data_version LIMIT 1",
  "SELECT id FROM queue ORDER BY ts LIMIT 1",
  "SELECT id FROM queue_running ORDER BY deadline LIMIT 1",
  "SELECT k FROM kv WHERE expiration_ms >= 0 ORDER BY expiration_ms LIMIT 1",
  "SELECT k FROM kv ORDER BY k LIMIT 1",
  "SELECT k FROM kv ORDER BY k DESC LIMIT 1",
];

/**
 * Checks that a file is empty or a sound database of this store; all of it when it is not larger than `checkBytes`, else
 * what Deno KV reads at its start.
 *
 * @throws {StoreError} `store_corrupt`, `store_foreign`, `store_version`, `store_locked`, `store_unwritable`.
 */
export async function inspect(path: string, checkBytes: number): Promise<void> {
  const { size } = Deno.statSync(path);
  if (size === 0) return;
  const { DatabaseSync } = await import("node:sqlite");
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      if (size <= checkBytes) {
        const found = db.prepare("PRAGMA quick_check(1)").get()?.quick_check;
        if (found !== "ok") throw new Error(`malformed: ${found}`);
      }
      const tables = db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n;
      if (tables === 0) return;
      if (db.prepare("SELECT name FROM sqlite_schema WHERE name = 'migration_state'").get() === undefined) {
        throw foreign(path);
      }
      for (const probe of PROBES) db.prepare(probe).get();
      const format = db.prepare("SELECT v FROM kv WHERE k = ?").get(FORMAT_KEY_BYTES);
      if (format !== undefined) readFormat(format.v, path);
      else if (db.prepare("SELECT 1 FROM kv LIMIT 1").get() !== undefined) throw foreign(path);
    } finally {
      db.close();
    }
  } catch (error) {
    throw kvError(error, path, "store_unwritable");
  }
}
