/**
 * A WebSocket to send by.
 *
 * @module
 */
import type { Channel, ChannelEvents, ChannelOptions } from "./channel.ts";

/** How long the other end may take to close, in milliseconds. */
const CLOSE_MS = 2000;

/** Why a WebSocket did not open, in the platform's words. */
export class NotOpened extends Error {}

/** Opens a WebSocket. Rejects with a {@linkcode NotOpened}, or with what the platform throws at once. */
export function openWebSocket(
  url: string,
  { headers, signal }: ChannelOptions,
  events: ChannelEvents,
): Promise<Channel> {
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  // Deno's takes headers; where the browser's types are loaded, too, those hide it.
  const Opened = WebSocket as unknown as new (url: string, options: { headers: string[][] }) => WebSocket;
  const socket = new Opened(url, { headers: headers.map(([name, value]) => [name, value]) });
  socket.binaryType = "arraybuffer";
  const gone = new Promise<void>((resolve) => socket.addEventListener("close", () => resolve()));
  let ending = false;
  const abort = () => {
    reject(signal.reason);
    socket.close();
  };
  signal.addEventListener("abort", abort);
  socket.onopen = () => {
    signal.removeEventListener("abort", abort);
    resolve({
      lossy: false,
      live: true,
      get buffered() {
        return socket.bufferedAmount;
      },
      write: (frame) => socket.send(frame as string | Uint8Array<ArrayBuffer>),
      end() {
        ending = true;
        socket.close(1000);
        return Promise.race([gone, new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS))]);
      },
    });
  };
  socket.onmessage = ({ data }) => {
    if (!ending) events.frame(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer));
  };
  socket.onerror = (event) => reject(new NotOpened((event as ErrorEvent).message));
  socket.onclose = ({ code, reason }) => {
    reject(new NotOpened("closed at once"));
    if (!ending) events.closed(code === 0 ? 1006 : code, reason);
  };
  return promise;
}
