/**
 * Events, sealed for one session and one page.
 *
 * @module
 */
import { bert } from "../../lib/formats/bert.ts";
import type { Secret } from "../../lib/secret.ts";
import { Atom, atom, isTuple, type Term, text, tuple } from "../../lib/term.ts";
import type { Mode, SourceField } from "./host.ts";
import type { Rules } from "./validation.ts";

/** An event of a page. */
export interface PageEvent {
  /** The module that gets it. */
  readonly module: Term;
  /** The message. */
  readonly message: Term;
  /** The element that it comes from. */
  readonly trigger: Term;
  /** `event`, `api_event`, or the name of a function of the module. */
  readonly name: string;
  /** The fields whose values it is to bring; others are left out. Without this it may bring any. */
  readonly sources?: readonly SourceField[];
  /** The session that it was made for. */
  readonly sid: string;
  /** The page that it was made for. */
  readonly page: string;
  /** How that page reaches its browser. */
  readonly mode: Mode;
}

/** Seals events, and opens them. */
export interface Pickler {
  /** Seals an event for its browser. */
  pickle(event: PageEvent): string;
  /** The event of a sealed one; `undefined` for anything else. */
  depickle(pickled: string): PageEvent | undefined;
}

const EV = atom("ev");
const PURPOSE = "nitro event";
const MODES: readonly Mode[] = ["script", "operations"];

/**
 * The pickler of an application: its secret's tokens.
 *
 * @example
 * ```ts
 * import { atom, createSecret, SecretKey } from "@n2o/n2o";
 * import { secretPickler } from "@n2o/n2o/nitro";
 *
 * const pickler = secretPickler(createSecret({ keys: [SecretKey.generate()] }));
 * const pickled = pickler.pickle({
 *   module: atom("index"),
 *   message: atom("save"),
 *   trigger: "send",
 *   name: "event",
 *   sid: "a1",
 *   page: "app/index",
 *   mode: "operations",
 * });
 * if (pickler.depickle(pickled)?.message !== atom("save")) throw new Error("another event");
 * if (pickler.depickle(pickled.slice(1)) !== undefined) throw new Error("opened though it was changed");
 * ```
 */
export function secretPickler(secret: Secret): Pickler {
  // Those tokens carry no purpose; a session's token is no tuple of eight all the same.
  const purpose = secret.driver === "n2o" ? undefined : PURPOSE;
  return {
    pickle: (event) => secret.pickle(eventTerm(event), purpose),
    depickle(pickled) {
      const term = secret.depickle(pickled, purpose);
      if (!isTuple(term, "ev", 9) || !(term[4] instanceof Atom)) return undefined;
      const [sid, page, mode] = [text(term[5]), text(term[6]), MODES[Number(term[7])]];
      if (sid === undefined || page === undefined || mode === undefined) return undefined;
      const sources = fieldsOf(term[8]);
      return {
        module: term[1],
        message: term[2],
        trigger: term[3],
        name: term[4].name,
        sources,
        sid,
        page,
        mode,
      };
    },
  };
}

function eventTerm({ module, message, trigger, name, sources, sid, page, mode }: PageEvent): Term {
  const fields = sources?.map(({ key, id, rules }) => {
    if (rules !== undefined) return tuple(key, id, JSON.stringify(rules));
    return key === id ? id : tuple(key, id);
  }) ?? [];
  return tuple(EV, module, message, trigger, atom(name), sid, page, MODES.indexOf(mode), fields);
}

function fieldsOf(fields: Term): SourceField[] {
  if (!Array.isArray(fields)) return [];
  return fields.map((field) => {
    if (!isTuple(field)) return { key: text(field) ?? "", id: text(field) ?? "" };
    const rules = field.length === 3 ? JSON.parse(text(field[2])!) as Rules : undefined;
    return { key: text(field[0]) ?? "", id: text(field[1]) ?? "", rules };
  });
}

/**
 * The events that one connection has made and opened of late. Opening one takes the time of a cipher, and sealing gives another text
 * each time: with this an event that is drawn again looks the same, and one that comes back is known.
 */
export class KnownPickles {
  readonly #pickler: Pickler;
  readonly #limit: number;
  #sealed = new Map<string, string>();
  #opened = new Map<string, PageEvent>();

  /** Keeps twice so many at most. */
  constructor(pickler: Pickler, limit: number) {
    this.#pickler = pickler;
    this.#limit = limit;
  }

  /** Seals an event; the same event gives the same text for as long as it is known. */
  pickle(event: PageEvent): string {
    const key = keyOf(event);
    let pickled = this.#sealed.get(key);
    if (pickled === undefined) {
      pickled = this.#pickler.pickle(event);
      if (this.#sealed.size >= this.#limit) dropOldest(this.#sealed);
      this.#sealed.set(key, pickled);
      this.#keep(pickled, event);
    } else if (2 * this.#sealed.size > this.#limit) {
      // Where it becomes crowded, what is drawn again stays longest.
      this.#sealed.delete(key);
      this.#sealed.set(key, pickled);
    }
    return pickled;
  }

  /** Opens an event. */
  depickle(pickled: string): PageEvent | undefined {
    const known = this.#opened.get(pickled);
    if (known !== undefined) return known;
    const event = this.#pickler.depickle(pickled);
    if (event !== undefined) this.#keep(pickled, event);
    return event;
  }

  #keep(pickled: string, event: PageEvent): void {
    if (this.#opened.size >= this.#limit) dropOldest(this.#opened);
    this.#opened.set(pickled, event);
  }
}

const decoder = new TextDecoder("latin1");

function keyOf(event: PageEvent): string {
  const { module, message, trigger, name, sid, page, sources } = event;
  // The usual event needs no encoding. A name holds no NUL as the application writes it; what does goes the long way.
  const isPlain = sources === undefined || sources.length === 0;
  if (isPlain && module instanceof Atom && message instanceof Atom && typeof trigger === "string") {
    const key = `${sid}\0${page}\0${module.name}\0${message.name}\0${name}\0${trigger}`;
    if (!trigger.includes("\0")) return key;
  }
  return decoder.decode(bert.encode(eventTerm(event)));
}

function dropOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
