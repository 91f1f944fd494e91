/**
 * Which connection sends which transfers: of several that want the same one, the newest.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { handled, type Reply, type Result } from "../../lib/reply.ts";
import type { Transfer } from "./transfer.ts";
import type { Uploads } from "./uploads.ts";
import { keyOf, visitorOf } from "./visitor.ts";

/** With more than so many transfers known to a connection, those are forgotten that are its own no more. */
const MANY = 256;
/** So many answers may be held back for a connection. */
const MAX_HELD_BACK = 64;

/** What one connection has. */
interface Share {
  /** The transfers that it asked for, by their ids. */
  readonly transfers: Map<string, Transfer>;
  /** Answers that are held back. */
  readonly timers: Set<number>;
}

/** The transfers of connections. */
export class Leases {
  // Not in the context's state: a module that took this one's place knows none of these transfers.
  #shares = new WeakMap<Context, Share>();
  #ended = new WeakSet<Context>();
  #uploads: Uploads;

  /** Nobody has anything yet. */
  constructor(uploads: Uploads) {
    this.#uploads = uploads;
  }

  /** Gives a connection a transfer, and takes it from any other; gives the lease's number. A request keeps nothing. */
  take(cx: Context, id: string, transfer: Transfer): number {
    const lease = ++transfer.lease;
    const stays = cx.peer.transport !== "post" && !this.#ended.has(cx);
    transfer.owner = stays ? cx : undefined;
    if (!stays) return lease;
    const { transfers } = this.#share(cx);
    const before = transfers.get(id);
    if (before !== undefined && before !== transfer && before.owner === cx) before.owner = undefined;
    transfers.set(id, transfer);
    if (transfers.size > MANY) this.#prune(cx, transfers);
    return lease;
  }

  /** The transfer that a connection has asked for under an id. */
  find(cx: Context, id: string): Transfer | undefined {
    return this.#shares.get(cx)?.transfers.get(id);
  }

  /** Whether a transfer is this connection's still. */
  holds(cx: Context, transfer: Transfer): boolean {
    return transfer.owner === (cx.peer.transport === "post" ? undefined : cx);
  }

  /** Forgets a transfer that is over. */
  leave(cx: Context, id: string): void {
    this.#shares.get(cx)?.transfers.delete(id);
  }

  /** Whether so many answers are held back for a connection that nothing more is to be taken from it. */
  isFull(cx: Context): boolean {
    return (this.#shares.get(cx)?.timers.size ?? 0) >= MAX_HELD_BACK;
  }

  /** Answers now, or later where the visitor sends too fast; not at all if that is not wanted any more then. */
  answer(cx: Context, reply: Reply, waitMs: number, wanted: () => boolean): Result | Promise<Result> {
    if (waitMs < 1) return reply;
    if (cx.peer.transport === "post") {
      return new Promise((resolve) => setTimeout(() => resolve(reply), waitMs));
    }
    const { timers } = this.#share(cx);
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (wanted()) cx.push(reply);
    }, waitMs) as unknown as number;
    timers.add(timer);
    return handled;
  }

  /** The visitor has become a user, and takes along what was begun; or is nobody or somebody else now, and leaves it. */
  async userChanged(cx: Context, old: string): Promise<void> {
    const share = this.#shares.get(cx);
    if (share === undefined) return;
    const visitor = visitorOf(cx);
    for (const [id, transfer] of share.transfers) {
      if (old === "" && transfer.owner === cx && transfer.head !== undefined) {
        await this.#uploads.move(transfer, visitor, keyOf(visitor, transfer.head));
      } else {
        share.transfers.delete(id);
        if (this.#release(cx, transfer)) await this.#uploads.rest(transfer);
      }
    }
  }

  /** A connection has ended: what it was sending waits, and what it has not begun is forgotten. */
  async end(cx: Context): Promise<void> {
    this.#ended.add(cx);
    const share = this.#shares.get(cx);
    if (share === undefined) return;
    for (const timer of share.timers) clearTimeout(timer);
    this.#shares.delete(cx);
    for (const transfer of share.transfers.values()) {
      if (this.#release(cx, transfer)) await this.#uploads.rest(transfer);
    }
  }

  #prune(cx: Context, transfers: Map<string, Transfer>): void {
    for (const [id, { over, owner }] of transfers) if (over || owner !== cx) transfers.delete(id);
  }

  #release(cx: Context, transfer: Transfer): boolean {
    if (transfer.owner !== cx) return false;
    transfer.owner = undefined;
    return true;
  }

  #share(cx: Context): Share {
    let share = this.#shares.get(cx);
    if (share === undefined) this.#shares.set(cx, share = { transfers: new Map(), timers: new Set() });
    return share;
  }
}
