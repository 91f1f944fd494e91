/**
 * Documents and programs of others within the page.
 *
 * @example
 * ```ts
 * import { iframe, raw, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(iframe({ srcdoc: raw("<p>"), sandbox: "" }));
 * if (html !== '<iframe sandbox="" srcdoc="&lt;p&gt;"></iframe>') throw new Error(html);
 * ```
 *
 * @module
 */
import { escapeAttribute } from "../escape/html.ts";
import type { BodyFields, Fields, Flag, Value } from "../fields.ts";
import { drawData, drawFlag, drawUrl, isNone } from "./attributes.ts";
import { drawGlobal } from "./global.ts";
import { element } from "./own.ts";
import { HtmlDrawing } from "../drawing.ts";
import type { Body, Drawing, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode embed}. */
export interface EmbedFields extends Fields {
  /** Its height, in pixels. */
  readonly height?: Value;
  /** Its address. */
  readonly src?: Value;
  /** Its type. */
  readonly type?: Value;
  /** Its width, in pixels. */
  readonly width?: Value;
}

/**
 * A document of another kind.
 *
 * @example
 * ```ts
 * import { embed, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(embed({ src: "/plan.svg", type: "image/svg+xml", width: 300, height: 200 }), {
 *   mode: "operations",
 * });
 * if (html !== '<embed height="200" src="/plan.svg" type="image/svg+xml" width="300"/>') throw new Error(html);
 * ```
 */
export const embed: ElementFunction<EmbedFields> = element<EmbedFields>("embed", (fields, out) => {
  out.html += "<embed";
  drawGlobal(fields, out);
  out.attribute("height", fields.height);
  drawUrl("src", fields.src, "source", out);
  out.attribute("type", fields.type);
  out.attribute("width", fields.width);
  drawData("embed", fields, out);
  out.html += "/>";
});

/** Fields of {@linkcode iframe}. */
export interface IframeFields extends Fields {
  /** Its height, in pixels. */
  readonly height?: Value;
  /** Its name, for links' `target`. */
  readonly name?: Value;
  /** What it may do. */
  readonly sandbox?: Value;
  /** Whether it has no border; browsers no longer know it. */
  readonly seamless?: Flag;
  /** The document's address. */
  readonly src?: Value;
  /** The document itself, drawn as any body is: text in it is escaped as text, {@linkcode raw} is HTML. */
  readonly srcdoc?: Body;
  /** Its width, in pixels. */
  readonly width?: Value;
}

/**
 * Another document.
 *
 * @example
 * ```ts
 * import { iframe, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(iframe({ src: "/help.htm", name: "help", sandbox: "allow-forms" }), { mode: "operations" });
 * if (html !== '<iframe sandbox="allow-forms" src="/help.htm" name="help"></iframe>') throw new Error(html);
 * ```
 */
export const iframe: ElementFunction<IframeFields> = element<IframeFields>("iframe", (fields, out) => {
  out.html += "<iframe";
  drawGlobal(fields, out);
  out.attribute("height", fields.height);
  out.attribute("sandbox", fields.sandbox);
  drawFlag("seamless", fields.seamless, out);
  drawUrl("src", fields.src, "source", out);
  if (!isNone(fields.srcdoc)) drawDocument(fields.srcdoc, out);
  out.attribute("name", fields.name);
  out.attribute("width", fields.width);
  drawData("iframe", fields, out);
  out.html += "></iframe>";
});

function drawDocument(body: Body, out: Drawing): void {
  // Its elements are in another document: what they wire would look for them in this one.
  const inner = new HtmlDrawing(out.host);
  inner.body(body);
  out.html += ` srcdoc="${escapeAttribute(inner.html)}"`;
}

/** Fields of {@linkcode object}. */
export interface ObjectFields extends BodyFields {
  /** The document's address. */
  readonly data?: Value;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Its height, in pixels. */
  readonly height?: Value;
  /** Its name. */
  readonly name?: Value;
  /** Its type. */
  readonly type?: Value;
  /** The `map` that says what its parts lead to: `#name`. */
  readonly usemap?: Value;
  /** Its width, in pixels. */
  readonly width?: Value;
}

/**
 * A document of another kind; its body is seen where that is not known.
 *
 * @example
 * ```ts
 * import { object, param, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(
 *   object({ data: "/plan.svg", type: "image/svg+xml", body: param({ name: "zoom", value: 2 }) }),
 *   { mode: "operations" },
 * );
 * if (html !== '<object data="/plan.svg" type="image/svg+xml"><param name="zoom" value="2"/></object>') {
 *   throw new Error(html);
 * }
 * ```
 */
export const object: ElementFunction<ObjectFields> = element<ObjectFields>("object", (fields, out) => {
  out.html += "<object";
  drawGlobal(fields, out);
  drawUrl("data", fields.data, "source", out);
  out.attribute("form", fields.form);
  out.attribute("height", fields.height);
  out.attribute("name", fields.name);
  out.attribute("type", fields.type);
  out.attribute("usemap", fields.usemap);
  out.attribute("width", fields.width);
  drawData("object", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</object>";
});

/** Fields of {@linkcode param}. */
export interface ParamFields extends Fields {
  /** Its name. */
  readonly name?: Value;
  /** Its value. */
  readonly value?: Value;
}

/**
 * A value for an {@linkcode object}.
 *
 * @example
 * ```ts
 * import { param, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(param({ name: "zoom", value: 2 }), { mode: "operations" });
 * if (html !== '<param name="zoom" value="2"/>') throw new Error(html);
 * ```
 */
export const param: ElementFunction<ParamFields> = element<ParamFields>("param", (fields, out) => {
  out.html += "<param";
  drawGlobal(fields, out);
  out.attribute("name", fields.name);
  out.attribute("value", fields.value);
  drawData("param", fields, out);
  out.html += "/>";
});
