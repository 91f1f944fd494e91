/**
 * Files on their way to the server, over one client: block by block, several at a time, and on from where they were after a break.
 *
 * Nothing in here knows of a page, so that programs can send files too. Every byte of it goes to each page that has uploads.
 *
 * @module
 */
import { atom, isTuple, newId, type Term, text, tuple } from "../browser.ts";
import type { ClientEvents, ClientState } from "../options.ts";

/**
 * What is happening to a file.
 *
 * - `ready`: chosen, to be started by hand;
 * - `waiting`: for its turn, for a connection, or to try again;
 * - `sending`;
 * - `paused`: by hand, or because another tab has it;
 * - `done`: the server has it all;
 * - `failed`: see its `error`;
 * - `missing`: begun before the page was loaded, and not chosen again yet.
 */
export type UploadState = "ready" | "waiting" | "sending" | "paused" | "done" | "failed" | "missing";

/** What is kept of a file in progress from one visit of the page to the next. */
export interface Remembered {
  /** Tells the transfer from all others. */
  readonly id: string;
  /** The file's name, without a folder. */
  readonly name: string;
  /** Its size in bytes. */
  readonly size: number;
  /** When it was changed, in milliseconds since 1970. */
  readonly lastModified: number;
  /** When it was chosen, in milliseconds since 1970; those that were chosen at once differ behind the point. */
  readonly begun: number;
  /** How many bytes the server has. */
  offset: number;
}

/** A file of the list. */
export interface Transfer extends Remembered {
  /** What is happening to it. */
  state: UploadState;
  /** Why it failed: a code of the server's, `unreadable` when it is gone or has changed, or `timeout`. */
  error: string;
  /** The file; `undefined` when it was refused, or was not chosen again after the page was loaded. */
  file?: Blob;
  /** Attempts since the last progress. */
  tries: number;
  /** What belongs to a run that has ended does nothing any more. */
  run: number;
  /** The run whose blocks are being read. */
  reading?: number;
  /** The next block's offset. */
  next?: number;
  /** The next block's size. */
  block?: number;
  /** The largest block that the server takes. */
  largest?: number;
  /** Blocks on their way, their ends and when they were sent; `undefined` until the server said where to go on. */
  sent?: (readonly [number, number])[];
  /** Ends a wait for an answer, or for another try. */
  timer?: ReturnType<typeof setTimeout>;
}

/** Where files in progress are kept in mind. */
export interface UploadMemory {
  /** Those of before, as far as nobody else has them in hand. */
  get(): Promise<Remembered[]>;
  /** Keeps one, in place of what was kept of it. */
  set(file: Remembered): void;
  /** Forgets one. */
  delete(id: string): void;
}

/** A client, as far as uploads need it. */
export interface UploadClient {
  /** What it is doing. */
  readonly state: ClientState;
  /** The session's token, which the original's protocol repeats in each message. */
  readonly token: string;
  /** Sends a term; false when there is no room for it now. */
  send(term: Term, options?: { id?: string }): boolean;
  /** Listens until the returned function is called. */
  on<K extends keyof ClientEvents>(type: K, listener: (event: ClientEvents[K]) => void): () => void;
}

/** What may be sent, and how. */
export interface UploadsOptions {
  /** What goes along with each file, for the page that gets it. @default "" */
  meta?: Term;
  /** How many files are sent at a time. @default 3 */
  parallel?: number;
  /** Whether files are sent as soon as they are chosen. @default true */
  auto?: boolean;
  /** How many files the list may have; with 1 each one takes the place of the one before. @default unlimited */
  maxFiles?: number;
  /** The largest file, in bytes. @default unlimited */
  maxBytes?: number;
  /** A regular expression, which a file's type and name, with a blank between, must match. @default all do */
  pattern?: Term;
}

/** Files on their way. */
export interface Uploads {
  /** The files, in the order in which they were chosen. */
  readonly list: readonly Transfer[];
  /** What may be sent; may be replaced. */
  options: UploadsOptions;
  /** Takes a file; one that was begun before the page was loaded goes on where it was. */
  add(file: File): Transfer;
  /** Stops a file for a while, or starts one that is ready, paused or has failed. */
  toggle(transfer: Transfer): void;
  /** Takes a file from the list; what the server has of an unfinished one is thrown away. */
  cancel(transfer: Transfer): void;
  /** Pauses it all, and listens no more. */
  close(): void;
}

