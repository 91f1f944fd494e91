/**
 * Frames over a WebSocket.
 *
 * @module
 */
import type { Transport, TransportEvents } from "./transport.ts";

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
export function webSocketTransport(Socket: WebSocketClass, url: string, owner: TransportEvents): Transport {
  let socket: WebSocketLike | undefined;
  let events: TransportEvents | undefined = owner;

  function end(code: number, reason: string): void {
    const told = events;
    events = undefined;
    told?.close(code, reason);
  }

  try {
    socket = new Socket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => events?.open();
    socket.onmessage = ({ data }: { data: string | ArrayBuffer }) => {
      events?.frame(typeof data === "string" ? data : new Uint8Array(data));
    };
    // Some classes throw what nobody listens for; the close that follows says it all.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => end(code, reason);
  } catch (error) {
    // A page's security policy may forbid it; told later, as a refused connection would be.
    queueMicrotask(() => end(1006, String(error)));
  }

  return {
    get ready() {
      return socket?.readyState === 1;
    },
    get buffered() {
      return socket?.bufferedAmount ?? 0;
    },
    write(frame) {
      if (this.ready) socket!.send(frame as string | Uint8Array<ArrayBuffer>);
    },
    // Its own close event is not waited for: with the network gone it may come minutes later.
    close(code, reason) {
      events = undefined;
      try {
        socket?.close(code, reason);
      } catch {
        // It has ended already.
      }
    },
  };
}
