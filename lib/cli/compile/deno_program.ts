/**
 * The `deno` that compiles.
 *
 * @module
 */
import { missingPermission } from "../exit.ts";
import type { Problem } from "../problem.ts";

/** The oldest one that knows all that the library uses. */
const LEAST = [2, 9];
const GET =
  "get Deno from https://docs.deno.com/runtime/getting_started/installation/ (or: npm install -g deno), and run this again";

/** Finds it, and sees that it is new enough. */
export async function findDeno(): Promise<{ deno: string } | { problem: Problem }> {
  // A compiled program is not `deno` itself.
  const deno = Deno.build.standalone ? "deno" : Deno.execPath();
  let said: string;
  try {
    const { stdout } = await new Deno.Command(deno, { args: ["--version"], stdin: "null" }).output();
    said = new TextDecoder().decode(stdout);
  } catch (error) {
    const missing = missingPermission(error);
    if (missing !== undefined) return { problem: { where: deno, ...missing } };
    return { problem: { where: deno, what: "is not on the PATH, and compiling takes it", fix: GET } };
  }
  const found = /^deno (\d+)\.(\d+)\.\S+/m.exec(said);
  if (found === null) return { problem: { where: deno, what: "is something else than Deno", fix: GET } };
  const [version, major, minor] = found;
  if (Number(major) > LEAST[0] || (Number(major) === LEAST[0] && Number(minor) >= LEAST[1])) return { deno };
  const what = `is ${version.slice(5)}, and compiling takes ${LEAST.join(".")} or a newer one`;
  return { problem: { where: deno, what, fix: "bring it up to date with: deno upgrade" } };
}
