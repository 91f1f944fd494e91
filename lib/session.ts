/**
 * One session: a visitor's variables, on whatever connections the visitor has.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import { bert } from "./formats/bert.ts";
import { Atom, type Term, text } from "./term.ts";

/** The most variables that a session holds. */
export const MAX_SESSION_KEYS = 256;
/** The longest name of a session variable, in UTF-16 units. */
export const MAX_SESSION_KEY = 1024;

const NOBODY: readonly SessionListener[] = [];
const EMPTY: ReadonlyMap<string, SessionVariable> = new Map();

/** A session variable and when it ends. */
export interface SessionVariable {
  /** Its value. */
  readonly value: Term;
  /** When it ends, in milliseconds since 1970: lives through that second. */
  readonly till: number;
  /** Whether it was set with a life of its own, which the session's prolongation leaves alone. */
  readonly own: boolean;
}

/** Options of {@linkcode Session.set}. */
export interface SessionSetOptions {
  /** The variable's life in milliseconds. @default the session's */
  readonly ttlMs?: number;
}

/** Whoever wants to hear what happens to a session: its connections. */
export interface SessionListener {
  /** The session goes on under a new token. */
  sessionProlonged(token: string): void;
  /** The session has ended: its user logged out elsewhere. */
  sessionEnded(): void;
}

/** What a session needs of the one that keeps it. */
export interface SessionKeeper {
  /** The default life of a variable, in milliseconds. */
  readonly ttlMs: number;
  /** The time, in milliseconds since 1970. */
  now(): number;
  /** Stores the session; `undo` takes the last change back. */
  changed(session: Session, undo: () => void): void;
  /** Notes that the session was read. */
  read(session: Session): void;
}

/**
 * One session. Every connection of the visitor shares it; a change is there for the next message of any of them, and is
 * answered for only once it is stored.
 *
 * @example
 * ```ts
 * import { createN2O } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [] });
 * const session = n2o.sessions.create();
 * session.set("basket", ["apples"], { ttlMs: 60_000 });
 * if (session.keys().join() !== "basket" || !Array.isArray(session.get("basket"))) throw new Error("forgotten");
 * session.delete("basket");
 * if (session.get("basket") !== undefined) throw new Error("still there");
 * await n2o.close();
 * ```
 */
export class Session {
  /** The session's id: 20 hexadecimal characters. */
  readonly id: string;
  /** When the session ends, in milliseconds since 1970. */
  till: number;
  /** Whether it has ended before its time: its user logged out, or it went on under a new id. */
  ended = false;
  /** The store's sequence number of the last change. */
  sequence = 0;
  /** Whether a client was given its token. */
  issued = false;
  /** Whether its client holds the token of a session that has ended: it is sent this one's with the first change. */
  owed = false;
  /** The connections that share it. Most sessions have one, so this is replaced, not grown. */
  listeners: readonly SessionListener[] = NOBODY;
  /** The variables by name. Use {@linkcode get} and {@linkcode set}. */
  variables: ReadonlyMap<string, SessionVariable> = EMPTY;
  #keeper: SessionKeeper;

  /** Made by `Sessions`. */
  constructor(id: string, till: number, keeper: SessionKeeper) {
    this.id = id;
    this.till = till;
    this.#keeper = keeper;
  }

  /** The value of a variable, or `undefined` when there is none or it has expired. */
  get(key: string): Term | undefined {
    this.#keeper.read(this);
    return this.peek(key);
  }

  /** The same without making the answer wait for a change that is not stored yet: only for what no answer tells. */
  peek(key: string): Term | undefined {
    const variable = this.variables.get(key);
    if (variable === undefined) return undefined;
    return isOver(variable.till, this.#keeper.now()) ? undefined : variable.value;
  }

  /**
   * Sets a variable, for the session's life or the given one. A copy is kept, as it will be after a restart: texts within
   * lists, tuples and maps are binaries then; a text alone stays a text.
   *
   * @throws {N2OError} `session_ended`, `bad_session_key`, `too_many_session_keys`, `session_too_big`, `bad_ttl`, or what the store throws; the session is then as before.
   */
  set(key: string, value: Term, options: SessionSetOptions = {}): void {
    if (this.ended) throw new N2OError("session_ended", "the session has ended", this.id);
    if (typeof key !== "string" || key.length === 0 || key.length > MAX_SESSION_KEY) {
      throw new N2OError("bad_session_key", `a session key has 1 to ${MAX_SESSION_KEY} characters`, key);
    }
    const { ttlMs = this.#keeper.ttlMs } = options;
    if (!Number.isFinite(ttlMs)) {
      throw new N2OError("bad_ttl", `a life of ${ttlMs} ms is not possible`, ttlMs);
    }
    const next = new Map(this.variables);
    next.set(key, { value: kept(value), till: this.#keeper.now() + ttlMs, own: options.ttlMs !== undefined });
    if (next.size > MAX_SESSION_KEYS) this.#drop(next);
    if (next.size > MAX_SESSION_KEYS) {
      throw new N2OError(
        "too_many_session_keys",
        `a session holds ${MAX_SESSION_KEYS} variables at most`,
        key,
      );
    }
    this.#replace(next);
  }

  /** Drops a variable; tells whether it was there. */
  delete(key: string): boolean {
    if (this.ended || !this.variables.has(key)) return false;
    const next = new Map(this.variables);
    next.delete(key);
    this.#replace(next);
    return true;
  }

  /** Drops all variables. */
  clear(): void {
    if (this.variables.size > 0 && !this.ended) this.#replace(EMPTY);
  }

  /** The user of the session: its variable `user`, as set by {@linkcode Context.login}. */
  get user(): string | undefined {
    const user = this.get("user");
    return user === undefined ? undefined : text(user);
  }

  /** The names of the variables. */
  keys(): string[] {
    return [...this.variables.keys()].filter((key) => this.get(key) !== undefined);
  }

  /** Expired variables make room for new ones. */
  #drop(variables: Map<string, SessionVariable>): void {
    const now = this.#keeper.now();
    for (const [key, { till }] of variables) if (isOver(till, now)) variables.delete(key);
  }

  /** The variables before a change stay as they are, so that undoing it is putting them back. */
  #replace(next: ReadonlyMap<string, SessionVariable>): void {
    const before = this.variables;
    const undo = () => this.variables = before;
    this.variables = next;
    try {
      this.#keeper.changed(this, undo);
    } catch (error) {
      undo();
      throw error;
    }
  }
}

/** A value that keeps no frame in memory, and that nobody changes: what it would be after a restart. */
function kept(value: Term): Term {
  if (typeof value !== "object" || value instanceof Atom) return value;
  return value instanceof Uint8Array ? value.slice() : bert.decode(bert.encode(value));
}

/** Whether a time has passed, as N2O counts it: in whole seconds, alive through the last one. */
export function isOver(till: number, now: number): boolean {
  return Math.floor(till / 1000) < Math.floor(now / 1000);
}
