/** A WebSocket server of nothing but the framing: it says every message again. */
import { createHash } from "node:crypto";
import { Deflate } from "../lib/framing/deflate.ts";
import { negotiate } from "../lib/framing/deflate_offer.ts";
import { type DeflateOptions, resolveDeflate } from "../lib/framing/deflate_settings.ts";
import type { FrameSink } from "../lib/framing/mod.ts";
import { Output } from "../lib/framing/output.ts";
import { WebSocketFraming } from "../lib/framing/websocket.ts";

const KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A running server. */
export interface EchoServer extends AsyncDisposable {
  readonly url: string;
  /** How many messages came, and how many bytes went out. */
  readonly counted: { messages: number; sent: number };
}

/** Begins to listen. */
export function serveEcho(options: DeflateOptions, maxBytes: number): EchoServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const counted = { messages: 0, sent: 0 };
  const served: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) served.push(serve(conn, options, maxBytes, counted));
  })();
  return {
    url: `ws://127.0.0.1:${listener.addr.port}/`,
    counted,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(served);
    },
  };
}

async function serve(
  conn: Deno.Conn,
  options: DeflateOptions,
  maxBytes: number,
  counted: EchoServer["counted"],
): Promise<void> {
  using _closing = conn;
  const settings = resolveDeflate(options);
  const buffer = new Uint8Array(65_536);
  // The head comes alone: a client waits for its answer.
  const head = new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
  const header = (name: string) => new RegExp(`^${name}: *(.*)\r$`, "im").exec(head)?.[1] ?? null;
  const agreed = negotiate(header("sec-websocket-extensions"), settings);
  const accept = createHash("sha1").update(header("sec-websocket-key") + KEY_SUFFIX).digest("base64");
  await writeAll(
    conn,
    new TextEncoder().encode(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\n` +
        (agreed === undefined ? "" : `Sec-WebSocket-Extensions: ${agreed.answer}\r\n`) + "\r\n",
    ),
  );
  const framing = new WebSocketFraming({
    maxBytes,
    deflate: agreed === undefined ? undefined : new Deflate(settings, agreed.parameters),
  });
  let over = false;
  const output = new Output();
  const sink: FrameSink = {
    text(text) {
      counted.messages++;
      framing.write(text, output);
    },
    binary(bytes, start, end) {
      counted.messages++;
      framing.write(bytes.subarray(start, end), output);
    },
    ping() {},
    pong() {},
    closed(code) {
      over = true;
      framing.close(code, "", output);
    },
    violated(code, reason) {
      over = true;
      framing.close(code, reason, output);
    },
  };
  let used = 0;
  while (!over) {
    const read = await conn.read(buffer.subarray(used));
    if (read === null) return;
    used += read;
    const at = framing.read(buffer, 0, used, sink);
    buffer.copyWithin(0, at, used);
    used -= at;
    await writeAll(conn, output.bytes());
    counted.sent += output.used;
    output.used = 0;
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}
