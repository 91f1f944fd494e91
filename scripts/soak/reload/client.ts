/**
 * One connection of the load: it numbers what it asks, and checks what comes back.
 *
 * @module
 */
import { joined } from "../../../lib/joined.ts";
import { atom, bert, isTuple, type Term, text, tuple } from "../../../mod.ts";
import { framed, Peer, TEXT, type Wire } from "../peer.ts";
import type { Account } from "./account.ts";

/** Answers are timed for so many messages under way. */
const RING = 4096;
/** Every so many messages, one is answered after a while, and one counts in the session. */
const SLOW_EACH = 4, SESSION_EACH = 5, SLOWEST_MS = 12;
/** The elements of an answer. */
const ANSWER = 12;
const ASK = atom("ask");

/** One connection. */
export class Client {
  sent = 0;
  /** Swaps that it has gone through, and reloads that its protocol was told of. */
  swaps = 0;
  told = 0;
  /** Resolves when all that was asked has been answered, and nothing more is to come. */
  readonly over: Promise<void>;
  #name: string;
  #account: Account;
  #peer: Peer;
  #next = 1;
  #missing = new Set<number>();
  #place = 0;
  #skipped = 0;
  #sentAt = new Float64Array(RING);
  #writing: Promise<void> = Promise.resolve();
  #closing = false;
  #over = Promise.withResolvers<void>();

  private constructor(name: string, peer: Peer, account: Account) {
    this.#name = name;
    this.#peer = peer;
    this.#account = account;
    this.over = this.#over.promise;
    this.#read();
  }

  /** Connects, and begins a session. */
  static async open(name: string, wire: Wire, port: number, account: Account): Promise<Client> {
    const peer = await Peer.open(wire, port);
    await peer.send(new TextEncoder().encode("N2O,"), TEXT);
    const { payload } = await peer.frame();
    if (!isTuple(bert.decode(payload), "io", 3)) throw new Error("no session");
    return new Client(name, peer, account);
  }

  /** What has been asked and not been answered. */
  get waiting(): number {
    return this.sent - (this.#next - 1) + this.#missing.size;
  }

  /** Asks some things at once, without waiting for answers. */
  ask(count: number): void {
    if (this.#closing) return;
    const now = performance.now();
    const frames: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const number = ++this.sent;
      this.#sentAt[number % RING] = now;
      const ms = number % SLOW_EACH === 0 ? 1 + number / SLOW_EACH % SLOWEST_MS : 0;
      const term = tuple(ASK, number, ms, number % SESSION_EACH === 0 ? 1 : 0);
      frames.push(framed(this.#peer.wire, bert.encode(term)));
    }
    this.#account.sent += count;
    const bytes = joined(frames);
    this.#writing = this.#writing.then(() => this.#peer.write(bytes)).catch((error) => this.#closed(error));
  }

  /** Nothing more is asked: `over` resolves with the last answer. */
  finish(): void {
    this.#closing = true;
    if (this.waiting === 0) this.#over.resolve();
  }

  /** Closes; what was not answered by now is lost. */
  close(): void {
    this.#closing = true;
    if (this.waiting > 0) {
      const first = [...this.#missing, this.#next][0];
      for (let i = 0; i < this.waiting; i++) this.#account.fault("lost", `${this.#name}, from ${first} on`);
    }
    this.#over.resolve();
    this.#peer.close();
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const { payload } = await this.#peer.frame();
        this.#came(payload);
        if (this.#closing && this.waiting === 0) this.#over.resolve();
      }
    } catch (error) {
      this.#closed(error);
    }
  }

  #closed(error: unknown): void {
    if (this.#closing && this.waiting === 0) return;
    if (!this.#closing) this.#account.fault("connections closed", `${this.#name}: ${messageOf(error)}`);
    this.#closing = true;
    this.#over.resolve();
  }

  #came(payload: Uint8Array): void {
    const now = performance.now();
    const answer = payload.length === 0 ? "an empty frame" : decoded(payload);
    if (!isTuple(answer, "answer", ANSWER)) {
      return this.#account.fault(
        "not an answer",
        `${this.#name}: ${typeof answer === "string" ? answer : "another term"}`,
      );
    }
    const number = Number(answer[1]);
    this.#inOrder(number);
    const account = this.#account;
    account.answered++;
    account.delays[Math.min(account.delays.length - 1, Math.floor(now - this.#sentAt[number % RING]))]++;
    const [, , module, helper, format, formatOfHelper, count, , swap, skipped, told] = [...answer].map(
      Number,
    );
    const place = format === formatOfHelper ? account.place({ module, helper, format }, now) : undefined;
    if (place === undefined) {
      account.fault(
        "answered by code that never stood on the disk as a whole",
        `${this.#name}, ${number}: module ${module} format ${format}, helper ${helper} format ${formatOfHelper}`,
      );
    } else if (place < this.#place) {
      account.fault(
        "answered by an older version than before",
        `${this.#name}, ${number}: save ${place} after ${this.#place}`,
      );
    } else {
      this.#place = place;
    }
    this.swaps = swap;
    account.skipped += Math.max(0, skipped - this.#skipped);
    this.#skipped = skipped;
    this.told = told;
    const fault = text(answer[ANSWER - 1]);
    if (fault !== "" || count !== number) {
      account.fault(
        "state lost, reset or not upgraded in order",
        `${this.#name}, ${number}: ${count} counted${fault === "" ? "" : `, ${fault}`}`,
      );
    }
  }

  #inOrder(number: number): void {
    if (number === this.#next) {
      this.#next++;
    } else if (number > this.#next) {
      for (; this.#next < number; this.#next++) this.#missing.add(this.#next);
      this.#next++;
    } else if (this.#missing.delete(number)) {
      this.#account.fault("out of order", `${this.#name}: ${number} after ${this.#next - 1}`);
    } else {
      this.#account.fault("doubled", `${this.#name}: ${number}`);
    }
  }
}

function decoded(payload: Uint8Array): Term {
  try {
    return bert.decode(payload);
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
