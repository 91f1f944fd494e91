/**
 * A client of the file protocol over a raw socket, and what its tests share.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import {
  atom,
  bert,
  createLogger,
  format,
  heart,
  isTuple,
  N2OError,
  type Protocol,
  reply,
  session,
  type Term,
  text,
  type Tuple,
  tuple,
  unknown,
} from "@n2o/n2o";
import { createFtp, type FtpOptions } from "../protocols/ftp/mod.ts";
import type { Engine, Running } from "./engines.ts";
import { type Address, RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { hello, say } from "./speech.ts";

/** The parts of a message that a test sets. */
export interface FtpParts {
  readonly id?: Term;
  readonly sid?: Term;
  readonly name?: Term;
  readonly meta?: Term;
  readonly size?: Term;
  readonly offset?: Term;
  readonly block?: Term;
  readonly data?: Term;
  readonly options?: Term;
}

/** A message of the file protocol. */
export function ftp(status: Term, parts: FtpParts = {}): Tuple {
  const { id = "id", sid = "", name = "a.bin", meta = "", size = 0, offset = 0, options = [] } = parts;
  const { data = new Uint8Array(0), block = status === "init" ? 1 : (data as Uint8Array).length } = parts;
  return tuple(atom("ftp"), id, sid, name, meta, size, offset, block, data, status, options);
}

/** An answer. */
export interface Ack {
  readonly name: string;
  readonly offset: number;
  readonly block: number;
  readonly status: string;
}

/** Bytes that differ from place to place, as the recorded upload's do. */
export function fileOf(size: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + Math.floor(i / 251) + seed) % 256);
}

/** One connection that sends files. */
export class FtpClient {
  /** The connection. */
  readonly socket: RawSocket;

  constructor(socket: RawSocket) {
    this.socket = socket;
  }

  /** Connects; with a token, goes on with its session. */
  static async open(address: Address, token?: string): Promise<FtpClient> {
    const client = new FtpClient(await RawSocket.open(address));
    if (token !== undefined) await hello(client.socket, token);
    return client;
  }

  /** Sends a message. */
  say(status: Term, parts?: FtpParts): Promise<void> {
    return say(this.socket, ftp(status, parts));
  }

  /** The next answer; a refusal as `error CODE ID`. */
  async hear(): Promise<Ack | string> {
    for (;;) {
      const term = bert.decode((await this.socket.frame()).payload);
      if (isTuple(term, "ftpack", 11)) {
        strictEqual((term[8] as Uint8Array).length, 0, "an answer brings no data");
        return {
          name: text(term[3])!,
          offset: Number(term[6]),
          block: Number(term[7]),
          status: text(term[9])!,
        };
      }
      if (isTuple(term, "error", 3) && isTuple(term[2], "ftp", 2)) {
        return `error ${text(term[1])} ${text(term[2][1])}`;
      }
      if (!isTuple(term, "io", 3)) throw new Error(`no answer: ${format(term)}`);
    }
  }

  /** Sends a message and gives its answer. */
  async ask(status: Term, parts?: FtpParts): Promise<Ack | string> {
    await this.say(status, parts);
    return await this.hear();
  }

  /** The same where it must be taken. */
  async must(status: Term, parts?: FtpParts): Promise<Ack> {
    const answer = await this.ask(status, parts);
    if (typeof answer === "string") throw new N2OError("refused", answer, ftp(status, parts)[1]);
    return answer;
  }

  /** Asks where a file stands, and sends it from there, a few blocks at a time; gives the last answer. */
  async upload(file: Uint8Array, parts: FtpParts, settings: Sending = {}): Promise<Ack> {
    const { window = 4, stopAt = Infinity, onAck } = settings;
    const { length } = file;
    let ack = await this.must("init", { ...parts, size: length });
    let sent = ack.offset;
    let waiting = 0;
    if (ack.block === 0) return ack;
    const block = settings.block ?? ack.block;
    for (;;) {
      while (
        waiting < window && (sent < length || (length === ack.offset && waiting === 0)) && sent < stopAt
      ) {
        const data = file.subarray(sent, Math.min(sent + block, length));
        await this.say("send", { ...parts, size: length, offset: sent, block, data });
        sent += data.length;
        waiting++;
      }
      if (waiting === 0) return ack;
      const answer = await this.hear();
      if (typeof answer === "string") throw new N2OError("refused", answer);
      ack = answer;
      waiting--;
      onAck?.(ack);
      if (ack.block === 0) return ack;
    }
  }

  close(): void {
    this.socket.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

/** How a file is sent. */
export interface Sending {
  /** Blocks under way at a time. @default 4 */
  readonly window?: number;
  /** Bytes of a block. @default what the server says */
  readonly block?: number;
  /** Stops when so many bytes are sent. */
  readonly stopAt?: number;
  /** Told of each answer. */
  readonly onAck?: (ack: Ack) => void;
}

/** All files below a folder, by path; those of the protocol itself, too. */
export async function filesIn(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) found.push(...await filesIn(`${folder}/${name}`, `${prefix}${name}/`));
      else found.push(prefix + name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** Registers each connection that says `{listen}` for its session's topic, and sends it what comes there. */
export const listening: Protocol = {
  name: "listening",
  info(message, cx) {
    if (cx.source === "bus") return reply("default", message);
    if (cx.source !== "client" || !isTuple(message, "listen", 1)) return unknown;
    cx.reg(cx.session.id);
    return reply("default", cx.session.id);
  },
};

/** Runs a test with an application that takes files into a new folder. */
export async function withFtp(
  engine: Engine,
  options: Partial<FtpOptions>,
  test: (running: Running, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const ftpProtocol = createFtp({ folder, ...options });
    await using running = engine.start({
      protocols: [heart, session, sessionProto, ftpProtocol, listening],
      log: createLogger({ level: "silent" }),
    });
    await test(running, String(options.folder ?? folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The names of complete files, without those of the protocol itself. */
export async function storedIn(folder: string): Promise<string[]> {
  return (await filesIn(folder)).filter((name) => !name.startsWith(".uploads/"));
}

/** The names of files in progress. */
export async function partsIn(folder: string): Promise<string[]> {
  return (await filesIn(folder)).filter((name) => name.endsWith(".part"));
}
