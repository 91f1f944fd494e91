/**
 * The uploads of one folder: what may begin, what goes on, and what is swept away.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Context } from "../../lib/context.ts";
import type { Logger } from "../../lib/log.ts";
import { Disk } from "./disk.ts";
import { FtpError } from "./failure.ts";
import type { Head } from "./message.ts";
import {
  type FtpFile,
  type FtpLimits,
  type FtpOptions,
  type FtpTransfer,
  resolveFtpLimits,
} from "./options.ts";
import { checkedPath, checkFolders, entry } from "./place.ts";
import { hasEnding } from "./sniff.ts";
import { type Finished, Table } from "./table.ts";
import { Transfer } from "./transfer.ts";

const SWEEP_MS = 3_600_000;
/** A folder that seems full is counted again, but not more often than this: files may have been taken away. */
const RECOUNT_MS = 10_000;

/** The uploads of one folder. */
export class Uploads {
  /** The limits in force. */
  readonly limits: FtpLimits;
  /** Whether a file's beginning must fit its name. */
  readonly sniff: boolean;
  #options: FtpOptions;
  #disk: Disk;
  #table: Table;
  #log: Logger | undefined;
  #ready: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #swept = 0;
  #recounted = 0;
  #timer: number | undefined;
  #connections = 0;
  /** Transfers whose files are being thrown away, by key. */
  #vanishing = new Map<string, Promise<void>>();

  /** Reads nothing yet. */
  constructor(options: FtpOptions) {
    this.#options = options;
    this.limits = resolveFtpLimits(options.limits);
    this.sniff = options.sniff ?? false;
    this.#table = new Table(this.limits);
    const path = typeof options.folder === "string" ? options.folder : fileURLToPath(options.folder);
    const folder = path.length > 1 ? path.replace(/[/\\]+$/, "") : path;
    this.#disk = new Disk(folder, this.limits.maxOpenFiles, options.sync ?? true);
  }

