/**
 * The attributes that every element may have.
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import { escapeText } from "../escape/html.ts";
import type { Fields } from "../fields.ts";
import { drawChoice, drawClass, drawData, drawFlag, drawStyle, isNone } from "./attributes.ts";
import type { Body, Drawing } from "../parts.ts";

const YES_NO = ["true", "false"];
const EDITABLE = [...YES_NO, "plaintext-only"];
const DIRECTIONS = ["ltr", "rtl", "auto"];

/** Writes the attributes that every element may have, id, class and style among them, in the original's order. */
export function drawGlobal(fields: Fields, out: Drawing, id: unknown = fields.id): void {
  if (fields.accesskey !== undefined) out.attribute("accesskey", fields.accesskey);
  if (fields.class !== undefined) drawClass(fields.class, out);
  if (fields.contenteditable !== undefined) {
    drawChoice("contenteditable", fields.contenteditable, EDITABLE, out);
  }
  if (fields.contextmenu !== undefined) out.attribute("contextmenu", fields.contextmenu);
  if (fields.dir !== undefined) drawChoice("dir", fields.dir, DIRECTIONS, out);
  if (fields.draggable !== undefined) drawChoice("draggable", fields.draggable, YES_NO, out);
  if (fields.dropzone !== undefined) out.attribute("dropzone", fields.dropzone);
  if (fields.hidden !== undefined) drawFlag("hidden", fields.hidden, out);
  drawId(id, out);
  if (fields.lang !== undefined) out.attribute("lang", fields.lang);
  if (fields.spellcheck !== undefined) drawChoice("spellcheck", fields.spellcheck, YES_NO, out);
  if (fields.style !== undefined) drawStyle(fields.style, out);
  if (fields.tabindex !== undefined) out.attribute("tabindex", fields.tabindex);
  if (fields.title !== undefined) out.attribute("title", fields.title);
  if (fields.translate !== undefined) drawTranslate(fields, out);
}

/** Writes the element's id. */
export function drawId(id: unknown, out: Drawing): void {
  if (!isNone(id)) out.id(id);
}

/** Writes id, class and style, which is all that most elements have. */
export function drawBasic(fields: Fields, out: Drawing, id: unknown = fields.id): void {
  if (id !== undefined) drawId(id, out);
  if (fields.class !== undefined) drawClass(fields.class, out);
  if (fields.style !== undefined) drawStyle(fields.style, out);
}

/**
 * Writes what every element may have besides {@linkcode drawBasic}, `title` only when the element has not written it. The original's
 * elements that print their own few attributes forget these.
 */
export function drawRest(element: string, fields: Fields, out: Drawing, title = true): void {
  if (fields.dataFields === undefined && !isUncommon(fields)) return;
  drawData(element, fields, out);
  if (fields.accesskey !== undefined) out.attribute("accesskey", fields.accesskey);
  if (fields.contenteditable !== undefined) {
    drawChoice("contenteditable", fields.contenteditable, EDITABLE, out);
  }
  if (fields.contextmenu !== undefined) out.attribute("contextmenu", fields.contextmenu);
  if (fields.dir !== undefined) drawChoice("dir", fields.dir, DIRECTIONS, out);
  if (fields.draggable !== undefined) drawChoice("draggable", fields.draggable, YES_NO, out);
  if (fields.dropzone !== undefined) out.attribute("dropzone", fields.dropzone);
  if (fields.hidden !== undefined) drawFlag("hidden", fields.hidden, out);
  if (fields.lang !== undefined) out.attribute("lang", fields.lang);
  if (fields.spellcheck !== undefined) drawChoice("spellcheck", fields.spellcheck, YES_NO, out);
  if (fields.tabindex !== undefined) out.attribute("tabindex", fields.tabindex);
  if (title && fields.title !== undefined) out.attribute("title", fields.title);
  if (fields.translate !== undefined) drawTranslate(fields, out);
}

/** Writes whether the element's text is translated. */
export function drawTranslate({ translate }: Fields, out: Drawing): void {
  if (translate === undefined || translate === null) return;
  const text = typeof translate === "boolean" ? (translate ? "yes" : "no") : plainText(translate);
  if (text === "yes" || text === "no") out.html += ` translate="${text}"`;
}

/** Whether no field is given but the body: most cells and paragraphs are so, and they are many. */
export function isBare(fields: object): boolean {
  for (const name in fields) if (name !== "body") return false;
  return true;
}

/** Draws what has no attributes of its own: few pieces are put together faster than many. */
export function drawBare(open: string, body: Body, close: string, out: Drawing): void {
  if (typeof body === "string") out.html += open + escapeText(body) + close;
  else {
    out.html += open;
    out.body(body);
    out.html += close;
  }
}

/** Whether any field is given besides those that nearly all elements have: then the others need not be looked for one by one. */
export function isUncommon(fields: object): boolean {
  for (const name in fields) {
    switch (name) {
      case "id":
      case "class":
      case "style":
      case "body":
      case "cells":
      case "postback":
      case "source":
      case "colspan":
      case "rowspan":
      case "type":
        break;
      default:
        return true;
    }
  }
  return false;
}
