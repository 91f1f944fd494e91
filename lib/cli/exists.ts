/**
 * Whether something is there, and whether it is a folder.
 *
 * @module
 */

/** Whether something lies at a path; what may not be looked at counts as there, so that whoever needs it says what is wrong. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** Whether a folder lies at a path; what may not be looked at is none. */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
