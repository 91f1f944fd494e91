/**
 * The formatters `text` and `binary`: what a protocol gives goes out as it is.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { type Term, text } from "../term.ts";
import type { Formatter } from "./mod.ts";

/**
 * A text frame: takes strings, and whatever else reads as text.
 *
 * @example
 * ```ts
 * import { atom, textFormatter } from "@n2o/n2o";
 *
 * if (textFormatter.encode(atom("PONG")) !== "PONG") throw new Error("no text");
 * ```
 */
export const textFormatter: Formatter = {
  name: "text",
  encode(term: Term): string {
    const data = typeof term === "string" ? term : text(term);
    if (data === undefined) throw new N2OError("not_text", "a text reply needs a text", term);
    return data;
  },
  decode(payload: Uint8Array): Term {
    return new TextDecoder().decode(payload);
  },
};

/**
 * A binary frame: takes bytes.
 *
 * @example
 * ```ts
 * import { binaryFormatter } from "@n2o/n2o";
 *
 * const bytes = Uint8Array.of(1, 2, 3);
 * if (binaryFormatter.encode(bytes) !== bytes) throw new Error("copied");
 * ```
 */
export const binaryFormatter: Formatter = {
  name: "binary",
  encode(term: Term): Uint8Array {
    if (term instanceof Uint8Array) return term;
    if (typeof term === "string") return new TextEncoder().encode(term);
    throw new N2OError("not_binary", "a binary reply needs bytes", term);
  },
  decode(payload: Uint8Array): Term {
    return payload;
  },
};
