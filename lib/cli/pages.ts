/**
 * The pages of an application's folder: `pages/login.ts` is the page of `/app/login.htm`.
 *
 * @module
 */
import { createNitro, type NitroProtocol, type Page } from "../../protocols/nitro/mod.ts";
import { N2OError } from "../error.ts";
import { explainImport } from "./import_problem.ts";
import type { Kept } from "./kept.ts";
import { moduleFiles, type ModuleKind } from "./module_files.ts";
import type { ModuleSource } from "./module_source.ts";
import type { Problem } from "./problem.ts";

/** What a folder of pages gave. */
export interface LoadedPages {
  /** The protocol that serves them; none where something is wrong. */
  readonly nitro: NitroProtocol | undefined;
  /** The files by the addresses of their pages. */
  readonly addresses: ReadonlyMap<string, string>;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

const MODULE = /\.(?:tsx?|mts|jsx?|mjs)$/i;

/** What files hold pages. */
export const PAGES: ModuleKind = {
  file: new RegExp(`^([a-z0-9][\\w-]*)${MODULE.source}`, "i"),
  misnamed(file) {
    const ending = MODULE.exec(file)?.[0];
    if (ending === undefined || /^[._]/.test(file)) return undefined;
    const name = plainName(file.slice(0, -ending.length));
    const call = name === "" ? "call it by letters, digits, _ and -" : `call it ${name}${ending}`;
    return { what: "is no address", fix: `${call}, or begin its name with _ if it is no page` };
  },
  rename: "rename one of them",
  missing: "make the folder",
};
const SHAPE = "export default { init(nitro) { … }, event(message, nitro) { … } } satisfies Page";
const FUNCTIONS = ["init", "event", "client", "info", "apiEvent", "invalid", "terminate", "upgrade"];

/** Loads the pages of a folder: each file's name is its route behind `app/`, and `index` stands for `/` and for names below `app/` that have none. */
export async function loadPages(folder: string, modules: ModuleSource, kept: Kept): Promise<LoadedPages> {
  const problems: Problem[] = [];
  const pages: Record<string, Page> = {};
  const addresses = new Map<string, string>();
  for (const [name, path] of moduleFiles(folder, PAGES, problems, modules.serves)) {
    const page = modules.settle(path, await loadPage(path, modules, problems));
    if (page === undefined) continue;
    pages[`app/${name}`] = page;
    addresses.set(name === "index" ? "/" : `/app/${name}`, path);
  }
  try {
    const fallback = "app/index" in pages ? "app/index" : undefined;
    const nitro = kept.same(
      "nitro",
      Object.entries(pages).flat(),
      () => createNitro({ pages, default: fallback }),
    );
    return { nitro: modules.settle(folder, nitro), addresses, problems };
  } catch (error) {
    if (!(error instanceof N2OError)) throw error;
    problems.push({ where: folder, what: error.message, fix: "rename one of them" });
    return { nitro: modules.settle<NitroProtocol>(folder, undefined), addresses, problems };
  }
}

/** What is nearest to a name among those that addresses have as they are; empty where nothing is. */
function plainName(name: string): string {
  const letters = name.normalize("NFD").replace(/\p{M}/gu, "");
  return letters.replace(/[^\w-]+/g, "-").replace(/^[-_]+|-+$/g, "");
}

async function loadPage(path: string, modules: ModuleSource, problems: Problem[]): Promise<Page | undefined> {
  try {
    const { default: page } = await modules.import(path);
    const fault = faultOf(page);
    if (fault === undefined) return page as Page;
    problems.push({ where: path, what: `is no page: ${fault}`, fix: `write ${SHAPE}` });
  } catch (error) {
    problems.push({ where: path, ...explainImport(error, path) });
  }
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
