/**
 * Tables.
 *
 * @example
 * ```ts
 * import { render, table, td, th, tr } from "@n2o/n2o/nitro";
 *
 * const rows = [tr({ id: "r1", cells: [td({ body: "a" }), td({ body: "b" })] })];
 * const { html } = render(table({ caption: null, colgroup: null, header: null, footer: null, body: rows }));
 * const row = '<tr id="r1" style=""><td rowspan="1" colspan="1">a</td><td rowspan="1" colspan="1">b</td></tr>';
 * if (html !== `<table><tbody>${row}</tbody></table>`) throw new Error(html);
 * ```
 *
 * @module
 */
import type { BodyFields, Fields, PostbackFields, Value } from "../fields.ts";
import { drawClass, drawData, drawScript, isNone, styleName, styleText } from "./attributes.ts";
import { drawBare, drawBasic, drawGlobal, drawId, drawRest, isBare } from "./global.ts";
import { escapeAttribute } from "../escape/html.ts";
import { element, idOf, isPostback, wireEvent } from "./own.ts";
import { plain, type PlainFields } from "./plain.ts";
import { type Body, type Drawing, Element, type ElementFunction } from "../parts.ts";

/**
 * What is said over a table.
 *
 * @example
 * ```ts
 * import { caption, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(caption({ body: "Text" }), { mode: "operations" });
 * if (html !== "<caption>Text</caption>") throw new Error(html);
 * ```
 */
export const caption: ElementFunction<PlainFields> = plain("caption");
/**
 * The rows of a table.
 *
 * @example
 * ```ts
 * import { render, tbody } from "@n2o/n2o/nitro";
 *
 * const { html } = render(tbody({ body: "Text" }), { mode: "operations" });
 * if (html !== "<tbody>Text</tbody>") throw new Error(html);
 * ```
 */
export const tbody: ElementFunction<PlainFields> = plain("tbody");
/**
 * The rows that a table begins with.
 *
 * @example
 * ```ts
 * import { render, th, thead, tr } from "@n2o/n2o/nitro";
 *
 * const { html } = render(thead({ body: tr({ id: "names", cells: th({ body: "Name" }) }) }), { mode: "operations" });
 * if (html !== '<thead><tr id="names"><th rowspan="1" colspan="1">Name</th></tr></thead>') throw new Error(html);
 * ```
 */
export const thead: ElementFunction<PlainFields> = plain("thead");
/**
 * The rows that a table ends with.
 *
 * @example
 * ```ts
 * import { render, tfoot } from "@n2o/n2o/nitro";
 *
 * const { html } = render(tfoot({ body: "Text" }), { mode: "operations" });
 * if (html !== "<tfoot>Text</tfoot>") throw new Error(html);
 * ```
 */
export const tfoot: ElementFunction<PlainFields> = plain("tfoot");

/** Fields of {@linkcode td}. */
export interface TdFields extends BodyFields {
  /** How many columns it takes. @default 1 */
  readonly colspan?: Value;
  /** The ids of the cells that head it. */
  readonly headers?: Value;
  /** How many rows it takes. @default 1 */
  readonly rowspan?: Value;
  /** What it heads. */
  readonly scope?: Value;
  /** Its colour; a class does better. */
  readonly bgcolor?: Value;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
}

/**
 * A cell of a table.
 *
 * @example
 * ```ts
 * import { render, td } from "@n2o/n2o/nitro";
 *
 * const { html } = render(td({ colspan: 2, body: "Ada" }), { mode: "operations" });
 * if (html !== '<td rowspan="1" colspan="2">Ada</td>') throw new Error(html);
 * ```
 */
