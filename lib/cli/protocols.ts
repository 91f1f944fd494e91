/**
 * The protocols of an application's folder, and their order.
 *
 * @module
 */
import { basename, join } from "node:path";
import heart from "../../protocols/heart.ts";
import room from "../../protocols/room.ts";
import session from "../../protocols/session.ts";
import type { Protocol } from "../protocol.ts";
import { missingPermission } from "./exit.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { loadProtocolFile } from "./protocol_file.ts";

/** A protocol of a chain, and where it comes from. */
export interface Link {
  /** The protocol. */
  readonly protocol: Protocol;
  /** Its file; `undefined` for one that comes with n2o. */
  readonly file: string | undefined;
}

/** A chain of protocols. */
export interface Chain {
  /** Its links, in order. */
  readonly links: readonly Link[];
  /** Files of the folder that are not in it, since the order does not name them. */
  readonly left: readonly string[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

const BUILT_IN: Readonly<Record<string, Protocol>> = { heart, session, room };
const FILE = /^([^._].*)\.(?:ts|mts|js|mjs)$/;
/** Declarations and tests may lie beside the protocols. */
const NO_PROTOCOL = /\.(?:d|test)\.\w+$/;

/**
 * Loads the chain: what `order` names, else heart, session (or, with pages, nitro) and then the folder's files by name. A file takes the place of
 * the protocol of that name that comes with n2o.
 */
export async function loadChain(
  folder: string | undefined,
  order: readonly string[] | undefined,
  orderAt: string,
  more: Readonly<Record<string, Protocol>> = {},
): Promise<Chain> {
  const problems: Problem[] = [];
  const builtIn = { ...BUILT_IN, ...more };
  const files = folder === undefined ? new Map<string, string>() : findFiles(folder, problems);
  const names = order ??
    [...new Set(["heart", "nitro" in more ? "nitro" : "session", ...[...files.keys()].sort()])];
  const links: Link[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const file = files.get(name);
    if (seen.has(name)) {
      problems.push({ where: orderAt, what: `names ${name} twice`, fix: "name each protocol once" });
    } else if (file !== undefined) {
      const loaded = await loadProtocolFile(file);
      problems.push(...loaded.problems);
      for (const protocol of loaded.protocols) links.push({ protocol, file });
    } else if (Object.hasOwn(builtIn, name)) {
      links.push({ protocol: builtIn[name], file: undefined });
    } else {
      const known = [...files.keys(), ...Object.keys(builtIn)];
      problems.push({
        where: orderAt,
        what: `names ${name}, and there is no such protocol${didYouMean(name, known)}`,
        fix: `make ${join(folder ?? "protocols", `${name}.ts`)}, or take the name out`,
      });
    }
    seen.add(name);
  }
  return { links, left: [...files].filter(([name]) => !seen.has(name)).map(([, file]) => file), problems };
}

/** The protocol files of a folder by their names without the ending. */
function findFiles(folder: string, problems: Problem[]): Map<string, string> {
  const files = new Map<string, string>();
  try {
    for (const entry of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const name = FILE.exec(entry.name)?.[1];
      if (name === undefined || NO_PROTOCOL.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory || (entry.isSymlink && isFolder(path))) continue;
      const other = files.get(name);
      if (other === undefined) files.set(name, path);
      else {
        problems.push({
          where: path,
          what: `has the name of ${basename(other)}`,
          fix: "rename one of them, or begin its name with _",
        });
      }
    }
  } catch (error) {
    problems.push(unreadable(folder, error));
  }
  return files;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    // A link that leads nowhere is told about when it is loaded.
    return false;
  }
}

function unreadable(folder: string, error: unknown): Problem {
  const missing = missingPermission(error);
  if (missing !== undefined) return { where: folder, ...missing };
  if (error instanceof Deno.errors.NotFound) {
    return {
      where: folder,
      what: "is not there",
      fix: "make the folder, or name another one with --protocols DIR",
    };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { where: folder, what: `cannot be read: ${why}`, fix: "name a folder that this user may read" };
}
