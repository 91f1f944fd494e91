/**
 * What a page's functions work with: the browser that they change, the values that an event brought, the connection.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { type Reply, reply } from "../../lib/reply.ts";
import type { Session } from "../../lib/session.ts";
import { Atom, atom, Charlist, isTuple, type Term, text, tuple } from "../../lib/term.ts";
import * as make from "./actions/mod.ts";
import { put } from "./flush.ts";
import type { Mode, SourceField } from "./host.ts";
import { type PageState, reportFailure } from "./page_state.ts";
import type { Target } from "./target.ts";
import type { Body, Wired } from "./parts.ts";

const IO = atom("io");
const DONE = atom("done");
const EMPTY = new Uint8Array(0);
/** The longest id of an event. */
const MAX_ID = 64;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * One message to a page: each has an object of its own. Its actions are sent together when the page's function has come to its end; what
 * is added later, by a timer say, is sent by itself.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { button, type Nitro, type Page, span } from "@n2o/n2o/nitro";
 *
 * function count(nitro: Nitro): void {
 *   const count = Number(nitro.state.count ?? 0) + 1;
 *   nitro.state.count = count;
 *   nitro.update("count", span({ id: "count", body: count }));
 * }
 *
 * const page: Page = {
 *   init(nitro) {
 *     nitro.insertBottom("counter", [
 *       span({ id: "count", body: 0 }),
 *       button({ id: "add", body: "Add", postback: atom("add") }),
 *     ]);
 *   },
 *   event: (message, nitro) => message === atom("add") ? count(nitro) : undefined,
 * };
 * if (page.init === undefined) throw new Error("no page");
 * ```
 */
export class Nitro {
  readonly #state: PageState;
  readonly #values: Term;
  /** The values that the event was made to bring; any, where that is not known. */
  readonly #sources: readonly SourceField[] | undefined;
  #actions: Wired[] = [];
  #over = false;
  #scheduled = false;

  /** Made by the protocol. */
  constructor(state: PageState, values: Term, sources?: readonly SourceField[]) {
    this.#state = state;
    this.#values = values;
    this.#sources = sources;
  }

  /** The connection. */
  get cx(): Context {
    return this.#state.cx;
  }

  /** The visitor's session. */
  get session(): Session {
    return this.#state.cx.session;
  }

  /** What the page keeps for this connection; it is there for each message, until the connection ends. */
  get state(): Record<string, unknown> {
    return this.#state.own;
  }

  /** How the page reaches its browser. */
  get mode(): Mode {
    return this.#state.mode;
  }

  /**
   * The value of a source that came with this event, by its id; texts as strings, dates as `{Y, M, D}`, boxes as booleans, several values
   * as a list. `undefined` when it did not come, in whatever other event it may have.
   */
  q(id: string | Atom): Term | undefined {
    const name = typeof id === "string" ? id : id.name;
    const values = this.#values;
    if (!Array.isArray(values)) return undefined;
    if (this.#sources !== undefined && !this.#sources.some(({ key }) => key === name)) return undefined;
    for (const pair of values) {
      if (!isTuple(pair) || pair.length !== 2 || isTuple(pair[0])) continue;
      if (keyText(pair[0]) === name) return plain(pair[1]);
    }
    return undefined;
  }

  /** The same as text, `""` when it did not come: numbers and boxes as they are written, a date as `2026-11-25`, the first of several. */
  text(id: string | Atom): string {
    const value = this.q(id);
    const first = Array.isArray(value) ? value[0] : value;
    if (first === undefined || Array.isArray(first)) return "";
    if (isTuple(first)) return Array.from(first, (part) => String(part).padStart(2, "0")).join("-");
    return text(first) ?? String(first);
  }

  /**
   * The id that the client gave this event, if its element has the attribute `data-n2o-repeat`: such an event comes again after a lost
   * connection until it is answered, under the same id.
   */
  get eventId(): string | undefined {
    const first = Array.isArray(this.#values) ? this.#values[0] : undefined;
    if (!isTuple(first) || first.length !== 2 || !isTuple(first[0])) return undefined;
    const id = text(first[1]);
    return id === undefined || id === "" || id.length > MAX_ID ? undefined : id;
  }

  /** The value of a key in the query of the page's address. */
  qc(key: string): string | undefined {
    return new URLSearchParams(this.#state.cx.query).get(key) ?? undefined;
  }

  /** Adds an action, or JavaScript as it is: the latter is an error on a page that reaches its browser without. */
  wire(action: Wired): void {
    if (this.#state.over) return;
    this.#actions.push(action);
    if (this.#over && !this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => this.#late());
    }
  }

  /** Puts an element in the place of another one. */
  update(target: Target, body: Body): void {
    this.wire(make.update(target, body));
  }

  /** Puts elements in another one, before all that is in it. */
  insertTop(target: Target, body: Body): void {
    this.wire(make.insertTop(target, body));
  }

  /** Puts elements in another one, behind all that is in it. */
  insertBottom(target: Target, body: Body): void {
    this.wire(make.insertBottom(target, body));
  }

  /** Puts elements before another one. */
  insertBefore(target: Target, body: Body): void {
    this.wire(make.insertBefore(target, body));
  }

  /** Puts elements behind another one. */
  insertAfter(target: Target, body: Body): void {
    this.wire(make.insertAfter(target, body));
  }

  /** Takes out all that is in an element. */
  clear(target: Target): void {
    this.wire(make.clear(target));
  }

  /** Takes an element out. */
  remove(target: Target): void {
    this.wire(make.remove(target));
  }

  /** The reply that brings the actions so far; nothing when there are none, and none is wanted. */
  reply(data: Term | undefined, always: boolean): Reply | undefined {
    const actions = this.#actions;
    this.#actions = [];
    const said = actions.length === 0 && this.#state.mode === "script" ? EMPTY : put(actions, this.#state);
    if (data === undefined) {
      const id = this.#over ? undefined : this.eventId;
      if (id !== undefined) return reply("default", tuple(IO, said, tuple(DONE, id)));
      if (said.length === 0 && !always) return undefined;
    }
    return reply("default", tuple(IO, said, data ?? EMPTY));
  }

  /** Forgets the actions so far: the page's function has failed. */
  drop(): void {
    this.#actions = [];
  }

  /** From now on what is added is sent by itself. */
  end(): void {
    this.#over = true;
    if (this.#actions.length > 0) this.#late();
  }

  #late(): void {
    this.#scheduled = false;
    if (this.#state.over) return;
    try {
      const late = this.reply(undefined, false);
      if (late !== undefined) this.#state.cx.push(late);
    } catch (error) {
      this.drop();
      reportFailure(this.#state, error);
    }
  }
}

function keyText(key: Term): string | undefined {
  if (key instanceof Atom) return key.name;
  return typeof key === "boolean" ? String(key) : text(key);
}

/** A value as a page wants to have it: what its user wrote is text. */
function plain(value: Term): Term {
  if (value instanceof Uint8Array) {
    try {
      return decoder.decode(value);
    } catch {
      return value;
    }
  }
  // A list of small numbers, as it stands on the wire.
  if (value instanceof Charlist) return Array.from(value.bytes);
  return Array.isArray(value) ? value.map(plain) : value;
}
