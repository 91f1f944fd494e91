/**
 * Filters for text.
 *
 * @module
 */
import { escapeHtml } from "../escape.ts";
import { numberOf, textOf } from "../values.ts";
import type { Filter, Filters } from "./filter.ts";
import { Raw } from "../../parts.ts";

/** A filter of text; text that is safe stays so when `keeps` says that it can. */
function ofText(change: (text: string, given: unknown) => string, keeps = false): Filter {
  return (value, [given]) => {
    const text = change(textOf(value), given);
    return keeps && value instanceof Raw ? new Raw(text) : text;
  };
}

const characters = (text: string) => [...text];
const capital = (text: string) => text.replace(/^./su, (first) => first.toUpperCase());
const padding = (text: string, given: unknown) =>
  Math.max(0, Math.min(1000, numberOf(given)) - characters(text).length) || 0;
const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== "");

function shortened(text: string, given: unknown): string {
  const length = numberOf(given);
  const all = characters(text);
  if (!(length >= 0) || all.length <= length) return text;
  return length === 0 ? "" : `${all.slice(0, length - 1).join("")}…`;
}

/** Django's filters for text. */
export const textFilters: Filters = {
  addslashes: ofText((text) => text.replace(/[\\"']/g, "\\$&"), true),
  capfirst: ofText(capital, true),
  center: ofText((text, given) => {
    const room = padding(text, given);
    return " ".repeat(Math.floor(room / 2)) + text + " ".repeat(Math.ceil(room / 2));
  }, true),
  cut: ofText((text, given) => text.replaceAll(textOf(given), "")),
  ljust: ofText((text, given) => text + " ".repeat(padding(text, given)), true),
  lower: ofText((text) => text.toLowerCase(), true),
  rjust: ofText((text, given) => " ".repeat(padding(text, given)) + text, true),
  slugify: ofText((text) =>
    text.normalize("NFKD").toLowerCase().replace(/[^a-z0-9_\s-]/g, "").trim().replace(/[\s-]+/g, "-")
  ),
  title: ofText((text) =>
    text.toLowerCase().replace(
      /(^|[^\p{L}\p{N}'’])(\p{L})/gu,
      (_, before, letter) => before + letter.toUpperCase(),
    )
  ),
  truncatechars: ofText(shortened),
  truncatewords: ofText((text, given) => {
    const count = numberOf(given);
    const all = wordsOf(text);
    return !(count >= 0) || all.length <= count ? text : `${all.slice(0, count).join(" ")} …`;
  }),
  upper: ofText((text) => text.toUpperCase()),
  wordcount: (value) => wordsOf(textOf(value)).length,
};

// deno-lint-ignore no-control-regex -- they are escaped, too
const SCRIPT_UNSAFE = /[\\'"<>&=;`\u2028\u2029\0-\x1f-]/g;

/** Paragraphs and line breaks; the text is escaped unless it is safe. */
function lines(value: unknown, escapes: boolean): string {
  const text = textOf(value).replace(/\r\n?/g, "\n");
  return value instanceof Raw || !escapes ? text : escapeHtml(text);
}

/** Django's filters for text that stands in HTML, a URL or JavaScript. */
export const markupFilters: Filters = {
  escape: (value, _, { escapes }) => {
    if (value instanceof Raw) return value;
    return new Raw(
      Array.isArray(value) && !escapes
        ? value.map((one) => escapeHtml(textOf(one))).join("")
        : escapeHtml(textOf(value)),
    );
  },
  escapejs: (value) =>
    new Raw(
      textOf(value).replace(
        SCRIPT_UNSAFE,
        (special) => `\\u${special.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
      ),
    ),
  force_escape: (value) => new Raw(escapeHtml(textOf(value))),
  linebreaks: (value, _, { escapes }) => {
    const parts = lines(value, escapes).trim().split(/\n{2,}/);
    return new Raw(parts.map((part) => `<p>${part.replaceAll("\n", "<br>")}</p>`).join("\n\n"));
  },
  linebreaksbr: (value, _, { escapes }) => new Raw(lines(value, escapes).replaceAll("\n", "<br>")),
  safe: (value) => value instanceof Raw ? value : new Raw(textOf(value)),
  striptags: (value) => withoutTags(textOf(value)),
  urlencode: (value, [safe = "/"]) => {
    const kept = new Set(textOf(safe));
    return characters(textOf(value)).map((one) => kept.has(one) ? one : encoded(one)).join("");
  },
};

/** A text without tags, nor what becomes one when others are gone: in one pass, since a visitor may have written it. */
function withoutTags(text: string): string {
  if (!text.includes("<")) return text;
  const kept: string[] = [];
  const open: number[] = [];
  for (const part of text.split(/([<>])/)) {
    if (part === ">" && open.length > 0) kept.length = open.pop()!;
    else {
      if (part === "<") open.push(kept.length);
      kept.push(part);
    }
  }
  return kept.join("");
}

function encoded(character: string): string {
  return encodeURIComponent(character.isWellFormed() ? character : "\ufffd")
    .replace(/[!'()*]/g, (special) => `%${special.charCodeAt(0).toString(16).toUpperCase()}`);
}
