/**
 * What NITRO keeps for one connection.
 *
 * @module
 */
import { checkValue, messageOf, type Rules } from "./validation.ts";
import type { Context } from "../../lib/context.ts";
import { BertError } from "../../lib/formats/bert_error.ts";
import { type Atom, atom, type Term, text } from "../../lib/term.ts";
import { NitroError } from "./error.ts";
import type { Mode, RenderHost, SourceField } from "./host.ts";
import { Memory } from "./memory.ts";
import { KnownPickles, type PageEvent, type Pickler } from "./pickles.ts";

/** So many fields of a connection have rules of their own at the same time. */
const MAX_RULES = 4096;

const NO_SOURCES: readonly SourceField[] = [];
/** So many values a field may bring. */
const MAX_VALUES = 100;

/** How much is kept for a connection. */
export interface PageLimits {
  /** How many events are known without opening them anew. @default 512 */
  readonly maxEvents?: number;
  /** How many updated elements are remembered. @default 64 */
  readonly maxElements?: number;
  /** How much of their HTML is remembered, in UTF-16 units. @default 65_536 */
  readonly maxElementBytes?: number;
}

/** A field whose value breaks its rules. */
export interface Fault {
  /** The field's id. */
  readonly id: string;
  /** What is wrong, such as `required` or `too_short`. */
  readonly code: string;
  /** The same for people, in English. */
  readonly text: string;
}

/** What is known of a page apart from what it does. */
export interface PageFacts {
  /** Its name. */
  readonly name: string;
  /** The rules of its fields. */
  readonly rules?: Readonly<Record<string, Rules>>;
}

/** The page that a connection shows, and what is known of its browser. It is what drawing is done for. */
export class PageState implements RenderHost {
  /** The connection. */
  readonly cx: Context;
  /** The rules that the page has for its fields. */
  #fixed: Readonly<Record<string, Rules>> | undefined;
  /** How the page reaches its browser. */
  mode: Mode = "script";
  /** The page's name, as its events have it. */
  module: Atom;
  /** What the browser shows. */
  readonly memory: Memory;
  /** Whether the page has ended: nothing is sent of it any more. */
  over = false;
  /** What the page keeps for this connection. */
  own: Record<string, unknown>;
  /** What was read from files before this instant of `performance.now()` is looked at again when it is drawn. */
  asOf = 0;
  readonly #events: KnownPickles;
  #rules: Map<string, Rules> | undefined;
  /** Fields that an event was sealed with that had no rules then. */
  #unruled: Set<string> | undefined;
  #behind = false;
  #ids = 0;
  #sid: string;
  #hadUser: boolean;
  /** The sessions that this visitor had on this connection before logging in. */
  #former: string | undefined;

  /** Begins with the page that the connection's path means, if it means any, and with what a page of this connection kept before. */
  constructor(
    cx: Context,
    page: PageFacts | undefined,
    pickler: Pickler,
    limits: PageLimits,
    own: Record<string, unknown> = {},
  ) {
    this.cx = cx;
    this.own = own;
    this.#fixed = page?.rules;
    this.module = atom(page?.name ?? "undefined");
    this.memory = new Memory(limits.maxElements ?? 64, limits.maxElementBytes ?? 65_536);
    this.#events = new KnownPickles(pickler, limits.maxEvents ?? 512);
    this.#sid = cx.session.id;
    this.#hadUser = cx.session.user !== undefined;
  }

  /** Goes on with another page, or with another state of the module. */
  become(page: PageFacts | undefined): void {
    this.#fixed = page?.rules;
    this.module = atom(page?.name ?? "undefined");
  }

  /** Notes that something of the page could not be drawn as it is now. */
  report(error: unknown): void {
    this.cx.n2o.log.error("drawn_as_before", { page: this.module.name, route: this.cx.route, error });
  }

  /** Takes the place of an earlier state of the same page: the events that its browser has go on, and its ids are not given again. */
  succeed(before: PageState): void {
    this.mode = before.mode;
    this.#former = before.#former;
    this.#ids = before.#ids;
  }

