/**
 * The file protocol's link of the chain.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { N2OError } from "../../lib/error.ts";
import type { Protocol } from "../../lib/protocol.ts";
import { type Reply, type Result, unknown } from "../../lib/reply.ts";
import { isTuple, type Term, text, type Tuple } from "../../lib/term.ts";
import { FtpError, storageError } from "./failure.ts";
import { Leases } from "./leases.ts";
import {
  acknowledge,
  BLOCK,
  DATA,
  eventOf,
  type Head,
  headOf,
  idOf,
  OFFSET,
  refuse,
  STATUS,
} from "./message.ts";
import type { FtpOptions } from "./options.ts";
import { nameIn } from "./place.ts";
import { fitsName, SNIFF_BYTES } from "./sniff.ts";
import type { Transfer } from "./transfer.ts";
import { Uploads } from "./uploads.ts";
import { keyOf, visitorOf } from "./visitor.ts";

const SIZE = 5;

/** Takes files. */
export class FileTransfer implements Protocol {
  /** Its name, for the logs. */
  readonly name = "ftp";
  #uploads: Uploads;
  #leases: Leases;

  /** Makes the protocol of a folder. */
  constructor(options: FtpOptions) {
    const { folder } = options;
    if (folder instanceof URL ? folder.protocol !== "file:" : typeof folder !== "string" || folder === "") {
      throw new N2OError("bad_folder", "uploads need a folder: a path, or a file: URL", folder);
    }
    this.#uploads = new Uploads(options);
    this.#leases = new Leases(this.#uploads);
  }

  /** Takes what a client says of files; the application's word that a visitor has become a user goes on to the others. */
  info(message: Term, cx: Context): Result | Promise<Result> {
    if (cx.source === "client") {
      if (!isTuple(message, "ftp", 11)) return unknown;
      const status = text(message[STATUS]);
      if (status === "send") return this.#attempt(message, cx, () => this.#send(message, cx));
      if (status === "init") return this.#attempt(message, cx, () => this.#init(message, cx));
      if (status === "cancel") return this.#attempt(message, cx, () => this.#cancel(message, cx));
      return unknown;
    }
    if (cx.source === "system" && isTuple(message, "direct", 2) && isTuple(message[1], "user", 3)) {
      return this.#leases.userChanged(cx, message[1][1] as string).then(() => unknown);
    }
    return unknown;
  }

  /** The first connection has what an earlier process left read and swept. */
  init(cx: Context): void {
    this.#uploads.enter(cx.n2o.log);
  }

  /** What a connection was sending waits for it to come back. */
  async terminate(cx: Context): Promise<void> {
    await this.#leases.end(cx);
    await this.#uploads.leave();
  }