export const td: ElementFunction<TdFields> = element<TdFields>("td", (fields, out) => {
  if (isBare(fields)) return drawBare('<td rowspan="1" colspan="1">', fields.body, "</td>", out);
  out.html += "<td";
  drawBasic(fields, out);
  if (fields.onclick !== undefined) drawScript("td", "onclick", fields.onclick, out);
  drawSpan("rowspan", fields.rowspan, out);
  if (fields.bgcolor !== undefined) out.attribute("bgcolor", fields.bgcolor);
  drawSpan("colspan", fields.colspan, out);
  if (fields.scope !== undefined) out.attribute("scope", fields.scope);
  if (fields.headers !== undefined) out.attribute("headers", fields.headers);
  drawRest("td", fields, out);
  drawBare(">", fields.body, "</td>", out);
});

/** Fields of {@linkcode th}. */
export interface ThFields extends BodyFields {
  /** How many columns it takes. @default 1 */
  readonly colspan?: Value;
  /** The ids of the cells that head it. */
  readonly headers?: Value;
  /** How many rows it takes. @default 1 */
  readonly rowspan?: Value;
  /** What it heads. */
  readonly scope?: Value;
}

/**
 * A cell that heads a row or a column.
 *
 * @example
 * ```ts
 * import { render, th } from "@n2o/n2o/nitro";
 *
 * const { html } = render(th({ scope: "col", body: "Name" }), { mode: "operations" });
 * if (html !== '<th rowspan="1" colspan="1" scope="col">Name</th>') throw new Error(html);
 * ```
 */
