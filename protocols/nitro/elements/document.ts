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

/**
 * A whole document.
 *
 * @example
 * ```ts
 * import { head, html, render, title } from "@n2o/n2o/nitro";
 *
 * const drawn = render(html({ lang: "en", body: head({ body: title({ body: "Chat" }) }) }), { mode: "operations" }).html;
 * if (drawn !== '<html lang="en"><head><title>Chat</title></head></html>') throw new Error(drawn);
 * ```
 */
export const html: ElementFunction<HtmlFields> = element<HtmlFields>("html", (fields, out) => {
  out.html += "<html";
  drawGlobal(fields, out);
  drawUrl("manifest", fields.manifest, "link", out);
  drawData("html", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</html>";
});

/**
 * What a document says of itself.
 *
 * @example
 * ```ts
 * import { head, render, title } from "@n2o/n2o/nitro";
 *
 * const { html } = render(head({ body: title({ body: "Chat" }) }), { mode: "operations" });
 * if (html !== "<head><title>Chat</title></head>") throw new Error(html);
 * ```
 */
export const head: ElementFunction<PlainFields> = plain("head");
/**
 * What is seen of a document.
 *
 * @example
 * ```ts
 * import { body, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(body({ body: "Text" }), { mode: "operations" });
 * if (html !== "<body>Text</body>") throw new Error(html);
 * ```
 */
export const body: ElementFunction<PlainFields> = plain("body");
/**
 * The document's title.
 *
 * @example
 * ```ts
 * import { render, title } from "@n2o/n2o/nitro";
 *
 * const { html } = render(title({ body: "Text" }), { mode: "operations" });
 * if (html !== "<title>Text</title>") throw new Error(html);
 * ```
 */
export const title: ElementFunction<PlainFields> = plain("title");
/**
 * What is seen where there are no scripts.
 *
 * @example
 * ```ts
 * import { noscript, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(noscript({ body: "Text" }), { mode: "operations" });
 * if (html !== "<noscript>Text</noscript>") throw new Error(html);
 * ```
 */
export const noscript: ElementFunction<PlainFields> = plain("noscript");

/** Fields of {@linkcode base}. */
export interface BaseFields extends Fields {
  /** What the document's addresses are relative to. */
  readonly href?: Value;
  /** Where its links open. */
  readonly target?: Value;
}

/**
 * What the document's addresses are relative to.
 *
 * @example
 * ```ts
 * import { base, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(base({ href: "/app/", target: "_top" }), { mode: "operations" });
 * if (html !== '<base href="/app/" target="_top"/>') throw new Error(html);
 * ```
 */
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

/**
 * A document that belongs to this one: a `link` in its head.
 *
 * @example
 * ```ts
 * import { metaLink, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(metaLink({ rel: "icon", href: "/icon.svg", type: "image/svg+xml" }), { mode: "operations" });
 * if (html !== '<link href="/icon.svg" rel="icon" type="image/svg+xml"/>') throw new Error(html);
 * ```
 */
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

/**
 * Something that a document says of itself.
 *
 * @example
 * ```ts
 * import { meta, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(meta({ httpEquiv: "refresh", content: "60" }), { mode: "operations" });
 * if (html !== '<meta content="60" http-equiv="refresh"/>') throw new Error(html);
 * ```
 */
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

/**
 * Text that was taken out.
 *
 * @example
 * ```ts
 * import { del, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(del({ cite: "/changes", datetime: "2026-11-25", body: "old" }), { mode: "operations" });
 * if (html !== '<del cite="/changes" datetime="2026-11-25">old</del>') throw new Error(html);
 * ```
 */
export const del: ElementFunction<EditFields> = edit("del");
/**
 * Text that was put in.
 *
 * @example
 * ```ts
 * import { ins, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(ins({ datetime: "2026-11-25", body: "new" }), { mode: "operations" });
 * if (html !== '<ins datetime="2026-11-25">new</ins>') throw new Error(html);
 * ```
 */
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

/**
 * What is seen when one asks for it.
 *
 * @example
 * ```ts
 * import { details, render, summary } from "@n2o/n2o/nitro";
 *
 * const { html } = render(details({ open: true, body: [summary({ body: "More" }), "All of it."] }), {
 *   mode: "operations",
 * });
 * if (html !== '<details open="open"><summary>More</summary>All of it.</details>') throw new Error(html);
 * ```
 */
export const details: ElementFunction<DetailsFields> = element<DetailsFields>("details", (fields, out) => {
  out.html += "<details";
  drawGlobal(fields, out);
  drawFlag("open", fields.open, out);
  drawData("details", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</details>";
});
