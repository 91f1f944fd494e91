/**
 * The project that something is added to.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import { readConfigFile } from "../config_file.ts";
import { exists } from "../exists.ts";
import type { Problem } from "../problem.ts";

/** A project, as far as its files say. */
export interface Project {
  /** Its folder. */
  readonly folder: string;
  /** The folder of its protocols. */
  readonly protocols: string;
  /** The chain that its `n2o.json` names; `undefined` when all of the folder is served. */
  readonly chain: readonly unknown[] | undefined;
}

const SIGNS = ["protocols", "pages", "static", "n2o.json"];

/** The project in a folder, or what keeps it from being one. */
export function projectIn(folder: string, example: string): Project | Problem {
  if (!exists(folder)) {
    return { where: folder, what: "is not there", fix: "name the folder of a project" };
  }
  if (!Deno.statSync(folder).isDirectory) {
    return { where: folder, what: "is no folder", fix: "name the folder of a project" };
  }
  if (!SIGNS.some((name) => exists(join(folder, name)))) {
    return {
      where: folder === "." ? "this folder" : folder,
      what: "holds no project",
      fix: `name its folder: ${example} FOLDER; \`n2o new NAME\` makes one`,
    };
  }
  const file = readConfigFile(join(folder, "n2o.json"), false);
  const [fault] = file?.problems ?? [];
  if (fault !== undefined) return fault;
  const named = file?.values.get("protocolsFolder");
  const chain = file?.values.get("protocols");
  const protocols = typeof named !== "string"
    ? join(folder, "protocols")
    : isAbsolute(named)
    ? named
    : join(file!.base, named);
  return { folder, protocols, chain: Array.isArray(chain) ? chain : undefined };
}
