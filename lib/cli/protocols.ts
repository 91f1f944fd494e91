/**
 * The protocols of an application's folder, and their order.
 *
 * @module
 */
import { join } from "node:path";
import heart from "../../protocols/heart.ts";
import room from "../../protocols/room.ts";
import session from "../../protocols/session.ts";
import type { Protocol } from "../protocol.ts";
import { moduleFiles, type ModuleKind } from "./module_files.ts";
import { modulesOnce, type ModuleSource } from "./module_source.ts";
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
/** What files hold protocols. */
export const PROTOCOLS: ModuleKind = {
  file: /^([^._].*)\.(?:ts|mts|js|mjs)$/,
  rename: "rename one of them, or begin its name with _",
  missing: "make the folder, or name another one with --protocols DIR",
};

/**
 * Loads the chain: what `order` names, else heart, session (or, with pages, nitro) and then the folder's files by name. A file, or a
 * protocol of a file, takes the place of the one of that name that comes with n2o.
 */
export async function loadChain(
  folder: string | undefined,
  order: readonly string[] | undefined,
  orderAt: string,
  more: Readonly<Record<string, Protocol>> = {},
  modules: ModuleSource = modulesOnce(),
): Promise<Chain> {
  const problems: Problem[] = [];
  const builtIn = { ...BUILT_IN, ...more };
  const files = folder === undefined
    ? new Map<string, string>()
    : moduleFiles(folder, PROTOCOLS, problems, modules.serves);
  const names = order ??
    [...new Set(["heart", "nitro" in more ? "nitro" : "session", ...[...files.keys()].sort()])];
  const links: Link[] = [];
  const add = (protocol: Protocol, file: string | undefined) => {
    const at = links.findIndex((link) => link.protocol.name === protocol.name);
    if (at === -1) links.push({ protocol, file });
    else if (links[at].file === undefined) links[at] = { protocol, file };
    else if (file !== undefined) {
      problems.push({
        where: file,
        what: `exports a protocol named ${protocol.name}, and so does ${links[at].file}`,
        fix: "give one of them another name: their states lie under it",
      });
    }
  };
  const seen = new Set<string>();
  for (const name of names) {
    const file = files.get(name);
    if (seen.has(name)) {
      problems.push({ where: orderAt, what: `names ${name} twice`, fix: "name each protocol once" });
    } else if (file !== undefined) {
      const loaded = await loadProtocolFile(file, modules);
      problems.push(...loaded.problems);
      const protocols = modules.settle(file, loaded.problems.length === 0 ? loaded.protocols : undefined);
      for (const protocol of protocols ?? []) add(protocol, file);
    } else if (Object.hasOwn(builtIn, name)) {
      add(builtIn[name], undefined);
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
