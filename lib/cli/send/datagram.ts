/**
 * Datagrams to send by: one a frame.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import { isText } from "../../framing/payload.ts";
import type { Channel, ChannelEvents, ChannelOptions, Frame } from "./channel.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Opens a socket to an address. `bert`: whether binary frames are BERT, which tells them from texts. */
export function openDatagrams(
  hostname: string,
  port: number,
  bert: boolean,
  { signal }: ChannelOptions,
  events: ChannelEvents,
): Promise<Channel> {
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  const socket: Socket = createSocket(hostname.includes(":") ? "udp6" : "udp4");
  let sending = 0;
  let drained: (() => void) | undefined;
  const channel: Channel = {
    lossy: true,
    live: true,
    get buffered() {
      return sending;
    },
    write(frame: Frame) {
      const bytes = typeof frame === "string" ? encoder.encode(frame) : frame;
      sending += bytes.length;
      socket.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (error) => {
        sending -= bytes.length;
        if (error) events.failed(error);
        if (sending === 0) drained?.();
      });
    },
    async end() {
      if (sending > 0) await new Promise<void>((resolve) => drained = resolve);
      socket.close();
    },
  };
  signal.addEventListener("abort", () => reject(signal.reason));
  socket.on("error", (error) => {
    reject(error);
    events.failed(error);
  });
  socket.on("message", (bytes) => {
    events.frame(
      isText(bytes, 0, bytes.length, bert) ? decoder.decode(bytes) : new Uint8Array(bytes),
    );
  });
  socket.connect(port, hostname, ((error?: Error) => error ? reject(error) : resolve(channel)) as () => void);
  return promise;
}
