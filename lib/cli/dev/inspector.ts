/**
 * The debugger's entrance.
 *
 * @module
 */
import inspector from "node:inspector";
import { N2OError } from "../../error.ts";
import { missingPermission } from "../exit.ts";

/**
 * Lets a debugger of this machine in; the runtime says where on stderr.
 *
 * @throws {N2OError} `inspector_unavailable`, with what to do.
 */
export function openInspector(port: number): void {
  if (inspector.url() !== undefined) return;
  try {
    inspector.open(port, "127.0.0.1");
  } catch (error) {
    if (missingPermission(error) !== undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new N2OError(
      "inspector_unavailable",
      `no debugger can be let in at port ${port}: ${why}; give another one with --inspect-port PORT`,
      port,
    );
  }
}
