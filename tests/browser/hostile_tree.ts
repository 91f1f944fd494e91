/**
 * Random trees of elements full of hostile text, each with the document that a browser has to make of it.
 *
 * @module
 */
import * as nitro from "@n2o/n2o/nitro";
import type { Body, Mode } from "@n2o/n2o/nitro";

/** A node as the browser has it: text, or a tag with its attributes and what stands in it. */
export type Seen = string | {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Seen[];
};

/** Something to draw, and what has to come of it. */
export interface Pair {
  readonly body: Body;
  readonly seen: readonly Seen[];
}

/** Runs whatever gets out of its place, which the test would notice. */
const RAN = "top.ran=1";

const PIECES = [
  '"',
  "'",
  "`",
  "${" + RAN + "}",
  "\\",
  "</script>",
  `</script><script>${RAN}</script>`,
  "<!--",
  "-->",
  "]]>",
  "<![CDATA[",
  "\0",
  "\r\n",
  "\n",
  "\r",
  "\u2028",
  "\u2029",
  `javascript:${RAN}`,
  `" onmouseover="${RAN}" x="`,
  `' onfocus='${RAN}`,
  `><img src=x onerror=${RAN}>`,
  `<svg onload=${RAN}>`,
  `</textarea><script>${RAN}</script>`,
  `</title></style></noscript></option></select><img src=x onerror=${RAN}>`,
  "&lt;&amp;&quot;&#34;&copy",
  "&",
  "<",
  ">",
  "😀",
  "\ud83d",
  "\ude00",
  "привіт",
  " ",
  "\t",
  "a",
  "\ufeff",
  "`);" + RAN + ";(`",
  "');" + RAN + ";('",
];

const URLS: readonly [url: string, harmless: boolean][] = [
  [`javascript:${RAN}`, false],
  [`JAVASCRIPT:${RAN}`, false],
  [` \tjava\nscript:${RAN}`, false],
  [`\x01javascript:${RAN}//`, false],
  [`data:text/html,<script>${RAN}</script>`, false],
  [`vbscript:${RAN}`, false],
  ["/a?b=1&c=2", true],
  [`#" onclick="${RAN}`, true],
  [`?'"<>\`javascript:`, true],
  ["https://example.invalid/&lt;", true],
  ["mailto:a@example.invalid", true],
];

/** Makes trees; the same seed makes the same ones. */
export class HostileTrees {
  readonly #mode: Mode;
  #state: number;
  #ids = 0;

  constructor(seed: number, mode: Mode) {
    this.#state = seed;
    this.#mode = mode;
  }

  /** A tree of a root and up to three levels below it. */
  next(): Pair {
    return this.#block(0);
  }

