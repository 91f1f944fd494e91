/**
 * {@linkcode jsx} under the name by which compilers call it while one develops.
 *
 * @module
 */
import { jsx } from "./jsx_runtime.ts";

export {
  type Body,
  type Component,
  type Element,
  type ElementFunction,
  Fragment,
  type JSX,
  jsx,
  type Props,
} from "./jsx_runtime.ts";

/**
 * {@linkcode jsx}, as compilers call it while one develops; what they tell besides, of the place in the source, is not looked at.
 *
 * @example
 * ```ts
 * import { render } from "@n2o/n2o/nitro";
 * import { jsxDEV } from "@n2o/n2o/nitro/jsx-dev-runtime";
 *
 * // <h1>Hello</h1>
 * const { html } = render(jsxDEV("h1", { children: "Hello" }));
 * if (html !== "<h1>Hello</h1>") throw new Error(html);
 * ```
 */
export const jsxDEV: typeof jsx = jsx;
