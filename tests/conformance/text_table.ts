/**
 * Sequences of bytes that are UTF-8 or nearly, made by rule.
 *
 * @module
 */

/** One section. */
export interface TextSection {
  readonly title: string;
  readonly rows: readonly Uint8Array[];
}

/** A number by the scheme of UTF-8 in so many bytes, whether or not UTF-8 allows it: up to six, and more than needed. */
function scheme(value: number, size: number): number[] {
  if (size === 1) return [value];
  const bytes: number[] = [];
  for (let left = size; left > 1; left--) {
    bytes.unshift(0x80 | value & 0x3f);
    value >>>= 6;
  }
  return [0xff << 8 - size & 0xff | value, ...bytes];
}

/** The bytes a character needs. */
function sizeOf(value: number): number {
  return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x1_0000 ? 3 : 4;
}

const character = (value: number) => scheme(value, sizeOf(value));
/** The least and the greatest number that fit into 1 to 6 bytes. */
const least = [0, 0x80, 0x800, 0x1_0000, 0x20_0000, 0x400_0000];
const greatest = [0x7f, 0x7ff, 0xffff, 0x1f_ffff, 0x3ff_ffff, 0x7fff_ffff];
const LAST = 0x10_ffff;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const sizes = (from: number, to: number) => range(from, to);
const textBytes = (words: string) => [...new TextEncoder().encode(words)];
const greek = textBytes("κ\u1f79σμε");
const alternating = (length: number) => range(0, length - 1).map((at) => at % 2 === 0 ? 0x80 : 0xbf);
const cut = [
  ...sizes(2, 6).map((size) => scheme(0, size).slice(0, -1)),
  ...sizes(2, 6).map((size) => scheme(greatest[size - 1], size).slice(0, -1)),
];
const [highs, lows] = [[0xd800, 0xdb7f, 0xdb80, 0xdbff], [0xdc00, 0xdfff]];

const sections: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  ["texts with a character of each size", [
    ...["$", "¢", "€", "𤭢"].map((one) => textBytes(`hello${one}world`)),
    greek,
  ]],
  ["the beginnings of a Greek word", range(1, greek.length).map((length) => greek.slice(0, length))],
  ["the least number of each size", sizes(1, 4).map((size) => scheme(least[size - 1], size))],
  ["the least number of 5 and 6 bytes", sizes(5, 6).map((size) => scheme(least[size - 1], size))],
  [
    "the last character of each size",
    [...sizes(1, 3).map((size) => greatest[size - 1]), LAST].map(character),
  ],
  ["the greatest number of 4 to 6 bytes", sizes(4, 6).map((size) => scheme(greatest[size - 1], size))],
  ["around what is left out", [0xd7ff, 0xe000, 0xfffd, LAST, LAST + 1].map(character)],
  ["continuations of nothing", [
    [0x80],
    [0xbf],
    ...range(2, 6).map(alternating),
    range(0x80, 0xbf),
  ]],
  [
    "beginnings without continuations",
    [[0xc0, 0xdf], [0xe0, 0xef], [0xf0, 0xf7], [0xf8, 0xfb], [0xfc, 0xfd]].map(
      ([from, to]) => range(from, to).flatMap((byte) => [byte, 0x20]),
    ),
  ],
  ["the last continuation missing", cut],
  ["all these one after the other", [cut.flat()]],
  ["bytes that never stand in UTF-8", [[0xfe], [0xff], [0xfe, 0xfe, 0xff, 0xff]]],
  ["a slash in more bytes than it needs", sizes(2, 6).map((size) => scheme(0x2f, size))],
  ["the greatest numbers that need fewer bytes", sizes(2, 6).map((size) => scheme(greatest[size - 2], size))],
  ["zero in more bytes than it needs", sizes(2, 6).map((size) => scheme(0, size))],
  ["half a surrogate pair", [...highs, 0xdc00, 0xdf80, 0xdfff].map(character)],
  ["surrogate pairs", highs.flatMap((high) => lows.map((low) => [...character(high), ...character(low)]))],
  [
    "numbers that are no characters, and allowed",
    range(0, 16).flatMap((plane) => [0xfffe, 0xffff].map((end) => character(plane * 0x1_0000 + end))),
  ],
  ["special characters", range(0xfff9, 0xffff).map(character)],
];

/** Texts and what is none, in sections. */
export const textTable: readonly TextSection[] = sections.map(([title, rows]) => ({
  title,
  rows: rows.map((row) => Uint8Array.from(row)),
}));

/**
 * The offset of the first byte that cannot stand there in any text; the length when the bytes are the beginning of a text but
 * none themselves; `undefined` when they are a text. By the table of well-formed sequences of the Unicode standard.
 */
export function wrongAt(bytes: Uint8Array): number | undefined {
  let left = 0;
  let [low, high] = [0x80, 0xbf];
  for (const [at, byte] of bytes.entries()) {
    if (left > 0) {
      if (byte < low || byte > high) return at;
      [low, high] = [0x80, 0xbf];
      left--;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return at;
      left = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      if (byte === 0xe0) low = 0xa0;
      if (byte === 0xed) high = 0x9f;
      if (byte === 0xf0) low = 0x90;
      if (byte === 0xf4) high = 0x8f;
    }
  }
  return left === 0 ? undefined : bytes.length;
}
