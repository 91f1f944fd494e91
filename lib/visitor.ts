/**
 * Who is at the other end of a connection: a session, and the user whom the protocols know of.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import type { Effect } from "./held.ts";
import { isPlainName } from "./plain_name.ts";
import { Reply } from "./reply.ts";
import type { Session, SessionListener } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { atom, text, tuple } from "./term.ts";

/** What it needs of its connection. */
export interface VisitorPort {
  /** The application: its sessions. */
  readonly application: { readonly sessions: Sessions };
  /** Whether the client is gone. */
  readonly ended: boolean;
  /** Has something follow, once what the message changed is stored. */
  effect(effect: Effect): void;
  /** Sends to the client. */
  push(reply: Reply): void;
  /** Closes. */
  close(code: number, reason: string): void;
  /** Tells the protocols, with a message of its own, that the user has changed. */
  userChanged(old: string, user: string): void;
}

const EMPTY = new Uint8Array(0);
const MAX_USER_BYTES = 255;
const LOGGED_OUT = 4001;
/** Another of the visitor's tabs logged in: connect again with the token that it has brought. */
const SESSION_MOVED = 4003;

/** Who is at the other end of one connection. */
export class Visitor implements SessionListener {
  #port: VisitorPort;
  #session: Session | undefined;
  #user = "";

  /** Nobody yet. */
  constructor(port: VisitorPort) {
    this.#port = port;
  }

  /** The session; a new one where the visitor brought none, or it has ended. */
  get session(): Session {
    const session = this.#session;
    if (session !== undefined && !session.ended) return session;
    const fresh = this.#fresh();
    this.adopt(fresh);
    return fresh;
  }

  /** Comes with a session. */
  arrive(session: Session): void {
    if (this.#session !== undefined) this.#port.application.sessions.detach(this.#session, this);
    this.#session = session;
    this.#user = text(session.peek("user") ?? "") ?? "";
    if (!this.#port.ended) this.#port.application.sessions.attach(session, this);
  }

  /** Goes on with another session; the protocols are told when that makes it another user. */
  adopt(session: Session): void {
    if (session === this.#session) return;
    const old = this.#user;
    this.arrive(session);
    if (old !== this.#user) this.#port.userChanged(old, this.#user);
  }

  /** Goes. What the protocols do with the session from now on does not keep it alive. */
  leave(): void {
    if (this.#session !== undefined) this.#port.application.sessions.detach(this.#session, this);
  }

  /** Goes on as that user. */
  login(user: string): void {
    if (!isPlainName(user, MAX_USER_BYTES)) {
      throw new N2OError("bad_user", "a user's name has 1 to 255 bytes and no control characters", user);
    }
    const before = this.session;
    const told = this.#others(before);
    const next: Session = this.#port.application.sessions.rotate(before, user, () => {
      if (this.#session === next) this.adopt(before);
    });
    this.adopt(next);
    this.#port.effect(() => told.forEach((listener) => listener.sessionEnded()));
    this.sessionProlonged(this.#port.application.sessions.token(next));
  }

  /** Ends the session; its other connections are told once that is stored. */
  logout(): void {
    const { session } = this;
    const told = this.#others(session);
    const next: Session = this.#fresh();
    this.#port.application.sessions.end(session, () => {
      if (this.#session === next) this.adopt(session);
    });
    this.#port.effect(() => told.forEach((listener) => listener.sessionEnded()));
    this.adopt(next);
  }

  /** Sends the client its new token. */
  sessionProlonged(token: string): void {
    this.#port.push(new Reply("default", tuple(atom("io"), EMPTY, tuple(atom("Token"), token))));
  }

  /** Tells the client that it was logged out elsewhere, or has it come back with the session's new token, and closes. */
  sessionEnded(): void {
    if (this.#user === "") return this.#port.close(SESSION_MOVED, "session moved");
    this.#port.push(new Reply("default", tuple(atom("logout"))));
    this.#port.close(LOGGED_OUT, "logged out");
  }

  /** A new session in place of the one that was, if any. */
  #fresh(): Session {
    const fresh = this.#port.application.sessions.create();
    fresh.owed = this.#session?.issued ?? false;
    return fresh;
  }

  #others(session: Session): SessionListener[] {
    return session.listeners.filter((other) => other !== this);
  }
}
