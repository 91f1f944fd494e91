/**
 * The flags of `n2o send`.
 *
 * @module
 */
import type { CommandLine, Flag } from "../flags.ts";
import { duration, text } from "../kinds.ts";
import type { Problem } from "../problem.ts";
import type { Notation } from "./message.ts";
import { FRAMINGS, readTarget, type Target } from "./target.ts";

const DAY = 86_400_000;
const DEFAULT_WAIT_MS = 5000;
const DEFAULT_TIMEOUT_MS = 10_000;

const plain = duration(0, DAY);
const time = text(`${plain.allowed}, or 0`, (value, base) => value === "0" ? 0 : plain.fromText(value, base));

/** The flags. */
export const sendFlags: readonly Flag[] = [
  { name: "text", about: "messages are texts, sent as text frames; text frames are printed as they are" },
  { name: "json", about: "messages are JSON, and so is what is printed; with --text sent as text frames" },
  { name: "token", value: "TOKEN", about: "go on with this token's session", shown: "N2O_TOKEN, or none" },
  { name: "no-handshake", about: "say no `N2O,` first: for servers that are not N2O" },
  { name: "wait", value: "TIME", about: "how long to wait for answers, once all is sent", shown: "5s" },
  { name: "listen", about: "stay until Ctrl-C, and print what comes" },
  { name: "timeout", value: "TIME", about: "how long connecting and the handshake may take", shown: "10s" },
  { name: "framing", value: "NAME", about: `frames in a stream: ${FRAMINGS.join(", ")}`, shown: "packet4" },
  { name: "header", value: "'NAME: VALUE'", many: true, about: "a header of the request (ws, http)" },
  {
    name: "origin",
    value: "ORIGIN",
    about: "the page's origin, as a browser would tell it (ws, http)",
    shown: "none",
  },
  { name: "verbose", about: "print on stderr what the handshake brings, and how it ends" },
];

/** What is to be done. */
export interface SendOptions {
  readonly target: Target;
  readonly notation: Notation;
  readonly token: string;
  readonly handshake: boolean;
  readonly waitMs: number;
  readonly listen: boolean;
  readonly timeoutMs: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly verbose: boolean;
}

/** Reads the command line; gives what is wrong with it instead when something is. */
export function readOptions(line: CommandLine): SendOptions | readonly Problem[] {
  const { flags, rest: [url] } = line;
  const problems: Problem[] = [...line.problems];
  const value = (name: string) => flags.get(name)?.[0];
  const timeOf = (name: string, fallback: number): number => {
    const given = value(name);
    const read = given === undefined ? fallback : time.fromText(given, "");
    if (read === undefined) {
      problems.push({ where: `--${name}`, what: "cannot be that", fix: `give ${time.allowed}` });
    }
    return read ?? fallback;
  };
  const target = url === undefined
    ? {
      where: "send",
      what: "where to?",
      fix: "write `n2o send URL`, such as n2o send ws://localhost:8001/ws/",
    }
    : readTarget(url, value("framing"));
  if ("where" in target) return [...problems, target];
  const headers = readHeaders(flags.get("header") ?? [], value("origin"), problems);
  const [first] = headers;
  if (first !== undefined && target.kind !== "websocket" && target.kind !== "post") {
    problems.push({ where: url, what: "takes no headers", fix: "leave --header and --origin away" });
  }
  const byLine = "framing" in target && target.framing === "line";
  const notation: Notation = {
    content: flags.has("json") ? "json" : byLine || flags.has("text") ? "text" : "term",
    // a stream of lines has no other frames
    asText: byLine || flags.has("text"),
  };
  const options: SendOptions = {
    target,
    notation,
    token: value("token") ?? variable("N2O_TOKEN") ?? "",
    handshake: !flags.has("no-handshake"),
    waitMs: timeOf("wait", DEFAULT_WAIT_MS),
    listen: flags.has("listen"),
    timeoutMs: timeOf("timeout", DEFAULT_TIMEOUT_MS),
    headers,
    verbose: flags.has("verbose"),
  };
  return problems.length > 0 ? problems : options;
}

function readHeaders(
  given: readonly string[],
  origin: string | undefined,
  problems: Problem[],
): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = origin === undefined ? [] : [["origin", origin]];
  for (const header of given) {
    const [, name = "", value = ""] = /^([^:]+):[ \t]*(.*)$/s.exec(header) ?? [];
    try {
      new Headers([[name, value]]);
      headers.push([name, value]);
    } catch {
      problems.push({
        where: "--header",
        what: "has a value that is no header",
        fix: "write --header 'NAME: VALUE'",
      });
    }
  }
  return headers;
}

/** A variable, where reading it is allowed: what it holds may be given by a flag as well. */
function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
}
