/**
 * What a compiled program may do.
 *
 * @module
 */
import { nearest } from "../nearest.ts";
import type { Problem } from "../problem.ts";

/** The variables that a server reads: its settings, what systemd tells it. */
const VARIABLES = [
  "N2O_*",
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "CREDENTIALS_DIRECTORY",
];

/** What is allowed by name. Files, since an application and its data lie anywhere; addresses, since they are settings. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  net: [],
  read: [],
  write: [],
  env: VARIABLES,
};

/** What the `n2o` program itself may do besides: run the compiler, and open the inspector. Commands that need neither give that up. */
export const toolRights = ["run", "sys", "env=DENORT_BIN"];

/** What the runtime must be told to have: `Deno.openKv`, and sockets of datagrams. */
export const unstable: readonly string[] = ["kv", "net", "no-legacy-abort"];

/**
 * The flags of `deno` for a server. `more` are permissions as `--allow` takes them, such as `sys` or `env=DATABASE_URL`;
 * those of one kind are merged, and a kind without a list is allowed whole.
 */
export function rightsFlags(more: readonly string[] = []): string[] {
  const kinds = new Map(Object.entries(ALLOWED).map(([kind, names]) => [kind, [...names]]));
  for (const right of more) {
    const [kind, list] = right.split(/=(.*)/s);
    const names = kinds.get(kind);
    const all = list === undefined || (names !== undefined && names.length === 0);
    kinds.set(kind, all ? [] : [...names ?? [], ...list.split(",")]);
  }
  const flags = [...kinds].map(([kind, names]) => {
    return names.length === 0 ? `--allow-${kind}` : `--allow-${kind}=${names.join(",")}`;
  });
  return ["--no-prompt", ...flags, ...unstable.map((name) => `--unstable-${name}`)];
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
  return list === "" ? { where, what: "names nothing", fix: `write ${kind}, or ${kind}=NAME` } : undefined;
}
