/**
 * Adding files to a project: all of them, or none.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { exists } from "../exists.ts";

/**
 * Writes files that are not there yet, the last one last: a server that watches takes the module when its test lies beside it already.
 * When one cannot be written, what was is taken away again.
 */
export function addFiles(files: ReadonlyMap<string, string>): void {
  const made: string[] = [];
  try {
    for (const [path, text] of files) {
      for (const folder of missingFolders(dirname(path))) {
        Deno.mkdirSync(folder);
        made.push(folder);
      }
      // Under a name that nothing takes for a module, so that nobody sees half of it.
      const half = join(dirname(path), `.${basename(path)}.half`);
      made.push(half);
      Deno.writeTextFileSync(half, text);
    }
    for (const path of files.keys()) {
      Deno.renameSync(join(dirname(path), `.${basename(path)}.half`), path);
      made.push(path);
    }
  } catch (error) {
    for (const path of made.reverse()) remove(path);
    throw error;
  }
}

function missingFolders(folder: string): string[] {
  if (exists(folder)) return [];
  const above = dirname(folder);
  return above === folder ? [] : [...missingFolders(above), folder];
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not made, or has its own name already.
  }
}
