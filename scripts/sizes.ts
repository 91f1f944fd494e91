/**
 * What an importer downloads: each subpath's modules and npm packages. Writes the table in `docs/package.md`.
 *
 *     deno task sizes
 *
 * @module
 */
import { gzipSync } from "node:zlib";

/** A package of npm that comes along. */
export interface Pulled {
  /** Its name and version: `marked@18.2.1`. */
  readonly name: string;
  /** Its files unpacked, in bytes. */
  readonly bytes: number;
  /** The folder of the cache where they lie. */
  readonly folder: string;
  /** Whether a module of ours imports it, and not only another package. */
  readonly direct: boolean;
}

/** What the import of one subpath downloads. */
export interface Size {
  /** The subpath: `.`, `./client`. */
  readonly subpath: string;
  /** The modules' paths. */
  readonly files: readonly string[];
  /** Their bytes. */
  readonly bytes: number;
  /** Their bytes as a server sends them, each compressed by gzip. */
  readonly gzip: number;
  /** The packages. */
  readonly packages: readonly Pulled[];
}

interface Module {
  readonly kind: string;
  readonly specifier: string;
  readonly npmPackage?: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier?: string } }[];
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

interface Info {
  readonly roots: readonly string[];
  readonly modules: readonly Module[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly npmPackages: Readonly<Record<string, Package>>;
}

const root = new URL("..", import.meta.url);
const DOCUMENT = new URL("docs/package.md", root);
const BEGIN = "<!-- sizes: made by `deno task sizes` -->";
const END = "<!-- end of sizes -->";

/** Measures all subpaths of `deno.json`. */
export async function measure(): Promise<Size[]> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root))) as {
    exports: Record<string, string>;
  };
  return await Promise.all(
    Object.entries(exports).map(async ([subpath, path]) => {
      return await sizeOf(subpath, await readInfo(path));
    }),
  );
}

async function readInfo(path: string): Promise<Info> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", path],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`deno info: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Follows what runs; modules of types alone are fetched by none but who checks types. */
async function sizeOf(subpath: string, { roots, modules, redirects, npmPackages }: Info): Promise<Size> {
  const known = new Map(modules.map((module) => [module.specifier, module]));
  const reached = new Set<string>(roots);
  const wanted = new Set<string>();
  for (const specifier of reached) {
    const module = known.get(redirects[specifier] ?? specifier);
    if (module?.npmPackage !== undefined) wanted.add(module.npmPackage);
    for (const { code } of module?.dependencies ?? []) {
      if (code?.specifier !== undefined) reached.add(redirects[code.specifier] ?? code.specifier);
    }
  }
  const direct = new Set(wanted);
  for (const id of wanted) npmPackages[id].dependencies.forEach((other) => wanted.add(other));
  const urls = [...reached].filter((specifier) => specifier.startsWith(root.href)).sort();
  const texts = await Promise.all(urls.map((url) => Deno.readFile(new URL(url))));
  return {
    subpath,
    files: urls.map((url) => url.slice(root.href.length)),
    bytes: texts.reduce((sum, text) => sum + text.length, 0),
    gzip: texts.reduce((sum, text) => sum + gzipSync(text).length, 0),
    packages: await Promise.all(
      [...wanted].sort().map(async (id) => {
        const { name, version, localPath } = npmPackages[id];
        const bytes = await bytesBelow(localPath);
        return { name: `${name}@${version}`, bytes, folder: localPath, direct: direct.has(id) };
      }),
    ),
  };
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    // Deno's own note, which is not the package's.
    if (name === ".initialized") continue;
    bytes += isDirectory
      ? await bytesBelow(`${folder}/${name}`)
      : (await Deno.stat(`${folder}/${name}`)).size;
  }
  return bytes;
}

/** The table of `docs/package.md`. */
export function tableOf(sizes: readonly Size[], name: string): string {
  const rows = sizes.map(({ subpath, files, bytes, gzip, packages }) => {
    const pulled = packages.map((one) => `${one.name} (${kilobytes(one.bytes)})`).join(", ");
    return `| \`${name}${subpath.slice(1)}\` | ${files.length} | ${kilobytes(bytes)} | ${kilobytes(gzip)} | ${
      pulled === "" ? "none" : pulled
    } |`;
  });
  return [
    "| import | modules | bytes | compressed | packages of npm (unpacked) |",
    "| --- | --: | --: | --: | --- |",
    ...rows,
  ]
    .join("\n");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
}

/** A document with the table in its place. */
export function withTable(document: string, table: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) {
    throw new Error(`docs/package.md has no place for the table: ${BEGIN} … ${END}`);
  }
  return `${document.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${document.slice(end)}`;
}

if (import.meta.main) {
  const { name } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root))) as { name: string };
  const table = tableOf(await measure(), name);
  await Deno.writeTextFile(DOCUMENT, withTable(await Deno.readTextFile(DOCUMENT), table));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "docs/package.md"],
    cwd: root,
  }).output();
  if (!success) Deno.exit(1);
  console.log(table);
}
