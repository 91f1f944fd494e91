/**
 * The sessions of one application: tokens in, sessions out.
 *
 * @module
 */
import type { Commits } from "./commits.ts";
import { N2OError } from "./error.ts";
import type { Logger } from "./log.ts";
import type { Secret } from "./secret.ts";
import {
  isOver,
  Session,
  type SessionKeeper,
  type SessionListener,
  type SessionVariable,
} from "./session.ts";
import { endedRecord, liveRecord, readRecord } from "./session_record.ts";
import { type Claim, makeToken, readToken } from "./session_token.ts";
import type { Store } from "./store/mod.ts";

/** When a token moves on: never, when half of its life is over (an open connection's too), or at each handshake. */
export type Prolongation = "off" | "half-life" | "always";

/** Options of the sessions. */
export interface SessionOptions {
  /** The life of a session and of its variables from their last set, in milliseconds. @default 900_000 */
  readonly ttlMs?: number;
  /** When a session's token moves on. @default "half-life" */
  readonly prolongation?: Prolongation;
  /** The largest session, all variables encoded, in bytes. @default 65_536 */
  readonly maxBytes?: number;
}

/** What {@linkcode Sessions} are made of. */
export interface SessionParts {
  /** Signs the tokens. */
  readonly secret: Secret;
  /** Keeps the variables. */
  readonly store: Store;
  /** Notes what a message changed or read. */
  readonly commits: Commits;
  /** Hears of what goes wrong in the background. */
  readonly log: Logger;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/** A session with the token to go on with. */
export interface Authentication {
  /** The session. */
  readonly session: Session;
  /** Its token. */
  readonly token: string;
}

const GONE: ReadonlyMap<string, SessionVariable> = new Map();

/**
 * The sessions of one application.
 *
 * A session without variables exists only in its token and its connections: nothing is stored until the first `set`.
 *
 * @example
 * ```ts
 * import { createN2O } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [], session: { ttlMs: 3_600_000 } });
 * const { sessions } = n2o;
 * const session = sessions.create();
 * session.set("visits", 1);
 * const { session: again } = await sessions.authenticate(sessions.token(session));
 * if (again.get("visits") !== 1) throw new Error("another session");
 * await n2o.close();
 * ```
 */
export class Sessions implements SessionKeeper {
  /** The life of a session and of its variables, in milliseconds. */
  ttlMs: number;
  /** When a token moves on. */
  prolongation: Prolongation;
  #maxBytes: number;
  #parts: SessionParts;
  #known = new Map<string, Session>();
  #loading = new Map<string, Promise<Session | undefined>>();

  /**
   * Made by `createN2O`.
   *
   * @throws {N2OError} `bad_ttl` for a life that is no finite number.
   */
  constructor(parts: SessionParts, options: SessionOptions = {}) {
    const { ttlMs = 900_000, prolongation = "half-life", maxBytes = 65_536 } = options;
    if (!Number.isFinite(ttlMs)) throw new N2OError("bad_ttl", `a session cannot live ${ttlMs} ms`, ttlMs);
    this.ttlMs = ttlMs;
    this.prolongation = prolongation;
    this.#maxBytes = maxBytes;
    this.#parts = parts;
  }

  /** The time, in milliseconds since 1970. */
  now(): number {
    return this.#parts.now();
  }

  /** How many sessions are in memory. */
  get size(): number {
    return this.#known.size;
  }

