/**
 * TCP in the shape of a WebSocket.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { readFarewell } from "../framing/farewell.ts";
import type { FrameSink } from "../framing/mod.ts";
import { Output } from "../framing/output.ts";
import { PacketFraming } from "../framing/packet.ts";
import { readTcpUrl } from "./tcp_url.ts";
import type { WebSocketLike } from "./transport_websocket.ts";

/** How a {@linkcode TcpSocket} connects. */
export interface TcpSocketOptions {
  /** Certificates to trust with `tls:`, PEM. @default those that the platform trusts */
  readonly ca?: string | readonly string[];
  /** How long getting connected may take, in milliseconds. @default 10_000 */
  readonly connectTimeoutMs?: number;
  /** The longest frame that is taken, in bytes; a longer one closes with 1009. @default 16_777_216 */
  readonly maxFrameBytes?: number;
}

const CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;
const NORMAL = 1000, BROKEN = 1006, TOO_BIG = 1009;
/** How long the other end may take to close, in milliseconds. */
const CLOSE_MS = 3_000;
/** How long a term that reads like a good-bye is kept back, in milliseconds: one that the stream goes on behind was none. */
const FAREWELL_MS = 250;
const NOTHING = new Uint8Array(0);

/**
 * One connection over TCP, TLS or a Unix domain socket, in the shape of a WebSocket.
 *
 * @example
 * ```ts
 * import { createN2O, heart } from "@n2o/n2o";
 * import { TcpSocket } from "@n2o/n2o/client/tcp";
 *
 * const n2o = createN2O({ protocols: [heart] });
 * const listener = await n2o.listenTcp({ port: 0 });
 * const socket = new TcpSocket(listener.url);
 * const answer = new Promise((resolve) => socket.onmessage = ({ data }) => resolve(data));
 * socket.onopen = () => socket.send("PING");
 * if (await answer !== "PONG") throw new Error("no heart");
 * socket.close();
 * await n2o.close();
 * ```
 */
export class TcpSocket implements WebSocketLike {
  /** Binary frames come as `ArrayBuffer`. */
  binaryType = "arraybuffer";
  /** Called when it is open. */
  onopen: ((this: never, event: never) => unknown) | null = null;
  /** Called with each frame: `data` is a string, or an `ArrayBuffer`. */
  onmessage: ((this: never, event: never) => unknown) | null = null;
  /** Called when it fails, before it closes. */
  onerror: ((this: never, event: never) => unknown) | null = null;
  /** Called when it has closed, with `code` and `reason`: 1000 where the other end just ends, 1006 where the connection breaks. */
  onclose: ((this: never, event: never) => unknown) | null = null;
  #socket: Socket;
  #framing: PacketFraming;
  #state = CONNECTING;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #output = new Output();
  #flushing = false;
  /** What has come and is no whole frame yet. */
  #rest: Uint8Array = NOTHING;
  /** The frame that may be the last one. */
  #last: Uint8Array<ArrayBuffer> | undefined;
  #lastTimer: ReturnType<typeof setTimeout> | undefined;
  /** The other end has ended the stream as it should. */
  #ended = false;
  #code = 0;
  #reason = "";

