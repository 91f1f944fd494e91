/**
 * The log: one line an event, as text or JSON.
 *
 * @module
 */

import { type Loggable, loggable } from "./log_value.ts";

/** How much is written: each level with those after it. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/**
 * What a line tells besides its event. An `Error` is written with its code and stack, a binary as its size; fields of
 * objects whose names speak of secrets are hidden.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** A log. An event is a name in `snake_case`. */
export interface Logger {
  /** For those who look for an error. */
  debug(event: string, fields?: LogFields): void;
  /** What an operator wants to know. */
  info(event: string, fields?: LogFields): void;
  /** Something is wrong, and the server goes on. */
  warn(event: string, fields?: LogFields): void;
  /** Something failed. */
  error(event: string, fields?: LogFields): void;
}

/** Options of {@linkcode createLogger}. */
export interface LogOptions {
  /** The least level that is written. @default "info" */
  readonly level?: LogLevel;
  /** One line for people, or one JSON object for machines. @default "text" */
  readonly format?: "text" | "json";
  /** Where a line goes. @default stderr */
  readonly write?: (line: string) => void;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/**
 * Makes a log that writes lines to stderr. Its methods never throw: not for a value that cannot be shown, nor when `write`
 * does. Values are shown as JSON, bounded in depth, entries and length.
 *
 * @example
 * ```ts
 * import { createLogger } from "@n2o/n2o";
 *
 * const lines: string[] = [];
 * const log = createLogger({ format: "json", write: (line) => lines.push(line) });
 * log.info("listening", { port: 8001 });
 * if (JSON.parse(lines[0]).port !== 8001) throw new Error("no port");
 * ```
 */
export function createLogger(options: LogOptions = {}): Logger {
  const { level = "info", format = "text", write = (line: string) => console.error(line) } = options;
  const least = LEVELS.indexOf(level);
  const line = format === "json" ? jsonLine : textLine;
  const at = (name: LogLevel) => {
    if (LEVELS.indexOf(name) < least) return () => {};
    return (event: string, fields: LogFields = {}) => {
      // Whoever logs is often about to deal with an error, and must not get another one.
      try {
        const written: unknown = write(line(name, event, fields));
        if (written instanceof Promise) written.catch(() => {});
      } catch {
        // There is nobody left to be told.
      }
    };
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function jsonLine(level: LogLevel, event: string, fields: LogFields): string {
  const row: Record<string, Loggable> = { time: new Date().toISOString(), level, event: String(event) };
  for (const [name, value] of entries(fields)) if (value !== undefined) row[name] = loggable(value);
  return JSON.stringify(row);
}

function textLine(level: LogLevel, event: string, fields: LogFields): string {
  let text = `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${quote(String(event))}`;
  for (const [name, value] of entries(fields)) {
    const shown = loggable(value);
    text += ` ${quote(name)}=${typeof shown === "string" ? quote(shown) : JSON.stringify(shown)}`;
  }
  return text;
}

function entries(fields: LogFields): [string, unknown][] {
  return Object.keys(fields).map((name) => {
    try {
      return [name, fields[name]];
    } catch {
      return [name, "[unprintable]"];
    }
  });
}

/** A value from outside must not be able to start a line of its own. */
function quote(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}
