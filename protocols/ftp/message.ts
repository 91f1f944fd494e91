/**
 * The messages of the file protocol.
 *
 * @module
 */
import { bert } from "../../lib/formats/bert.ts";
import { type Reply, reply } from "../../lib/reply.ts";
import { atom, type Term, text, type Tuple, tuple } from "../../lib/term.ts";
import { FtpError } from "./failure.ts";
import { checkedName } from "./name.ts";

/** What a client says of a file: all but its blocks. */
export interface Head {
  /** The client's own id. */
  readonly id: string;
  /** What the client takes for its session: the original's sends its token. It is only ever given back to it. */
  readonly sid: string;
  /** The file's name. */
  readonly name: string;
  /** Whatever the client wants to be given back. */
  readonly meta: Term;
  /** The file's size in bytes. */
  readonly size: number;
  /** Whatever the client wants to be given back. */
  readonly options: Term;
}

/** Where the parts of the message stand. */
export const OFFSET = 6, BLOCK = 7, DATA = 8, STATUS = 9;

const FTP = atom("ftp");
const FTPACK = atom("ftpack");
const DIRECT = atom("direct");
const EVENT = atom("event");
const ERROR = atom("error");
const EMPTY = new Uint8Array(0);
const MAX_ID_BYTES = 256;
const MAX_SID_BYTES = 4096;
const MAX_EXTRA_BYTES = 1024;
const utf8 = new TextEncoder();

/**
 * The id of a message.
 *
 * @throws {FtpError} `bad_id` for one that is empty, no text, or longer than 256 bytes.
 */
export function idOf(message: Tuple): string {
  const id = text(message[1]);
  if (id === undefined || id === "" || isLonger(id, MAX_ID_BYTES)) {
    throw new FtpError("bad_id", `an id has 1 to ${MAX_ID_BYTES} bytes`);
  }
  return id;
}

/**
 * What a message says of its file.
 *
 * @throws {FtpError} `bad_id`, `bad_name`, `bad_size`, `bad_meta`.
 */
export function headOf(message: Tuple): Head {
  const id = idOf(message);
  const sid = text(message[2]);
  const name = text(message[3]);
  const size = message[5];
  if (sid === undefined || isLonger(sid, MAX_SID_BYTES)) throw new FtpError("bad_meta", "no session");
  if (name === undefined) throw new FtpError("bad_name", "the name is no text");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new FtpError("bad_size", "no size", size);
  }
  return {
    id,
    sid,
    name: checkedName(name),
    meta: small(message[4]),
    size,
    options: small(message[10]),
  };
}

/** Answers a client: where its transfer stands, and how large its blocks may be; 0 for no more of them. */
export function acknowledge(
  head: Head,
  offset: number,
  block: number,
  status: string,
  name = head.name,
): Reply {
  const { id, meta, size, options } = head;
  // The original's last answer names no session.
  const sid = status === "send" && block === 0 ? EMPTY : head.sid;
  return reply("default", tuple(FTPACK, id, sid, name, meta, size, offset, block, EMPTY, status, options));
}

/** What the session's topic is told of a transfer. The session field is empty: the client's would be its token. */
export function eventOf(head: Head, path: string, offset: number, event: "init" | "stop" | "cancel"): Tuple {
  const { id, meta, size, options } = head;
  const status = tuple(EVENT, atom(event));
  return tuple(DIRECT, tuple(FTP, id, EMPTY, path, meta, size, offset, 0, EMPTY, status, options));
}

/** Tells a client that a message was not taken, and why. */
export function refuse(code: string, id: string): Reply {
  return reply("default", tuple(ERROR, atom(code), tuple(FTP, id)));
}

function small(term: Term): Term {
  if (
    term instanceof Uint8Array ? term.length > MAX_EXTRA_BYTES : bert.encode(term).length > MAX_EXTRA_BYTES
  ) {
    throw new FtpError("bad_meta", `meta and options have ${MAX_EXTRA_BYTES} bytes at most`);
  }
  // A part of a frame would keep the whole frame.
  return term instanceof Uint8Array ? term.slice() : term;
}

function isLonger(value: string, maxBytes: number): boolean {
  return value.length > maxBytes || utf8.encode(value).length > maxBytes;
}
