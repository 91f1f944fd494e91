/**
 * Elements that are their tag, their attributes and what stands between.
 *
 * @module
 */
import { bert } from "../../../lib/formats/bert.ts";
import { type Term, Tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import type { BodyFields, Fields, Value } from "../fields.ts";
import { drawAttributes, drawClass, drawFlag, drawScript, drawStyle, isNone } from "./attributes.ts";
import { drawBare, drawBasic, drawId, drawTranslate, isBare, isUncommon } from "./global.ts";
import { element } from "./own.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/** What elements without a body have besides the fields of every element. */
export interface VoidFields extends Fields {
  /** Another tag in the place of its own. */
  readonly htmlTag?: Value;
  /** A value that the client finds as `data-bind`: text as it is, other terms as BERT in base64. */
  readonly bind?: Term | null;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
  /** JavaScript for a pointer that leaves it; not on pages in the mode `operations`. */
  readonly onmouseout?: Value;
  /** JavaScript for a pointer that comes over it; not on pages in the mode `operations`. */
  readonly onmouseover?: Value;
  /** JavaScript for a pointer that moves over it; not on pages in the mode `operations`. */
  readonly onmousemove?: Value;
}

/** The fields of elements that are their tag, their attributes and a body. */
export interface PlainFields extends VoidFields, BodyFields {}

const TAG = /^[a-z][\w.-]*$/i;
/** What stands in these is no text, or is text that does not end where it seems to. */
const NO_TAG = /^(?:script|style|iframe|frame|frameset|object|embed|base|plaintext|xmp|noembed|noframes)$/i;
const VOID = new Set(
  "area base br col command embed hr img input keygen link meta param source track wbr".split(" "),
);

/** Declares an element with a body. */
export function plain(name: string, tag: string = name): ElementFunction<PlainFields> {
  const open = `<${tag}`;
  const bare = `<${tag}>`;
  const close = `</${tag}>`;
  return element<PlainFields>(name, (fields, out) => {
    if (isBare(fields)) return drawBare(bare, fields.body, close, out);
    if (isUncommon(fields)) {
      if (!isNone(fields.htmlTag)) return drawTagged(name, plainText(fields.htmlTag), fields, out);
      out.html += open;
      drawPlain(name, fields, out);
    } else {
      out.html += open;
      drawBasic(fields, out);
    }
    drawBare(">", fields.body, close, out);
  });
}

/** Declares an element without a body. */
export function single(name: string): ElementFunction<VoidFields> {
  return element<VoidFields>(name, (fields, out) => {
    if (!isNone(fields.htmlTag)) return drawTagged(name, plainText(fields.htmlTag), fields, out);
    out.html += `<${name}`;
    drawPlain(name, fields, out);
    out.html += "/>";
  });
}

/** Draws an element whose first line feed a parser would leave out. */
export function drawLines(body: BodyFields["body"], out: Drawing): void {
  const before = out.html;
  out.html = "";
  out.body(body);
  out.html = before + (out.html.startsWith("\n") ? "\n" : "") + out.html;
}

/** Writes the attributes of elements that are drawn alike. */
export function drawPlain(name: string, fields: VoidFields, out: Drawing): void {
  drawId(fields.id, out);
  if (fields.bind !== undefined) drawBind(fields.bind, out);
  if (fields.class !== undefined) drawClass(fields.class, out);
  if (fields.style !== undefined) drawStyle(fields.style, out);
  if (fields.title !== undefined) out.attribute("title", fields.title);
  if (fields.accesskey !== undefined) out.attribute("accesskey", fields.accesskey);
  if (fields.contenteditable !== undefined) out.attribute("contenteditable", fields.contenteditable);
  if (fields.contextmenu !== undefined) out.attribute("contextmenu", fields.contextmenu);
  if (fields.dir !== undefined) out.attribute("dir", fields.dir);
  if (fields.draggable !== undefined) out.attribute("draggable", fields.draggable);
  if (fields.dropzone !== undefined) out.attribute("dropzone", fields.dropzone);
  if (fields.hidden !== undefined) drawFlag("hidden", fields.hidden, out);
  if (fields.lang !== undefined) out.attribute("lang", fields.lang);
  if (fields.onclick !== undefined) drawScript(name, "onclick", fields.onclick, out);
  if (fields.spellcheck !== undefined) out.attribute("spellcheck", fields.spellcheck);
  if (fields.translate !== undefined) drawTranslate(fields, out);
  if (fields.tabindex !== undefined) out.attribute("tabindex", fields.tabindex);
  if (fields.onmouseout !== undefined) drawScript(name, "onmouseout", fields.onmouseout, out);
  if (fields.onmouseover !== undefined) drawScript(name, "onmouseover", fields.onmouseover, out);
  if (fields.onmousemove !== undefined) drawScript(name, "onmousemove", fields.onmousemove, out);
  if (fields.role !== undefined) out.attribute("role", fields.role);
  if (fields.dataFields !== undefined) drawAttributes(name, fields.dataFields, out);
  if (fields.ariaStates !== undefined) drawAttributes(name, fields.ariaStates, out);
}

/** Draws an element with the tag that it is given, which has to be one with an ordinary body. */
export function drawTagged(name: string, tag: string, fields: PlainFields, out: Drawing): void {
  if (!TAG.test(tag) || NO_TAG.test(tag)) {
    throw new NitroError("bad_field", `${name}: htmlTag is the name of a tag that has an ordinary body`, tag);
  }
  out.html += `<${tag}`;
  drawPlain(name, fields, out);
  if (VOID.has(tag.toLowerCase())) out.html += "/>";
  else {
    out.html += ">";
    out.body(fields.body);
    out.html += `</${tag}>`;
  }
}

function drawBind(bind: Term | null, out: Drawing): void {
  const encode = bind instanceof Tuple || bind instanceof Map;
  out.attribute("data-bind", encode ? bert.encode(bind).toBase64() : bind);
}
