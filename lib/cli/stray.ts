/**
 * Errors that nobody waits for, as protocols leave behind: a promise that is not awaited, a timer's function; and the end of the process.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { LogFields, Logger } from "../log.ts";
import type { Link } from "./protocols.ts";

/** An application's module in a stack: its address has the number of its generation. */
const MODULE = /(file:[^\s?()]*)\?n2o=\d+(:\d+:\d+)/;
/** The runtime's own functions stand in a stack, too. */
const DEEP_STACK = 50;

/** Logs which module it was that ends the process: whoever serves it would look for a crash. */
function tellWhoEnds(log: Logger): void {
  globalThis.addEventListener("unload", () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = DEEP_STACK;
    const found = MODULE.exec(new Error().stack ?? "");
    Error.stackTraceLimit = stackTraceLimit;
    if (found !== null) log.error("ended_by_module", { at: `${found[1]}${found[2]}` });
  });
}

/** Logs such errors, with the protocol whose file they come from, in place of ending the process. */
export function outliveStrayErrors(links: () => readonly Link[], log: Logger): void {
  const describe = (error: unknown): LogFields => {
    const stack = (error instanceof Error ? error.stack ?? "" : "").replaceAll(/\?n2o=\d+/g, "");
    const owner = links().find(({ file }) =>
      file !== undefined && stack.includes(`${pathToFileURL(resolve(file)).href}:`)
    );
    return owner === undefined ? { error } : { protocol: owner.protocol.name, error };
  };
  tellWhoEnds(log);
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("stray_rejection", describe(event.reason));
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("stray_error", describe(event.error));
  });
}
