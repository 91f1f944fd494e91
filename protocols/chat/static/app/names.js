import { el } from "./dom.js";

const TINTS = 8;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const first = (word) => graphemes.segment(word)[Symbol.iterator]().next().value?.segment ?? "";

/** One or two characters that stand for a name. */
function initials(name) {
  const words = name.trim().split(/\s+/u);
  const letters = first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "");
  return letters.toLocaleUpperCase();
}

/** The same colour for the same name, everywhere. */
function tint(name) {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) >>> 0;
  return sum % TINTS;
}

/** A round sign for a user; the name stands beside it, so a screen reader skips it. */
export function avatar(name) {
  return el(
    "span",
    { class: "avatar", "data-tint": String(tint(name)), "aria-hidden": "true" },
    initials(name),
  );
}
