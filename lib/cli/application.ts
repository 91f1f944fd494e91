/**
 * An application: what a folder holds, or the chat.
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { createFtp } from "../../protocols/ftp/mod.ts";
import { N2OError } from "../error.ts";
import type { FileHandler } from "../endpoints/http.ts";
import { staticFiles } from "../endpoints/static.ts";
import type { Config } from "./config.ts";
import { dataPaths, exposed } from "./data.ts";
import { frameOf } from "./code_frame.ts";
import { missingPermission } from "./exit.ts";
import { Kept } from "./kept.ts";
import { provideLibrary } from "./library.ts";
import { modulesOnce, type ModuleSource } from "./module_source.ts";
import type { Problem } from "./problem.ts";
import { loadPages } from "./pages.ts";
import { type Link, loadChain } from "./protocols.ts";

/** An application that is ready to be served. */
export interface Loaded {
  /** Its name: the folder's. */
  readonly name: string;
  /** Its protocols. */
  readonly links: readonly Link[];
  /** Protocol files that the order leaves out. */
  readonly left: readonly string[];
  /** The files of its pages by their addresses. */
  readonly pages?: ReadonlyMap<string, string> | undefined;
  /** Its static files. */
  readonly files: readonly FileHandler[];
  /** The folder of the static files, if they come from one. */
  readonly served: string | undefined;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/**
 * Loads the application of a configuration.
 *
 * @param modules Where its modules come from.
 * @param kept What was made for it before, when this is a reload.
 */
export async function loadApplication(
  config: Config,
  modules: ModuleSource = modulesOnce(),
  kept: Kept = new Kept(),
): Promise<Loaded> {
  const { settings, folder } = config;
  const { protocolsFolder, order, static: named, headers } = settings;
  if (folder === undefined && protocolsFolder === undefined && order === undefined && named === undefined) {
    const { chatApplication } = await import("./chat.ts");
    const uploads = dataPaths(config).uploads;
    const { links, files } = kept.same("chat", [], () => chatApplication({ headers, uploads }));
    return { name: "chat", links, left: [], files, served: undefined, problems: [] };
  }
  const problems: Problem[] = [];
  const protocols = protocolsFolder ?? found(folder, "protocols");
  const served = named ?? found(folder, "static");
  const pages = found(folder, "pages");
  if (protocols !== undefined || pages !== undefined) add(problems, await provideLibrary());
  const site = pages === undefined ? undefined : await loadPages(pages, modules, kept);
  problems.push(...site?.problems ?? []);
  const chain = await loadChain(
    protocols,
    order,
    config.source("order") ?? "n2o.json: protocols",
    {
      ftp: kept.same("ftp", [], () => createFtp({ folder: dataPaths(config).uploads })),
      ...(site?.nitro === undefined ? {} : { nitro: site.nitro }),
    },
    modules,
  );
  problems.push(...chain.problems);
  if (site?.nitro !== undefined && chain.problems.length === 0) {
    add(problems, unopened(chain.links, config.source("order") ?? "n2o.json: protocols"));
  }
  const where = config.source("static") ?? served ?? "";
  add(problems, exposed(dataPaths(config), served, where));
  const files: FileHandler[] = site?.nitro === undefined ? [] : [site.nitro.documents];
  if (served !== undefined) {
    try {
      files.push(
        kept.same("static", [served, JSON.stringify(headers)], () => staticFiles(served, { headers })),
      );
    } catch (error) {
      problems.push(unservable(where, error));
    }
  }
  const name = printedName(folder);
  return {
    name,
    links: chain.links,
    left: chain.left,
    pages: site?.addresses,
    files,
    served,
    problems: problems.map(withFrame),
  };
}

/** What keeps pages from ever being opened: a chain that somebody has named. */
function unopened(links: readonly Link[], where: string): Problem | undefined {
  const names = links.map(({ protocol }) => protocol.name);
  const nitro = names.indexOf("nitro");
  if (nitro === -1) {
    return {
      where,
      what: "no page is ever opened without nitro",
      fix: "name nitro in the chain, in place of session",
    };
  }
  const session = names.indexOf("session");
  if (session === -1 || session > nitro) return undefined;
  return {
    where,
    what: "no page is ever opened: session answers the greetings before nitro can",
    fix: "take session out, or put it behind nitro, which begins sessions as well",
  };
}

/** What is wrong with a folder that a command line names. */
export function folderProblem({ folder }: Config): Problem | undefined {
  if (folder === undefined) return undefined;
  let isDirectory: boolean;
  try {
    isDirectory = Deno.statSync(folder).isDirectory;
  } catch (error) {
    const missing = missingPermission(error);
    if (missing !== undefined) return { where: folder, ...missing };
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { where: folder, what: "is not there", fix: "name the folder of an application" };
  }
  return isDirectory
    ? undefined
    : { where: folder, what: "is no folder", fix: "name the folder of an application" };
}

/** What keeps a folder from being an application. */
export function applicationProblem(config: Config): Problem | undefined {
  const { folder, settings } = config;
  if (folder === undefined || folderProblem(config) !== undefined) return folderProblem(config);
  const named = settings.protocolsFolder ?? settings.static ?? config.file;
  if (
    named !== undefined || ["protocols", "pages", "static"].some((name) => found(folder, name) !== undefined)
  ) {
    return undefined;
  }
  return {
    where: folder,
    what: "holds no application",
    fix: "put in protocols/*.ts, pages/*.ts, static/ or n2o.json",
  };
}

function found(folder: string | undefined, name: string): string | undefined {
  if (folder === undefined) return undefined;
  const path = join(folder, name);
  try {
    return Deno.statSync(path).isDirectory ? path : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function printedName(folder: string | undefined): string {
  return basename(resolve(folder ?? ".")) || "application";
}

function unservable(where: string, error: unknown): Problem {
  const missing = missingPermission(error);
  if (missing !== undefined) return { where, ...missing };
  if (!(error instanceof N2OError)) throw error;
  return { where, what: error.message, fix: "name a folder that this user may read" };
}

function add(problems: Problem[], problem: Problem | undefined): void {
  if (problem !== undefined) problems.push(problem);
}

/** Shows the lines around the place of a problem. */
function withFrame(problem: Problem): Problem {
  const frame = problem.place && frameOf(problem.place);
  return frame === undefined ? problem : { ...problem, frame };
}
