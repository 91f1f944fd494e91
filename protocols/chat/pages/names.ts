/**
 * Names as pages show them.
 *
 * @module
 */
import { type Element, span } from "../../nitro/mod.ts";

const TINTS = 8;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A name, kept from turning the text around it where it is written from right to left. */
export function isolated(name: string, className?: string): Element {
  return span({
    htmlTag: "bdi",
    class: className,
    title: className === undefined ? undefined : name,
    body: name,
  });
}

/** A round sign for a user; the name stands beside it, so it is nothing to hear. */
export function avatar(name: string): Element {
  return span({
    class: "avatar",
    dataFields: { "data-tint": tint(name) },
    ariaStates: { "aria-hidden": "true" },
    body: initials(name),
  });
}

/** One or two characters that stand for a name. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = first(words[0]) + (words.length > 1 ? first(words.at(-1)!) : "");
  return letters.toLocaleUpperCase("en");
}

function first(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return "";
}

/** The same colour for the same name, everywhere. */
function tint(name: string): number {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) >>> 0;
  return sum % TINTS;
}
