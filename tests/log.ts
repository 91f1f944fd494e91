/**
 * A log that a test can read.
 *
 * @module
 */
import type { LogFields, Logger, LogLevel } from "@n2o/n2o";

/** One line of the log. */
export interface LogLine extends LogFields {
  readonly level: LogLevel;
  readonly event: string;
}

/** Makes a log, and the lines that it holds so far. */
export function keepLog(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLevel) => (event: string, fields: LogFields = {}) => {
    lines.push({ ...fields, level, event });
  };
  return { log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }, lines };
}
