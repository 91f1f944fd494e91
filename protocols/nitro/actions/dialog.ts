/**
 * Asking and telling in a box of the browser's.
 *
 * @module
 */
import { atom, type Term, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Target } from "../target.ts";
import type { PlainText } from "./attribute.ts";
import { hasPostback, sealed, triggerOf } from "./event.ts";
import { sendScript } from "./send_script.ts";
import { type Source, sourceIds, sourceScript, sourceTerm } from "./source.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

/** Fields of {@linkcode alert}. */
export interface AlertFields {
  /** What it says. @default "" */
  readonly text?: PlainText;
}

/** Fields of {@linkcode confirm}. */
export interface ConfirmFields {
  /** What is asked. @default "" */
  readonly text?: PlainText;
  /** The message when it is accepted. */
  readonly postback?: Term;
  /** The module that gets it. @default the page's own */
  readonly delegate?: Term;
  /** Which element the event names as its own. @default "" */
  readonly target?: Target;
  /** The elements whose values come along. */
  readonly source?: readonly Source[];
}

const ALERT = atom("alert");
const CONFIRM = atom("confirm");
const EVENT = atom("event");

/**
 * Says something in a box of the browser's. Operation: `{alert, Text}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { alert, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(alert({ text: "It's done" }));
 * if (format(operation) !== `{alert,<<"It's done">>}`) throw new Error(format(operation));
 * ```
 */
export const alert: ActionFunction<AlertFields> = declareAction<AlertFields>(
  "alert",
  ({ text = "" }, out) => {
    out.js += `alert("${escapeScript(plainText(text))}");`;
  },
  ({ text = "" }, out) => out.add(tuple(ALERT, plainText(text))),
);

/**
 * Asks in a box of the browser's; when it is accepted, the message goes to the page's module.
 *
 * Operation: `{confirm, Text, {event, Trigger, Pickle, Sources}}`, `{confirm, Text, []}` without a postback.
 *
 * @example
 * ```ts
 * import { atom, format, tuple } from "@n2o/n2o";
 * import { confirm, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(
 *   confirm({ text: "Delete it?", postback: tuple(atom("delete"), 7), target: "row7" }),
 * );
 * if (!format(operation).startsWith("{confirm")) throw new Error(format(operation));
 * ```
 */
export const confirm: ActionFunction<ConfirmFields> = declareAction<ConfirmFields>(
  "confirm",
  (fields, out) => {
    const { text = "", postback, target = "", source = [] } = fields;
    const send = !hasPostback(postback) ? "" : sendScript({
      trigger: triggerOf(target),
      pickle: sealed({ ...fields, target }, postback, out.host),
      validated: sourceIds(source),
      data: `[${source.map(sourceScript).join(",")}]`,
    });
    out.js += `if (confirm("${escapeScript(plainText(text))}")) {${send}}`;
  },
  (fields, out) => {
    const { text = "", postback, target = "", source = [] } = fields;
    const send = !hasPostback(postback) ? [] : tuple(
      EVENT,
      triggerOf(target),
      sealed({ ...fields, target }, postback, out.host),
      source.map(sourceTerm),
    );
    out.add(tuple(CONFIRM, plainText(text), send));
  },
);
