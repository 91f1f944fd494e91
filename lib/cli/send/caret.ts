/**
 * Where in a text something is wrong, as a terminal shows it.
 *
 * @module
 */

/** So much of a line is shown before and behind the place, in UTF-16 units. */
const BEFORE = 56;
const BEHIND = 16;

/** Characters that are two columns wide, and those that steer a terminal instead of being shown. */
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u;
const HIDDEN = /\p{C}|[\u2028\u2029]/u;
const MARK = /\p{M}/u;

/** Two lines: that of the text in which the offset is, cut to what is near, and a caret below the place. */
export function caret(text: string, offset: number): readonly [string, string] {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const newline = text.indexOf("\n", offset);
  const lineEnd = newline < 0 ? text.length : newline;
  const start = Math.max(lineStart, offset - BEFORE);
  const end = Math.min(lineEnd, offset + BEHIND);
  const before = (start > lineStart ? "…" : "") + visible(text.slice(start, offset));
  const behind = visible(text.slice(offset, end)) + (end < lineEnd ? "…" : "");
  let column = 0;
  for (const character of before) column += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return [before + behind, " ".repeat(column) + "^"];
}

function visible(text: string): string {
  return Array.from(text.toWellFormed(), (character) => {
    return character === "\t" ? " " : HIDDEN.test(character) ? "·" : character;
  }).join("");
}
