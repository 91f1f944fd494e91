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
    removeEmpty(folder);
    Deno.renameSync(half, folder);
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
    if (/^(?:EACCES|EPERM|EROFS)$/.test((error as { code?: string }).code ?? "")) {
      return { where: parent, what: "cannot be written to", fix: "go to a folder where this user may write" };
    }
    throw error;
  } finally {
    removeWhole(half);
  }
}

function removeEmpty(folder: string): void {
  try {
    Deno.removeSync(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function removeWhole(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch {
    // It has become the project, or was never made.
  }
}
