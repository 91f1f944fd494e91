/**
 * The `n2o` command: `n2o --help` lists what it does; all about it in `docs/cli.md`.
 *
 * @module
 */
import { main } from "./lib/cli/main.ts";

if (import.meta.main) await main(Deno.args);