  /**
   * Connects.
   *
   * @throws {ClientError} `bad_url` for a URL that is none of `tcp://HOST:PORT`, `tls://HOST:PORT` and `unix:/PATH`.
   */
  constructor(url: string, options: TcpSocketOptions = {}) {
    const { ca, connectTimeoutMs = 10_000, maxFrameBytes = 16_777_216 } = options;
    const { host, port, secure, head } = readTcpUrl(url);
    this.#framing = new PacketFraming({ head, maxBytes: maxFrameBytes });
    const socket = port === undefined
      ? connect({ path: host })
      : secure
      ? connectTls({ host, port, ...(ca === undefined ? {} : { ca: ca as string | string[] }) })
      : connect({ host, port });
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#fail(BROKEN, "not connected in time"), connectTimeoutMs);
    socket.once(secure ? "secureConnect" : "connect", () => this.#open());
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
    socket.on("end", () => {
      this.#ended = this.#rest.length === 0 && !this.#framing.begun;
    });
    socket.on("error", (error) => {
      this.#reason ||= error.message;
      tell(this, this.onerror, { message: error.message });
    });
    socket.on("close", () => this.#closed());
  }

  /** 0 while it connects, 1 while it is open, 2 while it closes, then 3. */
  get readyState(): number {
    return this.#state;
  }

  /** Bytes that have not left yet. */
  get bufferedAmount(): number {
    return this.#output.used + this.#socket.writableLength;
  }

  /** Writes a frame; it is dropped when the socket is not open. One that is too long for the framing closes with 1009. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state !== OPEN) return;
    try {
      this.#framing.write(data, this.#output);
    } catch {
      return this.#fail(TOO_BIG, "frame too long");
    }
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  /** Closes after what was written. The other end is told nothing but that. */
  close(code: number = NORMAL, reason = ""): void {
    if (this.#state >= CLOSING) return;
    const isOpen = this.#state === OPEN;
    this.#state = CLOSING;
    this.#code = code;
    this.#reason = reason;
    if (!isOpen) {
      this.#socket.destroy();
      return;
    }
    this.#flush();
    this.#socket.end();
    this.#timer = setTimeout(() => this.#socket.destroy(), CLOSE_MS);
  }

  #open(): void {
    if (this.#state !== CONNECTING) return;
    clearTimeout(this.#timer);
    this.#socket.setNoDelay(true);
    this.#state = OPEN;
    tell(this, this.onopen, {});
  }

  /** All frames of a turn in one write. */
  #flush(): void {
    this.#flushing = false;
    const output = this.#output;
    if (output.used === 0 || this.#socket.destroyed) return;
    this.#output = new Output();
    this.#socket.write(output.buffer.subarray(0, output.used));
  }

  #read(chunk: Uint8Array): void {
    const rest = this.#rest;
    let bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
    }
    const at = this.#framing.read(bytes, 0, bytes.length, this.#sink);
    this.#rest = at < bytes.length ? bytes.slice(at) : NOTHING;
  }

  #sink: FrameSink = {
    // An empty frame is neither text nor binary on this wire; a server sends one where nobody took a message.
    text: (text) => this.#message(text === "" ? new ArrayBuffer(0) : text),
    binary: (buffer, start, end) => {
      const bytes = buffer.slice(start, end);
      if (readFarewell(bytes) === undefined) return this.#message(bytes.buffer);
      this.#release();
      this.#last = bytes;
      this.#lastTimer = setTimeout(() => this.#release(), FAREWELL_MS);
    },
    ping() {},
    pong() {},
    closed() {},
    violated: (code, reason) => this.#fail(code, reason),
  };

  #message(data: string | ArrayBuffer): void {
    this.#release();
    if (this.#state !== CLOSED) tell(this, this.onmessage, { data });
  }

  /** What was kept back is a frame like any other. */
  #release(): void {
    const last = this.#last;
    if (last === undefined) return;
    this.#forget();
    this.#message(last.buffer);
  }

  #forget(): void {
    clearTimeout(this.#lastTimer);
    this.#last = undefined;
  }

  #fail(code: number, reason: string): void {
    if (this.#code === 0) {
      this.#code = code;
      this.#reason = reason;
    }
    this.#state = Math.max(this.#state, CLOSING);
    this.#socket.destroy();
  }

  #closed(): void {
    if (this.#state === CLOSED) return;
    const opened = this.#state !== CONNECTING;
    this.#state = CLOSED;
    clearTimeout(this.#timer);
    const farewell = this.#last && readFarewell(this.#last);
    this.#forget();
    if (this.#code === 0 && farewell !== undefined) {
      this.#code = farewell.code;
      this.#reason = farewell.reason;
    }
    this.#code ||= opened && this.#ended ? NORMAL : BROKEN;
    tell(this, this.onclose, { code: this.#code, reason: this.#reason });
  }
}

function tell(socket: TcpSocket, listener: TcpSocket["onopen"], event: unknown): void {
  listener?.call(socket as never, event as never);
}
