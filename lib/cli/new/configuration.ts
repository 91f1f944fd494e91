/**
 * The `deno.json` of a project: the library, and tasks that are allowed what they need and nothing else.
 *
 * @module
 */
import configuration from "../../../deno.json" with { type: "json" };
import type { Origin } from "./origin.ts";

const { tasks, unstable } = configuration;

/** The text of a project's `deno.json`. */
export function configurationFor({ imports, command, host }: Origin): string {
  const load = host === undefined ? [] : [`--allow-import=${host},jsr.io:443`];
  const n2o = (flags: string, rest: string) => {
    return ["deno run", flags, ...load, "--config deno.json", quoted(command), rest].join(" ");
  };
  const value = {
    imports,
    unstable,
    nodeModulesDir: "none",
    compilerOptions: { jsx: "react-jsx", jsxImportSource: "@n2o/n2o/nitro" },
    fmt: { lineWidth: 110 },
    tasks: {
      dev: n2o(flagsOf("dev" in tasks ? String(tasks.dev) : tasks.start), "dev ."),
      start: n2o(flagsOf(tasks.start), "serve ."),
      test: ["deno test --no-prompt --allow-net=127.0.0.1", ...load].join(" "),
      ok: `deno fmt --check && deno lint && ${["deno check", ...load].join(" ")} && deno task test`,
      generate: n2o("--no-prompt --allow-read --allow-write=.", "generate"),
      compile: n2o(COMPILER, "compile ."),
    },
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** What `n2o compile` needs: it calls `deno`, which lies anywhere, and works in a temporary folder. */
const COMPILER = "--no-prompt --allow-read --allow-write --allow-run '--allow-env=N2O_*,DENORT_BIN'";

/** What the library's own task of this kind is allowed. */
function flagsOf(task: string): string {
  return task.replace(/^deno run /, "").replace(/ main\.ts .*$/, "");
}

/** A word as the shell of tasks takes it. */
function quoted(word: string): string {
  return /^[\w@:/.+~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
