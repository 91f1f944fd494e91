/**
 * Search in the documents.
 *
 * @module
 */
import type { Section } from "./markdown.ts";

/** A part of a document in which all words were found. */
export interface Hit {
  /** The document's path. */
  readonly path: string;
  /** What the navigation calls the document. */
  readonly document: string;
  /** The part's heading. */
  readonly heading: string;
  /** The heading's anchor. */
  readonly id: string;
  /** The text around the first word, cut there where a word was found: the odd pieces are what was found. */
  readonly excerpt: readonly string[];
}

/** A document to be searched. */
export interface Searched {
  /** Its path. */
  readonly path: string;
  /** What the navigation calls it. */
  readonly name: string;
  /** Its parts. */
  readonly sections: readonly Section[];
}

const MOST_HITS = 40;
const MOST_WORDS = 8;
const MOST_CHARACTERS = 200;
/** How much text is shown around what was found, in characters. */
const BEFORE = 60;
const AROUND = 220;

/** The words of what somebody looks for. */
export function wordsOf(query: string): string[] {
  const words = query.slice(0, MOST_CHARACTERS).toLowerCase().split(/\s+/).filter((word) => word !== "");
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** The parts that have all the words, those with words in the heading first. */
export function search(documents: readonly Searched[], words: readonly string[]): Hit[] {
  if (words.length === 0) return [];
  const found: { hit: Hit; weight: number }[] = [];
  for (const { path, name, sections } of documents) {
    for (const { text, id, depth, words: body } of sections) {
      const heading = text.toLowerCase();
      const low = body.toLowerCase();
      if (!words.every((word) => heading.includes(word) || low.includes(word))) continue;
      const inHeading = words.filter((word) => heading.includes(word)).length;
      const exact = heading.replace(/[^\p{L}\p{N} ]/gu, "").trim() === words.join(" ") ? 20 : 0;
      const hit = { path, document: name, heading: text, id, excerpt: excerpt(body, low, words) };
      found.push({ hit, weight: inHeading * 10 + exact + occurrences(low, words) - depth });
    }
  }
  return found.sort((one, other) => other.weight - one.weight).slice(0, MOST_HITS).map(({ hit }) => hit);
}

/** How often the words come, up to five times: a long part is not better for being long. */
function occurrences(text: string, words: readonly string[]): number {
  let count = 0;
  for (const word of words) {
    for (let at = text.indexOf(word); at !== -1 && count < 5; at = text.indexOf(word, at + word.length)) {
      count++;
    }
  }
  return count;
}

function excerpt(body: string, low: string, words: readonly string[]): string[] {
  const places = words.map((word) => low.indexOf(word)).filter((at) => at !== -1);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const from = body.lastIndexOf(" ", Math.max(0, first - BEFORE)) + 1;
  const text = body.slice(from, from + AROUND).replace(/[\s\u2500-\u257f]+/g, " ").trim();
  const marked = words.map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("|");
  const pieces = text.split(new RegExp(`(${marked})`, "iu"));
  if (from > 0) pieces[0] = `…${pieces[0]}`;
  if (from + AROUND < body.length) pieces[pieces.length - 1] += "…";
  return pieces;
}
