/**
 * The pages of an application's folder: `pages/login.ts` is the page of `/app/login.htm`.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createNitro, type NitroProtocol, type Page } from "../../protocols/nitro/mod.ts";
import { N2OError } from "../error.ts";
import { missingPermission } from "./exit.ts";
import type { Problem } from "./problem.ts";
import { explainImport, inTime } from "./protocol_file.ts";

/** What a folder of pages gave. */
export interface LoadedPages {
  /** The protocol that serves them; none where something is wrong. */
  readonly nitro: NitroProtocol | undefined;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

const FILE = /^([a-z0-9][\w-]*)\.(?:tsx?|mts|jsx?|mjs)$/i;
/** Declarations and tests may lie beside the pages. */
const NO_PAGE = /\.(?:d|test)\.\w+$/;
const SHAPE = "export default { init(nitro) { … }, event(message, nitro) { … } } satisfies Page";
const FUNCTIONS = ["init", "event", "client", "info", "apiEvent", "invalid", "terminate"];
const PATIENCE_MS = 10_000;

/** Loads the pages of a folder: each file's name is its route behind `app/`, and `index` stands for all that have none. */
export async function loadPages(folder: string): Promise<LoadedPages> {
  const problems: Problem[] = [];
  const pages: Record<string, Page> = {};
  for (const [name, path] of findPages(folder, problems)) {
    try {
      const { default: page } = await inTime<{ default?: unknown }>(
        import(pathToFileURL(resolve(path)).href),
        PATIENCE_MS,
      );
      const fault = faultOf(page);
      if (fault === undefined) pages[`app/${name}`] = page as Page;
      else problems.push({ where: path, what: `is no page: ${fault}`, fix: `write ${SHAPE}` });
    } catch (error) {
      problems.push({ where: path, ...explainImport(error) });
    }
  }
  if (problems.length > 0) return { nitro: undefined, problems };
  try {
    const fallback = "app/index" in pages ? "app/index" : undefined;
    return { nitro: createNitro({ pages, default: fallback }), problems };
  } catch (error) {
    if (!(error instanceof N2OError)) throw error;
    return {
      nitro: undefined,
      problems: [{ where: folder, what: error.message, fix: "rename one of them" }],
    };
  }
}

function findPages(folder: string, problems: Problem[]): Map<string, string> {
  const found = new Map<string, string>();
  try {
    for (const entry of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const name = FILE.exec(entry.name)?.[1];
      if (name === undefined || NO_PAGE.test(entry.name) || entry.isDirectory) continue;
      const path = join(folder, entry.name);
      const other = found.get(name);
      if (other === undefined) found.set(name, path);
      else problems.push({ where: path, what: `has the name of ${other}`, fix: "rename one of them" });
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const missing = missingPermission(error);
    problems.push({
      where: folder,
      ...(missing ?? { what: `cannot be read: ${why}`, fix: "name a folder that this user may read" }),
    });
  }
  return found;
}

function faultOf(value: unknown): string | undefined {
  if (value === undefined) return "it has no default export";
  if (typeof value !== "object" || value === null) return "its default export is no object";
  const page = value as Record<string, unknown>;
  for (const name of FUNCTIONS) {
    if (page[name] !== undefined && typeof page[name] !== "function") return `its ${name} is no function`;
  }
  if (FUNCTIONS.every((name) => page[name] === undefined) && page.document === undefined) {
    return "it has neither init nor event";
  }
  return undefined;
}
