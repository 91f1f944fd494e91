/**
 * The log: one line an event, as text or JSON.
 *
 * @module
 */

/** How much is written: each level with those after it. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** What a line tells besides its event. An `Error` is written with its code and stack. */
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
 * Makes a log that writes lines to stderr.
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
    return (event: string, fields: LogFields = {}) => write(line(name, event, fields));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function jsonLine(level: LogLevel, event: string, fields: LogFields): string {
  const row: Record<string, unknown> = { time: new Date().toISOString(), level, event };
  for (const [name, value] of Object.entries(fields)) {
    row[name] = value instanceof Error ? describe(value) : value;
  }
  return JSON.stringify(row, (_, value) => typeof value === "bigint" ? String(value) : value);
}

function textLine(level: LogLevel, event: string, fields: LogFields): string {
  let text = `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${event}`;
  for (const [name, value] of Object.entries(fields)) {
    const shown = value instanceof Error ? describe(value) : value;
    text += ` ${name}=${typeof shown === "string" ? quote(shown) : shown}`;
  }
  return text;
}

/** A value from outside must not be able to start a line of its own. */
function quote(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}

function describe(error: Error): string {
  const code = (error as { code?: unknown }).code;
  const cause = error.cause instanceof Error ? `; caused by ${error.cause.message}` : "";
  return `${code === undefined ? "" : `[${code}] `}${error.stack ?? error.message}${cause}`;
}
