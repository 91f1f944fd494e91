/**
 * Paths of the compiler's own cache in an executable. It looks at every file of a package that may be JavaScript, also at one without
 * an ending, such as a licence; what it cannot read it notes down with the whole path, which has the name of whoever compiles in it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of the compiler's packages; `undefined` when it does not tell. */
export async function packageCache(deno: string, folder: string): Promise<string | undefined> {
  const { success, stdout } = await new Deno.Command(deno, {
    args: ["info", "--json"],
    cwd: folder,
    stdin: "null",
    stderr: "null",
  }).output();
  if (!success) return undefined;
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache?: string };
  return npmCache;
}

/** The files of that folder that an executable names. */
export function namedFiles(executable: string, cache: string): string[] {
  const bytes = Buffer.from(Deno.readFileSync(executable).buffer);
  const address = pathToFileURL(cache).href;
  const files = new Set<string>();
  for (let at = bytes.indexOf(address); at !== -1; at = bytes.indexOf(address, at + 1)) {
    const text = bytes.toString("latin1", at, at + MOST);
    const path = /^(.*?)(?::\d+:\d+|[\0\s"'<>]|$)/.exec(text)![1];
    files.add(fileURLToPath(path));
  }
  return [...files];
}

/** No path is longer. */
const MOST = 4096;
const LICENCE = /^(?:licen[cs]e|copying|notice|authors)/i;

/** Copies the licences among those files to where the compiler takes them for texts; tells whether there are any. */
export function keepLicences(files: readonly string[], cache: string, to: string): boolean {
  const licences = files.filter((file) => LICENCE.test(basename(file)));
  if (licences.length === 0) return false;
  Deno.mkdirSync(to, { recursive: true });
  for (const file of licences) {
    // Without the registry's name, which is the first one.
    const name = relative(cache, file).split(sep).slice(1).join("-");
    Deno.copyFileSync(file, join(to, `${name}.txt`));
  }
  return true;
}
