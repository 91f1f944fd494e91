/**
 * The data of an application: `.n2o/` in its folder, or where the setting `data` says.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { N2OError } from "../error.ts";
import type { Config } from "./config.ts";
import { credentialPath } from "./credential.ts";
import { isInsideProgram } from "./inside_program.ts";
import { pathInside } from "../path_inside.ts";
import type { Problem } from "./problem.ts";

/** Where an application's data lie. */
export interface DataPaths {
  /** The folder; only its owner may look into it. */
  readonly folder: string;
  /** The file of the `kv` store. */
  readonly kv: string;
  /** The key file; one that is named goes before the credential of the service, that before the one in the folder. */
  readonly secret: string;
  /** The folder of what visitors upload. */
  readonly uploads: string;
  /** The socket by which commands reach the server. */
  readonly control: string;
}

/** The paths that a configuration asks for. */
export function dataPaths({ folder, settings }: Config): DataPaths {
  const data = settings.data ?? join(folder === undefined || isInsideProgram(folder) ? "" : folder, ".n2o");
  return {
    folder: data,
    kv: settings.store.path ?? join(data, "kv"),
    secret: settings.secretFile ?? credentialPath() ?? join(data, "secret"),
    uploads: join(data, "uploads"),
    control: join(data, "control.sock"),
  };
}

/** Makes the data folder where something lies in it, and keeps it out of version control. */
export function makeDataFolder({ folder }: DataPaths, paths: readonly string[]): void {
  if (!paths.some((path) => isInside(path, folder)) || isFolder(folder)) return;
  try {
    Deno.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const problem = dataProblem(folder);
    if (problem !== undefined) {
      throw new N2OError("data_unwritable", `${problem.where} ${problem.what}: ${problem.fix}`, folder);
    }
    if (error instanceof Deno.errors.AlreadyExists) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new N2OError("data_unwritable", `the folder ${folder} cannot be made: ${why}`, folder, {
      cause: error,
    });
  }
  Deno.writeTextFileSync(join(folder, ".gitignore"), "*\n", { mode: 0o600 });
}

/** What is wrong with the data folder, as far as that is seen without touching it. */
export function dataProblem(folder: string): Problem | undefined {
  if (isFolder(folder) !== false) return undefined;
  return { where: folder, what: "is not a folder", fix: "move it away: the application's data lie there" };
}

/** What would be wrong with serving a folder in which secrets lie. */
export function exposed(paths: DataPaths, served: string | undefined, where: string): Problem | undefined {
  if (served === undefined) return undefined;
  const found = [paths.secret, paths.kv, paths.uploads].find((path) =>
    isInside(path, served) && !isHidden(path, served)
  );
  if (found === undefined) return undefined;
  return {
    where,
    what: `would let everybody download ${found}`,
    fix: "serve another folder, or put that file elsewhere",
  };
}

/** `undefined` for what is not there, or may not be looked at. */
function isFolder(path: string): boolean | undefined {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return undefined;
  }
}

function isInside(path: string, folder: string): boolean {
  return pathInside(resolve(path), resolve(folder)) !== undefined;
}

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

function isHidden(path: string, folder: string): boolean {
  return resolve(path).slice(resolve(folder).length).split(SEPARATOR).some((name) => name.startsWith("."));
}
