import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { bert, heart, type Limits } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine, type Running, type StartOptions } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { clientFrame, closeOf, handshake, RawSocket } from "./raw_socket.ts";
import { ask, hear, t } from "./speech.ts";
import { TcpPeer } from "./tcp_peer.ts";

const MIB = 1_048_576;
const encoder = new TextEncoder();
const only = ["stream"];

/** An application with a neighbour in it, who must not notice anything. */
interface Block extends AsyncDisposable {
  readonly running: Running;
  readonly neighbour: Neighbour;
}

async function start(
  engine: Engine,
  limits: Partial<Limits> = {},
  listen: StartOptions["listen"] = {},
): Promise<Block> {
  const { log, lines } = keepLog();
  const running = engine.start({ protocols: [heart, echoProto], limits, log, listen });
  const neighbour = await Neighbour.move(running);
  return {
    running,
    neighbour,
    async [Symbol.asyncDispose]() {
      await neighbour.undisturbed();
      await neighbour[Symbol.asyncDispose]();
      await running[Symbol.asyncDispose]();
      deepStrictEqual(lines.filter(({ level }) => level === "error"), []);
    },
  };
}

/** Memory that came since, at most. */
function watchMemory(): () => number {
  const before = Deno.memoryUsage().rss;
  let most = 0;
  const timer = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss - before), 5);
  return () => {
    clearInterval(timer);
    return Math.max(most, Deno.memoryUsage().rss - before);
  };
}

/** Writes on and on, until the other end has had enough or so many bytes are out. */
async function pour(socket: RawSocket, piece: Uint8Array, bytes: number): Promise<number> {
  let written = 0;
  try {
    for (; written < bytes; written += piece.length) await socket.write(piece);
  } catch {
    // It has hung up.
  }
  return written;
}

/** How often a text stands in the bytes. */
function count(bytes: Uint8Array, text: string): number {
  return String.fromCharCode(...bytes).split(text).length - 1;
}

