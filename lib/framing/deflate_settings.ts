/**
 * How messages are compressed.
 *
 * @module
 */
import { N2OError } from "../error.ts";

/** How messages are compressed, where the client can. */
export interface DeflateOptions {
  /** Messages of fewer bytes are sent as they are. @default 1024 */
  readonly thresholdBytes?: number | undefined;
  /** How hard to try, from 1 (fast) to 9 (small). @default 2 */
  readonly level?: number | undefined;
  /** The largest window in either direction, as a power of two from 9 to 15. @default 15 */
  readonly windowBits?: number | undefined;
  /**
   * Whether a message may refer to those before it, where the client agrees: smaller messages, for up to 140 KB of memory a
   * connection that uses both directions, and no sharing of what is sent to many. @default false
   */
  readonly contextTakeover?: boolean | undefined;
}

/** {@linkcode DeflateOptions} with the defaults in. */
export interface DeflateSettings {
  /** Messages of fewer bytes are sent as they are. */
  readonly thresholdBytes: number;
  /** How hard to try, from 1 to 9. */
  readonly level: number;
  /** The largest window in either direction, as a power of two. */
  readonly windowBits: number;
  /** Whether a message may refer to those before it. */
  readonly contextTakeover: boolean;
}

/** The defaults. Level 2 makes nearly what level 6 does of JSON, in a quarter of the time. */
export const defaultDeflate: DeflateSettings = {
  thresholdBytes: 1024,
  level: 2,
  windowBits: 15,
  contextTakeover: false,
};

/**
 * Fills options up with the defaults.
 *
 * @throws {N2OError} `bad_deflate` for an unknown name or a value out of its range.
 *
 * @example
 * ```ts
 * import { resolveDeflate } from "./deflate_settings.ts";
 *
 * const settings = resolveDeflate({ thresholdBytes: 256 });
 * if (settings.contextTakeover || settings.thresholdBytes !== 256) throw new Error("not the defaults");
 * ```
 */
export function resolveDeflate(options: DeflateOptions = {}): DeflateSettings {
  for (const [name, value] of Object.entries(options)) {
    if (!(name in defaultDeflate)) {
      throw new N2OError("bad_deflate", `no option of compression is named "${name}"`, name);
    }
    if (value === undefined || fits(name as keyof DeflateSettings, value)) continue;
    throw new N2OError("bad_deflate", `the option ${name} of compression cannot be ${String(value)}`, value);
  }
  return {
    thresholdBytes: options.thresholdBytes ?? defaultDeflate.thresholdBytes,
    level: options.level ?? defaultDeflate.level,
    windowBits: options.windowBits ?? defaultDeflate.windowBits,
    contextTakeover: options.contextTakeover ?? defaultDeflate.contextTakeover,
  };
}

function fits(name: keyof DeflateSettings, value: unknown): boolean {
  switch (name) {
    case "thresholdBytes":
      return within(value, 0, Number.MAX_SAFE_INTEGER);
    case "level":
      return within(value, 1, 9);
    case "windowBits":
      return within(value, 9, 15);
    case "contextTakeover":
      return typeof value === "boolean";
  }
}

function within(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value as number >= least && value as number <= most;
}

/** What `true`, `false` and options stand for; `undefined` for no compression. Throws `bad_deflate`. */
export function deflateSettings(options: boolean | DeflateOptions): DeflateSettings | undefined {
  return options === false ? undefined : resolveDeflate(options === true ? {} : options);
}
