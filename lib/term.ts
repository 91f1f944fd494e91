/**
 * Erlang terms in TypeScript.
 *
 * @module
 */
export { Atom, atom } from "./term_atoms.ts";
export {
  Bits,
  Charlist,
  Float,
  float,
  ImproperList,
  isTuple,
  Opaque,
  type OpaqueKind,
  type Term,
  Tuple,
  tuple,
} from "./term_shapes.ts";
export { map, TermMap } from "./term_map.ts";
export { equal } from "./term_equal.ts";
export { charlist, list, text } from "./term_text.ts";
export { format, type FormatOptions } from "./term_format.ts";