export const th: ElementFunction<ThFields> = element<ThFields>("th", (fields, out) => {
  out.html += "<th";
  drawBasic(fields, out);
  drawSpan("rowspan", fields.rowspan, out);
  drawSpan("colspan", fields.colspan, out);
  if (fields.scope !== undefined) out.attribute("scope", fields.scope);
  if (fields.headers !== undefined) out.attribute("headers", fields.headers);
  drawRest("th", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</th>";
});

/** Fields of {@linkcode tr}. */
export interface TrFields extends Fields, PostbackFields {
  /** Its cells. */
  readonly cells?: Body;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
  /** JavaScript for a pointer that comes over it; not on pages in the mode `operations`. */
  readonly onmouseover?: Value;
  /** JavaScript for a pointer that leaves it; not on pages in the mode `operations`. */
  readonly onmouseout?: Value;
}

/**
 * A row of a table; a click on it sends its postback. It has an id always, a new one when none is given.
 *
 * @example
 * ```ts
 * import { atom, tuple } from "@n2o/n2o";
 * import { render, td, tr } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   tr({ id: "row1", postback: tuple(atom("open"), 1), cells: [td({ body: "Ada" }), td({ body: 36 })] }),
 *   { mode: "operations" },
 * );
 * if (
 *   html !==
 *     '<tr id="row1" data-n2o-style="cursor:pointer;"><td rowspan="1" colspan="1">Ada</td><td rowspan="1" colspan="1">36</td></tr>'
 * ) throw new Error(html);
 * ```
 */
export const tr: ElementFunction<TrFields> = element<TrFields>("tr", (fields, out) => {
  const id = idOf(fields.id, out);
  const clicks = fields.postback !== undefined && isPostback(fields);
  if (clicks) wireEvent(fields, fields.postback, "click", id, out);
  out.html += "<tr";
  drawId(id, out);
  if (fields.onclick !== undefined) drawScript("tr", "onclick", fields.onclick, out);
  if (fields.class !== undefined) drawClass(fields.class, out);
  if (fields.onmouseover !== undefined) drawScript("tr", "onmouseover", fields.onmouseover, out);
  if (fields.onmouseout !== undefined) drawScript("tr", "onmouseout", fields.onmouseout, out);
  const style = (fields.style === undefined ? "" : styleText(fields.style)) +
    (clicks ? "cursor:pointer;" : "");
  if (style !== "") out.html += `${styleName(out)}="${escapeAttribute(style)}"`;
  else if (out.host.mode === "script") out.html += ' style=""';
  drawRest("tr", fields, out);
  out.html += ">";
  out.body(fields.cells);
  out.html += "</tr>";
});

/** Fields of {@linkcode col}. */
export interface ColFields extends Fields {
  /** How many columns it is for. */
  readonly span?: Value;
}

/**
 * A column of a table.
 *
 * @example
 * ```ts
 * import { col, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(col({ span: 2, class: "numbers" }), { mode: "operations" });
 * if (html !== '<col class="numbers" span="2"/>') throw new Error(html);
 * ```
 */
export const col: ElementFunction<ColFields> = element<ColFields>("col", (fields, out) => {
  out.html += "<col";
  drawGlobal(fields, out);
  out.attribute("span", fields.span);
  drawData("col", fields, out);
  out.html += "/>";
});

/** Fields of {@linkcode colgroup}. */
export interface ColgroupFields extends BodyFields {
  /** Its columns, by the original's other name for `body`. */
  readonly col?: Body;
  /** How many columns it is for. */
  readonly span?: Value;
}

/**
 * Columns of a table.
 *
 * @example
 * ```ts
 * import { colgroup, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(colgroup({ col: 2 }), { mode: "operations" });
 * if (html !== "<colgroup>2</colgroup>") throw new Error(html);
 * ```
 */
export const colgroup: ElementFunction<ColgroupFields> = element<ColgroupFields>(
  "colgroup",
  (fields, out) => {
    out.html += "<colgroup";
    drawGlobal(fields, out);
    out.attribute("span", fields.span);
    drawData("colgroup", fields, out);
    out.html += ">";
    out.body(isNone(fields.body) ? fields.col : fields.body);
    out.html += "</colgroup>";
  },
);

/** Fields of {@linkcode table}. */
export interface TableFields extends BodyFields {
  /** What is said over it: text, or a `caption`; `null` for none, while an empty one is drawn without this field. */
  readonly caption?: Body;
  /** Its columns: a list of `col`, or a `colgroup`; `null` for none, while an empty one is drawn without this field. */
  readonly colgroup?: Body;
  /** The rows that it ends with: a list of `tr`, or a `tfoot`; `null` for none, while an empty one is drawn without this field. */
  readonly footer?: Body;
  /** The rows that it begins with: a list of `tr`, or a `thead`; `null` for none, while an empty one is drawn without this field. */
  readonly header?: Body;
  /** Its rows: `tr`, a list of these, or `tbody`. */
  readonly body?: Body;
}

/**
 * A table.
 *
 * @example
 * ```ts
 * import { render, table, tbody, td, th, tr } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   table({
 *     id: "people",
 *     header: tr({ id: "names", cells: [th({ body: "Name" }), th({ body: "Age" })] }),
 *     body: tbody({ body: tr({ id: "row1", cells: [td({ body: "Ada" }), td({ body: 36 })] }) }),
 *   }),
 *   { mode: "operations" },
 * );
 * if (!html.startsWith('<table id="people">')) throw new Error(html);
 * ```
 */
export const table: ElementFunction<TableFields> = element<TableFields>("table", (fields, out) => {
  out.html += "<table";
  drawBasic(fields, out);
  drawRest("table", fields, out);
  out.html += ">";
  drawPart("caption", caption, fields.caption, out);
  drawPart("colgroup", colgroup, fields.colgroup, out);
  drawPart("thead", thead, fields.header, out);
  drawPart("tfoot", tfoot, fields.footer, out);
  drawPart("tbody", tbody, isNone(fields.body) ? undefined : fields.body, out);
  out.html += "</table>";
});

/** A part as it is, or its tag around what belongs into it. */
function drawPart(tag: string, part: { kind: object }, body: Body, out: Drawing): void {
  if (body !== undefined && isNone(body)) return;
  if (isPart(part, body)) out.body(body);
  else {
    out.html += `<${tag}>`;
    out.body(body);
    out.html += `</${tag}>`;
  }
}

function isPart(part: { kind: object }, body: Body): boolean {
  const first = Array.isArray(body) ? body.find((one) => !isNone(one)) : body;
  return first instanceof Element && first.kind === part.kind;
}

function drawSpan(name: string, value: Value, out: Drawing): void {
  if (value === undefined || value === 1) out.html += ` ${name}="1"`;
  else out.attribute(name, value);
}
