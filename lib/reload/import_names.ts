/**
 * The files that a module's text names, for modules that the runtime gave up before it asked for what they import.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";

/** An import's specifier, wherever it stands: one too many in a comment does no harm. */
const SPECIFIER = /(?:\bfrom|\bimport|\bimport\s*\()\s*(["'])([^"'\n]+)\1/g;
/** An address of a file in an error's text. */
const FILE = /file:\/\/[^\s\p{Cc}"'`<>)\]]+/gu;

/** The local files that a module's text imports, as far as can be told from the text. */
export function importNames(path: string): string[] {
  let text: string;
  try {
    // A pipe may never end.
    if (!Deno.statSync(path).isFile) return [];
    text = Deno.readTextFileSync(path);
  } catch {
    return [];
  }
  const files: string[] = [];
  for (const [, , specifier] of text.matchAll(SPECIFIER)) add(files, () => resolved(specifier, path));
  return files;
}

/** The files that an error's text names. */
export function filesNamed(error: unknown): string[] {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : "";
  const files: string[] = [];
  for (const [address] of text.matchAll(FILE)) {
    add(files, () => address.replace(/(?:\?[^:]*)?(?::\d+){0,2}[.,]?$/, ""));
  }
  return files;
}

function resolved(specifier: string, path: string): string {
  return /^\.{0,2}\//.test(specifier)
    ? new URL(specifier, pathToFileURL(path)).href
    : import.meta.resolve(specifier);
}

function add(files: string[], address: () => string): void {
  try {
    const url = new URL(address());
    if (url.protocol !== "file:") return;
    url.search = url.hash = "";
    files.push(fileURLToPath(url));
  } catch {
    // No file that could come to be.
  }
}
