/**
 * The one place that names the package which reads templates: liquidjs. It has no `eval` and no `new Function`, renders
 * without promises, and lets its tags and filters be replaced; `../templates.ts` says why it was chosen.
 *
 * @module
 */
export {
  Context,
  Drop,
  Liquid,
  LiquidError,
  type Parser,
  RenderError,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
  toValueSync,
  TypeGuards,
  Value,
} from "npm:liquidjs@10.30.1";
