/**
 * The package as importers find it: on a plain web server, and in a registry of JSR's shape; and programs that import it, each in a folder
 * of its own and with an empty cache.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { root } from "./root.ts";

interface Configuration {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly publish: { readonly exclude: readonly string[] };
}

/** What `deno.json` says. */
export const configuration: Configuration = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`));

/** How a program runs. */
export interface Program {
  /** Its files. `HOST` in them is replaced by the server's address, as in `http://HOST/mod.ts`. */
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of `deno run`, the file to run included. */
  readonly args: readonly string[];
}

/** How it went. */
export interface Imported {
  /** What the program printed. */
  readonly said: string;
  /** The paths of the repository that it asked for. */
  readonly asked: Set<string>;
  /** The npm packages that it downloaded: `marked@18.2.1`. */
  readonly packages: string[];
}

/** Runs a program against the served package. Throws when it fails. */
export function runImporter(program: Program): Promise<Imported> {
  return withImporter(program, async (process) => {
    const { success, stdout, stderr } = await process.output();
    ok(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  });
}

/** Starts a program against the served package, and lets `use` do with its process what it likes, up to its end. */
export async function withImporter(
  { files, args }: Program,
  use: (process: Deno.ChildProcess) => Promise<string>,
): Promise<Imported> {
  const asked = new Set<string>();
  const folder = await Deno.makeTempDir();
  const fromRegistry = registry();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    const path = pathname.replace(inRegistry, "/").slice(1);
    asked.add(path);
    return fromRegistry(pathname) ?? fileAnswer(path);
  });
  try {
    const host = `127.0.0.1:${server.addr.port}`;
    for (const [path, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${path}`, text.replaceAll("HOST", host));
    }
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        `--allow-import=${host}`,
        ...args.map((arg) => arg.replace("HOST", host)),
      ],
      cwd: folder,
      env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1", JSR_URL: `http://${host}/` },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const said = await use(process);
    return { said, asked, packages: await downloaded(`${folder}/cache/npm`) };
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

const inRegistry = new RegExp(`^/${configuration.name}/${configuration.version.replaceAll(".", "\\.")}/`);

/** A registry: what it says about the package, and its files, which never change there. */
function registry(): (pathname: string) => Response | undefined {
  const { name, version, exports } = configuration;
  let files: Map<string, Uint8Array<ArrayBuffer>> | undefined;
  return (pathname) => {
    if (pathname === `/${name}/meta.json`) {
      return Response.json({ scope: "n2o", name: "n2o", latest: version, versions: { [version]: {} } });
    }
    files ??= published();
    if (pathname === `/${name}/${version}_meta.json`) {
      return Response.json({ manifest: manifestOf(files), exports });
    }
    const bytes = inRegistry.test(pathname) ? files.get(pathname.replace(inRegistry, "")) : undefined;
    return bytes && new Response(bytes, { headers: { "content-type": typeOf(pathname) } });
  };
}

/** The files that are published; the rest of the repository cannot be had there. */
function published(): Map<string, Uint8Array<ArrayBuffer>> {
  const left = new Set([
    ...configuration.publish.exclude,
    ".git",
    "dist",
    "tmp",
    "node_modules",
    "coverage",
    ".n2o",
  ]);
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(`${root}/${folder}`)) {
      const path = `${folder}${name}`;
      if (left.has(path)) continue;
      if (isDirectory) walk(`${path}/`);
      else found.set(path, Deno.readFileSync(`${root}/${path}`));
    }
  };
  walk("");
  return found;
}

function manifestOf(
  files: ReadonlyMap<string, Uint8Array>,
): Record<string, { size: number; checksum: string }> {
  const rows = [...files].map(([path, bytes]) => {
    const checksum = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
    return [`/${path}`, { size: bytes.length, checksum }];
  });
  return Object.fromEntries(rows);
}

function typeOf(path: string): string {
  return path.endsWith(".ts") ? "application/typescript" : "text/plain; charset=utf-8";
}

async function fileAnswer(path: string): Promise<Response> {
  if (path.startsWith("@")) return new Response("not found", { status: 404 });
  try {
    const file = await Deno.open(`${root}/${path}`);
    return new Response(file.readable, { headers: { "content-type": typeOf(path) } });
  } catch {
    return new Response("not found", { status: 404 });
  }
}

/** The packages in a cache's `npm` folder, which has one folder a registry. */
async function downloaded(npm: string): Promise<string[]> {
  const found: string[] = [];
  for (const registry of await list(npm)) {
    for (const name of await list(`${npm}/${registry}`)) {
      const names = name.startsWith("@")
        ? (await list(`${npm}/${registry}/${name}`)).map((rest) => `${name}/${rest}`)
        : [name];
      for (const one of names) {
        found.push(...(await list(`${npm}/${registry}/${one}`)).map((version) => `${one}@${version}`));
      }
    }
  }
  return found.sort();
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).filter((entry) => entry.isDirectory).map((
      { name },
    ) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
