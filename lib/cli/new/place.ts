/**
 * The folder of a new project: there wholly, or not at all.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { missingPermission } from "../exit.ts";
import type { Problem } from "../problem.ts";

/** So many names of what is in the way are told. */
const TOLD = 3;

/** What stands where a project is to be. */
export function inTheWay(folder: string, shown: string): Problem | undefined {
  let names: string[];
  try {
    if (Deno.lstatSync(folder).isSymlink) {
      return { where: shown, what: "is a link", fix: "choose another name, or remove it" };
    }
    names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    const missing = missingPermission(error);
    if (missing !== undefined) return { where: shown, ...missing };
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) {
      return { where: shown, what: "is a file", fix: "choose another name, or move it away" };
    }
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    return { where: shown, what: "is there, and cannot be read", fix: "choose another name" };
  }
  if (names.length === 0) return undefined;
  const more = names.length - TOLD;
  const told = names.slice(0, TOLD).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return { where: shown, what: `is there already, with ${told}`, fix: "choose another name, or empty it" };
}

/** Makes a folder with these files; nothing of it is there when that fails. Gives what stands against it. */
export function makeProject(folder: string, files: ReadonlyMap<string, string>): Problem | undefined {
  const parent = dirname(folder);
  const half = join(parent, `.${basename(folder)}-${crypto.randomUUID().slice(0, 8)}`);
  try {
    Deno.mkdirSync(half);
    for (const [path, text] of files) {
      const file = join(half, path);
      Deno.mkdirSync(dirname(file), { recursive: true });
      // Scripts begin with the name of what runs them.
      Deno.writeTextFileSync(file, text, { createNew: true, mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    takePlace(half, folder);
    return undefined;
  } catch (error) {
    const missing = missingPermission(error);
    if (missing !== undefined) {
      // The half-made folder is nobody's business.
      return {
        where: basename(folder),
        what: missing.what.replaceAll(half, parent),
        fix: missing.fix.replaceAll(half, "."),
      };
    }
    const problem = refused(error, parent);
    if (problem === undefined) throw error;
    return problem;
  } finally {
    removeWhole(half);
  }
}

/** Puts the project where it is to be. An empty folder that was there gives it its mode and owner, and is there still when that fails. */
function takePlace(half: string, folder: string): void {
  let old: Deno.FileInfo;
  try {
    old = Deno.statSync(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return Deno.renameSync(half, folder);
  }
  if (Deno.build.os === "windows") {
    // There a folder takes no other's place.
    Deno.removeSync(folder);
    return Deno.renameSync(half, folder);
  }
  const made = Deno.statSync(half);
  if (old.uid !== made.uid || old.gid !== made.gid) Deno.chownSync(half, old.uid, old.gid);
  if (old.mode !== null) Deno.chmodSync(half, old.mode & 0o7777);
  Deno.renameSync(half, folder);
}

/** What the system says, by the codes that a user can do something about. */
const REFUSED: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  EACCES: ["cannot be written to", "go to a folder where this user may write"],
  EPERM: ["cannot be written to", "go to a folder where this user may write"],
  EROFS: ["cannot be written to", "go to a folder where this user may write"],
  ENOSPC: ["has no space left", "make some, or go to another disk"],
  EDQUOT: ["has no space left for this user", "make some, or go to another disk"],
  EBUSY: ["holds a folder of that name on which something is mounted", "choose another name"],
  EXDEV: ["holds a folder of that name on which something is mounted", "choose another name"],
  ENOTEMPTY: ["got something of that name just now", "choose another name, or remove it"],
  EEXIST: ["got something of that name just now", "choose another name, or remove it"],
  ENAMETOOLONG: ["has too long a path for this system", "go to a folder that is less deep"],
};

/** What is wrong with a folder where something could not be written; `undefined` for an error without a code. */
export function refused(error: unknown, where: string): Problem | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string") return undefined;
  const [what, fix] = Object.hasOwn(REFUSED, code)
    ? REFUSED[code]
    : [`cannot be written to: ${code}`, "go to another folder"];
  return { where, what, fix };
}

function removeWhole(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch {
    // It has become the project, or was never made.
  }
}
