/**
 * What a compiled program may do.
 *
 * @module
 */
import { nearest } from "../nearest.ts";
import { serviceVariables } from "../notify/environment.ts";
import type { Problem } from "../problem.ts";

/** The variables that a server reads: its settings, what systemd tells it. */
const VARIABLES = ["N2O_*", ...serviceVariables];

/** What is allowed by name. Files, since an application and its data lie anywhere; addresses, since they are settings. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  net: [],
  read: [],
  write: [],
  env: VARIABLES,
};

/**
 * What the `n2o` program itself may do besides: run the compiler, and open the inspector. Commands that need neither give that up. Any
 * program, not `deno` alone: a name is looked up on the PATH as soon as the program starts, and without a PATH it would not start.
 */
export const toolRights = ["run", "sys", "env=DENORT_BIN"];

/** What the runtime must be told to have: `Deno.openKv`, and sockets of datagrams. */
export const unstable: readonly string[] = ["kv", "net", "no-legacy-abort"];

/** Where modules may be imported from without being asked, as Deno has it. */
const SOURCES = [
  "deno.land:443",
  "jsr.io:443",
  "esm.sh:443",
  "raw.esm.sh:443",
  "cdn.jsdelivr.net:443",
  "raw.githubusercontent.com:443",
  "gist.githubusercontent.com:443",
];

/** A permission that counts when a program is compiled, not when it runs. */
const IMPORTS = /^import(?:=|$)/;

/**
 * The flags of `deno` for a server. `more` are permissions as `--allow` takes them, such as `sys` or `env=DATABASE_URL`;
 * those of one kind are merged, and a kind without a list is allowed whole.
 */
export function rightsFlags(more: readonly string[] = []): string[] {
  const others = more.filter((right) => !IMPORTS.test(right));
  return ["--no-prompt", ...allowFlags(ALLOWED, others), ...unstable.map((name) => `--unstable-${name}`)];
}

/** The flags of `deno` that say where modules may come from: with the library's own address, and what `more` adds. */
export function importFlags(more: readonly string[]): string[] {
  const library = new URL(import.meta.url);
  const own = library.protocol === "file:"
    ? []
    : [library.port === "" ? `${library.host}:443` : library.host];
  const added = more.filter((right) => IMPORTS.test(right));
  return own.length + added.length === 0 ? [] : allowFlags({ import: [...SOURCES, ...own] }, added);
}

function allowFlags(given: Readonly<Record<string, readonly string[]>>, more: readonly string[]): string[] {
  const kinds = new Map(Object.entries(given).map(([kind, names]) => [kind, [...names]]));
  for (const right of more) {
    const [kind, list] = right.split(/=(.*)/s);
    const names = kinds.get(kind);
    const all = list === undefined || (names !== undefined && names.length === 0);
    kinds.set(kind, all ? [] : [...new Set([...names ?? [], ...list.split(",")])]);
  }
  return [...kinds].map(([kind, names]) =>
    names.length === 0 ? `--allow-${kind}` : `--allow-${kind}=${names.join(",")}`
  );
}

const KINDS = ["net", "read", "write", "env", "run", "sys", "ffi", "import"];

/** What is wrong with a permission as `--allow` takes it. */
export function rightProblem(right: string): Problem | undefined {
  const [kind, list] = right.split(/=(.*)/s);
  const where = `--allow ${right}`;
  if (!KINDS.includes(kind)) {
    const near = nearest(kind, KINDS);
    const fix = `${near === undefined ? "give one of" : `did you mean ${near}? There are`} ${
      KINDS.join(", ")
    }`;
    return { where, what: "is no permission", fix };
  }
  if (list === "") return { where, what: "names nothing", fix: `write ${kind}, or ${kind}=NAME` };
  if (list !== undefined && ALLOWED[kind]?.length === 0) {
    const what = "narrows nothing: a server may use all of that kind";
    return {
      where,
      what,
      fix: `leave it away; a container or the system's users keep it in (docs/deploy.md)`,
    };
  }
  return undefined;
}
