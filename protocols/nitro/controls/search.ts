/**
 * One search in a feed, page by page.
 *
 * @module
 */
import { NitroError } from "../error.ts";
import { type ComboFeed, matches, type Rows, wordsOf } from "./feed.ts";

/** So many rows are looked at before others get their turn. */
const STRETCH = 2048;

/** The rows of a page. */
export interface Found {
  /** The rows. */
  readonly rows: readonly unknown[];
  /** How many came before. */
  readonly offset: number;
  /** Whether there are more. */
  readonly more: boolean;
}

/** One search in a feed. It holds what it needs to go on, and does nothing between two pages. */
export class Search {
  /** The feed's name. */
  readonly feed: ComboFeed<unknown>;
  /** By what the browser knows it. */
  readonly uid: unknown;
  /** Whether it looks for rows just now. */
  running = false;
  readonly #query: string;
  readonly #words: readonly string[];
  readonly #abort = new AbortController();
  #rows: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  #ahead: unknown[] = [];
  #offset = 0;
  #over = false;

  /** Begins with what was typed. */
  constructor(feed: ComboFeed<unknown>, query: string, uid: unknown) {
    this.feed = feed;
    this.uid = uid;
    this.#query = query.trim();
    this.#words = wordsOf(query);
  }

  /** Whether it has been ended. */
  get aborted(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Whether all rows have been given. */
  get over(): boolean {
    return this.#over;
  }

  /**
   * The next page. It takes as long as the feed does, and ends with `combo_timeout` when that is too long; when it was aborted meanwhile,
   * with `combo_aborted`.
   */
  async next(size: number, timeoutMs: number): Promise<Found> {
    this.running = true;
    const timer = setTimeout(() => this.abort("combo_timeout"), timeoutMs);
    const { signal } = this.#abort;
    let hang!: () => void;
    const end = new Promise<never>((_, reject) => {
      hang = () => reject(signal.reason);
      signal.addEventListener("abort", hang);
    });
    // Its failure is heard through the race; where that is over already nobody waits for it.
    end.catch(() => {});
    try {
      const found = await Promise.race([this.#take(size), end]);
      this.#offset += found.rows.length;
      this.#over = !found.more;
      if (this.#over) this.#close();
      return found;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", hang);
      this.running = false;
    }
  }

  /** Ends it: a page that is on its way is given up. */
  abort(code = "combo_aborted"): void {
    if (this.aborted) return;
    this.#abort.abort(new NitroError(code, "a lookup's search was given up"));
    this.#close();
  }

  async #take(size: number): Promise<Found> {
    const { signal } = this.#abort;
    const offset = this.#offset;
    const searched = typeof this.feed.rows === "function";
    const found = searched ? await this.#ask(size + 1) : this.#ahead;
    this.#ahead = [];
    if (!searched) {
      this.#rows ??= begin(this.feed.rows as Rows<unknown>);
      for (let seen = 1; found.length <= size; seen++) {
        const step = this.#rows.next();
        const { done, value } = step instanceof Promise ? await step : step;
        if (signal.aborted) throw signal.reason;
        if (done === true) break;
        if (matches(value, this.#words, this.feed)) found.push(value);
        if (seen % STRETCH === 0) await new Promise((go) => setTimeout(go));
      }
      this.#ahead = found.slice(size);
    }
    return { rows: found.slice(0, size), offset, more: found.length > size };
  }

  /** Asks a feed that searches by itself. */
  async #ask(limit: number): Promise<unknown[]> {
    const { signal } = this.#abort;
    const rows = this.feed.rows as Extract<ComboFeed<unknown>["rows"], (...all: never[]) => unknown>;
    const given = begin(await rows(this.#query, { offset: this.#offset, limit, signal }));
    const found: unknown[] = [];
    while (found.length < limit) {
      const step = given.next();
      const { done, value } = step instanceof Promise ? await step : step;
      if (signal.aborted || done === true) break;
      found.push(value);
    }
    await Promise.resolve(given.return?.()).catch(() => {
      // A feed that cannot be closed has given its rows all the same.
    });
    return found;
  }

  #close(): void {
    const rows = this.#rows;
    this.#rows = undefined;
    try {
      const closed = rows?.return?.();
      if (closed instanceof Promise) closed.catch(() => {});
    } catch {
      // A feed that cannot be closed has nothing to say to a visitor who has gone.
    }
  }
}

function begin(rows: Rows<unknown>): Iterator<unknown> | AsyncIterator<unknown> {
  return Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
}
