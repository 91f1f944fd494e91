/**
 * Where the modules come from of an application that is being served: of one generation, and not for ever.
 *
 * @module
 */
import { resolve } from "node:path";
import { N2OError } from "../error.ts";
import type { Attempt } from "../reload/generations.ts";
import { loadInTime, modulesOnce, type ModuleSource, PATIENCE_MS } from "./module_source.ts";

/**
 * Where good modules need not wait for others, one that waits at its top level counts as broken after so long, until it is done, in
 * milliseconds. Elsewhere a load that has taken so long is given up for a newer one.
 */
export const SLOW_MS = 1000;

/** What a source is made of. */
export interface LiveSourceParts {
  /** What loads the modules; without it they are imported once. */
  readonly attempt: Attempt | undefined;
  /** What the files gave that are served now. */
  readonly served: ReadonlyMap<string, unknown>;
  /** Whether a broken module is none; else it is what it was before. */
  readonly isStrict: boolean;
  /** Hears of each module that counts as broken because it takes long, and goes on loading. */
  onSlow(loading: Promise<unknown>): void;
}

/** The modules of one load. */
export class LiveSource implements ModuleSource {
  /** What the files gave, of broken ones what they gave before. */
  readonly good: Map<string, unknown> = new Map();
  #parts: LiveSourceParts;
  #never = Promise.withResolvers<never>();

  /** Has loaded nothing yet. */
  constructor(parts: LiveSourceParts) {
    this.#parts = parts;
    this.#never.promise.catch(() => {});
  }

  /** Gives up what is loading: it will not be wanted. */
  giveUp(why: N2OError): void {
    this.#never.reject(why);
  }

  async import(path: string): Promise<Record<string, unknown>> {
    const { attempt, isStrict, onSlow } = this.#parts;
    if (attempt === undefined) return await modulesOnce().import(path);
    const loading = attempt.import(resolve(path));
    const inTime = loadInTime(loading, isStrict ? PATIENCE_MS : SLOW_MS, () => attempt.loads);
    try {
      return await Promise.race([inTime, this.#never.promise]);
    } catch (error) {
      if (!isStrict && error instanceof N2OError && error.code === "load_timeout") onSlow(loading);
      throw error;
    }
  }

  settle<T>(path: string, found: T | undefined): T | undefined {
    const { isStrict, served } = this.#parts;
    const settled = found ?? (isStrict ? undefined : served.get(path) as T);
    if (settled !== undefined) this.good.set(path, settled);
    return settled;
  }

  serves = (path: string): boolean => this.#parts.served.has(path);
}
