/**
 * A connection and the page that it shows, through the reloads of the page's module.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { atom, type Term, tuple } from "../../lib/term.ts";
import { Nitro } from "./nitro.ts";
import type { Page } from "./page.ts";
import { type PageFacts, type PageLimits, PageState, reportFailure } from "./page_state.ts";
import type { Pickler } from "./pickles.ts";
import type { NamedPage, Routes } from "./routes.ts";

/** Why a page ends whose module a reload did not find any more. */
const REMOVED = tuple(atom("removed"));
const NOTHING: Term = [];

/** A connection, and the page that it shows. */
export class Visit extends PageState {
  /** The page; none where its path means none. */
  page: Page | undefined;
  /** Whether its client has shaken hands. */
  greeted = false;
  /** The name of its page while a reload has not found that any more. */
  gone: string | undefined;
  readonly #pickler: Pickler;

  /** Begins with a page, if there is any, and with what was kept before. */
  constructor(
    cx: Context,
    named: NamedPage | undefined,
    pickler: Pickler,
    limits: PageLimits,
    own?: Record<string, unknown>,
  ) {
    super(cx, factsOf(named), pickler, limits, own);
    this.page = named?.page;
    this.#pickler = pickler;
  }

  /** The same visit of the same page, of whose browser nothing is known any more. */
  anew(limits: PageLimits): Visit {
    const named = this.page && { name: this.module.name, page: this.page };
    const visit = new Visit(this.cx, named, this.#pickler, limits, this.own);
    visit.succeed(this);
    visit.greeted = this.greeted;
    visit.asOf = performance.now();
    return visit;
  }
}

/**
 * The page that a connection is for. The default page is for browsers, which come over HTTP: a device that speaks over TCP or UDP has not
 * asked for a page.
 */
export function pageOf(cx: Context, routes: Routes): NamedPage | undefined {
  const { transport } = cx.peer;
  return routes.find(written(cx.route), transport === "websocket" || transport === "post");
}

/** A path as people write it: browsers ask for other letters than those of ASCII by their codes. */
function written(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Ends a page: it hears of it, and says nothing any more. */
export async function end(visit: Visit, reason: Term): Promise<void> {
  visit.over = true;
  await farewell(visit, reason);
}

/**
 * Goes on with other pages in place of those before: with the one of the same name if it is still what the path means, else without one.
 * What the browser has of the page, its events included, stays good for a page of its name.
 */
export function goOn(visit: Visit, routes: Routes): void | Promise<void> {
  const { page: before } = visit;
  const found = pageOf(visit.cx, routes);
  const name = before === undefined ? visit.gone : visit.module.name;
  // What the browser shows is of one page: the default page does not draw into it when that is gone.
  const next = name === undefined || found?.name === name ? found : undefined;
  if (next?.page === before) return;
  visit.gone = next === undefined ? name : undefined;
  const gone = next === undefined ? farewell(visit, REMOVED) : undefined;
  visit.page = next?.page;
  visit.over = next === undefined;
  visit.become(factsOf(next));
  if (gone !== undefined || before === undefined || next?.page.upgrade === undefined) return gone;
  return upgrade(visit, next.page);
}

/** Has a page make its state of that of the one before. A failed one leaves it as it was. */
async function upgrade(visit: Visit, page: Page): Promise<void> {
  try {
    visit.own = await page.upgrade!(visit.own) ?? visit.own;
  } catch (error) {
    reportFailure(visit, error);
  }
}

async function farewell(visit: Visit, reason: Term): Promise<void> {
  try {
    await visit.page?.terminate?.(reason, new Nitro(visit, NOTHING));
  } catch (error) {
    reportFailure(visit, error);
  }
}

function factsOf(named: NamedPage | undefined): PageFacts | undefined {
  return named && { name: named.name, rules: named.page.rules };
}
