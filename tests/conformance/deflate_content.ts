/**
 * Things to compress: five kinds, the same bytes each time.
 *
 * @module
 */

/** Messages of one kind. */
export interface Content {
  readonly title: string;
  readonly op: "text" | "binary";
  /** Messages of so many characters or bytes, one behind the other out of what there is, and from its start again. */
  messages(length: number, count: number): Uint8Array[];
}

const SIZE = 262_144;
const encoder = new TextEncoder();

/** Numbers that only look as if they were random, below 2^32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function written(seed: number, piece: (next: () => number) => string): string {
  const next = numbers(seed);
  let whole = "";
  while (whole.length < SIZE) whole += piece(next);
  return whole;
}

const syllables = ["zu", "ar", "ben", "mü", "the", "ßen", "li", "o", "con", "tra"];
const word = (next: () => number) =>
  Array.from({ length: 1 + next() % 3 }, () => syllables[next() % syllables.length]).join("");

function slices<T extends string | Uint8Array>(whole: T, length: number, count: number): T[] {
  return Array.from({ length: count }, (_, i) => {
    const at = i * length % (whole.length - length);
    return whole.slice(at, at + length) as T;
  });
}

function texts(title: string, whole: string): Content {
  return {
    title,
    op: "text",
    messages: (length, count) => slices(whole, length, count).map((piece) => encoder.encode(piece)),
  };
}

function bytes(title: string, whole: Uint8Array): Content {
  return { title, op: "binary", messages: (length, count) => slices(whole, length, count) };
}

const shades = numbers(5);
const noise = numbers(7);

/** Records as JSON. */
export const records: Content = texts(
  "records in JSON",
  written(
    1,
    (next) => `{"id":${next() % 100_000},"name":"${word(next)}","tags":["${word(next)}"],"on":true},\n`,
  ),
);

/** The five kinds. */
export const contents: readonly Content[] = [
  records,
  bytes(
    "a grey picture",
    Uint8Array.from({ length: SIZE }, (_, i) => (i % 512 >> 2) + (i >> 11) + shades() % 4 & 255),
  ),
  bytes("prose", encoder.encode(written(2, (next) => word(next) + (next() % 9 === 0 ? ".\n" : " ")))),
  texts(
    "markup",
    written(3, (next) => `<li class="${word(next)}"><a href="/${next() % 999}">${word(next)}</a></li>\n`),
  ),
  bytes("what is dense already", Uint8Array.from({ length: SIZE }, () => noise() & 255)),
];