  /** A connection begins. While there is one, what was abandoned is looked for. */
  enter(log: Logger): void {
    this.#log = log;
    this.#connections++;
    const every = Math.max(1000, Math.min(SWEEP_MS, this.limits.abandonMs));
    if (Date.now() - this.#swept >= every) this.#later();
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#later(), every) as unknown as number;
    Deno.unrefTimer(this.#timer);
  }

  /** A connection has ended; with the last one, all files are closed. */
  async leave(): Promise<void> {
    if (--this.#connections > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#ready?.catch(() => {});
    await this.#sweeping;
    await Promise.all(this.#vanishing.values());
    if (this.#connections === 0) this.#disk.handles.closeAll();
  }

  /** Waits until what an earlier process left is known. Throws what the system throws; then it is tried again. */
  ready(): Promise<void> {
    return this.#ready ??= this.#start().catch((error) => {
      this.#ready = undefined;
      throw error;
    });
  }

  /** Whether a file may come, and where it is to stand. Throws `file_too_big`, `type_refused`, `refused`, `bad_name`, `name_taken`. */
  async permit(head: Head, cx: Context): Promise<string> {
    const { allow, place, bySession, extensions, taken } = this.#options;
    const { folder } = this.#disk;
    if (head.size > this.limits.maxFileBytes) {
      throw new FtpError("file_too_big", "the file is too big", head.size);
    }
    if (extensions !== undefined && !hasEnding(head.name, extensions)) {
      throw new FtpError("type_refused", "files of this kind are not taken", head.name);
    }
    const asked: FtpTransfer = { id: head.id, name: head.name, size: head.size };
    if (allow !== undefined && await allow(asked, cx) !== true) throw new FtpError("refused", "not allowed");
    const wanted = place !== undefined
      ? await place(asked, cx)
      : bySession === true
      ? `${cx.session.id}/${head.name}`
      : head.name;
    const path = checkedPath(wanted);
    await checkFolders(folder, path);
    if (taken === "refuse" && await entry(`${folder}/${path}`) !== undefined) {
      throw new FtpError("name_taken", "the name is taken", path);
    }
    return path;
  }

  /** What is remembered of a finished transfer. */
  finished(key: string): Finished | undefined {
    return this.#table.finished.get(key);
  }

  /** A transfer in progress. */
  find(key: string): Transfer | undefined {
    return this.#table.transfers.get(key);
  }

  /** A transfer in progress, or a new one; `asking` counts whoever asks, who has to take it back. Throws `too_many_transfers`, `quota_exceeded`, `folder_full`. */
  async open(visitor: string, key: string, { size }: Head): Promise<Transfer> {
    await this.#vanishing.get(key);
    await this.#fit(size - (this.find(key)?.offset ?? 0));
    const known = this.find(key);
    if (known !== undefined) {
      known.asking++;
      return known;
    }
    const going = this.#table.makeRoom(visitor, size).map((transfer) => this.drop(transfer));
    const transfer = this.#table.add(new Transfer(visitor, key, Date.now()), size);
    transfer.asking++;
    await Promise.all(going);
    return transfer;
  }

  /** Looks how far a transfer really is, and takes what its client says of it from now on. */
  async resume(transfer: Transfer, head: Head, path: string): Promise<void> {
    const length = await this.#disk.length(transfer);
    // The file that is open is another one, or somebody else has changed it.
    if (length !== transfer.offset) this.#disk.release(transfer);
    transfer.begun = length !== undefined;
    transfer.offset = length ?? 0;
    if (transfer.offset > head.size) {
      await this.#disk.drop(transfer);
      transfer.offset = 0;
    }
    transfer.head = head;
    transfer.path = path;
    transfer.touched = Date.now();
    this.#table.claim(transfer, head.size);
  }

  /** Adds a block; gives how long the answer is to be held back. Throws `too_fast`, `folder_full`, or what the system throws. */
  async write(transfer: Transfer, data: Uint8Array): Promise<number> {
    const pace = this.#table.pace(transfer.visitor);
    const now = transfer.touched = Date.now();
    if (pace?.isFar(now)) throw new FtpError("too_fast", "the visitor sends too fast");
    await this.#fit(data.length);
    if (data.length > 0 || !transfer.begun) await this.#disk.write(transfer, data);
    return pace?.count(data.length, now) ?? 0;
  }

  /** Gives a complete file its name; gives where it stands. */
  async finish(transfer: Transfer, cx: Context): Promise<string> {
    const { id, name, size } = transfer.head!;
    const path = await this.#disk.place(transfer, this.#options.taken !== "refuse");
    const file: FtpFile = { id, name, size, path };
    try {
      await this.#options.onDone?.(file, cx);
    } catch (error) {
      cx.n2o.log.error("upload_handler_failed", { error });
    }
    if (this.#options.onDone !== undefined) await this.#disk.recount(path, size);
    const finished = { visitor: transfer.visitor, path, size, at: Date.now() };
    try {
      await this.#disk.finished(transfer, finished);
    } catch (error) {
      // The file is there all the same.
      cx.n2o.log.error("upload_failed", { error });
    }
    const { key } = transfer;
    this.#table.remove(transfer);
    for (const [old, forgotten] of this.#table.finish(key, finished)) await this.#disk.forget(old, forgotten);
    return path;
  }

  /** Throws a transfer away. */
  drop(transfer: Transfer): Promise<void> {
    const { key } = transfer;
    this.#table.remove(transfer);
    const gone = transfer.alone(() => this.#disk.drop(transfer))
      .catch((error) => this.#log?.error("upload_failed", { error }))
      .finally(() => this.#vanishing.delete(key));
    this.#vanishing.set(key, gone);
    return gone;
  }

  /** Nobody sends a transfer for now: its file is closed, and if nothing has come of it, it is forgotten. */
  rest(transfer: Transfer): Promise<void> {
    return transfer.alone(async () => {
      if (transfer.over || transfer.owner !== undefined) return;
      if (transfer.offset > 0) return this.#disk.release(transfer);
      this.#table.remove(transfer);
      await this.#disk.drop(transfer);
    });
  }

  /** Gives a transfer to the visitor that its own has become. */
  move(transfer: Transfer, visitor: string, key: string): Promise<void> {
    return transfer.alone(async () => {
      if (transfer.over || transfer.key === key || this.find(key) !== undefined) return;
      await this.#disk.move(transfer, visitor, key);
      this.#table.move(transfer, visitor, key);
    });
  }

  /** Makes sure that there is room in the folder. */
  async #fit(bytes: number): Promise<void> {
    const isFull = () => this.#disk.used + bytes > this.limits.maxFolderBytes;
    if (!isFull()) return;
    const now = Date.now();
    if (now - this.#recounted >= RECOUNT_MS) {
      this.#recounted = now;
      await this.#disk.count();
    }
    if (isFull()) throw new FtpError("folder_full", "the folder is full", bytes);
  }

  async #start(): Promise<void> {
    const { parts, finished } = await this.#disk.read();
    for (const { visitor, key, size, at } of parts) {
      const transfer = new Transfer(visitor, key, at);
      transfer.begun = true;
      transfer.offset = size;
      this.#table.add(transfer, size);
    }
    for (const [key, one] of finished) this.#table.finish(key, one);
    await this.#sweep();
  }

  #later(): void {
    this.#swept = Date.now();
    const first = this.#ready === undefined;
    this.#sweeping = this.ready().then(() => first ? undefined : this.#sweep()).catch((error) => {
      this.#log?.error("upload_failed", { error });
    });
  }

  /** Throws away what has not gone on for too long, and counts the folder anew: others may have changed it. */
  async #sweep(): Promise<void> {
    const before = Date.now() - this.limits.abandonMs;
    for (const transfer of this.#table.transfers.values()) {
      if (transfer.touched < before) await this.drop(transfer);
    }
    for (const [key, finished] of this.#table.finished) {
      if (finished.at >= before) break;
      this.#table.forget(key);
      await this.#disk.forget(key, finished);
    }
    this.#table.tidy();
    if (this.limits.maxFolderBytes !== Infinity) await this.#disk.count();
  }
}
