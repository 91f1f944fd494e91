/**
 * What the service manager tells a server in its environment.
 *
 * @module
 */

/** The variables of a service manager that are read. */
export const serviceVariables = [
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "CREDENTIALS_DIRECTORY",
] as const;

/**
 * A variable of the service manager; `undefined` where it is not set, is empty, or may not be read. Nobody is asked for the
 * permission: most servers run without a service manager.
 */
export function serviceVariable(variable: typeof serviceVariables[number]): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return undefined;
  return Deno.env.get(variable) || undefined;
}
