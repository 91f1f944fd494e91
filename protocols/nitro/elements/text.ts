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
import { plainText } from "../drawing.ts";
import { isNone } from "./attributes.ts";
import {
  drawLines,
  drawPlain,
  drawTagged,
  plain,
  type PlainFields,
  single,
  type VoidFields,
} from "./plain.ts";
import { element as declareElement } from "./own.ts";
import type { ElementFunction } from "../parts.ts";

/**
 * An element of any tag: `htmlTag` names it.
 *
 * @example
 * ```ts
 * import { element, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(element({ htmlTag: "strong", body: "a < b" }), { mode: "operations" });
 * if (html !== "<strong>a &lt; b</strong>") throw new Error(html);
 * ```
 */
export const element: ElementFunction<PlainFields> = plain("element");
/**
 * A `div`.
 *
 * @example
 * ```ts
 * import { panel, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(panel({ id: "box", class: ["wide", "red"], style: { "--width": "3px" }, body: "Text" }), {
 *   mode: "operations",
 * });
 * if (html !== '<div id="box" class="wide red" data-n2o-style="--width:3px;">Text</div>') throw new Error(html);
 * ```
 */
export const panel: ElementFunction<PlainFields> = plain("panel", "div");
/**
 * A `div`, by its own name.
 *
 * @example
 * ```ts
 * import { div, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(div({ body: "Text" }), { mode: "operations" });
 * if (html !== "<div>Text</div>") throw new Error(html);
 * ```
 */
export const div: ElementFunction<PlainFields> = plain("div");
/**
 * A part of a line.
 *
 * @example
 * ```ts
 * import { render, span } from "@n2o/n2o/nitro";
 *
 * const { html } = render(span({ body: "Text" }), { mode: "operations" });
 * if (html !== "<span>Text</span>") throw new Error(html);
 * ```
 */
export const span: ElementFunction<PlainFields> = plain("span");
/**
 * A paragraph.
 *
 * @example
 * ```ts
 * import { p, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(p({ body: "Text" }), { mode: "operations" });
 * if (html !== "<p>Text</p>") throw new Error(html);
 * ```
 */
export const p: ElementFunction<PlainFields> = plain("p");
/**
 * A line break.
 *
 * @example
 * ```ts
 * import { br, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(br({}), { mode: "operations" });
 * if (html !== "<br/>") throw new Error(html);
 * ```
 */
export const br: ElementFunction<VoidFields> = single("br");
/**
 * A line between two topics.
 *
 * @example
 * ```ts
 * import { hr, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(hr({}), { mode: "operations" });
 * if (html !== "<hr/>") throw new Error(html);
 * ```
 */
export const hr: ElementFunction<VoidFields> = single("hr");
/**
 * Text that stands out.
 *
 * @example
 * ```ts
 * import { mark, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(mark({ body: "Text" }), { mode: "operations" });
 * if (html !== "<mark>Text</mark>") throw new Error(html);
 * ```
 */
export const mark: ElementFunction<PlainFields> = plain("mark");
/**
 * A piece of a program.
 *
 * @example
 * ```ts
 * import { code, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(code({ body: "Text" }), { mode: "operations" });
 * if (html !== "<code>Text</code>") throw new Error(html);
 * ```
 */
export const code: ElementFunction<PlainFields> = plain("code");
/**
 * A message, in an element of the original's own.
 *
 * @example
 * ```ts
 * import { message, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(message({ body: "Text" }), { mode: "operations" });
 * if (html !== "<message>Text</message>") throw new Error(html);
 * ```
 */
export const message: ElementFunction<PlainFields> = plain("message");
/**
 * Who wrote a message, in an element of the original's own.
 *
 * @example
 * ```ts
 * import { author, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(author({ body: "Text" }), { mode: "operations" });
 * if (html !== "<author>Text</author>") throw new Error(html);
 * ```
 */
export const author: ElementFunction<PlainFields> = plain("author");
/**
 * A heading of the first level.
 *
 * @example
 * ```ts
 * import { h1, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(h1({ body: "Text" }), { mode: "operations" });
 * if (html !== "<h1>Text</h1>") throw new Error(html);
 * ```
 */
export const h1: ElementFunction<PlainFields> = plain("h1");
/**
 * A heading of the second level.
 *
 * @example
 * ```ts
 * import { h2, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(h2({ body: "Text" }), { mode: "operations" });
 * if (html !== "<h2>Text</h2>") throw new Error(html);
 * ```
 */
export const h2: ElementFunction<PlainFields> = plain("h2");
/**
 * A heading of the third level.
 *
 * @example
 * ```ts
 * import { h3, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(h3({ body: "Text" }), { mode: "operations" });
 * if (html !== "<h3>Text</h3>") throw new Error(html);
 * ```
 */
export const h3: ElementFunction<PlainFields> = plain("h3");
/**
 * A heading of the fourth level.
 *
 * @example
 * ```ts
 * import { h4, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(h4({ body: "Text" }), { mode: "operations" });
 * if (html !== "<h4>Text</h4>") throw new Error(html);
 * ```
 */
export const h4: ElementFunction<PlainFields> = plain("h4");
/**
 * A heading of the fifth level.
 *
 * @example
 * ```ts
 * import { h5, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(h5({ body: "Text" }), { mode: "operations" });
 * if (html !== "<h5>Text</h5>") throw new Error(html);
 * ```
 */
