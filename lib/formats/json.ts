/**
 * The `json` formatter.
 *
 * @module
 */
import { decode, type JsonLimits } from "./json_decode.ts";
import { encode } from "./json_encode.ts";
import type { Formatter } from "./mod.ts";

export { JsonError, type JsonLimits } from "./json_decode.ts";

/**
 * Makes the `json` formatter with limits of your own.
 *
 * It encodes `{io, Eval, Data}` and `{Name, Data}` as tuples tagged with BERT's tags, and what is in them as plain JSON: lists of pairs
 * and maps as objects, Erlang strings as arrays of numbers, other tuples as their Erlang text. It decodes plain JSON: a
 * string becomes a string, an object a map with strings as keys, `null` the atom.
 *
 * @example
 * ```ts
 * import { atom, tuple } from "@n2o/n2o";
 * import { createJsonFormatter } from "./json.ts";
 *
 * const json = createJsonFormatter({ maxBytes: 1024 });
 * const bytes = json.encode(tuple(atom("pong"), 5)) as Uint8Array;
 * if (new TextDecoder().decode(bytes) !== '{"t":104,"v":[{"t":100,"v":"pong"},{"t":109,"v":5}]}') throw new Error("tagged");
 * ```
 */
export function createJsonFormatter(limits: JsonLimits = {}): Formatter {
  return { name: "json", encode, decode: (payload) => decode(payload, limits) };
}

/**
 * The formatter `json` with the default limits.
 *
 * @example
 * ```ts
 * import { jsonFormatter, TermMap } from "@n2o/n2o";
 *
 * const bytes = new TextEncoder().encode('{"name":"Ada"}');
 * const term = jsonFormatter.decode(bytes);
 * if (!(term instanceof TermMap) || term.get("name") !== "Ada") throw new Error("no map");
 * ```
 */
export const jsonFormatter: Formatter = createJsonFormatter();
