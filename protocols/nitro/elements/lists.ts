/**
 * Lists.
 *
 * @example
 * ```ts
 * import { li, list, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(list({ numbered: true, body: ["a", "b"].map((body) => li({ body })) }));
 * if (html !== "<ol><li>a</li><li>b</li></ol>") throw new Error(html);
 * ```
 *
 * @module
 */
import type { BodyFields, Value } from "../fields.ts";
import { drawChoice, drawClass, drawData, drawStyle, drawUrl } from "./attributes.ts";
import { drawBare, drawBasic, drawGlobal, drawId, drawRest, isBare } from "./global.ts";
import { element } from "./own.ts";
import { plain, type PlainFields } from "./plain.ts";
import type { ElementFunction } from "../parts.ts";

/**
 * A list whose order does not matter.
 *
 * @example
 * ```ts
 * import { li, render, ul } from "@n2o/n2o/nitro";
 *
 * const { html } = render(ul({ body: [li({ body: "one" }), li({ body: "two" })] }), { mode: "operations" });
 * if (html !== "<ul><li>one</li><li>two</li></ul>") throw new Error(html);
 * ```
 */
export const ul: ElementFunction<PlainFields> = plain("ul");
/**
 * A numbered list.
 *
 * @example
 * ```ts
 * import { li, ol, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(ol({ body: [li({ body: "one" }), li({ body: "two" })] }), { mode: "operations" });
 * if (html !== "<ol><li>one</li><li>two</li></ol>") throw new Error(html);
 * ```
 */
export const ol: ElementFunction<PlainFields> = plain("ol");
/**
 * A list of terms and what they mean.
 *
 * @example
 * ```ts
 * import { dd, dl, dt, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(dl({ body: [dt({ body: "N2O" }), dd({ body: "messages" })] }), { mode: "operations" });
 * if (html !== "<dl><dt>N2O</dt><dd>messages</dd></dl>") throw new Error(html);
 * ```
 */
export const dl: ElementFunction<PlainFields> = plain("dl");
/**
 * A term of a {@linkcode dl}.
 *
 * @example
 * ```ts
 * import { dt, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(dt({ body: "Text" }), { mode: "operations" });
 * if (html !== "<dt>Text</dt>") throw new Error(html);
 * ```
 */
export const dt: ElementFunction<PlainFields> = plain("dt");
/**
 * What a term of a {@linkcode dl} means.
 *
 * @example
 * ```ts
 * import { dd, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(dd({ body: "Text" }), { mode: "operations" });
 * if (html !== "<dd>Text</dd>") throw new Error(html);
 * ```
 */
export const dd: ElementFunction<PlainFields> = plain("dd");

/** Fields of {@linkcode list}. */
export interface ListFields extends BodyFields {
  /** Whether it is numbered. @default false */
  readonly numbered?: boolean;
}

/**
 * A list, numbered or not.
 *
 * @example
 * ```ts
 * import { li, list, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(list({ numbered: true, body: [li({ body: "one" }), li({ body: "two" })] }), {
 *   mode: "operations",
 * });
 * if (html !== "<ol><li>one</li><li>two</li></ol>") throw new Error(html);
 * ```
 */
export const list: ElementFunction<ListFields> = element<ListFields>("list", (fields, out) => {
  const tag = fields.numbered === true ? "ol" : "ul";
  out.html += `<${tag}`;
  drawBasic(fields, out);
  drawRest("list", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += `</${tag}>`;
});

/** Fields of {@linkcode li}. */
export interface LiFields extends BodyFields {
  /** Its number. */
  readonly value?: Value;
}

/**
 * One of a list.
 *
 * @example
 * ```ts
 * import { li, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(li({ value: 3, body: "third" }), { mode: "operations" });
 * if (html !== '<li value="3">third</li>') throw new Error(html);
 * ```
 */
export const li: ElementFunction<LiFields> = element<LiFields>("li", (fields, out) => {
  if (isBare(fields)) return drawBare("<li>", fields.body, "</li>", out);
  out.html += "<li";
  if (fields.class !== undefined) drawClass(fields.class, out);
  if (fields.id !== undefined) drawId(fields.id, out);
  if (fields.style !== undefined) drawStyle(fields.style, out);
  if (fields.value !== undefined) out.attribute("value", fields.value);
  drawRest("li", fields, out);
  drawBare(">", fields.body, "</li>", out);
});

/** Fields of {@linkcode blockquote}. */
export interface BlockquoteFields extends BodyFields {
  /** Where it is from. */
  readonly cite?: Value;
}

/**
 * What another one said.
 *
 * @example
 * ```ts
 * import { blockquote, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(blockquote({ cite: "/talk", body: "Any sufficiently advanced …" }), { mode: "operations" });
 * if (html !== '<blockquote cite="/talk">Any sufficiently advanced …</blockquote>') throw new Error(html);
 * ```
 */
export const blockquote: ElementFunction<BlockquoteFields> = element<BlockquoteFields>(
  "blockquote",
  (fields, out) => {
    out.html += "<blockquote";
    drawBasic(fields, out);
    drawUrl("cite", fields.cite, "link", out);
    drawRest("blockquote", fields, out);
    out.html += ">";
    out.body(fields.body);
    out.html += "</blockquote>";
  },
);

/** Fields of {@linkcode menu}. */
export interface MenuFields extends BodyFields {
  /** Its title. */
  readonly label?: Value;
  /** What it is; browsers no longer know it. */
  readonly type?: "toolbar" | "context";
}

/**
 * A list of commands.
 *
 * @example
 * ```ts
 * import { li, menu, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(menu({ label: "Edit", body: li({ body: "Copy" }) }), { mode: "operations" });
 * if (html !== '<menu label="Edit"><li>Copy</li></menu>') throw new Error(html);
 * ```
 */
export const menu: ElementFunction<MenuFields> = element<MenuFields>("menu", (fields, out) => {
  out.html += "<menu";
  drawGlobal(fields, out);
  out.attribute("label", fields.label);
  drawChoice("type", fields.type, ["toolbar", "context"], out);
  drawData("menu", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</menu>";
});
