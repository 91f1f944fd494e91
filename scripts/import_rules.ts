/**
 * What may import what in this repository, checked by the gate.
 *
 * @module
 */

import { cycles } from "./import_cycles.ts";
import { type Graph, readGraph, sources } from "./import_graph.ts";

/** A package's name, its exact version and a path in it, in one specifier. */
const EXACT = /^npm:(@[^/@]+\/)?[^/@]+@\d+\.\d+\.\d+(-[\w.]+)?(\/.*)?$/;

/** The breaches of the house's import rules in `graph`, one sentence each; `entries` are what others import. */
export function breaches(graph: Graph, entries: string[]): string[] {
  const found = cycles(graph).map((way) => `import cycle: ${way.join(" → ")}`);
  const homes = new Map<string, Set<string>>();
  const reached = reach(graph, entries);
  for (const [path, imports] of graph) {
    const machine = path.startsWith("lib/") && !path.startsWith("lib/cli/");
    const shipped = reached.has(path) || path.startsWith("lib/");
    for (const { specifier, file } of imports) {
      if (machine && (file?.startsWith("protocols/") || file?.startsWith("lib/cli/") || file === "mod.ts")) {
        found.push(`${path} imports ${file}: lib/ outside lib/cli/ knows no protocol and no command`);
      }
      if (!shipped) continue;
      if (/^npm:/.test(specifier)) {
        if (!EXACT.test(specifier)) found.push(`${path} imports ${specifier}: name one exact version`);
        if (!homes.has(specifier)) homes.set(specifier, new Set());
        homes.get(specifier)!.add(path);
      } else if (!/^(\.{1,2}\/|node:)/.test(specifier)) {
        found.push(`${path} imports ${specifier}: who imports it by URL has no map for bare names`);
      } else if (file !== undefined && /^(tests|scripts|docs)\//.test(file)) {
        found.push(`${path} imports ${file}, which isn't part of the library`);
      }
    }
  }
  for (const [specifier, paths] of homes) {
    if (paths.size > 1) {
      found.push(`${specifier} is imported by ${[...paths].join(" and ")}: one adapter file each`);
    }
  }
  for (const name of packages(graph, "mod.ts")) {
    if (!name.startsWith("deno-std@")) {
      found.push(`mod.ts reaches the package ${name}: give that part its own export`);
    }
  }
  return found;
}

/** The paths of the local modules that those at `paths` reach, themselves included. */
function reach(graph: Graph, paths: string[]): Set<string> {
  const seen = new Set(paths);
  // a set's loop sees what is added while it runs
  for (const path of seen) {
    for (const { file } of graph.get(path) ?? []) {
      if (file !== undefined) seen.add(file);
    }
  }
  return seen;
}

/** The packages that the module at `path` reaches, each `name@version`. */
function packages(graph: Graph, path: string): Set<string> {
  const names = new Set<string>();
  for (const at of reach(graph, [path])) {
    for (const { package: name } of graph.get(at) ?? []) {
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

if (import.meta.main) {
  const root = Deno.cwd();
  const graph = await readGraph(root, await sources(root)).catch((error: Error) => {
    console.error(error.message);
    Deno.exit(1);
  });
  const { exports } = JSON.parse(await Deno.readTextFile("deno.json")) as { exports: Record<string, string> };
  const entries = [...Object.values(exports), "./main.ts"].map((path) => path.slice(2));
  const found = breaches(graph, entries);
  for (const sentence of found) console.error(sentence);
  console.log(`${graph.size} modules, ${found.length} breaches of the import rules`);
  if (found.length > 0) Deno.exit(1);
}
