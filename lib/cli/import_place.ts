/**
 * Where a module names another one.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { placeOf } from "./source_place.ts";

/** The place, as a stack tells it, at which the module at `url` writes the specifier; the module alone where that is not found. */
export function placeOfImport(url: string, specifier: string): string {
  const file = url.replace(/[?#].*$/s, "");
  try {
    const source = Deno.readTextFileSync(fileURLToPath(file));
    const at = source.search(new RegExp(`(["'\`])${specifier.replace(/[^\w]/g, "\\$&")}\\1`));
    if (at !== -1) {
      const { line, column } = placeOf(source, new TextEncoder().encode(source.slice(0, at)).length);
      return `${file}:${line}:${column}`;
    }
  } catch {
    // What cannot be read any more is told by its name.
  }
  return `${file}:1:1`;
}
