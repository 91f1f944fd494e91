/**
 * The application that is saved again and again: a protocol, the helper that it imports, and one that nobody touches.
 *
 * @module
 */

/** Where the files lie in the application's folder. */
export const paths = {
  module: "protocols/load.ts",
  /** What the module is called by turns. */
  moved: "protocols/reload.ts",
  helper: "protocols/_load.ts",
  steady: "protocols/steady.ts",
} as const;

/** The files that are saved. */
export type Target = "module" | "helper";

/** What stands on the disk: a version of each file, and the format that both must have. */
export interface Versions {
  readonly module: number;
  readonly helper: number;
  /** Changes with both files at once; code of two formats does not load together. */
  readonly format: number;
}

/** Ways to break a file. */
export const breakages = ["syntax", "throws", "import", "export"] as const;
/** One of them. */
export type Breakage = (typeof breakages)[number];

/** The first versions. */
export const first: Versions = { module: 0, helper: 0, format: 0 };

/** The files of the folder at the start. */
export function files(): Record<string, string> {
  return {
    [paths.module]: textOf("module", first),
    [paths.helper]: textOf("helper", first),
    [paths.steady]: STEADY,
    // The load comes from one address, and each connection sends in bursts.
    "n2o.json": JSON.stringify({ limits: { maxMessagesPerSecond: 1_000_000 } }),
  };
}

/** The text of a file, whole. What makes it complete stands at its end, so that no beginning of it loads. */
export function textOf(target: Target, versions: Versions): string {
  return target === "module" ? moduleText(versions) : helperText(versions);
}

/** The same, broken. */
export function brokenText(target: Target, versions: Versions, breakage: Breakage): string {
  const text = textOf(target, versions);
  switch (breakage) {
    case "syntax":
      return text.replace("const LOADED", "const const LOADED");
    case "throws":
      return `${text}\nthrow new Error("broken on purpose at ${versions[target]}");\n`;
    case "import":
      return `import { nothing } from "./_not_there.ts";\nconsole.assert(nothing);\n${text}`;
    case "export":
      return text.replace(/^export (default|async function|const VERSION)/m, (all, what) => {
        return what === "default" ? "export const other =" : all.replace("export ", "");
      });
  }
}

/**
 * Of each connection the protocol keeps how many messages it has had, and at which swap it is. `line` is the process's: whoever is
 * first upgraded by a swap takes the next place in it, and all others must come to the same place, one after another.
 */
function moduleText({ module, format }: Versions): string {
  return `import { atom, type Context, handled, isTuple, type Protocol, reply, type Term, tuple, unknown } from "@n2o/n2o";
import { FORMAT as HELPERS, rest, VERSION as HELPER } from "./_load.ts";

const LOADED = { version: ${module}, format: ${format} };
if (LOADED.format !== HELPERS) throw new Error(\`format \${LOADED.format} beside \${HELPERS}\`);

interface State {
  count: number;
  inSession: number;
  place: number;
  skipped: number;
  told: number;
  fault: string;
}

const line: { length: number } = ((globalThis as { loadLine?: { length: number } }).loadLine ??= { length: 0 });
let mine: number | undefined;
const place = () => mine ??= line.length++;

function stateOf(cx: Context): State {
  return cx.state.load as State;
}

function answer(number: Term, cx: Context): Term {
  const { count, inSession, place, skipped, told, fault } = stateOf(cx);
  const counted = Number(cx.session.get("counted") ?? 0) === inSession ? "" : "the session's count is not the connection's";
  const steady = (cx.state.steady as { reloads: number }).reloads === 0 ? "" : "what nobody touched was loaded anew";
  const faults = [fault, counted, steady, place === mine ? "" : "a message before its upgrade"];
  return tuple(
    atom("answer"), number, LOADED.version, HELPER, LOADED.format, HELPERS, count, inSession, place, skipped, told,
    faults.filter((text) => text !== "").join("; "),
  );
}

async function later(number: Term, ms: number, cx: Context) {
  await rest(ms);
  return reply("bert", answer(number, cx));
}

export default {
  name: "load",
  init(cx) {
    cx.state.load = { count: 0, inSession: 0, place: place(), skipped: 0, told: 0, fault: "" } satisfies State;
  },
  upgrade(old) {
    const state = old as State;
    const steps = place() - state.place;
    const fault = steps > 0 ? "" : \`upgraded from \${state.place} to \${place()}\`;
    return { ...state, place: place(), skipped: state.skipped + Math.max(0, steps - 1), fault: state.fault || fault };
  },
  info(message, cx) {
    if (isTuple(message, "direct", 2) && isTuple(message[1], "reload") && cx.source === "system") {
      stateOf(cx).told++;
      return handled;
    }
    if (!isTuple(message, "ask", 4)) return unknown;
    const state = stateOf(cx);
    state.count++;
    if (message[3] === 1) cx.session.set("counted", ++state.inSession);
    const ms = Number(message[2]);
    return ms > 0 ? later(message[1], ms, cx) : reply("bert", answer(message[1], cx));
  },
} satisfies Protocol;
`;
}

function helperText({ helper, format }: Versions): string {
  return `const LOADED = { version: ${helper}, format: ${format} };

/** Takes some time. */
export async function rest(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

export const VERSION = LOADED.version;
export const FORMAT = LOADED.format;
`;
}

const STEADY = `import { type Protocol, unknown } from "@n2o/n2o";

export default {
  name: "steady",
  init(cx) {
    cx.state.steady = { reloads: 0 };
  },
  upgrade(old) {
    return { reloads: (old as { reloads: number }).reloads + 1 };
  },
  info: () => unknown,
} satisfies Protocol;
`;