  /**
   * Takes a token: the same session goes on, or, when the token is empty, forged, expired or of an ended session, a new
   * one begins. Gives a promise only when the session's variables must be read from the disk.
   */
  authenticate(token: string): Authentication | Promise<Authentication> {
    const claim = readToken(this.#parts.secret, token);
    if (claim === undefined) return this.#issue(this.create());
    if (isOver(claim.till, this.now())) {
      this.#forget(claim.id);
      return this.#issue(this.create());
    }
    const session = this.#open(claim.id, claim.till);
    if (session instanceof Promise) return session.then((found) => this.#admit(found, claim, token));
    return this.#admit(session, claim, token);
  }

  /** The session of a valid token, without making a new one. */
  find(token: string): Session | undefined | Promise<Session | undefined> {
    const claim = readToken(this.#parts.secret, token);
    if (claim === undefined || isOver(claim.till, this.now())) return undefined;
    return this.#open(claim.id, claim.till);
  }

  /** The session of an id, if it is alive and has variables: for those who keep an id beside what they store. */
  alive(id: string): Session | undefined | Promise<Session | undefined> {
    const isAlive = (session: Session | undefined) =>
      session !== undefined && session.variables.size > 0 && !isOver(session.till, this.now());
    const known = this.#known.get(id);
    if (known !== undefined) return isAlive(known) ? known : undefined;
    // An id that nothing is stored of must leave nothing in memory either.
    const restore = (value: Uint8Array | undefined) => {
      const session = value === undefined ? undefined : this.#known.get(id) ?? this.#restore(id, 0, value);
      return isAlive(session) ? session : undefined;
    };
    const entry = this.#parts.store.get(key(id));
    return entry instanceof Promise ? entry.then((found) => restore(found?.value)) : restore(entry?.value);
  }

  /** Begins a new session. */
  create(): Session {
    return new Session(this.#parts.secret.newSid(), this.now() + this.ttlMs, this);
  }

  /** The token of a session as it is now. */
  token(session: Session): string {
    session.issued = true;
    return makeToken(this.#parts.secret, session);
  }

  /** A connection joins a session. */
  attach(session: Session, listener: SessionListener): void {
    session.listeners = [...session.listeners, listener];
    if (!session.ended) this.#known.set(session.id, session);
  }

  /** A connection leaves a session. */
  detach(session: Session, listener: SessionListener): void {
    session.listeners = session.listeners.filter((other) => other !== listener);
    this.#release(session);
  }

  /**
   * Goes on under a new id, as a login must: whoever knew the old token has no part in the new session. The variables
   * move. `undone` is called when that could not be stored and the old session goes on.
   */
  rotate(session: Session, user: string, undone: () => void): Session {
    const next = this.create();
    const moved = this.#moved(session.variables, next.till);
    moved.set("user", { value: user, till: next.till, own: false });
    next.variables = moved;
    this.changed(next, () => {
      next.ended = true;
      undone();
    });
    this.end(session);
    return next;
  }

  /** Ends a session: its variables are gone, its tokens are worth nothing. `undone` is called when that could not be stored. */
  end(session: Session, undone?: () => void): void {
    if (session.ended) return;
    const { variables } = session;
    const undo = () => {
      session.ended = false;
      session.variables = variables;
      this.#known.set(session.id, session);
      undone?.();
    };
    session.ended = true;
    session.variables = GONE;
    const { value, expiresAt } = endedRecord(session.till);
    try {
      session.sequence = this.#parts.store.set(key(session.id), value, { expiresAt, undo });
    } catch (error) {
      undo();
      throw error;
    }
    this.#known.delete(session.id);
    this.#parts.commits.touch(session.sequence);
  }

  /** Moves every session on that has a connection and is past half of its life, and tells its connections. */
  prolongDue(): void {
    if (this.prolongation === "off" || this.ttlMs <= 0) return;
    const now = this.now();
    for (const session of this.#known.values()) {
      if (session.listeners.length === 0 || session.till - now > this.ttlMs / 2) continue;
      try {
        this.#prolong(session);
      } catch (error) {
        this.#parts.log.warn("session_not_prolonged", { error });
        continue;
      }
      this.#tell(session);
    }
  }

  /** Stores a changed session. Called by `Session`. */
  changed(session: Session, undo: () => void): void {
    const { store, commits } = this.#parts;
    const record = liveRecord(session, this.now());
    const { owed } = session;
    const back = () => {
      undo();
      if (owed) session.owed = true;
    };
    if (record === undefined) {
      session.sequence = store.delete(key(session.id), { undo: back });
    } else {
      const { value, expiresAt } = record;
      if (value.length > this.#maxBytes) {
        throw new N2OError(
          "session_too_big",
          `a session holds ${this.#maxBytes} bytes at most`,
          value.length,
        );
      }
      session.sequence = store.set(key(session.id), value, { expiresAt, undo: back });
    }
    this.#known.set(session.id, session);
    commits.touch(session.sequence);
    if (!owed) return;
    session.owed = false;
    this.#tell(session);
  }

  /** Notes that a message read the session. Called by `Session`. */
  read(session: Session): void {
    if (session.sequence > this.#parts.store.committed) this.#parts.commits.touch(session.sequence);
  }

  /** Drops from memory what has no connection and is stored. */
  sweep(): void {
    for (const session of this.#known.values()) this.#release(session);
  }

  #release(session: Session): void {
    if (session.listeners.length === 0 && session.sequence <= this.#parts.store.committed) {
      if (this.#known.get(session.id) === session) this.#known.delete(session.id);
    }
  }

  #issue(session: Session): Authentication {
    return { session, token: this.token(session) };
  }

  #admit(session: Session | undefined, claim: Claim, token: string): Authentication {
    if (session === undefined) return this.#issue(this.create());
    const rest = claim.till - this.now();
    if (this.prolongation === "always" || (this.prolongation === "half-life" && rest < this.ttlMs / 2)) {
      this.#prolong(session);
      this.#tell(session);
      return this.#issue(session);
    }
    return { session, token };
  }

  /** Gives the connections of a session its token as it is now. */
  #tell(session: Session): void {
    if (session.listeners.length === 0) return;
    const token = this.token(session);
    for (const listener of session.listeners) listener.sessionProlonged(token);
  }

  #prolong(session: Session): void {
    const { till, variables } = session;
    session.till = this.now() + this.ttlMs;
    if (variables.size === 0) return;
    session.variables = this.#moved(variables, session.till);
    const undo = () => {
      session.till = till;
      session.variables = variables;
    };
    try {
      this.changed(session, undo);
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** What of the variables goes on when the session does, and until when. */
  #moved(variables: ReadonlyMap<string, SessionVariable>, till: number): Map<string, SessionVariable> {
    const now = this.now();
    const moved = new Map<string, SessionVariable>();
    for (const [name, variable] of variables) {
      if (!isOver(variable.till, now)) moved.set(name, variable.own ? variable : { ...variable, till });
    }
    return moved;
  }

  /** An open session from memory, or from the store; `undefined` when it has ended. */
  #open(id: string, till: number): Session | undefined | Promise<Session | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) return known.ended ? undefined : known;
    const loading = this.#loading.get(id);
    if (loading !== undefined) return loading;
    const entry = this.#parts.store.get(key(id));
    if (!(entry instanceof Promise)) return this.#restore(id, till, entry?.value);
    const promise = entry.then((found) => this.#known.get(id) ?? this.#restore(id, till, found?.value))
      .finally(() => this.#loading.delete(id));
    this.#loading.set(id, promise);
    return promise;
  }

  #restore(id: string, till: number, value: Uint8Array | undefined): Session | undefined {
    const session = new Session(id, till, this);
    session.issued = true;
    if (value !== undefined) {
      const record = readRecord(value);
      if (record === undefined) return undefined;
      if (record.till > session.till) session.till = record.till;
      session.variables = record.variables;
    }
    this.#known.set(id, session);
    return session;
  }

  /** Drops what an expired token's session left, unless a newer token keeps the session alive. */
  #forget(id: string): void {
    const known = this.#known.get(id);
    const now = this.now();
    if (known !== undefined) {
      if (isOver(known.till, now)) known.clear();
      return;
    }
    const { store, log } = this.#parts;
    const drop = (value: Uint8Array | undefined) => {
      // While the store was read a newer token may have brought the session back.
      if (value === undefined || this.#known.has(id)) return;
      const record = readRecord(value);
      if (record !== undefined && isOver(record.till, now)) store.delete(key(id));
    };
    const entry = store.get(key(id));
    if (!(entry instanceof Promise)) drop(entry?.value);
    else {entry.then((found) => drop(found?.value)).catch((error) =>
        log.warn("session_not_dropped", { error })
      );}
  }
}

function key(id: string): string[] {
  return ["session", id];
}
