/**
 * The npm package `ws` under Node, as a peer beside the bare `Deno.serve`.
 *
 * @module
 */

import { beside, Server } from "./server.ts";

const VERSION = "8.23.0";

/** A peer whose figures stand beside, and how it is called. */
export interface Beside {
  readonly name: string;
  readonly server: Server;
}

/** Starts it; without Node or the package it says what is missing, and gives `undefined`. */
export async function startNodePeer(): Promise<Beside | undefined> {
  let node: Deno.CommandOutput;
  try {
    node = await new Deno.Command("node", { args: ["--version"] }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("ws on Node is left out: there is no node here; on Debian: apt-get install nodejs");
    return undefined;
  }
  const version = new TextDecoder().decode(node.stdout).trim().slice(1);
  try {
    // Resolving says where Deno's cache has it; importing it here would run it under Deno.
    const server = await Server.spawn("node", [beside("ws_echo.mjs"), import.meta.resolve("ws")]);
    return { name: `ws ${VERSION} on Node ${version}`, server };
  } catch (error) {
    console.log(
      `ws on Node is left out (deno install npm:ws@${VERSION} gets it): ${(error as Error).message}`,
    );
    return undefined;
  }
}
