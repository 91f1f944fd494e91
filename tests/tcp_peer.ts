/**
 * Applications that listen for TCP, and clients that speak with them byte by byte.
 *
 * @module
 */
import { bert, createN2O, format, isTuple, type N2O, type N2OOptions, type Term, text } from "@n2o/n2o";
import type { Listener } from "../lib/endpoints/listen.ts";
import type { TcpFraming, TcpListenOptions } from "../lib/endpoints/tcp.ts";
import { until } from "./engines.ts";
import { RawSocket } from "./raw_socket.ts";

/** An application that listens for TCP. */
export interface TcpRunning extends AsyncDisposable {
  readonly n2o: N2O;
  readonly listener: Listener;
  readonly options: TcpListenOptions;
  /** Connects. */
  connect(): Promise<TcpPeer>;
  /** Waits until a condition holds; fails with its text when it never does. */
  until(condition: () => boolean, what: string): Promise<void>;
}

/** Starts an application that listens for TCP. */
export async function startTcp(
  { tcp = {}, ...options }: N2OOptions & { tcp?: TcpListenOptions },
): Promise<TcpRunning> {
  const n2o = createN2O(options);
  const listener = await n2o.listenTcp(tcp);
  return {
    n2o,
    listener,
    options: tcp,
    connect: () => TcpPeer.connect(listener, tcp),
    until,
    [Symbol.asyncDispose]: () =>
      Promise.all([n2o.close({ drainMs: 1_000 }), listener.close()]).then(() => {}),
  };
}

const encoder = new TextEncoder();

/** The bytes of a payload: a text's, a term's in BERT, or as they are. */
export function payload(what: string | Uint8Array): Uint8Array {
  return typeof what === "string" ? encoder.encode(what) : what;
}

/** A frame as it stands on the wire. */
export function wire(framing: TcpFraming, what: string | Uint8Array): Uint8Array {
  const bytes = payload(what);
  const { length } = bytes;
  if (framing === "line") {
    const line = new Uint8Array(length + 1).fill(10);
    line.set(bytes);
    return line;
  }
  const head = framing === "packet4" ? 4 : 2;
  const packet = new Uint8Array(head + length);
  packet.set(bytes, head);
  for (let i = 0, rest = length; i < head; i++, rest = Math.floor(rest / 256)) {
    packet[head - 1 - i] = rest % 256;
  }
  return packet;
}

/** One client. */
export class TcpPeer implements AsyncDisposable {
  /** Its socket. */
  readonly socket: RawSocket;
  #framing: TcpFraming;

  constructor(socket: RawSocket, framing: TcpFraming = "packet4") {
    this.socket = socket;
    this.#framing = framing;
  }

  /** Connects. */
  static async connect(
    { hostname, port }: { hostname: string; port: number },
    { path, cert, framing }: TcpListenOptions = {},
  ): Promise<TcpPeer> {
    const socket = path === undefined
      ? await RawSocket.connect({ hostname, port, ...(cert === undefined ? {} : { caCerts: [cert] }) })
      : new RawSocket(await Deno.connect({ transport: "unix", path }));
    return new TcpPeer(socket, framing);
  }

  /** Sends frames in one write: texts, or payloads. */
  send(...frames: (string | Uint8Array)[]): Promise<void> {
    const parts = frames.map((frame) => wire(this.#framing, frame));
    return this.socket.write(new Uint8Array(parts.flatMap((part) => [...part])));
  }

  /** The next frame's payload. */
  async payload(): Promise<Uint8Array> {
    if (this.#framing !== "line") {
      let length = 0;
      for (const byte of await this.socket.bytes(this.#framing === "packet4" ? 4 : 2)) {
        length = length * 256 + byte;
      }
      return await this.socket.bytes(length);
    }
    const line: number[] = [];
    for (;;) {
      const [byte] = await this.socket.bytes(1);
      if (byte === 10) return Uint8Array.from(line);
      line.push(byte);
    }
  }

  /** The next frame: a term in Erlang's syntax, `text …`, or `nothing`. */
  async hear(): Promise<string> {
    const bytes = await this.payload();
    if (bytes.length === 0) return "nothing";
    if (bytes[0] === 131) return format(bert.decode(bytes), { utf8: true });
    return `text ${new TextDecoder("utf-8", { fatal: true }).decode(bytes)}`;
  }

  /** Sends a text, or a term, and gives the next frame. */
  async ask(what: string | Term): Promise<string> {
    await this.send(typeof what === "string" ? what : bert.encode(what));
    return await this.hear();
  }

  /** Says `N2O,` with a token, and gives the token to go on with. */
  async hello(token = ""): Promise<string> {
    await this.send(`N2O,${token}`);
    const io = bert.decode(await this.payload());
    if (!isTuple(io, "io", 3) || !isTuple(io[2], "Token", 2)) throw new Error(`no token: ${format(io)}`);
    return text(io[2][1])!;
  }

  /** All frames until the other end closes. */
  async rest(): Promise<string[]> {
    const frames: string[] = [];
    const { rest, how } = await this.socket.ended();
    const peer = new TcpPeer(new RawSocket(replay(rest)), this.#framing);
    try {
      for (;;) frames.push(await peer.hear());
    } catch {
      frames.push(how);
    }
    return frames;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.socket[Symbol.asyncDispose]();
  }
}

/** A socket that gives these bytes and then ends. */
function replay(bytes: Uint8Array): Deno.Conn {
  let rest = bytes;
  const read = (into: Uint8Array) => {
    const piece = rest.subarray(0, into.length);
    into.set(piece);
    rest = rest.subarray(piece.length);
    return Promise.resolve(piece.length === 0 ? null : piece.length);
  };
  return { read, close() {} } as unknown as Deno.Conn;
}
