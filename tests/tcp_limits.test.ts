/**
 * TCP: what one client can do to a server, and to the others.
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { atom, bert, heart, isTuple, type Limits, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
import type { TcpFraming, TcpListenOptions } from "../lib/endpoints/tcp.ts";
import { certificate } from "./certificate.ts";
import { echoProto } from "./echo_proto.ts";
import { keepLog } from "./log.ts";
import { t } from "./speech.ts";
import { startTcp, type TcpPeer, type TcpRunning, wire } from "./tcp_peer.ts";

function start(limits: Partial<Limits> = {}, tcp: TcpListenOptions = {}): Promise<TcpRunning> {
  return startTcp({ protocols: [heart, big, echoProto], limits, log: keepLog().log, tcp });
}

/** Answers `{big, N}` with N bytes, and sends N bytes to `news` when asked for `{tell, N}`. */
const big: Protocol = {
  name: "big",
  info(message, cx) {
    if (isTuple(message, "big", 2)) return reply("bert", t("big", new Uint8Array(Number(message[1]))));
    if (!isTuple(message, "tell", 2)) return unknown;
    cx.send("news", t("deliver", "news", new Uint8Array(Number(message[1]))));
    return reply("bert", t("told"));
  },
};

const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("a claimed length of 1 GiB, or of 4 GiB, closes with 1009 at once, and nothing is kept for it", async () => {
  await using running = await start();
  await using neighbour = await running.connect();
  for (const length of [[0x40, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0, 0x10, 0, 1]]) {
    await using peer = await running.connect();
    await peer.send("PING");
    await peer.socket.write(Uint8Array.from(length));
    deepStrictEqual(await peer.rest(), ["text PONG", '{close,1009,<<"message too big">>}', "end"]);
  }
  strictEqual(await neighbour.ask("PING"), "text PONG");
});

Deno.test("clients that claim the most and send a little cost a little", async () => {
  await using running = await start({ maxFrameBytes: 1_073_741_824 });
  const before = Deno.memoryUsage().rss;
  const peers = await Promise.all(Array.from({ length: 100 }, () => running.connect()));
  for (const { socket } of peers) await socket.write(Uint8Array.of(0x40, 0, 0, 0, 131, 1, 2, 3));
  await running.until(() => running.n2o.counters.connections === 100, "all are there");
  ok(Deno.memoryUsage().rss - before < 50_000_000, "not a hundred times 1 GiB");
  for (const { socket } of peers) socket.close();
});

Deno.test("line: a line that does not end closes with 1009", async () => {
  await using running = await start({ maxFrameBytes: 100_000 }, { framing: "line" });
  await using peer = await running.connect();
  const written = peer.socket.write(new Uint8Array(1_000_000).fill(0x61)).catch(() => {});
  const rest = await peer.rest();
  await written;
  // A server that closes while the client writes on may be heard or not.
  ok(["end", "reset"].includes(rest.at(-1)!));
  if (rest.length > 1) strictEqual(rest[0], 'text {close,1009,<<"message too big">>}');
  await running.until(() => running.n2o.counters.connections === 0, "it is gone");
});

for (const framing of ["packet4", "packet2", "line"] satisfies TcpFraming[]) {
  Deno.test(`${framing}: a client that writes one byte at a time is served, and so are the others`, async () => {
    await using running = await start({}, { framing });
    await using peer = await running.connect();
    await using neighbour = await running.connect();
    for (const byte of wire(framing, "PING")) {
      await peer.socket.write(Uint8Array.of(byte));
      strictEqual(await neighbour.ask("PING"), "text PONG");
    }
    strictEqual(await peer.hear(), "text PONG");
  });
}

const BODY = new Uint8Array(65_536);
const MESSAGES = 800;

/** Publishes 52 MB to the topic `news`, a little at a time. */
async function publish(running: TcpRunning): Promise<void> {
  for (let i = 1; i <= MESSAGES; i++) {
    running.n2o.send("news", tuple(atom("deliver"), i, BODY));
    if (i % 8 === 0) await pause();
  }
}

