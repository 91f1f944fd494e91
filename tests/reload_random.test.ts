/** Random changes of random imports, held against what the disk says. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { ModuleFolder } from "./reload_folder.ts";

const FILES = 7;
const ROUNDS = 60;

interface File {
  version: number;
  imports: number[];
  state: "good" | "broken" | "throws" | "gone";
}

/** A module that tells its version and those of all that it imports, as it sees them, and that is an instance of its own. */
function textOf(index: number, { version, imports, state }: File): string {
  return [
    ...imports.map((other) => `import { tell as tell${other} } from "./m${other}.ts";`),
    `export const version: number = ${version};`,
    "export const me = {};",
    ...state === "throws" ? ['throw new Error("at load");'] : [],
    ...state === "broken" ? ["export const = ;"] : [],
    // Each module once: they may import each other.
    "export function tell(into: Map<string, unknown>): Map<string, unknown> {",
    `  if (into.has("m${index}")) return into;`,
    `  into.set("m${index}", me);`,
    `  into.set("version ${index}", version);`,
    ...imports.map((other) => `  tell${other}(into);`),
    "  return into;",
    "}",
  ].join("\n");
}

/** Numbers in a fixed order that looks like none. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

function reached(files: readonly File[], start: number): Set<number> {
  const all = new Set([start]);
  for (const index of all) {
    if (files[index].state === "gone") continue;
    for (const other of files[index].imports) all.add(other);
  }
  return all;
}

for (const [seed, mostGraph] of [[1, 0], [2, 0], [3, 200], [4, 1_000_000]]) {
  Deno.test(`after any change what loads is what stands on disk, and what did not have to change did not (seed ${seed}, by the graph up to ${mostGraph})`, async () => {
    using folder = new ModuleFolder({}, { mostGraph });
    const random = randomOf(seed);
    const files: File[] = Array.from({ length: FILES }, () => ({ version: 0, imports: [], state: "gone" }));
    const entries = [0, 1, 2];
    const names = entries.map((index) => `m${index}.ts`);
    const served = new Map<number, Map<string, unknown>>();
    for (let round = 1; round <= ROUNDS; round++) {
      const touched: string[] = [];
      for (let changes = 1 + random(3); changes > 0; changes--) {
        const index = random(FILES);
        const state = (["good", "good", "good", "broken", "throws", "gone"] as const)[random(6)];
        const imports = [random(FILES), random(FILES)].slice(random(3));
        const before = files[index];
        files[index] = random(4) === 0
          ? { ...before, state }
          : { version: round, imports: [...new Set(imports)], state };
        if (state !== "gone") {
          folder.write(`m${index}.ts`, textOf(index, files[index]));
          // What is copied or moved to its place may be older than what was there.
          if (random(3) === 0) Deno.utimeSync(folder.at(`m${index}.ts`), 1 + random(9), 1 + random(9));
        } else if (before.state !== "gone") folder.remove(`m${index}.ts`);
        touched.push(`m${index}.ts`);
      }
      // Sometimes nobody tells of the changes.
      const { modules } = await folder.settled(names, random(2) === 0 ? touched : []);
      for (const index of entries) {
        const module = modules[index];
        const all = [...reached(files, index)];
        const isGood = all.every((other) => files[other].state === "good");
        ok(
          isGood !== module instanceof Error,
          `round ${round}: m${index} ${module instanceof Error ? module.message : "loads"}`,
        );
        if (module instanceof Error) continue;
        const told = (module as { tell(into: Map<string, unknown>): Map<string, unknown> }).tell(new Map());
        deepStrictEqual(
          all.toSorted().map((other) => told.get(`version ${other}`)),
          all.toSorted().map((other) => files[other].version),
          `round ${round}: m${index}`,
        );
        // What imports nothing that has changed is the instance that it was.
        const before = served.get(index);
        const isSame = before !== undefined &&
          all.every((other) => before.get(`text ${other}`) === textOf(other, files[other]));
        if (isSame) {
          for (const other of all) ok(before.get(`m${other}`) === told.get(`m${other}`), `m${other} stays`);
        }
        served.set(
          index,
          new Map([...told, ...all.map((other) => [`text ${other}`, textOf(other, files[other])] as const)]),
        );
        // All entries mean the same instances.
        for (const [key, me] of told) {
          for (const other of entries) {
            if (modules[other] instanceof Error || !key.startsWith("m")) continue;
            const theirs = served.get(other)?.get(key);
            if (other < index && reached(files, other).has(Number(key.slice(1)))) {
              ok(theirs === me, `${key} is shared`);
            }
          }
        }
      }
    }
  });
}
