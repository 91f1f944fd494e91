/**
 * Programs that Deno has compiled, such as an executable that was made before and lies in the application's folder.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { targetOf } from "./targets.ts";

/** What every runtime of Deno holds: the name of the part that carries an application. */
const MARK = "d3n0l4nd";
/** No runtime is smaller, in bytes. */
const LEAST = 20e6;
const CHUNK = 1 << 20;

/** Whether a file is the runtime, or a program made of it; `head` are its first bytes. Other executables may be an application's tools. */
export function isCompiled(path: string, size: number, head: Uint8Array): boolean {
  if (size < LEAST || targetOf(head) === undefined) return false;
  using file = Deno.openSync(path);
  const buffer = Buffer.alloc(MARK.length + CHUNK);
  for (let n: number | null; (n = file.readSync(buffer.subarray(MARK.length))) !== null;) {
    if (buffer.subarray(0, MARK.length + n).includes(MARK)) return true;
    // A mark that two chunks share.
    buffer.copyWithin(0, n, n + MARK.length);
  }
  return false;
}