export const h5: ElementFunction<PlainFields> = plain("h5");
/**
 * A heading of the sixth level.
 *
 * @example
 * ```ts
 * import { h6, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(h6({ body: "Text" }), { mode: "operations" });
 * if (html !== "<h6>Text</h6>") throw new Error(html);
 * ```
 */
export const h6: ElementFunction<PlainFields> = plain("h6");
/**
 * A heading and what belongs to it.
 *
 * @example
 * ```ts
 * import { hgroup, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(hgroup({ body: "Text" }), { mode: "operations" });
 * if (html !== "<hgroup>Text</hgroup>") throw new Error(html);
 * ```
 */
export const hgroup: ElementFunction<PlainFields> = plain("hgroup");
/**
 * A section of the page.
 *
 * @example
 * ```ts
 * import { render, section } from "@n2o/n2o/nitro";
 *
 * const { html } = render(section({ body: "Text" }), { mode: "operations" });
 * if (html !== "<section>Text</section>") throw new Error(html);
 * ```
 */
export const section: ElementFunction<PlainFields> = plain("section");
/**
 * The page's links to other pages.
 *
 * @example
 * ```ts
 * import { nav, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(nav({ body: "Text" }), { mode: "operations" });
 * if (html !== "<nav>Text</nav>") throw new Error(html);
 * ```
 */
export const nav: ElementFunction<PlainFields> = plain("nav");
/**
 * Something that stands for itself.
 *
 * @example
 * ```ts
 * import { article, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(article({ body: "Text" }), { mode: "operations" });
 * if (html !== "<article>Text</article>") throw new Error(html);
 * ```
 */
export const article: ElementFunction<PlainFields> = plain("article");
/**
 * What stands aside.
 *
 * @example
 * ```ts
 * import { aside, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(aside({ body: "Text" }), { mode: "operations" });
 * if (html !== "<aside>Text</aside>") throw new Error(html);
 * ```
 */
export const aside: ElementFunction<PlainFields> = plain("aside");
/**
 * What a page or a section begins with.
 *
 * @example
 * ```ts
 * import { header, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(header({ body: "Text" }), { mode: "operations" });
 * if (html !== "<header>Text</header>") throw new Error(html);
 * ```
 */
export const header: ElementFunction<PlainFields> = plain("header");
/**
 * What a page or a section ends with.
 *
 * @example
 * ```ts
 * import { footer, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(footer({ body: "Text" }), { mode: "operations" });
 * if (html !== "<footer>Text</footer>") throw new Error(html);
 * ```
 */
export const footer: ElementFunction<PlainFields> = plain("footer");
/**
 * Whom to write to.
 *
 * @example
 * ```ts
 * import { address, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(address({ body: "Text" }), { mode: "operations" });
 * if (html !== "<address>Text</address>") throw new Error(html);
 * ```
 */
export const address: ElementFunction<PlainFields> = plain("address");
/**
 * What the page is about.
 *
 * @example
 * ```ts
 * import { main, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(main({ body: "Text" }), { mode: "operations" });
 * if (html !== "<main>Text</main>") throw new Error(html);
 * ```
 */
export const main: ElementFunction<PlainFields> = plain("main");
/**
 * A picture or the like, with its caption.
 *
 * @example
 * ```ts
 * import { figcaption, figure, image, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(figure({ body: [image({ src: "/cat.jpg", alt: "A cat" }), figcaption({ body: "Tom" })] }), {
 *   mode: "operations",
 * });
 * if (html !== '<figure><img alt="A cat" src="/cat.jpg"/><figcaption>Tom</figcaption></figure>') throw new Error(html);
 * ```
 */
export const figure: ElementFunction<PlainFields> = plain("figure");
/**
 * The caption of a `figure`.
 *
 * @example
 * ```ts
 * import { figcaption, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(figcaption({ body: "Text" }), { mode: "operations" });
 * if (html !== "<figcaption>Text</figcaption>") throw new Error(html);
 * ```
 */
export const figcaption: ElementFunction<PlainFields> = plain("figcaption");
/**
 * The line of `details` that is always seen.
 *
 * @example
 * ```ts
 * import { render, summary } from "@n2o/n2o/nitro";
 *
 * const { html } = render(summary({ body: "Text" }), { mode: "operations" });
 * if (html !== "<summary>Text</summary>") throw new Error(html);
 * ```
 */
export const summary: ElementFunction<PlainFields> = plain("summary");
/**
 * What scripts make copies of; nothing is seen of it.
 *
 * @example
 * ```ts
 * import { render, template } from "@n2o/n2o/nitro";
 *
 * const { html } = render(template({ body: "Text" }), { mode: "operations" });
 * if (html !== "<template>Text</template>") throw new Error(html);
 * ```
 */
export const template: ElementFunction<PlainFields> = plain("template");

/**
 * Text whose spaces and lines are kept.
 *
 * @example
 * ```ts
 * import { pre, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(pre({ body: "two\nlines" }), { mode: "operations" });
 * if (html !== "<pre>two\nlines</pre>") throw new Error(html);
 * ```
 */
export const pre: ElementFunction<PlainFields> = declareElement<PlainFields>("pre", (fields, out) => {
  if (!isNone(fields.htmlTag)) return drawTagged("pre", plainText(fields.htmlTag), fields, out);
  out.html += "<pre";
  drawPlain("pre", fields, out);
  out.html += ">";
  drawLines(fields.body, out);
  out.html += "</pre>";
});
