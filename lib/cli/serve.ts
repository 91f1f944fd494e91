/**
 * `n2o serve`: serves an application until it is asked to end.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { configFlags } from "./config.ts";
import type { Reloaded } from "./live.ts";
import { logReload, runServer, startServing } from "./serving.ts";

/** The command. */
export const serve: Command = {
  usage: "n2o serve [FOLDER] [flags]",
  about:
    `Serves the application in FOLDER: protocols/*.ts, pages/*.ts, static/ at /, and what n2o.json says; without FOLDER, the chat.
Its data lie in FOLDER/.n2o/, or where --data says. A setting comes from its flag, else from its variable (N2O_PORT for --port, N2O_TLS_CERT for
--tls-cert), else from n2o.json, else it is the default. Ctrl-C and SIGTERM end the server after what it has begun; a
second one ends it at once. SIGHUP and \`n2o reload\` load the modules that have changed, all of them or none.`,
  flags: configFlags,
  arguments: 1,
  async run(line) {
    const serving = await startServing(line, { strictness: "all-or-none" });
    const { live, log } = serving;
    const told = <T extends Reloaded | undefined>(reloaded: T): T => {
      if (reloaded !== undefined) logReload(log, reloaded);
      return reloaded;
    };
    return await runServer(serving, {
      reload: async () => told(await live.reload()),
      rollback: async () => told(await live.rollback()),
    });
  },
};
