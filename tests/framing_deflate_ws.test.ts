import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
// @ts-types="@types/ws"
import { type PerMessageDeflateOptions, WebSocket } from "ws";
import type { DeflateOptions } from "../lib/framing/deflate_settings.ts";
import { serveEcho } from "./deflate_server.ts";

const MAX = 1_048_576;

/** The combinations of groups 13.1 to 13.7, and what else the parameters allow. */
const offers: Record<string, PerMessageDeflateOptions> = {
  "nothing asked for": {},
  "server without context": { serverNoContextTakeover: true },
  "client without context": { clientNoContextTakeover: true },
  "server window 9": { serverMaxWindowBits: 9 },
  "server window 15": { serverMaxWindowBits: 15 },
  "server without context, window 9": { serverNoContextTakeover: true, serverMaxWindowBits: 9 },
  "server without context, window 15": { serverNoContextTakeover: true, serverMaxWindowBits: 15 },
  "both windows 8": { serverMaxWindowBits: 8, clientMaxWindowBits: 8 },
  "both windows 9": { serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
  "both windows 12": { serverMaxWindowBits: 12, clientMaxWindowBits: 12 },
  "all at once": {
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 10,
    clientMaxWindowBits: 11,
  },
};

const servers: Record<string, DeflateOptions> = {
  "the defaults": {},
  "all compressed": { thresholdBytes: 0 },
  "context takeover": { thresholdBytes: 0, contextTakeover: true },
  "context takeover in small windows": { thresholdBytes: 0, contextTakeover: true, windowBits: 9 },
};

/** Lengths of messages as in groups 12 and 13: 16 bytes to 128 KiB. */
const LENGTHS = [0, 16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072];

/** Connects; what is left of the connection goes before the server does. */
async function connect(url: string, perMessageDeflate: PerMessageDeflateOptions | boolean) {
  const socket = new WebSocket(url, { perMessageDeflate });
  await once(socket, "open");
  return { socket, [Symbol.dispose]: () => socket.terminate() };
}

function message(length: number, turn: number): string {
  const row = JSON.stringify({
    turn,
    user: `пользователь ${turn % 3}`,
    says: "what was said before",
    ok: true,
  });
  return row.repeat(Math.ceil(length / row.length)).slice(0, length);
}

for (const [offered, perMessageDeflate] of Object.entries(offers)) {
  for (const [served, options] of Object.entries(servers)) {
    Deno.test(`the npm ws client, ${offered}, against ${served}`, async () => {
      await using server = serveEcho(options, MAX);
      using connection = await connect(server.url, { threshold: 0, ...perMessageDeflate });
      const { socket } = connection;
      ok(socket.extensions.includes("permessage-deflate"));
      let bytes = 0;
      for (let turn = 0; turn < 3; turn++) {
        for (const length of LENGTHS) {
          const text = message(length, turn);
          bytes += 2 * Buffer.byteLength(text);
          socket.send(text);
          deepStrictEqual(await once(socket, "message"), [Buffer.from(text), false]);
          // In fragments, the second of them empty.
          const binary = Buffer.from(text);
          socket.send(binary.subarray(0, length >> 1), { fin: false, binary: true });
          socket.send(Buffer.alloc(0), { fin: false, binary: true });
          socket.send(binary.subarray(length >> 1), { fin: true, binary: true });
          deepStrictEqual(await once(socket, "message"), [binary, true]);
        }
      }
      strictEqual(server.counted.messages, 6 * LENGTHS.length);
      ok(server.counted.sent < bytes / 5, `${server.counted.sent} of ${bytes}`);
      socket.close(1000);
      strictEqual((await once(socket, "close"))[0], 1000);
    });
  }
}

Deno.test("the npm ws client that offers no compression gets none", async () => {
  await using server = serveEcho({ thresholdBytes: 0 }, MAX);
  using connection = await connect(server.url, false);
  const { socket } = connection;
  strictEqual(socket.extensions, "");
  socket.send("plain");
  deepStrictEqual(await once(socket, "message"), [Buffer.from("plain"), false]);
  socket.close(1000);
  strictEqual((await once(socket, "close"))[0], 1000);
});

Deno.test("a message of the npm ws client that inflates to more than allowed closes with 1009", async () => {
  await using server = serveEcho({}, 1000);
  using connection = await connect(server.url, true);
  const { socket } = connection;
  const closed = once(socket, "close");
  socket.send("a".repeat(100_000));
  strictEqual((await closed)[0], 1009);
});
