import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  atom,
  defaultLimits,
  heart,
  isTuple,
  type Limits,
  type Protocol,
  type Term,
  tuple,
  unknown,
} from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { handshake, RawSocket } from "./raw_socket.ts";
import { ask, hear, t } from "./speech.ts";

interface Watched extends Running {
  /** What the protocols were told about ends, in order. */
  readonly told: [string, Term][];
}

function start(engine: Engine, limits: Partial<Limits>, clock?: () => number): Watched {
  const told: [string, Term][] = [];
  const ends: Protocol = {
    name: "ends",
    info(message) {
      if (isTuple(message, "direct", 2)) told.push(["exit", message[1]]);
      return unknown;
    },
    terminate: (_, reason) => void told.push(["terminate", reason]),
  };
  const options = clock === undefined ? {} : { clock };
  const running = engine.start({
    protocols: [heart, echoProto, ends],
    limits,
    log: keepLog().log,
    ...options,
  });
  return Object.assign(running, { told });
}

// F03
for (const pushes of [false, true]) {
  const how = pushes ? "although the server pushes to it" : "that nothing is sent to";
  each(`a client ${how} is let go when it answers no ping`, async (engine) => {
    await using running = start(engine, { silenceTimeoutMs: 1_000 });
    await using neighbour = await Neighbour.move(running);
    await using silent = await RawSocket.open(running);
    silent.alive = false;
    const since = performance.now();
    strictEqual(await ask(silent, t("sub", "news")), '{sub,<<"news">>}');
    const pushing = setInterval(() => {
      if (pushes) running.n2o.send("news", tuple(atom("deliver"), "still", "there"));
    }, 100);
    await running.until(() => running.told.length === 2, "it is let go");
    clearInterval(pushing);
    ok(performance.now() - since > 900, "not before its time");
    deepStrictEqual(running.told.map(([what]) => what), ["exit", "terminate"]);
    strictEqual(running.n2o.counters.connections, 1);
    strictEqual(running.n2o.bus.size, 0);
    await neighbour.undisturbed();
  });
}

each(
  "the answer to a ping behind a large message has as long as a slow line takes for it",
  async (engine) => {
    await using running = start(engine, { silenceTimeoutMs: 2_000 });
    await using slow = await RawSocket.open(running);
    slow.alive = false;
    await ask(slow, t("sub", "news"));
    running.n2o.send("news", tuple(atom("deliver"), "page", "x".repeat(500_000)));
    ok((await slow.frame()).payload.length > 500_000);
    strictEqual((await slow.frame()).op, "ping");
    // A slow line is still about the page when others would be gone.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    slow.alive = true;
    strictEqual(await ask(slow, t("echo", 1)), "{echo,1}");
  },
  ["stream"],
);

each("a client that answers pings is kept, though it says nothing, until the idle limit", async (engine) => {
  let now = Date.now();
  await using running = start(engine, { silenceTimeoutMs: 1_000, idleTimeoutMs: 10_000 }, () => now);
  await using quiet = await RawSocket.open(running);
  const next = hear(quiet);
  await new Promise((resolve) => setTimeout(resolve, 1_700));
  strictEqual(running.n2o.counters.connections, 1);
  now += 10_001;
  strictEqual(await next, "close 1000 idle");
  strictEqual(running.n2o.counters.idleClosed, 1);
  await running.until(() => running.told.length === 2, "it is told");
  deepStrictEqual(running.told[1][1], tuple(atom("close"), 1000, "idle"));
});

each("what the server sends is no sign of life", async (engine) => {
  let now = Date.now();
  await using running = start(engine, { idleTimeoutMs: 4_000 }, () => now);
  await using listener = await RawSocket.open(running);
  await ask(listener, t("sub", "news"));
  for (let i = 0; i < 4; i++) {
    now += 1_000;
    running.n2o.send("news", tuple(atom("deliver"), "n", i));
    strictEqual(await hear(listener), `{deliver,<<"n">>,${i}}`);
  }
  now += 1;
  strictEqual(await hear(listener), "close 1000 idle");
  strictEqual(running.n2o.bus.count("news"), 0);
});

each("whoever says something is not idle", async (engine) => {
  let now = Date.now();
  await using running = start(engine, { idleTimeoutMs: 4_000 }, () => now);
  await using socket = await RawSocket.open(running);
  for (let i = 0; i < 5; i++) {
    now += 3_000;
    // A tick has seen the time.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await socket.quiet();
  }
  strictEqual(running.n2o.counters.idleClosed, 0);
});

each("a client that never answers a close is let go all the same", async (engine) => {
  await using running = start(engine, {});
  await using rude = await RawSocket.open(running);
  await rude.send("binary", new Uint8Array([1]));
  ok((await hear(rude)).startsWith("close 1007"));
  // It neither answers nor goes.
  await running.until(() => running.told.length === 2, "the protocols hear of it at once");
  strictEqual(running.n2o.counters.connections, 0);
});

each("a client that goes without a goodbye is missed at once", async (engine) => {
  await using running = start(engine, {});
  const socket = await RawSocket.open(running);
  await ask(socket, t("sub", "news"));
  socket.close();
  await running.until(() => running.told.length === 2, "it is missed");
  strictEqual(running.n2o.bus.size, 0);
  const [, reason] = running.told[1];
  ok(isTuple(reason, "close", 3));
});

each("a client that ends its sending half is answered and gone", async (engine) => {
  await using running = start(engine, {});
  await using socket = await RawSocket.open(running);
  await socket.send("text", "PING");
  await socket.finish();
  strictEqual(await hear(socket), "text PONG");
  await socket.ended();
  await running.until(() => running.told.length === 2, "it is missed");
});

each("a goodbye is told to the protocols with its code and reason", async (engine) => {
  await using running = start(engine, {});
  await using socket = await RawSocket.open(running);
  await socket.send("close", new Uint8Array([0x0f, 0xa7, 0x62, 0x79, 0x65]));
  ok((await hear(socket)).startsWith("close 4007"));
  await running.until(() => running.told.length === 2, "it is told");
  deepStrictEqual(running.told, [
    ["exit", tuple(atom("exit"), tuple(atom("close"), 4007, "bye"))],
    ["terminate", tuple(atom("close"), 4007, "bye")],
  ]);
});

each("handshakes that are never finished hold up nobody", async (engine) => {
  await using running = start(engine, {});
  await using neighbour = await Neighbour.move(running);
  const half = handshake().slice(0, -2);
  const sockets = await Promise.all(Array.from({ length: 100 }, () => RawSocket.connect(running)));
  for (const socket of sockets) await socket.write(half);
  await neighbour.undisturbed();
  strictEqual(running.n2o.counters.connections, 1);
  for (const socket of sockets) socket.close();
});

Deno.test("a killed tab is gone within ten seconds, by the defaults", () => {
  ok(defaultLimits.silenceTimeoutMs * 1.1 < 10_000);
});
