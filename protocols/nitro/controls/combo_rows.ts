/**
 * The action that brings a lookup's rows.
 *
 * @module
 */
import { atom, type Term, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { escapeAttribute } from "../escape/html.ts";
import { escapeScript, escapeTemplate } from "../escape/javascript.ts";
import { call } from "./script.ts";
import { type ActionFunction, type Body, declareAction } from "../parts.ts";

/** A row as a lookup shows it. */
export interface ComboRow {
  /** How it is shown in the list. */
  readonly item: Body;
  /** The text in the input when it is chosen. */
  readonly view: string;
  /** The term that it is bound to, BERT in base64. */
  readonly bind: string;
}

/** Fields of {@linkcode comboRows}. */
export interface ComboRowsFields {
  /** The lookup's id. */
  readonly id: string;
  /** By what the browser knows the search. */
  readonly uid: Term;
  /** How many rows came before. */
  readonly offset: number;
  /** The rows, or the code of what went wrong. */
  readonly rows: readonly ComboRow[] | string;
  /** Whether there are more. */
  readonly more: boolean;
  /** The feed, as the original's client wants to be told. */
  readonly feed: string;
  /** The module, as the original's client wants to be told. */
  readonly delegate: string;
}

const COMBO = atom("combo");
const ERROR = atom("error");

/**
 * Brings a lookup's rows: `{combo, Id, Uid, Offset, Html | {error, Code}, More}`. The HTML is the options of the list.
 */
export const comboRows: ActionFunction<ComboRowsFields> = declareAction<ComboRowsFields>(
  "combo",
  (fields, out) => {
    const { id, uid, offset, rows, feed, delegate } = fields;
    if (typeof rows === "string") {
      out.js += `console.warn('${escapeScript(`${id}: ${rows}`)}');`;
      return;
    }
    const name = plainText(uid);
    const container = `qi('${escapeScript(`comboContainer_${id}`)}')`;
    if (offset === 0 && rows.length === 0) {
      out.js += `{var x=${container}; if(x) {x.replaceChildren();x.style.display='none';}` +
        `activeCombo=undefined;currentItem=undefined;comboOpenFormById('${escapeScript(`${id}_form`)}');}`;
      return;
    }
    const html = rows.map(({ item, view, bind }, index) => {
      const row = `${id}_${offset + index}`;
      const click = call("comboSelect", name, id, view, feed, delegate, row);
      return `<div id="${escapeAttribute(row)}" class="dropdown-item" data-bind="${bind}" onclick="${
        escapeAttribute(click)
      }" onmousemove="${escapeAttribute(call("comboLookupMouseMove", id))}"><p>${out.html(item)}</p></div>`;
    }).join("");
    const begin = offset === 0
      ? `x.replaceChildren();x.style.display='block';x.onscroll=function(){` +
        "if(x.scrollTop+x.offsetHeight+10>=x.scrollHeight) direct(tuple(atom('comboScroll')," +
        `bin('${escapeScript(name)}'),bin('${escapeScript(id)}'),atom('${escapeScript(delegate)}')));};`
      : "";
    out.js += `{let x=${container}; if(x) {${begin}x.insertAdjacentHTML('beforeend',\`${
      escapeTemplate(html)
    }\`);}}`;
  },
  ({ id, uid, offset, rows, more }, out) => {
    const list = `comboContainer_${id}`;
    const html = typeof rows === "string"
      ? tuple(ERROR, rows)
      : rows.map(({ item, view, bind }, index) =>
        `<div role="option" id="${
          escapeAttribute(`${list}_${offset + index}`)
        }" data-bind="${bind}" data-text="${escapeAttribute(view)}">${out.html(item)}</div>`
      ).join("");
    out.add(tuple(COMBO, id, uid, offset, html, more));
  },
);
