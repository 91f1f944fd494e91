/**
 * Errors that nobody waits for, as protocols leave behind: a promise that is not awaited, a timer's function.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { LogFields, Logger } from "../log.ts";
import type { Link } from "./protocols.ts";

/** Logs such errors, with the protocol whose file they come from, in place of ending the process. */
export function outliveStrayErrors(links: () => readonly Link[], log: Logger): void {
  const describe = (error: unknown): LogFields => {
    const stack = (error instanceof Error ? error.stack ?? "" : "").replaceAll(/\?n2o=\d+/g, "");
    const owner = links().find(({ file }) =>
      file !== undefined && stack.includes(`${pathToFileURL(resolve(file)).href}:`)
    );
    return owner === undefined ? { error } : { protocol: owner.protocol.name, error };
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("stray_rejection", describe(event.reason));
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("stray_error", describe(event.error));
  });
}
