/**
 * `n2o docs`: the documents in a browser.
 *
 * @module
 */
import { listenError } from "../../endpoints/listen_error.ts";
import type { Command } from "../command.ts";
import { OK, ProblemsError, WRONG_USAGE } from "../exit.ts";
import type { Problem } from "../problem.ts";
import { listenForSignals } from "../signals.ts";
import { stderr, stdout } from "../terminal.ts";
import { version } from "../version.ts";
import { Repository } from "./repository.ts";
import { reference } from "./reference.ts";
import { Site } from "./site.ts";

const PORT = 8010;
const HOST = "127.0.0.1";

/** The command. */
export const docs: Command = {
  usage: "n2o docs [flags]",
  about:
    `Serves the documents of this version: the guides, the reference and the changelog, with a search. They are in the program,
or beside it; an n2o that runs from an address gets them from there. Ctrl-C ends it.`,
  flags: [
    { name: "port", value: "PORT", about: "the port; 0 takes a free one", shown: String(PORT) },
    {
      name: "host",
      value: "ADDRESS",
      about: "the address; 0.0.0.0 and :: are all of the machine's",
      shown: HOST,
    },
  ],
  arguments: 0,
  async run(line) {
    const text = line.flags.get("port")?.[0] ?? String(PORT);
    const hostname = line.flags.get("host")?.[0] ?? HOST;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
    const problems: Problem[] = [...line.problems];
    if (!(port <= 65_535)) {
      problems.push({ where: `--port ${text}`, what: "is no port", fix: "give one from 0 to 65535" });
    }
    if (problems.length > 0) throw new ProblemsError(problems, WRONG_USAGE);
    const repository = new Repository();
    // That they can be had is known before anybody looks.
    await repository.text("README.md");
    const site = new Site(repository, reference());
    const server = listen(site, hostname, port);
    const { port: taken } = server.addr;
    const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
    stdout.line(`n2o ${version}: the documents at http://${shown}:${taken}/ (Ctrl-C ends it)`);
    await new Promise<void>((resolve) => listenForSignals({ stop: () => resolve(), reread() {} }));
    await server.shutdown();
    return OK;
  },
};

function listen(site: Site, hostname: string, port: number): Deno.HttpServer<Deno.NetAddr> {
  const onError = (error: unknown): Response => {
    stderr.line(error instanceof Error ? error.message : String(error));
    return new Response("this failed\n", { status: 500 });
  };
  try {
    return Deno.serve({ hostname, port, onListen() {}, onError }, site.answer);
  } catch (error) {
    throw listenError(error, hostname, port);
  }
}