/** Reads `{deliver, N, Body}` until the last one; gives all numbers. */
async function readUntil(peer: TcpPeer, last: number): Promise<number[]> {
  const numbers: number[] = [];
  while (numbers.at(-1) !== last) {
    const message = bert.decode(await peer.payload());
    ok(isTuple(message, "deliver", 3));
    numbers.push(Number(message[1]));
  }
  return numbers;
}

const all = Array.from({ length: MESSAGES }, (_, i) => i + 1);

Deno.test("a client that never reads is let go with 1013, and the others get everything", async () => {
  await using running = await start();
  await using reader = await running.connect();
  const slow = await Promise.all([running.connect(), running.connect(), running.connect()]);
  for (const peer of [reader, ...slow]) strictEqual(await peer.ask(t("sub", "news")), '{sub,<<"news">>}');
  const numbers = readUntil(reader, MESSAGES);
  await publish(running);
  deepStrictEqual(await numbers, all);
  strictEqual(running.n2o.counters.slowReaders, 3);
  strictEqual(running.n2o.counters.connections, 1);
  for (const { socket } of slow) socket.close();
});

Deno.test("with drop-oldest a client that stopped reading goes on with the newest", async () => {
  await using running = await start({ queuePolicy: "drop-oldest", maxQueueBytes: 1_048_576 });
  await using slow = await running.connect();
  await using reader = await running.connect();
  for (const peer of [reader, slow]) strictEqual(await peer.ask(t("sub", "news")), '{sub,<<"news">>}');
  const numbers = readUntil(reader, MESSAGES);
  await publish(running);
  deepStrictEqual(await numbers, all);
  const got = await readUntil(slow, MESSAGES);
  ok(got.length < MESSAGES / 2, "most were dropped");
  for (let i = 1; i < got.length; i++) ok(got[i] > got[i - 1], "in order");
  strictEqual(running.n2o.counters.framesDropped, MESSAGES - got.length);
  strictEqual(await slow.ask("PING"), "text PONG");
});

Deno.test("a client that asks for much and reads nothing is not read any more, and holds nobody up", async () => {
  await using running = await start({ maxQueueBytes: 1_048_576 });
  await using neighbour = await running.connect();
  await using greedy = await running.connect();
  const ask = wire("packet4", bert.encode(t("big", 60_000)));
  // 300 MB of answers to 6 KB of questions
  const asks = new Uint8Array(5000 * ask.length);
  for (let i = 0; i < 5000; i++) asks.set(ask, i * ask.length);
  greedy.socket.write(asks).catch(() => {});
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 50; i++) {
    strictEqual(await neighbour.ask("PING"), "text PONG");
    await pause();
  }
  ok(Deno.memoryUsage().rss - before < 150_000_000, "not 300 MB");
  greedy.socket.close();
});

Deno.test("over maxConnections, and over those of one address, a client is told why it cannot come in", async () => {
  const cases = [
    [{ maxConnections: 2 }, "too_many_connections"],
    [{ maxConnectionsPerAddress: 2 }, "too_many_connections_from_address"],
  ] as const;
  for (const [limits, code] of cases) {
    await using running = await start(limits);
    const inside = await Promise.all([running.connect(), running.connect()]);
    for (const peer of inside) strictEqual(await peer.ask("PING"), "text PONG");
    await using refused = await running.connect();
    await refused.send("PING");
    deepStrictEqual(await refused.rest(), [`{close,1013,<<"${code}">>}`, "end"]);
    strictEqual(running.n2o.counters.connectionsRefused, 1);
    strictEqual(await inside[1].ask("PING"), "text PONG");
    inside[0].socket.close();
    await running.until(() => running.n2o.counters.connections === 1, "one has gone");
    await using other = await running.connect();
    strictEqual(await other.ask("PING"), "text PONG");
    inside[1].socket.close();
  }
});

Deno.test("many at once who cannot come in are gone soon, and whoever is in is served", async () => {
  await using running = await start({ maxConnections: 1 });
  await using inside = await running.connect();
  strictEqual(await inside.ask("PING"), "text PONG");
  const refused = await Promise.all(Array.from({ length: 150 }, () => running.connect()));
  strictEqual(await inside.ask("PING"), "text PONG");
  for (const peer of refused) {
    const { rest } = await peer.socket.ended();
    ok(rest.length === 0 || rest.length > 20);
    peer.socket.close();
  }
  strictEqual(running.n2o.counters.connectionsRefused, 150);
});