  async #init(message: Tuple, cx: Context): Promise<Result> {
    const head = headOf(message);
    await this.#uploads.ready();
    const visitor = visitorOf(cx);
    const key = keyOf(visitor, head);
    let path: string | undefined;
    for (;;) {
      const done = this.#uploads.finished(key);
      if (done !== undefined) return acknowledge(head, head.size, 0, "init", nameIn(done.path) || head.name);
      path ??= await this.#uploads.permit(head, cx);
      const transfer = await this.#uploads.open(visitor, key, head);
      try {
        const answer = await this.#resume(transfer, head, path, message, cx);
        if (answer !== undefined) return answer;
      } finally {
        transfer.asking--;
      }
    }
  }

  /** Takes a transfer over; `undefined` when it was over before its turn came. */
  #resume(
    transfer: Transfer,
    head: Head,
    path: string,
    message: Tuple,
    cx: Context,
  ): Promise<Reply | undefined> {
    const lease = this.#leases.take(cx, head.id, transfer);
    return transfer.alone(async () => {
      if (transfer.over) return undefined;
      // A newer connection has asked meanwhile.
      if (transfer.lease !== lease) throw moved();
      await this.#uploads.resume(transfer, head, path);
      const { offset } = transfer;
      cx.send(cx.session.id, eventOf(head, path, offset, "init"));
      const stops = message[BLOCK] === 0;
      // All had come when the last process died; of an empty file there is nothing before its one block.
      const whole = transfer.begun && offset === head.size;
      if (whole && !stops) return acknowledge(head, offset, 0, "init", await this.#finish(transfer, cx));
      return acknowledge(head, offset, stops ? 0 : this.#uploads.limits.blockBytes, "init");
    });
  }

  async #send(message: Tuple, cx: Context): Promise<Result> {
    const transfer = await this.#leased(message, cx);
    if (transfer === undefined) return this.#repeat(message, cx);
    const { lease } = transfer;
    return await transfer.alone(async () => {
      if (transfer.over) throw unknownTransfer();
      if (!this.#leases.holds(cx, transfer)) throw moved();
      const data = this.#dataOf(message, transfer);
      if (data === undefined) return acknowledge(transfer.head!, transfer.offset, 0, "send");
      if (this.#leases.isFull(cx)) throw new FtpError("too_fast", "too many answers are held back");
      const waitMs = await this.#uploads.write(transfer, data);
      const { head, offset } = transfer;
      if (offset < head!.size) {
        const answer = acknowledge(head!, offset, this.#uploads.limits.blockBytes, "send");
        return this.#leases.answer(cx, answer, waitMs, () => !transfer.over && transfer.lease === lease);
      }
      const name = await this.#finish(transfer, cx);
      return this.#leases.answer(cx, acknowledge(head!, offset, 0, "send", name), waitMs, () => true);
    });
  }

  /** Gives a complete file its name, and tells of it. */
  async #finish(transfer: Transfer, cx: Context): Promise<string> {
    const head = transfer.head!;
    const path = await this.#uploads.finish(transfer, cx);
    this.#leases.leave(cx, head.id);
    cx.send(cx.session.id, eventOf(head, path, head.size, "stop"));
    return nameIn(path);
  }

  /** An empty block behind the end of a finished file: the original's client sends it where it is told that nothing is left to send. */
  #repeat(message: Tuple, cx: Context): Reply {
    const data = message[DATA];
    const isEmpty = data instanceof Uint8Array && data.length === 0 && message[OFFSET] === message[SIZE];
    if (!isEmpty) throw unknownTransfer();
    const head = headOf(message);
    const done = this.#uploads.finished(keyOf(visitorOf(cx), head));
    if (done === undefined) throw unknownTransfer();
    return acknowledge(head, head.size, 0, "send", nameIn(done.path) || head.name);
  }

  async #cancel(message: Tuple, cx: Context): Promise<Result> {
    const head = headOf(message);
    await this.#uploads.ready();
    const transfer = this.#leases.find(cx, head.id) ?? this.#uploads.find(keyOf(visitorOf(cx), head));
    if (transfer !== undefined) {
      await this.#uploads.drop(transfer);
      this.#leases.leave(cx, head.id);
      cx.send(cx.session.id, eventOf(head, transfer.path || head.name, 0, "cancel"));
    }
    return acknowledge(head, 0, 0, "cancel");
  }

  /** The transfer that this connection has asked for; a request has none of its own, and goes by its visitor. */
  async #leased(message: Tuple, cx: Context): Promise<Transfer | undefined> {
    const id = idOf(message);
    const transfer = this.#leases.find(cx, id);
    if (transfer !== undefined) return transfer;
    await this.#uploads.ready();
    if (cx.peer.transport !== "post") return undefined;
    const known = this.#uploads.find(keyOf(visitorOf(cx), headOf(message)));
    return known?.head === undefined ? undefined : known;
  }

  /** The bytes that a block brings; `undefined` for one that only asks how far the transfer is. */
  #dataOf(message: Tuple, { head, offset }: Transfer): Uint8Array | undefined {
    const { blockBytes } = this.#uploads.limits;
    const { size, name } = head!;
    const data = message[DATA];
    const block = message[BLOCK];
    if (message[SIZE] !== size) {
      throw new FtpError("bad_size", "another size than at the beginning", message[SIZE]);
    }
    if (message[OFFSET] !== offset) throw new FtpError("bad_offset", "not the next block", message[OFFSET]);
    const isBlock = data instanceof Uint8Array && typeof block === "number" && Number.isInteger(block) &&
      block >= 0 && block <= blockBytes;
    if (!isBlock || data.length !== Math.min(block, size - offset)) {
      throw new FtpError("bad_block", "a block is not what it says", block);
    }
    if (block === 0 && offset < size) return undefined;
    const { sniff } = this.#uploads;
    if (sniff && offset === 0) {
      if (data.length < Math.min(size, SNIFF_BYTES)) {
        throw new FtpError("bad_block", "too short a first block");
      }
      if (!fitsName(name, data)) {
        throw new FtpError("type_refused", "the file is not what its name says", name);
      }
    }
    return data;
  }

  async #attempt(message: Tuple, cx: Context, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const failure = storageError(error);
      if (failure.cause !== undefined) cx.n2o.log.error("upload_failed", { error: failure.cause });
      return refuse(failure.code, failure.code === "bad_id" ? "" : idOf(message));
    }
  }
}

function unknownTransfer(): FtpError {
  return new FtpError("unknown_transfer", "nobody has begun this transfer on this connection");
}

function moved(): FtpError {
  return new FtpError("transfer_moved", "a newer connection has taken this transfer over");
}
