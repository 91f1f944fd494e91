/**
 * Opens the control socket of a server, where that can be.
 *
 * @module
 */
import { resolve } from "node:path";
import { N2OError } from "../../error.ts";
import type { Logger } from "../../log.ts";
import type { Config } from "../config.ts";
import { dataPaths, makeDataFolder } from "../data.ts";
import { exists } from "../exists.ts";
import { missingPermission } from "../exit.ts";
import { type ControlHandlers, ControlServer } from "./server.ts";

/** What to do instead, for every reason. */
const SIGNAL = "kill -HUP with the server's process id reloads as well";

const ADVICE: Readonly<Record<string, string>> = {
  control_path_long: `a shorter path for the data: --data DIR; ${SIGNAL}`,
  control_taken: `give this server its own data: --data DIR; ${SIGNAL}`,
  control_unsupported: "restart the server, or work with n2o dev",
};

/**
 * Answers `n2o reload`, `n2o rollback` and `n2o status`. Without a socket the server serves all the same, and its log says
 * why: `undefined` then. A server that keeps nothing makes no folder for it.
 */
export async function openControl(
  config: Config,
  handlers: ControlHandlers,
  log: Logger,
): Promise<ControlServer | undefined> {
  const paths = dataPaths(config);
  const keepsNothing = config.settings.store.driver === "memory" && config.source("data") === undefined;
  if (keepsNothing && !exists(paths.folder)) {
    log.debug("control_off", { reason: `there is no ${paths.folder}`, advice: `--data DIR; ${SIGNAL}` });
    return undefined;
  }
  try {
    await mayMake(paths.folder);
    makeDataFolder(paths, [paths.control]);
    return await ControlServer.listen(paths.control, handlers, log);
  } catch (error) {
    const missing = missingPermission(error);
    const code = error instanceof N2OError ? error.code : "";
    const reason = missing?.what ?? (error instanceof Error ? error.message : String(error));
    const level = code === "control_unsupported" ? "info" : "warn";
    log[level]("control_off", { reason, advice: missing?.fix ?? ADVICE[code] ?? SIGNAL });
    return undefined;
  }
}

/** Throws what is missing as a permission: a server does not stop at its start to ask somebody at the terminal for it. */
async function mayMake(folder: string): Promise<void> {
  const path = resolve(folder);
  const needed: [Deno.PermissionDescriptor, string][] = [
    [{ name: "read", path }, `read access to "${path}"`],
    [{ name: "write", path }, `write access to "${path}"`],
    // All of it: the socket is made under a name that nobody can know before.
    [{ name: "net" }, "net access"],
  ];
  for (const [descriptor, what] of needed) {
    const { state } = await Deno.permissions.query(descriptor);
    if (state !== "granted") throw new Deno.errors.NotCapable(`Requires ${what}`);
  }
}
