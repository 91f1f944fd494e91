/**
 * A document's own elements, for pages that are drawn whole.
 *
 * @example
 * ```ts
 * import { body, head, html, render, title } from "@n2o/n2o/nitro";
 *
 * const page = render(html({ body: [head({ body: title({ body: "A & B" }) }), body({ body: "hi" })] })).html;
 * if (page !== "<html><head><title>A &amp; B</title></head><body>hi</body></html>") throw new Error(page);
 * ```
 *
 * @module
 */
import type { BodyFields, Fields, Flag, Value } from "../fields.ts";
import { drawData, drawFlag, drawUrl } from "./attributes.ts";
import { drawGlobal } from "./global.ts";
import { element } from "./own.ts";
import { plain, type PlainFields } from "./plain.ts";
import type { ElementFunction } from "../parts.ts";

/** Fields of {@linkcode html}. */
export interface HtmlFields extends BodyFields {
  /** The address of a list of files to keep; browsers no longer know it. */
  readonly manifest?: Value;
}

/** A whole document. */
export const html: ElementFunction<HtmlFields> = element<HtmlFields>("html", (fields, out) => {
  out.html += "<html";
  drawGlobal(fields, out);
  drawUrl("manifest", fields.manifest, "link", out);
  drawData("html", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</html>";
});

/** What a document says of itself. */
export const head: ElementFunction<PlainFields> = plain("head");
/** What is seen of a document. */
export const body: ElementFunction<PlainFields> = plain("body");
/** The document's title. */
export const title: ElementFunction<PlainFields> = plain("title");
/** What is seen where there are no scripts. */
export const noscript: ElementFunction<PlainFields> = plain("noscript");

/** Fields of {@linkcode base}. */
export interface BaseFields extends Fields {
  /** What the document's addresses are relative to. */
  readonly href?: Value;
  /** Where its links open. */
  readonly target?: Value;
}

/** What the document's addresses are relative to. */
export const base: ElementFunction<BaseFields> = element<BaseFields>("base", (fields, out) => {
  out.html += "<base";
  drawGlobal(fields, out);
  drawUrl("href", fields.href, "link", out);
  out.attribute("target", fields.target);
  drawData("base", fields, out);
  out.html += "/>";
});

/** Fields of {@linkcode metaLink}. */
export interface MetaLinkFields extends Fields {
  /** The other document's address. */
  readonly href?: Value;
  /** The other document's language. */
  readonly hreflang?: Value;
  /** The media that it is for. */
  readonly media?: Value;
  /** What it is to this document: `stylesheet`, `icon`. */
  readonly rel?: Value;
  /** The sizes of an icon. */
  readonly sizes?: Value;
  /** The other document's type. */
  readonly type?: Value;
}

/** A document that belongs to this one: a `link` in its head. */
export const metaLink: ElementFunction<MetaLinkFields> = element<MetaLinkFields>(
  "meta_link",
  (fields, out) => {
    out.html += "<link";
    drawGlobal(fields, out);
    drawUrl("href", fields.href, "link", out);
    out.attribute("hreflang", fields.hreflang);
    out.attribute("media", fields.media);
    out.attribute("rel", fields.rel);
    out.attribute("sizes", fields.sizes);
    out.attribute("type", fields.type);
    drawData("metaLink", fields, out);
    out.html += "/>";
  },
);

/** Fields of {@linkcode meta}. */
export interface MetaFields extends Fields {
  /** The document's encoding. */
  readonly charset?: Value;
  /** What is said. */
  readonly content?: Value;
  /** The name of the HTTP header that this stands for. */
  readonly httpEquiv?: Value;
  /** What it is said about. */
  readonly name?: Value;
  /** A type. */
  readonly type?: Value;
}

/** Something that a document says of itself. */
export const meta: ElementFunction<MetaFields> = element<MetaFields>("meta", (fields, out) => {
  out.html += "<meta";
  drawGlobal(fields, out);
  out.attribute("charset", fields.charset);
  out.attribute("content", fields.content);
  out.attribute("http-equiv", fields.httpEquiv);
  out.attribute("name", fields.name);
  out.attribute("type", fields.type);
  drawData("meta", fields, out);
  out.html += "/>";
});

/** Fields of {@linkcode del} and {@linkcode ins}. */
export interface EditFields extends BodyFields {
  /** Where the change is explained. */
  readonly cite?: Value;
  /** When it was made. */
  readonly datetime?: Value;
}

/** Text that was taken out. */
export const del: ElementFunction<EditFields> = edit("del");
/** Text that was put in. */
export const ins: ElementFunction<EditFields> = edit("ins");

function edit(name: string): ElementFunction<EditFields> {
  return element<EditFields>(name, (fields, out) => {
    out.html += `<${name}`;
    drawGlobal(fields, out);
    drawUrl("cite", fields.cite, "link", out);
    out.attribute("datetime", fields.datetime);
    drawData(name, fields, out);
    out.html += ">";
    out.body(fields.body);
    out.html += `</${name}>`;
  });
}

/** Fields of {@linkcode details}. */
export interface DetailsFields extends BodyFields {
  /** Whether they are seen. */
  readonly open?: Flag;
}

/** What is seen when one asks for it. */
export const details: ElementFunction<DetailsFields> = element<DetailsFields>("details", (fields, out) => {
  out.html += "<details";
  drawGlobal(fields, out);
  drawFlag("open", fields.open, out);
  drawData("details", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</details>";
});
