/**
 * The server's half of lookups: it searches in the feeds that a page declares.
 *
 * @module
 */
import { Atom, type Term } from "../../../lib/term.ts";
import { NitroError } from "../error.ts";
import type { Nitro } from "../nitro.ts";
import type { Page } from "../page.ts";
import { ComboLists } from "./combo_lists.ts";
import { ComboMessage, NAMES } from "./combo_messages.ts";
import { bindText } from "./choice.ts";
import { comboRows } from "./combo_rows.ts";
import { type ComboFeed, type FeedFunction, type Rows, valueOf, viewOf } from "./feed.ts";
import { Lookups } from "./lookups.ts";
import { type Found, Search } from "./search.ts";

/** Options of {@linkcode createCombo}. */
export interface ComboOptions {
  /**
   * The feeds by their names, as the lookups' field `feed` has them. Rows by themselves, and a function, are feeds whose rows are terms.
   * No other feed can be reached from a browser.
   */
  readonly feeds: Readonly<Record<string, ComboFeed<unknown> | Rows<Term> | FeedFunction<Term>>>;
  /** How many rows are sent at once. @default 20 */
  readonly pageSize?: number;
  /** The longest text that is searched for, in UTF-16 units; the longest id of a lookup, too. @default 256 */
  readonly maxTextLength?: number;
  /** How many lookups of one connection are known at once; the one that was used last the longest ago is forgotten. @default 4 */
  readonly maxLookups?: number;
  /** How many rows of a lookup can be chosen: those that were sent last. @default 1000 */
  readonly maxRows?: number;
  /** How many searches of all connections run at once; another one gets the code `combo_busy`. @default 256 */
  readonly maxSearches?: number;
  /** How long a page of rows may take, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number;
}

/** What {@linkcode createCombo} gives. */
export interface Combo {
  /** The names of the messages that lookups send, for a page's `accepts.direct`. */
  readonly accepts: readonly string[];
  /** Takes a message of a lookup; false for any other. */
  event(message: Term, nitro: Nitro): boolean;
  /** Ends the searches of a connection. */
  terminate(nitro: Nitro): void;
  /** The page with all of this: its own functions get what is no lookup's. */
  page(page: Page): Page;
}

/**
 * Makes the server's half of a page's lookups: it answers what they send with rows of the feeds named here.
 *
 * What a visitor chooses comes back as the source of an event like anything else that a browser sends: only a feed's `select` gets rows that
 * were really offered.
 *
 * @example
 * ```ts
 * import { comboFeed, comboLookup, createCombo, createNitro } from "@n2o/n2o/nitro";
 *
 * const users = comboFeed({
 *   rows: [{ id: 1, name: "Ann" }, { id: 2, name: "Bob" }],
 *   select: ({ row }, nitro) => nitro.clear(row.name),
 * });
 * const combo = createCombo({ feeds: { "/users": users, "/colours": ["red", "green"] } });
 * const nitro = createNitro({
 *   pages: { "app/index": combo.page({ init: (nitro) => nitro.update("lookup_who", comboLookup({ id: "who", feed: "/users" })) }) },
 * });
 * if (nitro.name !== "nitro" || !combo.accepts.includes("comboKey")) throw new Error("no lookups");
 * ```
 */
export function createCombo(options: ComboOptions): Combo {
  const {
    pageSize = 20,
    maxTextLength = 256,
    maxLookups = 4,
    maxRows = 1000,
    maxSearches = 256,
    timeoutMs = 10_000,
  } = options;
  const feeds = new Map(Object.entries(options.feeds).map(([name, given]) => [name, feedOf(given)]));
  const lists = new ComboLists(find);
  const connections = new WeakMap<object, Lookups>();
  const running = new Set<Search>();

  function find(feed: string, delegate: string): ComboFeed<unknown> {
    const named = feed !== ""
      ? feeds.get(feed)
      : [...feeds.values()].find((one) => one.delegate === delegate);
    if (named === undefined) {
      throw new NitroError("combo_unknown_feed", "a lookup asked for a feed that the page has not", feed);
    }
    return named;
  }

  function lookupsOf(nitro: Nitro): Lookups {
    let known = connections.get(nitro.state);
    if (known === undefined) connections.set(nitro.state, known = new Lookups(maxLookups, maxRows));
    return known;
  }

  function key(message: ComboMessage, nitro: Nitro): void {
    const [uid, id, feed, delegate] = [message.uid(1), message.text(3), message.text(4), message.text(5)];
    const value = message.at(2);
    const lookups = lookupsOf(nitro);
    lookups.get(id)?.search.abort();
    try {
      const said = message.text(2);
      // The original's client has no other way to say these two than as text.
      const isWord = value instanceof Atom || nitro.mode === "script";
      if (isWord && said === "stop") return;
      const query = isWord && said === "all" ? "" : said;
      const search = new Search(find(feed, delegate), query, uid);
      lookups.set(id, { search, id, feed, delegate, offered: new Map() });
      next(id, nitro);
    } catch (error) {
      fail(error, { id, uid, feed, delegate }, nitro);
    }
  }

  /** Looks for the next page, and sends it when it is there. */
  function next(id: string, nitro: Nitro): void {
    const lookups = lookupsOf(nitro);
    const lookup = lookups.get(id);
    if (lookup === undefined) return;
    const { search } = lookup;
    if (search.running || search.over || search.aborted) return;
    const about = { id, uid: search.uid as Term, feed: lookup.feed, delegate: lookup.delegate };
    if (running.size >= maxSearches) {
      for (const one of running) if (one.aborted) running.delete(one);
      if (running.size >= maxSearches) {
        return fail(new NitroError("combo_busy", "too many lookups search at once"), about, nitro);
      }
    }
    running.add(search);
    search.next(pageSize, timeoutMs).then((found: Found) => {
      running.delete(search);
      const rows = found.rows.map((row) => {
        const view = viewOf(row, search.feed);
        return {
          row,
          view,
          bind: bindText(valueOf(row, search.feed)),
          item: search.feed.item?.(row) ?? view,
        };
      });
      for (const { row, bind } of rows) lookups.offer(lookup, bind, row);
      nitro.wire(comboRows({ ...about, offset: found.offset, rows, more: found.more }));
    }, (error: unknown) => {
      running.delete(search);
      if (!isCode(error, "combo_aborted")) throw error;
    }).catch((error: unknown) => fail(error, about, nitro));
  }

  function select(message: ComboMessage, nitro: Nitro): void | Promise<void> {
    const [value, id] = [message.at(2), message.text(3)];
    const lookup = lookupsOf(nitro).get(id);
    const feed = find(message.text(4), message.text(5));
    lookup?.search.abort();
    if (feed.select === undefined) return;
    const bind = bindText(value);
    if (lookup?.search.feed !== feed || !lookup.offered.has(bind)) {
      throw new NitroError(
        "combo_unknown_row",
        "a lookup's choice was not among the rows that were sent to it",
        id,
      );
    }
    return feed.select({ row: lookup.offered.get(bind), value, id, update: message.at(6) }, nitro);
  }

  function fail(
    error: unknown,
    about: { id: string; uid: Term; feed: string; delegate: string },
    nitro: Nitro,
  ): void {
    const known = error instanceof NitroError && error.code.startsWith("combo_");
    if (known) {
      nitro.cx.n2o.log.debug("combo_refused", { code: error.code, feed: about.feed, value: error.value });
    } else nitro.cx.n2o.log.error("combo_failed", { feed: about.feed, error });
    const code = known ? error.code : "combo_failed";
    if (about.id !== "") nitro.wire(comboRows({ ...about, offset: 0, rows: code, more: false }));
  }

  function take(term: Term, nitro: Nitro): void | Promise<void> {
    if (!ComboMessage.isOne(term)) return;
    const message = new ComboMessage(term, maxTextLength);
    switch (message.name) {
      case "comboKey":
        return key(message, nitro);
      case "comboScroll":
        return next(message.text(2), nitro);
      case "comboSelect":
        return select(message, nitro);
      default:
        return lists.take(message, nitro);
    }
  }

  function event(term: Term, nitro: Nitro): boolean {
    if (!ComboMessage.isOne(term)) return false;
    const about = { id: "", uid: 0, feed: "", delegate: "" };
    try {
      const taken = take(term, nitro);
      if (taken instanceof Promise) taken.catch((error: unknown) => fail(error, about, nitro));
    } catch (error) {
      fail(error, about, nitro);
    }
    return true;
  }

  function terminate(nitro: Nitro): void {
    connections.get(nitro.state)?.clear();
    connections.delete(nitro.state);
  }

  return {
    accepts: NAMES,
    event,
    terminate,
    page(page) {
      const accepts = { ...page.accepts, direct: [...page.accepts?.direct ?? [], ...NAMES] };
      // With its properties of their own, so that they are there when it is spread into another page.
      return Object.assign(Object.create(page) as Page, page, {
        accepts,
        event: (message: Term, nitro: Nitro) =>
          event(message, nitro) ? undefined : page.event?.(message, nitro),
        terminate(reason: Term, nitro: Nitro) {
          terminate(nitro);
          return page.terminate?.(reason, nitro);
        },
      });
    },
  };
}

function feedOf(given: ComboOptions["feeds"][string]): ComboFeed<unknown> {
  if (typeof given === "function" || Symbol.iterator in given || Symbol.asyncIterator in given) {
    return { rows: given as Rows<unknown> | FeedFunction<unknown> };
  }
  return given as ComboFeed<unknown>;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof NitroError && error.code === code;
}
