/**
 * Feeds: where a lookup's rows come from.
 *
 * @module
 */
import { Atom, Charlist, format, type Term, text, Tuple } from "../../../lib/term.ts";
import type { Nitro } from "../nitro.ts";
import type { Body } from "../parts.ts";

/** Which rows a feed's function is asked for. */
export interface FeedWindow {
  /** How many rows of this search have been given already. */
  readonly offset: number;
  /** How many are wanted at most. */
  readonly limit: number;
  /** Aborted when nobody waits for them any more. */
  readonly signal: AbortSignal;
}

/** Rows, one after another. */
export type Rows<T> = Iterable<T> | AsyncIterable<T>;

/** A function that searches by itself, in a database say: it gives the rows that fit what was typed, `""` for all of them. */
export type FeedFunction<T> = (query: string, window: FeedWindow) => Rows<T> | Promise<Rows<T>>;

/** A choice that a visitor has made in a lookup. */
export interface ComboChoice<T> {
  /** The row. */
  readonly row: T;
  /** The term that it is bound to. */
  readonly value: Term;
  /** The lookup's id. */
  readonly id: string;
  /** The lookup's field `update`, as the browser sent it. */
  readonly update: Term;
}

/** A feed: rows, and how a lookup shows them. */
export interface ComboFeed<T = Term> {
  /** All rows, in which the search goes on here, or a function that searches by itself. Iterables are begun anew for each search. */
  readonly rows: Rows<T> | FeedFunction<T>;
  /**
   * The texts of a row in which each word of what was typed must be, whether small or capital letters.
   * @default its `name` and `id`, or all texts and numbers of a tuple
   */
  index?(row: T): readonly unknown[];
  /** How a row is shown in the list. @default its text */
  item?(row: T): Body;
  /** A row's text, as the input shows it when it is chosen. @default its `name` or `id`, or the last text of a tuple */
  viewValue?(row: T): string;
  /** The term that a row is bound to, which the lookup gives as a source. @default the row itself, of an object its `id` */
  value?(row: T): Term;
  /** The module by which messages without a feed's name mean this one: N2O's `delegate`. */
  readonly delegate?: string;
  /** Called when a row that this feed gave has been chosen. */
  select?(choice: ComboChoice<T>, nitro: Nitro): void | Promise<void>;
}

/**
 * A feed whose functions know the type of its rows.
 *
 * @example
 * ```ts
 * import { comboFeed } from "@n2o/n2o/nitro";
 *
 * const users = comboFeed({
 *   rows: [{ id: 1, name: "Ann" }, { id: 2, name: "Bob" }],
 *   item: (user) => `${user.name}, number ${user.id}`,
 * });
 * if (users.item?.({ id: 1, name: "Ann" }) !== "Ann, number 1") throw new Error("no item");
 * ```
 */
export function comboFeed<T>(feed: ComboFeed<T>): ComboFeed<T> {
  return feed;
}

/** The words that a row must have. */
export function wordsOf(query: string): string[] {
  return folded(query).split(/\s+/).filter((word) => word !== "");
}

/** Whether a row has all words in its texts. */
export function matches(row: unknown, words: readonly string[], feed: ComboFeed<unknown>): boolean {
  if (words.length === 0) return true;
  const texts = (feed.index === undefined ? indexOf(row) : feed.index(row)).map((one) =>
    folded(wordOf(one) ?? "")
  );
  return words.every((word) => texts.some((one) => one.includes(word)));
}

/** The text that stands for a row. */
export function viewOf(row: unknown, feed: ComboFeed<unknown>): string {
  if (feed.viewValue !== undefined) return feed.viewValue(row);
  const known = isRecord(row) ? wordOf(row.name) ?? wordOf(row.id) : wordOf(row);
  if (known !== undefined) return known;
  const texts = row instanceof Tuple ? [...row].slice(1).filter(isText) : [];
  return wordOf(texts.at(-1)) ?? (isRecord(row) ? "" : format(row as Term));
}

/** The term that a row is bound to. */
export function valueOf(row: unknown, feed: ComboFeed<unknown>): Term {
  if (feed.value !== undefined) return feed.value(row);
  return (isRecord(row) ? row.id : row) as Term;
}

function indexOf(row: unknown): readonly unknown[] {
  if (isRecord(row)) return [row.name, row.id];
  return row instanceof Tuple ? [...row].slice(1) : [row];
}

function wordOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return isText(value) ? text(value) : undefined;
}

function isText(value: unknown): value is Term {
  return typeof value === "string" || value instanceof Uint8Array || value instanceof Atom ||
    value instanceof Charlist;
}

function isRecord(row: unknown): row is Readonly<Record<string, unknown>> {
  // A tuple has the same prototype.
  return typeof row === "object" && row !== null && !(row instanceof Tuple) &&
    Object.getPrototypeOf(row) === Object.prototype;
}

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
