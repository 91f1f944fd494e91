/**
 * The command's log: lines on stderr, as long as somebody reads them.
 *
 * @module
 */
import { createLogger, type Logger, type LogLevel } from "../log.ts";
import { stderr } from "./terminal.ts";

/** Opens the log. A reader that has gone ends the log and nothing else. */
export function openLog(level: LogLevel, format: "text" | "json"): Logger {
  const log = createLogger({
    level,
    format,
    write(line) {
      const { lost } = stderr;
      stderr.line(line);
      if (lost > 0 && stderr.lost === 0) log.warn("log_lines_lost", { lost });
    },
  });
  return log;
}
