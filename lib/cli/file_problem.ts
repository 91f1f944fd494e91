/**
 * What keeps a file from being read, where the runtime says only that it could not.
 *
 * @module
 */
import type { Problem } from "./problem.ts";

/** What is wrong with something that is no file: reading a pipe or a device might never end. */
export function specialProblem(path: string): Omit<Problem, "where"> | undefined {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return isFile || isDirectory
      ? undefined
      : { what: "is no file but a pipe, a socket or a device", fix: "take it away, or write a file" };
  } catch {
    // Whoever reads it says what is wrong.
    return undefined;
  }
}

/** Why a file cannot be read; `undefined` if it can. */
export function unreadableProblem(path: string): Omit<Problem, "where"> | undefined {
  const special = specialProblem(path);
  if (special !== undefined) return special;
  try {
    Deno.openSync(path).close();
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      return { what: "cannot be read: permission denied", fix: "let the user who runs n2o read it" };
    }
    if (error instanceof Deno.errors.FilesystemLoop) {
      return { what: "is a link that leads in a circle", fix: "take it away, or have it lead to a file" };
    }
    const why = error instanceof Error ? error.message : String(error);
    return { what: `cannot be read: ${why}`, fix: "make it a file that can be read" };
  }
}
