/**
 * What failed while an application ran, as its log is told: shown like a problem, until something is saved.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LogFields, Logger } from "../../log.ts";
import { type Place, type Problem, reasons, thrown } from "../problem.ts";
import { frameOf } from "../code_frame.ts";

/** So many different ones are shown, the newest. */
const MAX_FAILURES = 5;

/** Where an application's templates lie, as a rule. */
const TEMPLATES = ["templates", "pages", "."];

interface Failure {
  readonly problem: Problem;
  at: number;
}

/** The failures of late, each once however often it happens. */
export class Failures {
  readonly #folder: string;
  readonly #changed: () => void;
  #kept = new Map<string, Failure>();

  /** Knows the application's folder, and whom to tell that there are others. */
  constructor(folder: string, changed: () => void) {
    this.#folder = resolve(folder);
    this.#changed = changed;
  }

  /** Them, in the order that they came in. */
  get problems(): Problem[] {
    return [...this.#kept.values()].map(({ problem }) => problem);
  }

  /** Forgets those from before an instant of `performance.now()`. */
  forget(before: number): void {
    for (const [key, { at }] of this.#kept) if (at < before) this.#kept.delete(key);
  }

  /** A log that hands everything on, and whose errors are noted here. */
  watch(log: Logger): Logger {
    return {
      debug: (event, fields) => log.debug(event, fields),
      info: (event, fields) => log.info(event, fields),
      warn: (event, fields) => log.warn(event, fields),
      error: (event, fields = {}) => {
        log.error(event, fields);
        this.#note(event, fields);
      },
    };
  }

  #note(event: string, fields: LogFields): void {
    const { error } = fields;
    if (!(error instanceof Error)) return;
    const problem = this.#problemOf(event, fields, error);
    const key = JSON.stringify([problem.where, problem.what, problem.place]);
    const known = this.#kept.get(key);
    if (known !== undefined) {
      known.at = performance.now();
      return;
    }
    this.#kept.set(key, { problem, at: performance.now() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_FAILURES) break;
      this.#kept.delete(oldest);
    }
    this.#changed();
  }

  #problemOf(event: string, { page, protocol, route }: LogFields, error: Error): Problem {
    const place = this.#inTemplate(error) ?? this.#placeIn(error.stack ?? "");
    const owner = page === undefined ? protocol : `page ${page}`;
    const where = place?.file ?? (typeof owner === "string" ? owner : event);
    const told = typeof owner === "string" && place !== undefined ? `${owner}: ` : "";
    return {
      where,
      what: `${told}${event.replaceAll("_", " ")}: ${error.name}: ${thrown(error.message)}${reasons(error)}`,
      fix: typeof route === "string" && route !== ""
        ? `it happened at ${route}; this goes when something is saved`
        : "this goes when something is saved",
      ...(place === undefined ? {} : { place, frame: frameOf(place) }),
    };
  }

  /** The place in a template that an error of pages names as its value. */
  #inTemplate({ value }: Error & { value?: unknown }): Place | undefined {
    const { file, line } = typeof value === "object" && value !== null ? value as Partial<Place> : {};
    if (typeof file !== "string" || typeof line !== "number") return undefined;
    for (const folder of TEMPLATES) {
      const path = resolve(this.#folder, folder, file);
      try {
        const text = Deno.readTextFileSync(path).split("\n")[line - 1] ?? "";
        return { file: path, line, column: Math.max(0, text.search(/\S/)) + 1 };
      } catch {
        // It lies elsewhere: then its name has to do.
      }
    }
    return undefined;
  }

  /** The first place of a stack that is in the application. */
  #placeIn(stack: string): Place | undefined {
    const root = `${pathToFileURL(this.#folder).href}/`;
    for (const [, url, line, column] of stack.matchAll(/(file:[^\s()?]*)(?:\?n2o=\d+)?:(\d+):(\d+)/g)) {
      if (!url.startsWith(root)) continue;
      return { file: fileURLToPath(url), line: Number(line), column: Number(column) };
    }
    return undefined;
  }
}
