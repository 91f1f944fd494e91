/**
 * Saves the application's files in the ways that editors have, every third time broken.
 *
 * @module
 */
import {
  type Breakage,
  breakages,
  brokenText,
  first,
  paths,
  type Target,
  textOf,
  type Versions,
} from "./application.ts";

/** Ways to save: which files, and how. */
export const ways = ["plain", "slow", "rename", "helper", "both", "moved", "twice"] as const;
/** One of them. */
export type Way = (typeof ways)[number];

/** A save. */
export interface Save {
  /** Its number, which is also the version of what it writes. */
  readonly number: number;
  readonly way: Way;
  /** How it is broken; `undefined`: it is good. */
  readonly breakage: Breakage | undefined;
  readonly targets: readonly Target[];
  /** What the module's file is called when it is done, and what before. */
  readonly path: string;
  readonly before: string;
  /** What stands on the disk when it is done. */
  readonly versions: Versions;
}

/** So many pieces a slow save has, and so long the pauses between them are, in milliseconds. */
const PIECES = 3, PIECE_MS = 15;

/** The saves in their turn: two good ones, then a broken one, in a file that the next good one mends. */
export function* saves(): Generator<Save, never> {
  let versions = first;
  let before: string = paths.module;
  for (let number = 1, good = 0, broken = 0;; number++) {
    const way = ways[good % ways.length];
    const targets = targetsOf(way);
    if (number % 3 !== 0) {
      const path = way !== "moved" ? before : before === paths.module ? paths.moved : paths.module;
      const next = changed(versions, targets, number);
      yield { number, way, breakage: undefined, targets, path, before, versions: next };
      versions = next;
      before = path;
      good++;
      continue;
    }
    // With `both`, the first file written is broken and the second does not come to it.
    const [target] = targets;
    const breakage = breakages[broken % breakages.length];
    const how = broken++ % 2 === 0 ? "plain" : "rename";
    const next = changed(versions, [target], number);
    yield { number, way: how, breakage, targets: [target], path: before, before, versions: next };
  }
}

function targetsOf(way: Way): readonly Target[] {
  return way === "helper" ? ["helper"] : way === "both" ? ["helper", "module"] : ["module"];
}

function changed(versions: Versions, targets: readonly Target[], number: number): Versions {
  return {
    module: targets.includes("module") ? number : versions.module,
    helper: targets.includes("helper") ? number : versions.helper,
    // Whoever loads between the two writes of `both` must not get code that runs.
    format: targets.length > 1 ? number : versions.format,
  };
}

/** Writes what a save writes. All of it is on the disk when it resolves. */
export async function write(folder: string, save: Save): Promise<void> {
  const { number, way, breakage, targets, path: modulePath, before, versions } = save;
  for (const target of targets) {
    const path = `${folder}/${target === "module" ? before : paths.helper}`;
    const text = breakage === undefined ? textOf(target, versions) : brokenText(target, versions, breakage);
    if (way === "rename") {
      const aside = `${path}.${number}~`;
      Deno.writeTextFileSync(aside, text);
      Deno.renameSync(aside, path);
    } else if (way === "slow") {
      await writeSlowly(path, text);
    } else {
      Deno.writeTextFileSync(path, text);
      if (way === "twice") Deno.writeTextFileSync(path, text);
    }
  }
  if (modulePath !== before) Deno.renameSync(`${folder}/${before}`, `${folder}/${modulePath}`);
}

async function writeSlowly(path: string, text: string): Promise<void> {
  using file = Deno.openSync(path, { write: true, truncate: true });
  const bytes = new TextEncoder().encode(text);
  const piece = Math.ceil(bytes.length / PIECES);
  for (let at = 0; at < bytes.length; at += piece) {
    await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
    for (let rest = bytes.subarray(at, at + piece); rest.length > 0;) {
      rest = rest.subarray(file.writeSync(rest));
    }
  }
}
