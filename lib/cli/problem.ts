/**
 * What is wrong with what somebody gave: where, what, and what would be right.
 *
 * @module
 */
import { loggable } from "../log_value.ts";
import type { Output } from "./terminal.ts";
import { red } from "./terminal.ts";

/** Something wrong that its author can mend. */
export interface Problem {
  /** Where it stands: `--port`, `N2O_PORT`, `my-app/n2o.json: port`, `my-app/protocols/hello.ts`. */
  readonly where: string;
  /** What is wrong. */
  readonly what: string;
  /** What to do. */
  readonly fix: string;
  /** The place in a source file. */
  readonly place?: Place;
  /** That place with the lines around it. */
  readonly frame?: string;
}

/** A place in a source file. */
export interface Place {
  /** The file. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
}

/** Shows a problem: a line that begins with `n2o:`, and the next step below. */
export function showProblem({ where, what, fix, frame }: Problem, output: Output): void {
  show(`${where}: ${what}`, fix, output);
  for (const line of frame?.split("\n") ?? []) output.line(`     ${printable(line)}`);
}

/** Shows a message and the next step. */
export function show(message: string, next: string | undefined, output: Output): void {
  output.line(`${red("n2o:", output.colours)} ${printable(message)}`);
  if (next !== undefined) output.line(`     ${printable(next)}`);
}

/** What came from outside must not steer the terminal, nor begin a line that looks like ours. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A value as a message quotes it. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(loggable(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** What somebody has thrown, which may be anything, as a message tells it. */
export function thrown(value: unknown): string {
  return typeof value === "string" ? value : quoted(value);
}

/** So many errors that are behind one are told. */
const MOST_REASONS = 3;

/**
 * What is behind an error, by its `cause` and, of several in one, by its `errors`: a text to put behind what it says itself. What it has said
 * already is not said again.
 */
export function reasons(error: Error): string {
  const behind: unknown[] = [];
  let said = error.message;
  for (let from: unknown = error; from instanceof Error;) {
    const next: readonly unknown[] = from instanceof AggregateError ? from.errors : [from.cause];
    const told = next.filter((one) => one !== undefined && !behind.includes(one));
    behind.push(...told);
    if (behind.length >= MOST_REASONS) break;
    from = told[0];
  }
  let text = "";
  for (const one of behind.slice(0, MOST_REASONS)) {
    if (one instanceof Error && said.includes(one.message)) continue;
    text += `; caused by ${reason(one)}`;
    said += text;
  }
  return text;
}

function reason(value: unknown): string {
  const text = value instanceof Error ? `${value.name}: ${value.message.split("\n")[0]}` : thrown(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
