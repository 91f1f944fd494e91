/**
 * Text and its parts: paragraphs, headings, sections and what stands in them.
 *
 * @example
 * ```ts
 * import { h1, p, panel, render, span } from "@n2o/n2o/nitro";
 *
 * const { html } = render(panel({ id: "intro", body: [h1({ body: "N2O" }), p({ body: ["a < ", span({ body: "b" })] })] }));
 * if (html !== '<div id="intro"><h1>N2O</h1><p>a &lt; <span>b</span></p></div>') throw new Error(html);
 * ```
 *
 * @module
 */
import { drawLines, drawPlain, plain, type PlainFields, single, type VoidFields } from "./plain.ts";
import { element as declareElement } from "./own.ts";
import type { ElementFunction } from "../parts.ts";

/** An element of any tag: `htmlTag` names it. */
export const element: ElementFunction<PlainFields> = plain("element");
/** A `div`. */
export const panel: ElementFunction<PlainFields> = plain("panel", "div");
/** A `div`, by its own name. */
export const div: ElementFunction<PlainFields> = plain("div");
/** A part of a line. */
export const span: ElementFunction<PlainFields> = plain("span");
/** A paragraph. */
export const p: ElementFunction<PlainFields> = plain("p");
/** A line break. */
export const br: ElementFunction<VoidFields> = single("br");
/** A line between two topics. */
export const hr: ElementFunction<VoidFields> = single("hr");
/** Text that stands out. */
export const mark: ElementFunction<PlainFields> = plain("mark");
/** A piece of a program. */
export const code: ElementFunction<PlainFields> = plain("code");
/** A message, in an element of the original's own. */
export const message: ElementFunction<PlainFields> = plain("message");
/** Who wrote a message, in an element of the original's own. */
export const author: ElementFunction<PlainFields> = plain("author");
/** A heading of the first level. */
export const h1: ElementFunction<PlainFields> = plain("h1");
/** A heading of the second level. */
export const h2: ElementFunction<PlainFields> = plain("h2");
/** A heading of the third level. */
export const h3: ElementFunction<PlainFields> = plain("h3");
/** A heading of the fourth level. */
export const h4: ElementFunction<PlainFields> = plain("h4");
/** A heading of the fifth level. */
export const h5: ElementFunction<PlainFields> = plain("h5");
/** A heading of the sixth level. */
export const h6: ElementFunction<PlainFields> = plain("h6");
/** A heading and what belongs to it. */
export const hgroup: ElementFunction<PlainFields> = plain("hgroup");
/** A section of the page. */
export const section: ElementFunction<PlainFields> = plain("section");
/** The page's links to other pages. */
export const nav: ElementFunction<PlainFields> = plain("nav");
/** Something that stands for itself. */
export const article: ElementFunction<PlainFields> = plain("article");
/** What stands aside. */
export const aside: ElementFunction<PlainFields> = plain("aside");
/** What a page or a section begins with. */
export const header: ElementFunction<PlainFields> = plain("header");
/** What a page or a section ends with. */
export const footer: ElementFunction<PlainFields> = plain("footer");
/** Whom to write to. */
export const address: ElementFunction<PlainFields> = plain("address");
/** What the page is about. */
export const main: ElementFunction<PlainFields> = plain("main");
/** A picture or the like, with its caption. */
export const figure: ElementFunction<PlainFields> = plain("figure");
/** The caption of a `figure`. */
export const figcaption: ElementFunction<PlainFields> = plain("figcaption");
/** The line of `details` that is always seen. */
export const summary: ElementFunction<PlainFields> = plain("summary");
/** What scripts make copies of; nothing is seen of it. */
export const template: ElementFunction<PlainFields> = plain("template");

/** Text whose spaces and lines are kept. */
export const pre: ElementFunction<PlainFields> = declareElement<PlainFields>("pre", (fields, out) => {
  out.html += "<pre";
  drawPlain("pre", fields, out);
  out.html += ">";
  drawLines(fields.body, out);
  out.html += "</pre>";
});