  /** Seals an event for this session and page. */
  pickle(
    module: Term,
    message: Term,
    trigger: Term,
    name: Atom,
    sources?: readonly SourceField[],
  ): string {
    this.#follow();
    const { mode, module: page } = this;
    try {
      return this.#events.pickle({
        sources: sources === undefined ? NO_SOURCES : sources.map((source) => this.#withRules(source)),
        module,
        message,
        trigger,
        name: name.name,
        sid: this.#sid,
        page: page.name,
        mode,
      });
    } catch (error) {
      if (!(error instanceof BertError)) throw error;
      const where = text(trigger) ?? "an element";
      throw new NitroError("bad_field", `the postback of ${where} is no term: ${error.message}`, error.value);
    }
  }

  /** The event of a sealed one, if it was made for this session and this page. */
  open(pickled: string): PageEvent | undefined {
    const event = this.#events.depickle(pickled);
    if (event === undefined || event.page !== this.module.name) return undefined;
    this.#follow();
    return event.sid === this.#sid || event.sid === this.#former ? event : undefined;
  }

  #withRules(source: SourceField): SourceField {
    const rules = this.#rules?.get(source.id);
    if (rules !== undefined && !this.#isFixed(source.id)) return { ...source, rules };
    (this.#unruled ??= new Set()).add(source.id);
    return source;
  }

  /** Whether the page itself has rules for a field: they hold on each connection. */
  #isFixed(id: string): boolean {
    return this.#fixed !== undefined && Object.hasOwn(this.#fixed, id);
  }

  /**
   * Whether events were sealed, since it was last asked, without rules that their fields were given only then: what was said is to be said
   * again.
   */
  isBehind(): boolean {
    const isBehind = this.#behind;
    this.#behind = false;
    this.#unruled = undefined;
    return isBehind;
  }

  /** Notes what the value of a field has to be. */
  rules(id: string, rules: Rules): void {
    const known = this.#rules ??= new Map();
    if (this.#unruled?.has(id) && !this.#isFixed(id)) this.#behind = true;
    known.delete(id);
    known.set(id, rules);
    if (known.size <= MAX_RULES) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      return;
    }
  }

  /** The fields of an event whose values are not what they have to be. A value that did not come is an empty one. */
  faults(sources: readonly SourceField[] | undefined, value: (key: string) => Term | undefined): Fault[] {
    const faults: Fault[] = [];
    if (sources === undefined || sources.length === 0) return faults;
    for (const { key, id, rules } of sources) {
      const own = this.#rules?.get(id) ?? rules;
      const declared = this.#isFixed(id) ? this.#fixed![id] : undefined;
      const code = (declared && faultOf(value(key), declared)) ?? (own && faultOf(value(key), own));
      if (code !== undefined) faults.push({ id, code, text: messageOf(code, { ...declared, ...own }) });
    }
    return faults;
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

/** What is wrong with a value as a page reads it; a list is of plain values, each of which keeps the rules. */
function faultOf(value: Term | undefined, rules: Rules): string | undefined {
  if (!Array.isArray(value)) return checkValue(value, rules);
  if (value.length === 0) return checkValue("", rules);
  if (value.length > MAX_VALUES) return "bad_value";
  for (const one of value) {
    const code = Array.isArray(one) ? "bad_value" : checkValue(one, rules);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** Notes that a function of a page has not come to an end for long: nothing else of its connection is done until then. */
export function reportSlow({ cx, module }: PageState, name: string, afterMs: number): void {
  cx.n2o.log.warn("page_slow", { page: module.name, route: cx.route, function: name, afterMs });
}

/** Notes that a page failed: what went wrong is for the log alone. */
export function reportFailure({ cx, module }: PageState, error: unknown): void {
  cx.n2o.counters.protocolErrors++;
  cx.n2o.log.error("page_failed", { page: module.name, route: cx.route, error });
}
