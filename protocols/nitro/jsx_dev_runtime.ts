/**
 * {@linkcode jsx} under the name by which compilers call it while one develops.
 *
 * @module
 */
export {
  type Body,
  type Component,
  type Element,
  type ElementFunction,
  Fragment,
  type JSX,
  jsx as jsxDEV,
  type Props,
} from "./jsx_runtime.ts";