/** Blocks start small and become as large as the network carries in about a quarter of a second. */
const SMALLEST_BLOCK = 16_384;
const LARGEST_BLOCK = 262_144;
/** Blocks of a file on their way at a time. */
const WINDOW = 4;
const SLOW_MS = 1000;
const FAST_MS = 250;
/** How long an answer may take before the server is asked again where it is, in milliseconds. */
const SILENCE_MS = 30_000;
/** Attempts in a row without progress before a file is given up. */
const MAX_TRIES = 8;
/** The beginnings of codes that no further attempt will change: `bad_id`, `bad_name`, `file_too_big`, `type_refused` … */
const FINAL = /^(bad_[imns]|file|type|quota|name|refused)/;
const FTP = atom("ftp");

/**
 * Sends files over a client, and calls back whenever one of the list has changed or left it.
 *
 * @example
 * ```ts
 * import { createClient } from "@n2o/n2o/client";
 * import { createUploads } from "./uploads.ts";
 *
 * const client = createClient({ url: "ws://127.0.0.1:8001/ws/app/index.htm" });
 * const uploads = createUploads(client, {}, ({ name, state, offset }) => console.log(name, state, offset));
 * const transfer = uploads.add(new File(["Hello!"], "hello.txt"));
 * if (transfer.state !== "waiting") throw new Error("it waits for the connection");
 * uploads.close();
 * ```
 */
