/**
 * What a compiled program may do.
 *
 * @module
 */

/** The variables that a server reads: its settings, what systemd tells it, and which runtime `n2o compile` takes. */
const VARIABLES = [
  "N2O_*",
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "CREDENTIALS_DIRECTORY",
  "DENORT_BIN",
];

/** What is allowed by name. Files, since an application and its data lie anywhere; addresses, since they are settings. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  net: [],
  read: [],
  write: [],
  env: VARIABLES,
};

/** What the `n2o` program itself may do besides: run the compiler, and open the inspector. Commands that need neither give that up. */
export const toolRights = ["run", "sys"];

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