  #random(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random(list.length)];
  }

  #text(): string {
    let text = "";
    for (let pieces = this.#random(5); pieces >= 0; pieces--) text += this.#pick(PIECES);
    return text;
  }

  /** Attributes that every element may have. */
  #attributes(): { fields: Record<string, unknown>; seen: Record<string, string> } {
    const fields: Record<string, unknown> = {};
    const seen: Record<string, string> = {};
    for (const name of ["id", "class", "title", "lang"]) {
      if (this.#random(3) > 0) continue;
      fields[name] = this.#text();
      seen[name] = arrived(fields[name] as string);
    }
    if (this.#random(3) === 0) {
      fields.style = this.#text();
      this.#style(seen, fields.style as string);
    }
    if (this.#random(3) === 0) {
      const value = this.#text();
      fields.dataFields = [["data-x", value], ["href", this.#pick(URLS)[0]]];
      const [[, [, url]]] = [fields.dataFields as [string, string][]];
      seen["data-x"] = arrived(value);
      seen.href = arrivedUrl(url);
    }
    if (this.#random(4) === 0) {
      fields.ariaStates = { "aria-label": this.#text() };
      seen["aria-label"] = arrived((fields.ariaStates as Record<string, string>)["aria-label"]);
    }
    return { fields, seen };
  }

  #style(seen: Record<string, string>, style: string): void {
    seen[this.#mode === "script" ? "style" : "data-n2o-style"] = arrived(style);
  }

  #block(depth: number): Pair {
    const { fields, seen } = this.#attributes();
    const pair = (
      make: (fields: object) => Body,
      tag: string,
      inner: Pair,
      own: Record<string, string> = {},
    ): Pair => ({
      body: make({ ...fields, body: inner.body }),
      seen: [{ tag, attributes: { ...seen, ...own }, children: inner.seen }],
    });
    switch (depth > 2 ? 1 : this.#random(8)) {
      case 0:
      case 4:
        return pair(nitro.panel, "div", this.#several(() => this.#block(depth + 1)));
      case 1:
        return pair(nitro.p, "p", this.#line(depth));
      case 2:
        return pair(nitro.list, "ul", this.#several(() => this.#item(depth)));
      case 3:
        return this.#table();
      case 5:
        return pair(nitro.pre, "pre", this.#line(depth));
      case 6: {
        const [url] = this.#pick(URLS);
        Object.assign(fields, { cite: url });
        return pair(nitro.blockquote, "blockquote", this.#line(depth), { cite: arrivedUrl(url) });
      }
    }
    return pair(nitro.section, "section", this.#line(depth));
  }

  #item(depth: number): Pair {
    const { fields, seen } = this.#attributes();
    const inner = this.#line(depth);
    return {
      body: nitro.li({ ...fields, body: inner.body }),
      seen: [{ tag: "li", attributes: seen, children: inner.seen }],
    };
  }

  #table(): Pair {
    const rows = this.#several(() => {
      const id = `row${this.#ids++}`;
      const cells = this.#several(() => {
        const { fields, seen } = this.#attributes();
        const inner = this.#line(3);
        return {
          body: nitro.td({ ...fields, body: inner.body }),
          seen: [{ tag: "td", attributes: { ...seen, rowspan: "1", colspan: "1" }, children: inner.seen }],
        };
      });
      const seen: Record<string, string> = this.#mode === "script" ? { id, style: "" } : { id };
      return {
        body: nitro.tr({ id, cells: cells.body }),
        seen: [{ tag: "tr", attributes: seen, children: cells.seen }],
      };
    });
    const caption = this.#text();
    return {
      body: nitro.table({ caption, colgroup: null, header: null, footer: null, body: rows.body }),
      seen: [{
        tag: "table",
        attributes: {},
        children: [
          { tag: "caption", attributes: {}, children: joined([arrived(caption)]) },
          { tag: "tbody", attributes: {}, children: rows.seen },
        ],
      }],
    };
  }

  #several(make: () => Pair): Pair {
    const pairs = Array.from({ length: 1 + this.#random(3) }, make);
    return { body: pairs.map(({ body }) => body), seen: joined(pairs.flatMap(({ seen }) => seen)) };
  }

  /** Text and what may stand in a line of it. */
  #line(depth: number): Pair {
    return this.#several(() => this.#random(2) === 0 || depth > 3 ? this.#words() : this.#inline(depth));
  }

  #words(): Pair {
    const text = this.#text();
    return { body: this.#random(2) === 0 ? text : [text], seen: joined([arrived(text)]) };
  }

  #inline(depth: number): Pair {
    const { fields, seen } = this.#attributes();
    const text = this.#text();
    const words = joined([arrived(text)]);
    const leaf = (
      body: Body,
      tag: string,
      own: Record<string, string>,
      children: readonly Seen[] = [],
    ): Pair => ({
      body,
      seen: [{ tag, attributes: { ...seen, ...own }, children }],
    });
    switch (this.#random(10)) {
      case 0: {
        const [href] = this.#pick(URLS);
        delete seen.href;
        delete fields.dataFields;
        delete seen["data-x"];
        return leaf(nitro.link({ ...fields, href, body: text }), "a", { href: arrivedUrl(href) }, words);
      }
      case 1: {
        delete seen.href;
        delete fields.dataFields;
        delete seen["data-x"];
        const own: Record<string, string> = this.#mode === "script"
          ? { href: "javascript:void(0);" }
          : { type: "button" };
        return leaf(
          nitro.link({ ...fields, body: text }),
          this.#mode === "script" ? "a" : "button",
          own,
          words,
        );
      }
      case 2: {
        const [src] = this.#pick(URLS);
        return leaf(nitro.image({ ...fields, src, alt: text }), "img", {
          src: arrivedUrl(src),
          alt: arrived(text),
        });
      }
      case 3:
        return leaf(nitro.textbox({ ...fields, value: text, placeholder: text }), "input", {
          type: "text",
          value: arrived(text),
          placeholder: arrived(text),
        });
      case 4:
        return leaf(nitro.textarea({ ...fields, value: text }), "textarea", {}, words);
      case 5:
        return leaf(
          nitro.select({ ...fields, id: "s", body: nitro.option({ value: text, body: text }) }),
          "select",
          {
            id: "s",
          },
          [{ tag: "option", attributes: { value: arrived(text) }, children: words }],
        );
      case 6:
        return leaf(nitro.button({ ...fields, name: text, value: text, body: text }), "button", {
          type: "button",
          name: arrived(text),
          value: arrived(text),
        }, words);
      case 7: {
        delete seen.href;
        delete fields.dataFields;
        delete seen["data-x"];
        const inner = Array.isArray(words) && words.length > 0 ? escapedOnce(words[0] as string) : "";
        return leaf(nitro.iframe({ ...fields, srcdoc: text }), "iframe", { srcdoc: inner });
      }
      case 8:
        return leaf(
          nitro.label({ ...fields, for: text, body: text }),
          "label",
          { for: arrived(text) },
          words,
        );
    }
    const inner = this.#line(depth + 1);
    return {
      body: nitro.span({ ...fields, body: inner.body }),
      seen: [{ tag: "span", attributes: seen, children: inner.seen }],
    };
  }
}

/** How a text arrives: on the wire a lone half of a pair becomes U+FFFD, and a document has no NUL. */
export function arrived(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

function arrivedUrl(url: string): string {
  const [, harmless] = URLS.find(([known]) => known === url)!;
  return harmless ? arrived(url) : "about:invalid";
}

/** A text as HTML, which is what an `iframe` gets of it. */
function escapedOnce(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    "\r",
    "&#13;",
  );
}

/** Nodes as a parser has them: text beside text is one. */
function joined(nodes: readonly Seen[]): readonly Seen[] {
  const merged: Seen[] = [];
  for (const node of nodes) {
    if (node === "") continue;
    const last = merged.at(-1);
    if (typeof node === "string" && typeof last === "string") merged[merged.length - 1] = last + node;
    else merged.push(node);
  }
  return merged;
}
