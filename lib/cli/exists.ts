/**
 * Whether something is there.
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
