/**
 * One file with a protocol, or with several.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { N2OError } from "../error.ts";
import type { Protocol } from "../protocol.ts";
import { missingPermission } from "./exit.ts";
import { isLibrary, mapTheLibrary } from "./library.ts";
import { type Problem, thrown } from "./problem.ts";

/** What a file gave. */
export interface ProtocolFile {
  /** Its protocols; none when something is wrong. */
  readonly protocols: readonly Protocol[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

const SHAPE = 'export default { name: "…", info(message, cx) { … } } satisfies Protocol, or an array of such';
/** A module that waits for something at its top level may wait so long, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Imports a file, whose default export is a protocol or an array of protocols. */
export async function loadProtocolFile(path: string, patienceMs = PATIENCE_MS): Promise<ProtocolFile> {
  const wrong = (what: string, fix: string): ProtocolFile => ({
    protocols: [],
    problems: [{ where: path, what, fix }],
  });
  let module: Record<string, unknown>;
  try {
    module = await inTime(import(pathToFileURL(resolve(path)).href), patienceMs);
  } catch (error) {
    const { what, fix } = explainImport(error);
    return wrong(what, fix);
  }
  if (!("default" in module)) {
    return wrong(
      "has no default export",
      `write ${SHAPE}; a module that is no protocol is named with _ first`,
    );
  }
  const given = Array.isArray(module.default) ? module.default : [module.default];
  if (given.length === 0) return wrong("exports an empty array", `write ${SHAPE}`);
  const faults = given.map(faultOf);
  const at = faults.findIndex((fault) => fault !== undefined);
  if (at === -1) return { protocols: given as Protocol[], problems: [] };
  const which = Array.isArray(module.default) ? `entry ${at} of its default export` : "its default export";
  return wrong(`${which} is no protocol: ${faults[at]}`, `write ${SHAPE}`);
}

function faultOf(value: unknown): string | undefined {
  if (typeof value === "function") return "it is a function";
  if (typeof value !== "object" || value === null) {
    return `it is ${value === null ? "null" : `a ${typeof value}`}`;
  }
  const { name, info, init, terminate } = value as Record<string, unknown>;
  if (typeof name !== "string" || name === "") return "its name is no text";
  if (typeof info !== "function") return "its info is no function";
  if (init !== undefined && typeof init !== "function") return "its init is no function";
  if (terminate !== undefined && typeof terminate !== "function") return "its terminate is no function";
  return undefined;
}

/** What a module gives, unless it waits for something for too long: `load_timeout`. */
export async function inTime<T>(loading: Promise<T>, patienceMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new N2OError("load_timeout", `${patienceMs} ms`)), patienceMs);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a module could not be imported, and what to do. */
export function explainImport(error: unknown): { what: string; fix: string } {
  const missing = missingPermission(error);
  if (missing !== undefined) return missing;
  if (error instanceof N2OError && error.code === "load_timeout") {
    return { what: `has not loaded in ${error.message}`, fix: "do not wait at its top level" };
  }
  if (!(error instanceof Error)) return { what: `throws ${thrown(error)}`, fix: "mend the module" };
  // deno-lint-ignore no-control-regex
  const message = error.message.replace(/\x1b\[[\d;]*m/g, "");
  // An error from the hook of a compiled program comes wrapped in another one.
  const first = message.split("\n")[0].replace(/^(?:TypeError: )+/, "");
  const bare = /^Import "([^"]+)" not a dependency/.exec(first)?.[1] ??
    /^Relative import path "([^"]+)" not prefixed/.exec(first)?.[1];
  if (bare !== undefined) return { what: `imports "${bare}", which nothing maps`, fix: adviceFor(bare) };
  if (
    error instanceof SyntaxError || /could not be parsed|Module not found|Expected|Unexpected/.test(first)
  ) {
    return { what: shortened(first), fix: "mend it there" };
  }
  const place = /\((file:.*:\d+:\d+)\)|at (file:.*:\d+:\d+)/.exec(error.stack ?? "");
  const at = place === null ? "" : ` at ${place[1] ?? place[2]}`;
  return {
    what: `throws ${error.name}: ${shortened(first)}${at}`,
    fix: "mend the module; it runs when it is loaded",
  };
}

function adviceFor(bare: string): string {
  if (isLibrary(bare)) return mapTheLibrary;
  if (Deno.build.standalone) {
    return "a compiled n2o knows no packages: import relative files, node: and @n2o/n2o";
  }
  return `give the whole specifier, such as npm:${bare}@VERSION`;
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
