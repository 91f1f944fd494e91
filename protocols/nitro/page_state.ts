/**
 * What NITRO keeps for one connection.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { type Atom, atom, type Term } from "../../lib/term.ts";
import type { Mode, RenderHost } from "./host.ts";
import { Memory } from "./memory.ts";
import { KnownPickles, type PageEvent, type Pickler } from "./pickles.ts";
import type { NamedPage, Routes } from "./routes.ts";

/** How much is kept for a connection. */
export interface PageLimits {
  /** How many events are known without opening them anew. @default 512 */
  readonly maxEvents?: number;
  /** How many updated elements are remembered. @default 64 */
  readonly maxElements?: number;
  /** How much of their HTML is remembered, in UTF-16 units. @default 65_536 */
  readonly maxElementBytes?: number;
}

/** The page that a connection shows, and what is known of its browser. It is what drawing is done for. */
export class PageState implements RenderHost {
  /** The connection. */
  readonly cx: Context;
  /** The page; none where its path means none. */
  readonly page: NamedPage | undefined;
  /** How the page reaches its browser. */
  mode: Mode = "script";
  /** The page's name, as its events have it. */
  readonly module: Atom;
  /** What the browser shows. */
  readonly memory: Memory;
  /** What the page keeps for this connection. */
  readonly own: Record<string, unknown> = {};
  readonly #events: KnownPickles;
  #ids = 0;
  #sid: string;
  #hadUser: boolean;
  /** The sessions that this visitor had on this connection before logging in. */
  #former: string | undefined;

  /** Begins with what the connection's path means. */
  constructor(cx: Context, routes: Routes, pickler: Pickler, limits: PageLimits) {
    this.cx = cx;
    this.page = routes.find(cx.route);
    this.module = atom(this.page?.name ?? "undefined");
    this.memory = new Memory(limits.maxElements ?? 64, limits.maxElementBytes ?? 65_536);
    this.#events = new KnownPickles(pickler, limits.maxEvents ?? 512);
    this.#sid = cx.session.id;
    this.#hadUser = cx.session.user !== undefined;
  }

  /** Seals an event for this session and page. */
  pickle(module: Term, message: Term, trigger: Term, name: Atom): string {
    this.#follow();
    const { mode, module: page } = this;
    return this.#events.pickle({
      module,
      message,
      trigger,
      name: name.name,
      sid: this.#sid,
      page: page.name,
      mode,
    });
  }

  /** The event of a sealed one, if it was made for this session and this page. */
  open(pickled: string): PageEvent | undefined {
    const event = this.#events.depickle(pickled);
    if (event === undefined || event.page !== this.module.name) return undefined;
    this.#follow();
    return event.sid === this.#sid || event.sid === this.#former ? event : undefined;
  }

  /** An id that this connection's page has had none of. */
  temporaryId(): string {
    return `auto-${++this.#ids}`;
  }

  /**
   * A login makes another session of an anonymous one, and the page that asked for it is still there; what a user's page could do is
   * over with the logout, and for the next user.
   */
  #follow(): void {
    const { session } = this.cx;
    if (session.id === this.#sid) return;
    this.#former = this.#hadUser ? undefined : this.#sid;
    this.#sid = session.id;
    this.#hadUser = session.user !== undefined;
    if (!this.#hadUser) this.#former = undefined;
  }
}