export function createUploads(
  client: UploadClient,
  options: UploadsOptions,
  changed: (transfer: Transfer) => void,
  memory?: UploadMemory,
): Uploads {
  const list: Transfer[] = [];
  let held = false;

  function transferOf(file: Remembered): Transfer {
    const transfer: Transfer = { ...file, state: "missing", error: "", tries: 0, run: 0 };
    list.push(transfer);
    return transfer;
  }

  function say(t: Transfer, status: string, block: number, offset = 0, data: Term = ""): Term {
    return tuple(
      ...[FTP, t.id, client.token, t.name, uploads.options.meta ?? "", t.size],
      ...[offset, block, data, status, []],
    );
  }

  /** What it was doing before has ended. */
  function become(t: Transfer, state: UploadState, error = "", restMs = 0): void {
    clearTimeout(t.timer);
    t.timer = restMs ? setTimeout(() => become(t, "waiting"), restMs) : undefined;
    t.sent = undefined;
    t.run++;
    t.state = state;
    t.error = error;
    tell(t);
  }

  function tell(t: Transfer): void {
    if (/done|failed/.test(t.state) || !list.includes(t)) memory?.delete(t.id);
    else memory?.set(t);
    changed(t);
    follow();
  }

  /** Begins the next one if there is room; it tells, so that another one follows. */
  function follow(): void {
    const next = list.find((one) => one.state === "waiting" && !one.timer);
    const busy = list.filter(({ state }) => state === "sending").length;
    if (next && !held && /open|poll/.test(client.state) && busy < (uploads.options.parallel ?? 3)) {
      begin(next);
    }
  }

  function begin(t: Transfer): void {
    client.send(say(t, "init", 1));
    become(t, "sending");
    watch(t);
  }

  function watch(t: Transfer): void {
    clearTimeout(t.timer);
    t.timer = setTimeout(() => refused(t, "timeout"), SILENCE_MS);
  }

  function refused(t: Transfer, code: string): void {
    // Without its file it cannot be tried again.
    if (FINAL.test(code)) t.file = undefined;
    if (!t.file || t.tries++ >= MAX_TRIES) become(t, "failed", code);
    // Another tab has it, or a newer connection: they must not take it from each other for ever.
    else if (code === "transfer_moved") become(t, "paused");
    // A full disk is what its user should know of, though it is tried again.
    else become(t, "waiting", /_full$/.test(code) ? code : "", FAST_MS * 2 ** t.tries * (1 + Math.random()));
  }

  function answered(t: Transfer, offset: number, block: number, status: string | undefined): void {
    const { sent, size } = t;
    // Answers to blocks of before come in front of the one that was asked for.
    if (status !== (sent ? "send" : "init")) return;
    if (!(offset <= size)) return become(t, "failed", "bad_offset");
    if (offset > t.offset) t.tries = 0;
    t.offset = offset;
    // When all is there at the beginning, but the server says that it takes blocks, an empty one ends it: so do empty files.
    if (offset === size && (sent || !block)) return become(t, "done");
    if (sent) {
      const at = sent.findIndex(([end]) => end === offset);
      if (at < 0) return refused(t, "bad_offset");
      const tookMs = Date.now() - sent.splice(0, at + 1)[at][1];
      if (tookMs > SLOW_MS) t.block = Math.max(SMALLEST_BLOCK, t.block! / 2);
      if (tookMs < FAST_MS) t.block = Math.min(t.largest!, t.block! * 2);
    } else {
      t.sent = [];
      t.next = offset;
      t.largest = Math.min(block || SMALLEST_BLOCK, LARGEST_BLOCK);
      t.block = Math.min(SMALLEST_BLOCK, t.largest);
    }
    watch(t);
    tell(t);
    if (!sent || t.next! < size) fill(t);
  }

  /** Sends blocks until enough are on their way. */
  async function fill(t: Transfer): Promise<void> {
    const { run, size, file } = t;
    if (t.reading === run) return;
    t.reading = run;
    do {
      const next = t.next!;
      const end = Math.min(size, next + t.block!);
      const read = file!.slice(next, end).arrayBuffer();
      const data = await read.then((bytes) => new Uint8Array(bytes), () => undefined);
      if (run !== t.run) return;
      const length = end - next;
      if (data?.length !== length) return become(t, "failed", "unreadable");
      if (client.send(say(t, "send", length, next, data))) {
        t.sent!.push([end, Date.now()]);
        t.next = end;
      } else await new Promise((resolve) => setTimeout(resolve, FAST_MS));
    } while (run === t.run && t.next! < size && t.sent!.length < WINDOW);
    t.reading = 0;
  }

  function forget(t: Transfer): void {
    list.splice(list.indexOf(t), 1);
    become(t, "paused");
  }

  const uploads: Uploads = {
    list,
    options,
    add(file) {
      const { maxFiles = Infinity, maxBytes = Infinity, pattern = "", auto } = uploads.options;
      const { name, size, lastModified } = file;
      let t = list.find((one) =>
        one.state === "missing" && one.name === name && one.size === size && one.lastModified === lastModified
      );
      if (maxFiles === 1) { for (const one of [...list]) if (one !== t) uploads.cancel(one); }
      const error = list.filter((one) => one.file && one !== t).length >= maxFiles
        ? "too_many_files"
        : size > maxBytes
        ? "file_too_big"
        : !RegExp(text(pattern)!, "i").test(`${file.type} ${name}`)
        ? "type_refused"
        : "";
      t ??= transferOf({
        id: newId(),
        name,
        size,
        lastModified,
        begun: Date.now() + list.length / 1e3,
        offset: 0,
      });
      if (!error) t.file = file;
      become(t, error ? "failed" : auto === false && !t.offset ? "ready" : "waiting", error);
      return t;
    },
    toggle(t) {
      t.tries = 0;
      if (/sending|waiting/.test(t.state)) become(t, "paused");
      else if (t.file && t.state !== "done") become(t, "waiting");
    },
    cancel(t) {
      if (t.state !== "done") client.send(say(t, "cancel", 0), { id: t.id });
      forget(t);
    },
    close() {
      for (const off of listening) off();
      for (const t of list) if (/sending|waiting/.test(t.state)) become(t, "paused");
    },
  };

  const listening = [
    // Each connection is asked anew how much the server has.
    client.on("state", () => {
      held = true;
      for (const t of list) if (/sending|waiting/.test(t.state)) become(t, "waiting");
      held = false;
      follow();
    }),
    client.on("logout", () => {
      for (const t of [...list]) forget(t);
    }),
    client.on("term", (term) => {
      const isError = isTuple(term, "error", 3);
      const about = isError ? term[2] : term;
      if (!isTuple(about)) return;
      const t = list.find(({ id }) => id === text(about[1]));
      if (t?.state !== "sending") return;
      if (isError) refused(t, text(term[1]) ?? "");
      else if (isTuple(term, "ftpack", 11)) {
        answered(t, term[6] as number, term[7] as number, text(term[9]));
      }
    }),
  ];
  memory?.get().then((files) => {
    for (const file of files) tell(transferOf(file));
  });
  return uploads;
}
