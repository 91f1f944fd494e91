/**
 * The graph of this repository's modules, as Deno sees it.
 *
 * @module
 */

import { fileURLToPath, pathToFileURL } from "node:url";

/** One import statement of a module. */
export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The path of the local file that it leads to, relative to the root; undefined for packages and built-ins. */
  readonly file?: string;
  /** The package that it leads to (`name@version`), if it does. */
  readonly package?: string;
}

/** Modules by their path relative to the root, each with its imports, type-only and dynamic ones included. */
export type Graph = Map<string, Import[]>;

interface Resolved {
  specifier?: string;
  error?: string;
}
interface Info {
  modules: {
    specifier: string;
    error?: string;
    dependencies?: { specifier: string; code?: Resolved; type?: Resolved; npmPackage?: string }[];
  }[];
}

/**
 * Reads the graph of `files` and of all that they import.
 *
 * Throws an `Error` that lists the modules that can't be resolved or parsed.
 */
export async function readGraph(root: string, files: string[]): Promise<Graph> {
  // `deno info` takes one file: a module that imports them all stands outside, so as not to be seen by other tools
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  const base = pathToFileURL(root.endsWith("/") ? root : root + "/");
  try {
    const source = files.map((file) => `import ${JSON.stringify(new URL(file, base).href)};\n`).join("");
    await Deno.writeTextFile(entry, source);
    const config = `${root}/deno.json`;
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-lock", "--config", config, entry],
      cwd: root,
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output();
    if (!output.success) throw new Error(new TextDecoder().decode(output.stderr));
    return toGraph(JSON.parse(new TextDecoder().decode(output.stdout)), base.href);
  } finally {
    await Deno.remove(entry);
  }
}

function toGraph(info: Info, base: string): Graph {
  const local = (url?: string) =>
    url?.startsWith(base) ? fileURLToPath(url).slice(fileURLToPath(base).length) : undefined;
  const graph: Graph = new Map();
  const errors: string[] = [];
  for (const module of info.modules) {
    const path = local(module.specifier);
    if (module.error) errors.push(`${path ?? module.specifier}: ${module.error}`);
    if (path === undefined) continue;
    const imports: Import[] = [];
    for (const { specifier, code, type, npmPackage } of module.dependencies ?? []) {
      const error = code?.error ?? type?.error;
      if (error) errors.push(`${path}: ${error}`);
      // an untyped package has its code in npm and its types in a local file: both are edges
      const targets = new Set([code?.specifier, type?.specifier]);
      for (const target of targets) {
        if (target === undefined) continue;
        const file = local(target);
        imports.push({ specifier, file, package: file === undefined ? npmPackage : undefined });
      }
    }
    graph.set(path, imports);
  }
  if (errors.length > 0) throw new Error(errors.join("\n"));
  return graph;
}

/** The paths of the TypeScript files under `root`, sorted, relative to it; dot folders and build output left out. */
export async function sources(root: string): Promise<string[]> {
  const skipped = new Set(["node_modules", "coverage", "dist", "tmp", "vectors"]);
  const found: string[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(`${root}/${folder}`)) {
      if (entry.name.startsWith(".")) continue;
      const path = folder + entry.name;
      if (entry.isDirectory && !skipped.has(entry.name)) await walk(path + "/");
      else if (entry.isFile && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts")) found.push(path);
    }
  };
  await walk("");
  return found.sort();
}
