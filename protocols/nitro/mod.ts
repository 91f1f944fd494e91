/**
 * NITRO: pages driven by the server.
 *
 * @module
 */
export {
  Action,
  type ActionFunction,
  type ActionKind,
  type Body,
  declare,
  declareAction,
  type Drawing,
  Element,
  type ElementFunction,
  type ElementKind,
  type OperationsOutput,
  Raw,
  raw,
  type ScriptOutput,
  type Wired,
} from "./parts.ts";
export { plainText } from "./drawing.ts";
export { NitroError } from "./error.ts";
export type { Mode, RenderHost, SourceField } from "./host.ts";
export { render, renderActions, type Rendered, renderOperations, type RenderOptions } from "./render.ts";
export { scriptInPage } from "./operations_output.ts";
export { type Selector, type Target, targetTerm } from "./target.ts";
export * from "./actions/mod.ts";
export * from "./controls/mod.ts";
export * from "./elements/mod.ts";
export { Nitro } from "./nitro.ts";
export type { Accepts, DocumentRequest, Page, PageDocument, PageResult } from "./page.ts";
export type { Fault, PageLimits } from "./page_state.ts";
export { type PageEvent, type Pickler, secretPickler } from "./pickles.ts";
export { createNitro, type NitroOptions, type NitroProtocol } from "./protocol.ts";
export { checkValue, messageOf, type Rules, rulesTerm, type ValueType } from "./validation.ts";
export {
  coalesce,
  compact,
  hte,
  htmlEncode,
  joinAtom,
  jse,
  jsEscape,
  tempId,
  toAtom,
  toBinary,
  toList,
} from "./convert.ts";
export { f } from "./convert_format.ts";
