/**
 * Command-line arguments: `@std/cli/parse-args`, here from the npm copy of the same code.
 *
 * @module
 */
// JSR: jsr:@std/cli@^1/parse-args
// @ts-types="./parse_args.d.ts"
export { parseArgs } from "npm:deno-std@1.4.0/cli/parse_args.js";
