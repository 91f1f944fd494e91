/**
 * What a page does in its browser: actions, each said in JavaScript for clients of the original and in operations for the project's own.
 *
 * @module
 */
export { event, type EventFields, type Source, type SourceKey } from "./event.ts";
export { replace, type ReplaceFields, update } from "./update.ts";
export {
  insert,
  insertAdjacent,
  insertAfter,
  insertBefore,
  insertBottom,
  type InsertFields,
  insertTop,
  type Position,
} from "./insert.ts";
export { clear, remove } from "./remove.ts";
export { type PlainText, setAttr } from "./attribute.ts";
export { display, hide, setStyle, show } from "./style.ts";
export { jq, type JqArgument, type JqFields } from "./jq.ts";
export { alert, type AlertFields, confirm, type ConfirmFields } from "./dialog.ts";
export { focus, type FocusFields } from "./focus.ts";
export { bind, type BindFields } from "./bind.ts";
export { api, type ApiFields } from "./api.ts";
export { multi, type MultiFields, wire } from "./wire.ts";
export { redirect } from "./redirect.ts";
export { cookie, type CookieOptions } from "./cookie.ts";
export { setTitle } from "./title.ts";
export { invalid, valid, validate, type Validation, watch, type WatchFields } from "./validate.ts";
