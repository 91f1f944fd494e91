/**
 * Formatters: how a term becomes the payload of a frame, and back.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import type { Term } from "../term.ts";

/** How a term becomes the payload of a frame, and back. */
export interface Formatter {
  /** The name that replies use: `reply("bert", term)`. */
  readonly name: string;
  /** Encodes a term. A `string` goes out as a text frame, bytes as a binary frame. */
  encode(term: Term): Uint8Array | string;
  /** Decodes the payload of a binary frame; throws an {@linkcode N2OError} that names what is wrong and at which byte. */
  decode(payload: Uint8Array): Term;
  /**
   * Encodes a term into the buffer from `offset` on; gives the offset behind it, or, when it does not fit, minus the offset at which it
   * would end. For transports that send from a buffer of their own; they do with {@linkcode encode} where this is missing.
   */
  encodeInto?(term: Term, buffer: Uint8Array, offset: number): number;
  /**
   * Decodes the bytes of `buffer` from `start` up to `end`, of which the term may keep none: they change after the call. For transports
   * that read into a buffer of their own; they give {@linkcode decode} a copy where this is missing.
   */
  decodeFrom?(buffer: Uint8Array, start: number, end: number): Term;
}

/**
 * The formatters of one application, by name; `default` names the configured one.
 *
 * @example
 * ```ts
 * import { bertFormatter, Formatters, jsonFormatter } from "@n2o/n2o";
 *
 * const formatters = new Formatters([bertFormatter, jsonFormatter]);
 * formatters.setDefault("json");
 * if (formatters.default.name !== "json" || formatters.get("bert") !== bertFormatter) throw new Error("mixed up");
 * ```
 */
export class Formatters {
  #byName = new Map<string, Formatter>();
  #default: Formatter | undefined;

  /** Makes a registry with the given formatters; the first one is the default. */
  constructor(formatters: Iterable<Formatter> = []) {
    for (const formatter of formatters) this.add(formatter);
  }

  /** Adds a formatter under its name, in place of an earlier one of that name. The first one added is the default. */
  add(formatter: Formatter): void {
    if (!/^[A-Za-z][\w.-]{0,63}$/.test(formatter.name)) {
      throw new N2OError("bad_formatter", `"${formatter.name}" is no name for a formatter`, formatter.name);
    }
    if (this.#byName.size === 0) this.#makeDefault(formatter);
    this.#byName.set(formatter.name, formatter);
  }

  /** Makes the formatter of that name the one that decodes binary frames and that `default` means. */
  setDefault(name: string): void {
    this.#makeDefault(this.get(name));
  }

  #makeDefault(formatter: Formatter): void {
    this.#byName.set("default", formatter);
    this.#default = formatter;
  }

  /** The formatter of binary frames; throws `unknown_formatter` when there is none at all. */
  get default(): Formatter {
    return this.#default ?? this.get("default");
  }

  /** The formatter of that name; throws `unknown_formatter` when there is none. */
  get(name: string): Formatter {
    const formatter = this.#byName.get(name);
    if (formatter === undefined) {
      throw new N2OError("unknown_formatter", `no formatter is named "${name}"`, name);
    }
    return formatter;
  }
}
