/**
 * Writes the reference of every export, as HTML, into a folder that is not committed; `n2o docs` shows it where it is.
 *
 *     deno task docs:html [FOLDER]
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { readExports } from "./exports.ts";

/** A page that every reference has. */
const MARK = "all_symbols.html";
const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** `deno doc` lets long names and examples widen the page: on a phone all of it would scroll to the side. */
const PHONE_STYLE = `
.ddoc { overflow-wrap: anywhere }
.ddoc div, .ddoc main, .ddoc article, .ddoc section { min-width: 0 }
.ddoc pre { overflow-x: auto }
#topnav > div { flex-wrap: wrap; height: auto }
#topnav div, #topnav ul { flex-wrap: wrap }
#topnav input { min-width: 0; max-width: 60vw }
`;

/** Makes the reference anew, and tells which exports have no page: `SUBPATH NAME`. */
export async function writeReference(folder: string): Promise<string[]> {
  await makeFolder(folder);
  const { name, exports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`)) as {
    name: string;
    exports: Record<string, string>;
  };
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--html", `--name=${name}`, `--output=${folder}`, ...Object.values(exports)],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdout: "null",
  }).output();
  if (!success) {
    const said = new TextDecoder().decode(stderr);
    throw new Error(`deno doc --html failed: ${said.slice(Math.max(0, said.search(/^error:/m)))}`);
  }
  await Deno.writeTextFile(`${folder}/page.css`, PHONE_STYLE, { append: true });
  const missing: string[] = [];
  for (const { subpath, name } of await readExports(root)) {
    if (!await isFile(`${folder}/${pageOf(subpath, name)}`)) missing.push(`${subpath} ${name}`);
  }
  return missing;
}

/** The page of an export, in the folder. */
export function pageOf(subpath: string, name: string): string {
  return `${subpath === "." ? "" : `${subpath.slice(2)}/`}~/${name}.html`;
}

/** `deno doc` empties the folder that it writes to: a folder that holds anything else is not to be that. */
async function makeFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  if (names.length > 0 && !names.includes(MARK)) {
    throw new Error(`${folder} holds other things than a reference: name a folder that is empty or new`);
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? `${root}/dist/reference`;
  const missing = await writeReference(folder);
  for (const one of missing) console.log(`no page: ${one}`);
  if (missing.length > 0) Deno.exit(1);
  console.log(`${folder}/index.html; also in n2o docs, at /reference/`);
}
