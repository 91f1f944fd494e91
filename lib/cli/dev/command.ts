/**
 * `n2o dev`: serves an application, and takes over what is saved.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Command } from "../command.ts";
import { configFlags } from "../config.ts";
import { ProblemsError, WRONG_USAGE } from "../exit.ts";
import type { CommandLine } from "../flags.ts";
import { integer } from "../kinds.ts";
import { runServer, startServing } from "../serving.ts";
import { openInspector } from "./inspector.ts";
import { ownHosts } from "./own_hosts.ts";
import { DevPage } from "./page.ts";
import { DevSession } from "./session.ts";

const PORT = integer(0, 65535);
const POLL = integer(10, 60_000);
const INSPECTOR_PORT = 9229;

/** The command. */
export const dev: Command = {
  usage: "n2o dev [FOLDER] [flags]",
  about:
    `Serves the application in FOLDER (by default the one here) as \`n2o serve\` does, and takes over what is saved: protocols, pages and all that they
import are live for the next message, with their connections, states and sessions; changed styles are swapped in the page, changed
templates drawn, and other static files have it loaded anew. A module that is broken leaves its old version serving: what is wrong stands
here and in the page until it is mended. To debug, give --inspect and open chrome://inspect, or run deno itself with it.`,
  flags: [
    ...configFlags,
    { name: "inspect", about: "let a debugger in, from this machine" },
    {
      name: "inspect-port",
      value: "PORT",
      about: "the debugger's port; 0 takes a free one",
      shown: String(INSPECTOR_PORT),
    },
    {
      name: "poll",
      value: "MS",
      about: "look for changes so often, too: for file systems that do not tell of them",
      shown: "never",
    },
  ],
  arguments: 1,
  async run(line) {
    const pollMs = numberOf(line, "poll", POLL);
    const inspectPort = numberOf(line, "inspect-port", PORT);
    const inHere: CommandLine = line.rest.length === 0 ? { ...line, rest: ["."] } : line;
    const inspects = line.flags.has("inspect") || inspectPort !== undefined;
    // Nobody is let in by a command that only says what is wrong with it.
    if (inspects && line.problems.length === 0) openInspector(inspectPort ?? INSPECTOR_PORT);
    const page = new DevPage({ folder: resolve(inHere.rest[0]) });
    const serving = await startServing(inHere, {
      strictness: "what-is-good",
      chains: page.chains,
      around: (files) => [page.files, ...page.inject(files)],
      hosts: ownHosts,
      watch: (log) => page.watch(log),
      tells: true,
    });
    const session = new DevSession(serving, page, pollMs);
    session.begin();
    try {
      return await runServer(serving, {
        reload: () => session.look(),
        rollback: () => session.back(),
      });
    } finally {
      session.close();
    }
  },
};

function numberOf({ flags }: CommandLine, name: string, kind: typeof PORT): number | undefined {
  const given = flags.get(name)?.[0];
  if (given === undefined) return undefined;
  const number = kind.fromText(given, "");
  if (number !== undefined) return number;
  throw new ProblemsError(
    [{ where: `--${name}`, what: `cannot be ${given}`, fix: `give ${kind.allowed}` }],
    WRONG_USAGE,
  );
}
