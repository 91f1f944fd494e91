/**
 * What lies in the compiled program itself.
 *
 * @module
 */
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether a path leads into the running program: an application that `n2o compile` has embedded. It is read like a folder, and never changes. */
export function isInsideProgram(path: string): boolean {
  if (!Deno.build.standalone) return false;
  const program = dirname(fileURLToPath(Deno.mainModule));
  return `${resolve(path)}${sep}`.startsWith(`${program}${sep}`);
}
