/**
 * Markdown to HTML, by the package `marked`.
 *
 * @module
 */
import { Marked, type RendererObject, type Token, type Tokens } from "npm:marked@18.2.1";
import { escapeAttribute, escapeText } from "../../../protocols/nitro/escape/html.ts";
import { highlight } from "./highlight.ts";
import { Slugs } from "./slug.ts";

/** A heading of a document. */
export interface Heading {
  /** 1 for the document's own. */
  readonly depth: number;
  /** Its text. */
  readonly text: string;
  /** Its anchor. */
  readonly id: string;
}

/** A part of a document: a heading, and what stands below it up to the next one. */
export interface Section extends Heading {
  /** What is written there, as plain text. */
  readonly words: string;
}

/** A document that has been read. */
export interface Document {
  /** The first heading. */
  readonly title: string;
  /** The text as HTML. */
  readonly html: string;
  /** All parts, in order. */
  readonly sections: readonly Section[];
}

/** Reads a document. Of HTML in it only a few plain tags are obeyed, the rest is shown. */
export function readMarkdown(text: string): Document {
  const slugs = new Slugs();
  const sections: { depth: number; text: string; id: string; words: string }[] = [];
  const renderer: RendererObject = {
    heading({ tokens, depth }) {
      const plain = plainText(tokens);
      const id = slugs.of(plain);
      sections.push({ depth, text: plain, id, words: "" });
      const html = this.parser.parseInline(tokens);
      const anchor = `<a class="anchor" href="#${escapeAttribute(id)}" aria-label="Link to this part">#</a>`;
      return `<h${depth} id="${escapeAttribute(id)}">${html}${depth === 1 ? "" : ` ${anchor}`}</h${depth}>\n`;
    },
    code({ text, lang }) {
      const name = /^[a-z]+/.exec(lang ?? "")?.[0] ?? "";
      return `<pre class="code" tabindex="0"><code>${highlight(text, name)}</code></pre>\n`;
    },
    table(token) {
      const row = (cells: readonly Tokens.TableCell[]) => {
        const html = cells.map((cell) => {
          const name = cell.header ? "th" : "td";
          const align = cell.align === null ? "" : ` class="${cell.align}"`;
          return `<${name}${align}>${this.parser.parseInline(cell.tokens)}</${name}>`;
        });
        return `<tr>${html.join("")}</tr>`;
      };
      const body = token.rows.map(row).join("\n");
      return `<div class="table" tabindex="0"><table><thead>${
        row(token.header)
      }</thead><tbody>${body}</tbody></table></div>\n`;
    },
    link({ href, tokens }) {
      const html = this.parser.parseInline(tokens);
      if (!isAddress(href)) return html;
      const away = /^https?:/i.test(href) ? ' rel="noreferrer"' : "";
      return `<a href="${escapeAttribute(href)}"${away}>${html}</a>`;
    },
    image({ href, text }) {
      if (!isAddress(href)) return escapeText(text);
      return `<img src="${escapeAttribute(href)}" alt="${escapeAttribute(text)}" loading="lazy">`;
    },
    html({ text }) {
      return tagsOf(text);
    },
  };
  const marked = new Marked({ gfm: true, renderer });
  const tokens = marked.lexer(text);
  const html = marked.parser(tokens);
  fill(sections, tokens);
  return { title: sections[0]?.text ?? "", html, sections };
}

/** Tags that documents use, without attributes; comments are left out. */
function tagsOf(html: string): string {
  const pieces = html.replace(/<!--[\s\S]*?-->/g, "").split(/(<\/?(?:br|details|kbd|sub|summary|sup)>)/);
  return pieces.map((piece, at) => at % 2 === 1 ? piece : escapeText(piece)).join("");
}

/** Puts what stands below each heading into its section. */
function fill(sections: { words: string }[], tokens: readonly Token[]): void {
  let at = -1;
  for (const token of tokens) {
    if (token.type === "heading") at++;
    else if (at >= 0) sections[at].words += `${plainText([token])} `;
  }
}

/** What a reader sees of tokens, without their marks. */
function plainText(tokens: readonly Token[]): string {
  return tokens.map((token): string => {
    if (token.type === "table") {
      const { header, rows } = token as Tokens.Table;
      return [header, ...rows].flat().map((cell) => plainText(cell.tokens)).join(" ");
    }
    if (token.type === "list") {
      return (token as Tokens.List).items.map((item) => plainText(item.tokens)).join(" ");
    }
    if (token.type === "space" || token.type === "hr") return " ";
    if (token.type === "br") return " ";
    if ("tokens" in token && token.tokens !== undefined) return plainText(token.tokens);
    return "text" in token ? String(token.text) : "";
  }).join("");
}

/** Whether a link's target is an address that may be followed: a path, or one of the web's schemes. */
function isAddress(href: string): boolean {
  const url = URL.parse(href, "http://localhost/");
  return url !== null && ["http:", "https:", "mailto:"].includes(url.protocol);
}
