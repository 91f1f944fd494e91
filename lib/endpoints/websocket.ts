/**
 * WebSockets of `Deno.serve`, each a connection's transport.
 *
 * @module
 */
import { Connection, type ConnectionHost, type ConnectionOptions } from "../connection.ts";
import { type Frame, SharedFrame } from "../frame.ts";
import type { Transport } from "../transport.ts";

/** The longest reason that a close frame has room for, in bytes. */
const MAX_REASON = 123;
/** Turns of the event loop that a close waits for one without a message. */
const CLOSING_TURNS = 64;
const ONCE = { once: true };

/** One WebSocket of `Deno.serve`. */
export class WebSocketTransport implements Transport {
  #socket: WebSocket;
  #host: ConnectionHost;
  /** What opens the connection; not kept any longer. */
  #options: ConnectionOptions | undefined;
  #leave: (address: string) => void;
  #connection: Connection | undefined;
  #left = false;
  #heard = false;

  /** Follows a socket that was just accepted; `leave` is called once when it is gone. */
  constructor(
    socket: WebSocket,
    host: ConnectionHost,
    options: ConnectionOptions,
    leave: (address: string) => void,
  ) {
    this.#socket = socket;
    this.#host = host;
    this.#options = options;
    this.#leave = leave;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", this, ONCE);
    socket.addEventListener("message", this);
    // An error is always followed by a close.
    socket.addEventListener("close", this);
  }

  /** Whether the handshake is over. */
  get opened(): boolean {
    return this.#connection !== undefined;
  }

  /** Bytes taken and not sent yet. */
  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** Hears the socket. */
  handleEvent(event: Event): void {
    switch (event.type) {
      case "message": {
        this.#heard = true;
        const { data } = event as MessageEvent<string | ArrayBuffer>;
        const connection = this.#connection!;
        connection.receive(typeof data === "string" ? data : new Uint8Array(data));
        connection.flush();
        break;
      }
      case "open":
        if (this.#left || this.#host.closing) return this.close(1001, "too late");
        this.#connection = new Connection(this.#host, this, this.#options!);
        this.#options = undefined;
        break;
      case "close": {
        const { code, reason } = event as CloseEvent;
        this.#gone(code, reason);
        break;
      }
    }
  }

  /** Sends frames, one call each: the runtime offers no more. */
  write(frames: readonly Frame[], count: number): void {
    const socket = this.#socket;
    if (socket.readyState !== WebSocket.OPEN) return;
    for (let i = 0; i < count; i++) {
      const frame = frames[i];
      socket.send(frame instanceof SharedFrame ? frame.body : frame as string | Uint8Array<ArrayBuffer>);
    }
  }

  /**
   * Closes after what was sent, in a turn in which the client sends nothing: when the runtime has read another frame
   * already, a close sends no close frame, and the client never learns why.
   */
  close(code: number, reason: string, turns: number = CLOSING_TURNS): void {
    this.#heard = false;
    setTimeout(() => {
      if (this.#heard && turns > 0) this.close(code, reason, turns - 1);
      else this.#hangUp(code, reason);
    }, 0);
  }

  #hangUp(code: number, reason: string): void {
    try {
      this.#socket.close(code, cut(reason));
    } catch {
      // A socket that is already closing refuses; its close event follows.
    }
  }

  /** The handshake was not finished in time. */
  abandon(): void {
    this.#gone(1006, "");
    this.close(1001, "too late");
  }

  #gone(code: number, reason: string): void {
    if (this.#left) return;
    this.#left = true;
    this.#leave((this.#connection?.cx ?? this.#options!).peer.address);
    this.#connection?.end(code, reason);
  }
}

/** As much of a reason as a close frame has room for, in whole characters. */
function cut(reason: string): string {
  if (reason.length * 3 <= MAX_REASON) return reason;
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON));
  return reason.slice(0, read);
}
