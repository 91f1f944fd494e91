/**
 * The version of this program.
 *
 * @module
 */
import configuration from "../../deno.json" with { type: "json" };

/** The version, as `deno.json` has it. */
export const version: string = configuration.version;