Deno.test("messages over the rate close with 1008", async () => {
  await using running = await start({ maxMessagesPerSecond: 10 });
  await using peer = await running.connect();
  await peer.send(...Array(200).fill("PING"));
  strictEqual((await peer.rest()).at(-2), '{close,1008,<<"too many messages">>}');
});

Deno.test("a client that says nothing for too long is closed with 1000, which needs no word", async () => {
  await using running = await start({ idleTimeoutMs: 100 });
  await using peer = await running.connect();
  deepStrictEqual(await peer.rest(), ["end"]);
  strictEqual(running.n2o.counters.idleClosed, 1);
});

Deno.test("packet 2: an answer that does not fit closes with 1009, also one that goes to many", async () => {
  await using running = await start({}, { framing: "packet2" });
  const tooLong = '{close,1009,<<"frame too long">>}';
  await using peer = await running.connect();
  strictEqual((await peer.ask(t("big", 65_000))).slice(0, 6), "{big,<");
  await peer.send(bert.encode(t("big", 66_000)));
  deepStrictEqual(await peer.rest(), [tooLong, "end"]);
  const listeners = await Promise.all([running.connect(), running.connect()]);
  for (const listener of listeners) strictEqual(await listener.ask(t("sub", "news")), '{sub,<<"news">>}');
  await using teller = await running.connect();
  strictEqual(await teller.ask(t("tell", 66_000)), "{told}");
  for (const listener of listeners) {
    deepStrictEqual(await listener.rest(), [tooLong, "end"]);
    listener.socket.close();
  }
  strictEqual(await teller.ask("PING"), "text PONG");
});

Deno.test("TLS: whoever does not shake hands in time, or speaks something else, is hung up on", async () => {
  const pem = await certificate();
  if (pem === undefined) return console.log("skipped: no openssl to make a certificate with");
  await using running = await start({ handshakeTimeoutMs: 1_000, maxConnections: 4 }, pem);
  await using inside = await running.connect();
  const { hostname, port } = running.listener;
  const silent = await Promise.all([1, 2].map(() => Deno.connect({ hostname, port })));
  const wrong = await Deno.connect({ hostname, port });
  await wrong.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  strictEqual(await inside.ask("PING"), "text PONG");
  for (const conn of [...silent, wrong]) {
    const buffer = new Uint8Array(100);
    try {
      while (await conn.read(buffer) !== null);
    } catch {
      // A reset says the same.
    }
    conn.close();
  }
  // Their places are free again.
  const others = await Promise.all([1, 2, 3].map(() => running.connect()));
  for (const peer of others) {
    strictEqual(await peer.ask("PING"), "text PONG");
    peer.socket.close();
  }
});

Deno.test("TLS: a client that never reads is let go, and its socket is closed whether it goes or not", async () => {
  const pem = await certificate();
  if (pem === undefined) return console.log("skipped: no openssl to make a certificate with");
  if (Deno.build.os !== "linux") return console.log("skipped: sockets are counted on Linux only");
  await using running = await start({ maxQueueBytes: 1_048_576 }, pem);
  await using slow = await running.connect();
  strictEqual(await slow.ask(t("sub", "news")), '{sub,<<"news">>}');
  const { port } = running.listener;
  strictEqual(held(port), 1);
  for (let i = 1; running.n2o.counters.slowReaders === 0; i++) {
    ok(i < MESSAGES, "it must be let go");
    running.n2o.send("news", tuple(atom("deliver"), i, BODY));
    if (i % 8 === 0) await pause();
  }
  await running.until(() => held(port) === 0, "the server's end is closed");
});

/** How many connections of a port a process holds, as Linux lists them: one that is closed and not sent to its end has no inode. */
function held(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = Deno.readTextFileSync("/proc/net/tcp").trim().split("\n").map((row) =>
    row.trim().split(/\s+/)
  );
  return rows.filter((row) => row[1].endsWith(local) && row[3] !== "0A" && row[9] !== "0").length;
}
