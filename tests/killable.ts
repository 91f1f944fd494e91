/**
 * A server in a process of its own, which a test ends without a warning.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Address } from "./raw_socket.ts";

/** Such a server. */
export interface Killable {
  /** Where it listens. */
  readonly address: Address;
  /** Ends it at once: SIGKILL. */
  kill(): Promise<void>;
}

/** Runs a script beside this file, with the given flags and arguments, until it says `port N`. */
export async function startKillable(
  script: string,
  flags: readonly string[],
  args: readonly string[],
): Promise<Killable> {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, "--config", here("../deno.json"), here(script), ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  while (!/port \d+\n/.test(output)) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the server did not start");
    output += value;
  }
  return {
    address: { hostname: "127.0.0.1", port: Number(/port (\d+)/.exec(output)![1]) },
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}
