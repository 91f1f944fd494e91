/**
 * The templates that were read, and when they are read anew.
 *
 * @module
 */
import type { Logger } from "../../../lib/log.ts";
import { dialect, translated } from "./dialect.ts";
import type { Liquid } from "./liquid.ts";
import { placed } from "./place.ts";
import type { Source } from "./source.ts";
import { type Compiled, type Library, templateMissing } from "./tags/inheritance.ts";

const MAX_FAULTS = 16;

/** A template as it was read last. */
interface Kept {
  stamp: string | undefined;
  checkedAt: number;
  compiled: Compiled | undefined;
  error: Error | undefined;
}

/** How the shelf is kept. */
export interface ShelfOptions {
  /** What a name without an extension gets. */
  readonly extension: string;
  /** How old the last look at a template's file may be. */
  readonly recheckMs: number;
  /** The time zone of dates. */
  readonly timeZone: string;
  /** Where it is told that a template was kept. */
  readonly log: Logger;
}

/** The templates that were read. */
export class Shelf implements Library {
  /** The one that is being read. */
  compiling: Compiled = { parts: [], blocks: new Map(), parent: undefined };
  /** The last look at a file must not be older than this instant of `performance.now()`. */
  asOf = 0;
  /** The errors of the templates that were drawn as they had been before. */
  faults: Error[] = [];
  /** Their reader. */
  readonly liquid: Liquid;
  readonly #source: Source;
  readonly #options: ShelfOptions;
  readonly #kept: Map<string, Kept> = new Map();

  /** Begins with none. */
  constructor(source: Source, options: ShelfOptions) {
    this.#source = source;
    this.#options = options;
    this.liquid = dialect(this, options.timeZone);
  }

  /** A template by its name. Its file is looked at when the last look is old, and read when it has changed. */
  load(given: string): Compiled {
    const name = this.#full(given);
    const now = performance.now();
    let kept = this.#kept.get(name);
    if (
      kept === undefined || now - kept.checkedAt >= this.#options.recheckMs || kept.checkedAt < this.asOf
    ) {
      const stamp = this.#source.stamp(name);
      if (kept === undefined) {
        if (stamp === undefined) throw templateMissing(given, this.#source.where);
        kept = { stamp: undefined, checkedAt: now, compiled: undefined, error: undefined };
        this.#kept.set(name, kept);
      }
      kept.checkedAt = now;
      if (stamp !== kept.stamp) this.#renew(name, kept, stamp);
    }
    if (kept.compiled === undefined) throw kept.error;
    if (kept.error !== undefined && this.asOf > 0 && this.faults.length < MAX_FAULTS) {
      this.faults.push(kept.error);
    }
    return kept.compiled;
  }

  /** Reads it. When that fails, the one that was there goes on serving. */
  #renew(name: string, kept: Kept, stamp: string | undefined): void {
    kept.stamp = stamp;
    try {
      if (stamp === undefined) throw templateMissing(name, this.#source.where);
      kept.compiled = this.#compile(name);
      kept.error = undefined;
    } catch (error) {
      kept.error = placed(error, name);
      if (kept.compiled === undefined) return;
      this.#options.log.warn("template_kept", { template: name, error: kept.error.message });
    }
  }

  #compile(name: string): Compiled {
    const text = this.#source.read(name);
    const outer = this.compiling;
    const compiled: Compiled = { parts: [], blocks: new Map(), parent: undefined };
    this.compiling = compiled;
    try {
      compiled.parts = this.liquid.parse(translated(text), name);
    } finally {
      this.compiling = outer;
    }
    return compiled;
  }

  #full(name: string): string {
    return /\.[^/]*$/.test(name) ? name : name + this.#options.extension;
  }
}
