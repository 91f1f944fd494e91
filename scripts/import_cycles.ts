/**
 * Cycles among the modules of an import graph.
 *
 * @module
 */

import type { Graph } from "./import_graph.ts";

/**
 * The import cycles of `graph`, as paths whose last is its first: for each module that reaches itself, and is in no
 * cycle that was found before it, a shortest way round.
 *
 * Type-only imports count: a file that can't be understood without the other isn't a part of its own.
 */
export function cycles(graph: Graph): string[][] {
  const found: string[][] = [];
  const seen = new Set<string>();
  for (const start of [...graph.keys()].sort()) {
    if (seen.has(start)) continue;
    const way = wayBack(graph, start);
    if (way === undefined) continue;
    found.push(way);
    for (const path of way) seen.add(path);
  }
  return found;
}

/** A shortest way from `start` back to itself, breadth first. */
function wayBack(graph: Graph, start: string): string[] | undefined {
  const from = new Map<string, string>();
  let edge = [start];
  while (edge.length > 0) {
    const next: string[] = [];
    for (const path of edge) {
      for (const { file } of graph.get(path) ?? []) {
        if (file === undefined) continue;
        if (file === start) {
          const way = [path, start];
          while (way[0] !== start) way.unshift(from.get(way[0])!);
          return way;
        }
        if (!from.has(file)) {
          from.set(file, path);
          next.push(file);
        }
      }
    }
    edge = next;
  }
}
