/**
 * Frames over a WebSocket.
 *
 * @module
 */
import type { Frame, Transport, TransportEvents } from "./transport.ts";

/** What the client uses of a WebSocket: the browser's, Deno's, Node's and that of the npm package `ws` all fit. */
export interface WebSocketLike {
  /** Set to `arraybuffer`. */
  binaryType: string;
  /** 1 while it is open. */
  readonly readyState: number;
  /** Bytes that have not left yet. */
  readonly bufferedAmount: number;
  /** Called when it is open. */
  onopen: ((this: never, event: never) => unknown) | null;
  /** Called with each frame. */
  onmessage: ((this: never, event: never) => unknown) | null;
  /** Called when it fails, before it closes. */
  onerror: ((this: never, event: never) => unknown) | null;
  /** Called when it has closed. */
  onclose: ((this: never, event: never) => unknown) | null;
  /** Writes a frame. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Closes it. */
  close(code?: number, reason?: string): void;
}

/** Makes WebSockets. */
export type WebSocketClass = new (url: string) => WebSocketLike;

/** A WebSocket as a transport. */
export class WebSocketTransport implements Transport {
  #socket: WebSocketLike | undefined;
  #events: TransportEvents | undefined;

  constructor(Socket: WebSocketClass, url: string, events: TransportEvents) {
    this.#events = events;
    let socket: WebSocketLike;
    try {
      socket = new Socket(url);
    } catch (error) {
      // A page's security policy may forbid it; told later, as a refused connection would be.
      queueMicrotask(() => this.#end(1006, String(error)));
      return;
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#events?.open();
    socket.onmessage = (event: { data: string | ArrayBuffer }) => {
      this.#events?.frame(typeof event.data === "string" ? event.data : new Uint8Array(event.data));
    };
    // Some classes throw what nobody listens for; the close that follows says it all.
    socket.onerror = () => {};
    socket.onclose = (event: { code: number; reason: string }) => this.#end(event.code, event.reason);
  }

  /** Whether it is open. */
  get ready(): boolean {
    return this.#socket?.readyState === 1;
  }

  /** Bytes that have not left yet. */
  get buffered(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Writes a frame. */
  write(frame: Frame): void {
    if (this.ready) this.#socket!.send(frame as string | Uint8Array<ArrayBuffer>);
  }

  /**
   * Closes it with a code that a page may send (1000 or 4000 and up). Its own close event is not waited for: with the network gone it
   * may come minutes later.
   */
  close(code: number, reason: string): void {
    this.#events = undefined;
    try {
      this.#socket?.close(code, reason);
    } catch {
      // It has ended already.
    }
  }

  #end(code: number, reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.close(code, reason);
  }
}