each("a head that comes byte by byte and never ends is cut off in time", async (engine) => {
  await using block = await start(engine, { handshakeTimeoutMs: 1_000 });
  const heads = Array.from({ length: 50 }, async () => {
    await using socket = await RawSocket.connect(block.running);
    await socket.write("GET /ws/ HTTP/1.1\r\nHost: a\r\nX: ");
    let over = false;
    const ended = socket.ended().finally(() => over = true);
    while (!over) {
      await socket.write("x").catch(() => {});
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    return count((await ended).rest, " 101 ");
  });
  deepStrictEqual(await Promise.all(heads), heads.map(() => 0));
  strictEqual(block.running.n2o.counters.connections, 1);
}, only);

each("a dialogue in writes of one byte is a dialogue", async (engine) => {
  await using block = await start(engine);
  await using socket = await RawSocket.connect(block.running);
  const echo = bert.encode(t("echo", "hi"));
  const frames = [
    clientFrame("text", encoder.encode("PI"), { fin: false }),
    clientFrame("ping", encoder.encode("p")),
    clientFrame("cont", encoder.encode("NG")),
    clientFrame("binary", echo),
    clientFrame("close", Uint8Array.of(3, 232)),
  ];
  for (const byte of encoder.encode(handshake())) await socket.write(Uint8Array.of(byte));
  strictEqual((await socket.response()).status, 101);
  for (const frame of frames) for (const byte of frame) await socket.write(Uint8Array.of(byte));
  deepStrictEqual([await hear(socket), await hear(socket), await hear(socket), await hear(socket)], [
    "pong 70",
    "text PONG",
    '{echo,<<"hi">>}',
    "close 1000",
  ]);
});

each("a length that is announced takes no memory before it comes", async (engine) => {
  await using block = await start(engine);
  const { running } = block;
  const listener = await running.n2o.listenTcp({ port: 0, hostname: "127.0.0.1" });
  const beginning = clientFrame("binary", new Uint8Array(MIB)).slice(0, 20_000);
  const grown = watchMemory();
  // Each of these is allowed, and all together would be 400 MiB.
  const web = await Promise.all(Array.from({ length: 200 }, async () => {
    const socket = await RawSocket.open(running);
    await socket.write(beginning);
    return socket;
  }));
  const tcp = await Promise.all(Array.from({ length: 200 }, async () => {
    const { socket } = await TcpPeer.connect(listener);
    await socket.write(Uint8Array.of(0, 16, 0, 0, 131, 109, 0, 15));
    return socket;
  }));
  await running.until(() => running.n2o.counters.connections === 401, "all are there");
  await block.neighbour.undisturbed(20);
  const bytes = grown();
  ok(bytes < 120 * MIB, `${bytes} bytes`);
  for (const socket of [...web, ...tcp]) socket.close();
  await running.until(() => running.n2o.counters.connections === 1, "all have gone");
}, only);

each("a length of a gigabyte is answered at once with 1009", async (engine) => {
  await using block = await start(engine);
  const listener = await block.running.n2o.listenTcp({ port: 0, hostname: "127.0.0.1" });
  for (const length of ["000000003fffffff", "7fffffffffffffff"]) {
    await using socket = await RawSocket.open(block.running);
    await socket.sendHex(`82ff${length}01020304`);
    strictEqual(await hear(socket), "close 1009 message too big");
  }
  for (const length of ["3fffffff", "ffffffff"]) {
    await using peer = await TcpPeer.connect(listener);
    await peer.socket.sendHex(length);
    deepStrictEqual(await peer.rest(), ['{close,1009,<<"message too big">>}', "end"]);
  }
}, only);

each(
  "a message that would inflate to a hundred megabytes is refused without being inflated",
  async (engine) => {
    const listen = { deflate: { contextTakeover: true } } as StartOptions["listen"];
    await using block = await start(engine, {}, listen);
    const flushed = new Uint8Array(deflateRawSync(new Uint8Array(100 * MIB), { level: 9 }));
    ok(flushed.length < MIB, "the bomb itself is within the limit");
    const grown = watchMemory();
    for (let i = 0; i < 10; i++) {
      await using socket = await RawSocket.connect(block.running);
      const offer = [["Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"]] as const;
      const { headers } = await socket.request(handshake("/ws/", offer));
      ok(headers.get("sec-websocket-extensions")?.startsWith("permessage-deflate"), "it is agreed on");
      await socket.send("binary", flushed, { rsv: 4 });
      strictEqual(closeOf(await socket.frame()).code, 1009);
    }
    const bytes = grown();
    ok(bytes < 80 * MIB, `${bytes} bytes`);
  },
  only,
);

each("behind an upgrade there are frames: a request there is never answered", async (engine) => {
  await using block = await start(engine);
  const smuggled = "GET /n2o/health HTTP/1.1\r\nHost: a\r\n\r\n";
  const ways: ((socket: RawSocket) => Promise<void>)[] = [
    (socket) => socket.write(handshake() + smuggled),
    async (socket) => {
      await socket.write(handshake());
      await socket.write(smuggled);
    },
    (socket) => socket.write(handshake("/ws/", [["Content-Length", String(smuggled.length)]]) + smuggled),
    (socket) =>
      socket.write(
        handshake("/ws/", [["Transfer-Encoding", "chunked"]]) +
          `${smuggled.length.toString(16)}\r\n${smuggled}`,
      ),
  ];
  for (const way of ways) {
    await using socket = await RawSocket.connect(block.running);
    await way(socket);
    await socket.finish();
    const { rest } = await socket.ended();
    ok(count(rest, "HTTP/1.1 ") <= 1, "one answer at most");
    strictEqual(count(rest, "connections"), 0);
    if (count(rest, "HTTP/1.1 101 ") === 1) match(rest.toHex(), /0d0a0d0a(880203ea)?$/, "1002, or nothing");
  }
});

each(
  "nothing that a request says becomes a line of the answer's head, or a header of another",
  async (engine) => {
    await using block = await start(engine);
    const evil = ["%0d%0aX-Evil:%20yes", "%0aX-Evil:yes", "%00", "\u010d\u010aX-Evil:yes"];
    const requests = [
      ...evil.map((text) => handshake(`/ws/${text}`)),
      ...evil.map((text) => `GET /${text} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
      handshake("/ws/", [["Sec-WebSocket-Protocol", "n2o\rX-Evil: yes"]]),
      handshake("/ws/", [["X", "y\nX-Evil: yes"]]),
      handshake("/ws/", [["X", "y\0"]]),
      handshake("/ws/", [["X-Evil ", "yes"]]),
      handshake("/ws/", [["Sec-WebSocket-Key", "x"], ["Host", "b"]]),
    ];
    for (const request of requests) {
      await using socket = await RawSocket.connect(block.running);
      await socket.write(request);
      await socket.finish();
      const { rest } = await socket.ended();
      strictEqual(count(rest, "X-Evil"), 0, request);
      ok(count(rest, "HTTP/1.1 ") <= 1, request);
    }
  },
);

each("clients that ask for much and never read take a bounded share of memory", async (engine) => {
  await using block = await start(engine, { maxQueueBytes: MIB, maxMessagesPerSecond: 1e9 });
  const { running } = block;
  const listener = await running.n2o.listenTcp({ port: 0, hostname: "127.0.0.1" });
  const echo = bert.encode(t("echo", new Uint8Array(100_000)));
  const grown = watchMemory();
  const web = await Promise.all(Array.from({ length: 5 }, () => RawSocket.open(running)));
  const tcp = await Promise.all(
    Array.from({ length: 5 }, async () => (await TcpPeer.connect(listener)).socket),
  );
  const packet = new Uint8Array(4 + echo.length);
  new DataView(packet.buffer).setUint32(0, echo.length);
  packet.set(echo, 4);
  // As much as the sockets themselves do not take.
  const pouring = [
    ...web.map((socket) => pour(socket, clientFrame("binary", echo), 40 * MIB)),
    ...tcp.map((socket) => pour(socket, packet, 40 * MIB)),
  ];
  await running.until(() => running.n2o.counters.messagesIn > 500, "they are heard");
  await block.neighbour.undisturbed(100);
  const bytes = grown();
  ok(bytes < 150 * MIB, `${bytes} bytes`);
  for (const socket of [...web, ...tcp]) socket.close();
  await Promise.all(pouring);
  await running.until(() => running.n2o.counters.connections === 1, "all have gone");
}, only);

each("pings without end are messages without end: 1008", async (engine) => {
  await using block = await start(engine, { maxMessagesPerSecond: 1000 });
  await using socket = await RawSocket.open(block.running);
  socket.alive = false;
  const hundred = new Uint8Array(100 * 6).map((_, at) => [0x89, 0x80, 0, 0, 0, 0][at % 6]);
  const pouring = pour(socket, hundred, 10 * MIB);
  let frame = await socket.frame();
  while (frame.op === "pong") frame = await socket.frame();
  deepStrictEqual(closeOf(frame), { code: 1008, reason: "too many messages" });
  strictEqual(block.running.n2o.counters.rateExceeded, 1);
  socket.close();
  await pouring;
}, only);

each("whoever does not read the answers to his pings gets no more of them", async (engine) => {
  await using block = await start(engine, { maxMessagesPerSecond: 1e9 });
  const grown = watchMemory();
  const payload = new Uint8Array(125);
  const ping = clientFrame("ping", payload);
  const many = new Uint8Array(100 * ping.length).map((_, at) => ping[at % ping.length]);
  await using socket = await RawSocket.open(block.running);
  strictEqual(await pour(socket, many, 60 * MIB) >= 60 * MIB, true);
  await block.neighbour.undisturbed(20);
  const bytes = grown();
  ok(bytes < 60 * MIB, `${bytes} bytes`);
}, only);

each(
  "fragments without end are over with the limit, those without bytes with the client's silence",
  async (engine) => {
    await using block = await start(engine, { maxFrameBytes: 10_000, idleTimeoutMs: 2_000 });
    const open = { fin: false };
    for (const op of ["text", "binary"] as const) {
      await using socket = await RawSocket.open(block.running);
      await socket.send(op, "", open);
      const one = clientFrame("cont", encoder.encode("x"), open);
      const pouring = pour(
        socket,
        new Uint8Array(1000 * one.length).map((_, at) => one[at % one.length]),
        MIB,
      );
      deepStrictEqual(closeOf(await socket.frame()), { code: 1009, reason: "message too big" });
      socket.close();
      await pouring;
    }
    await using socket = await RawSocket.open(block.running);
    await socket.send("binary", "", open);
    const nothing = clientFrame("cont", new Uint8Array(0), open);
    let over = false;
    const ended = hear(socket).finally(() => over = true);
    while (!over) {
      await socket.write(nothing).catch(() => {});
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))]);
    }
    strictEqual(await ended, "close 1000 idle");
  },
  only,
);

function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

each("two thousand clients that come and go in every way leave nothing behind", async (engine) => {
  await using block = await start(engine);
  const { running } = block;
  const { counters } = running.n2o;
  const counted = Deno.build.os === "linux";
  if (!counted) console.log("SKIPPED: descriptors are counted in /proc, which only Linux has");
  const before = counted ? descriptors() : 0;
  const echo = bert.encode(t("echo", new Uint8Array(2000)));
  const ways: ((socket: RawSocket) => Promise<unknown>)[] = [
    // A good-bye; the end of one direction; nothing at all; a reset, since what comes is not read; half a frame; half a head.
    async (socket) => {
      await socket.send("close", Uint8Array.of(3, 232));
      await socket.ended();
    },
    async (socket) => {
      await socket.send("binary", echo);
      await socket.finish();
      await socket.ended();
    },
    () => Promise.resolve(),
    async (socket) => {
      await socket.send("binary", echo);
      await socket.bytes(1);
    },
    (socket) => socket.write(clientFrame("binary", echo).subarray(0, 900)),
  ];
  const visit = async (index: number) => {
    if (index % 6 === 5) {
      await using socket = await RawSocket.connect(running);
      return await socket.write(handshake().slice(0, 50));
    }
    await using socket = await RawSocket.open(running);
    await ways[index % 6](socket);
  };
  for (let index = 0; index < 2000; index += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => visit(index + i)));
  }
  await running.until(() => counters.connections === 1, "all have gone");
  if (counted) await running.until(() => descriptors() <= before, `${before} descriptors again`);
  strictEqual(running.n2o.bus.count("news"), 0);
  strictEqual(await visitOnceMore(running), '{echo,<<"still here">>}');
});

async function visitOnceMore(running: Running): Promise<string> {
  await using socket = await RawSocket.open(running);
  return await ask(socket, t("echo", "still here"));
}
