import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  atom,
  bert,
  heart,
  isTuple,
  type Limits,
  type Protocol,
  reply,
  type Term,
  tuple,
  unknown,
} from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { clientFrame, closeOf, RawSocket } from "./raw_socket.ts";
import { echoProto } from "./echo_proto.ts";
import { ask, read, t } from "./speech.ts";

function start(engine: Engine, limits: Partial<Limits> = {}, ...protocols: Protocol[]): Running {
  return engine.start({ protocols: [heart, ...protocols, echoProto], limits, log: keepLog().log });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 0));
const MESSAGES = 1_600;
const BODY = new Uint8Array(65_536);

/** Publishes 100 MB to the topic `news`, a little at a time. */
async function publish(running: Running): Promise<void> {
  for (let i = 1; i <= MESSAGES; i++) {
    running.n2o.send("news", tuple(atom("deliver"), i, BODY));
    if (i % 8 === 0) await pause();
  }
}

/** A subscriber of `news` that does not read. */
async function sleeper(running: Running): Promise<RawSocket> {
  const socket = await RawSocket.open(running);
  strictEqual(await ask(socket, t("sub", "news")), '{sub,<<"news">>}');
  return socket;
}

/** A subscriber of `news` that reads, and the numbers that it got. */
async function listener(running: Running): Promise<{ socket: RawSocket; numbers: Promise<number[]> }> {
  const socket = await sleeper(running);
  return { socket, numbers: readUntil(socket, MESSAGES) };
}

/** Reads `{deliver, N, Body}` until the number comes; gives all numbers. */
async function readUntil(socket: RawSocket, last: number): Promise<number[]> {
  const numbers: number[] = [];
  while (numbers.at(-1) !== last) {
    const { payload } = await socket.frame();
    const message = bert.decode(payload);
    ok(isTuple(message, "deliver", 3));
    strictEqual((message[2] as Uint8Array).length, BODY.length);
    numbers.push(Number(message[1]));
  }
  return numbers;
}

const all = Array.from({ length: MESSAGES }, (_, i) => i + 1);

each(
  "a reader that stops is let go with 1013; memory stays bounded and the others get everything",
  async (engine) => {
    const reasons: Term[] = [];
    const ends: Protocol = {
      name: "ends",
      info: () => unknown,
      terminate: (_, reason) => void reasons.push(reason),
    };
    await using running = start(engine, {}, ends);
    await using neighbour = await Neighbour.move(running);
    const { socket, numbers } = await listener(running);
    const slow = await Promise.all(Array.from({ length: 4 }, () => sleeper(running)));
    const before = Deno.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss - before), 5);
    await publish(running);
    deepStrictEqual(await numbers, all);
    clearInterval(watch);
    // Four times 100 MB were meant for them.
    ok(most < 150_000_000, `${most} bytes`);
    strictEqual(running.n2o.counters.slowReaders, 4);
    strictEqual(running.n2o.counters.connections, 2);
    strictEqual(running.n2o.bus.count("news"), 1);
    deepStrictEqual(reasons, slow.map(() => tuple(atom("close"), 1013, "too slow")));
    // What it finds when it reads on: whole frames, then why it was let go.
    let frame = await slow[0].frame();
    while (frame.op !== "close") frame = await slow[0].frame();
    deepStrictEqual(closeOf(frame), { code: 1013, reason: "too slow" });
    for (const one of [socket, ...slow]) one.close();
    await neighbour.undisturbed();
  },
);

each("with drop-oldest a reader that stopped goes on with the newest", async (engine) => {
  await using running = start(engine, { queuePolicy: "drop-oldest", maxQueueBytes: 1_048_576 });
  await using neighbour = await Neighbour.move(running);
  await using slow = await sleeper(running);
  const { socket, numbers } = await listener(running);
  await publish(running);
  deepStrictEqual(await numbers, all);
  const got = await readUntil(slow, MESSAGES);
  ordered(got);
  ok(got.length < MESSAGES / 2, "most were dropped");
  // The queue holds the newest without a gap.
  deepStrictEqual(got.slice(-15), all.slice(-15));
  strictEqual(running.n2o.counters.framesDropped, MESSAGES - got.length);
  await slow.quiet();
  socket.close();
  await neighbour.undisturbed();
});

each("with drop-newest a reader that stopped goes on with the oldest", async (engine) => {
  await using running = start(engine, { queuePolicy: "drop-newest", maxQueueBytes: 1_048_576 });
  await using slow = await sleeper(running);
  const { socket, numbers } = await listener(running);
  await publish(running);
  deepStrictEqual(await numbers, all);
  const kept = MESSAGES - running.n2o.counters.framesDropped;
  const got = await readUntil(slow, kept);
  deepStrictEqual(got, all.slice(0, kept));
  ok(kept < MESSAGES / 2, "most were dropped");
  running.n2o.send("news", tuple(atom("deliver"), 5_000, BODY));
  deepStrictEqual(await readUntil(slow, 5_000), [5_000]);
  await slow.quiet();
  socket.close();
});

function ordered(numbers: readonly number[]): void {
  for (let i = 1; i < numbers.length; i++) ok(numbers[i] > numbers[i - 1], "in order");
}

each("the queue is bounded in messages, too", async (engine) => {
  await using running = start(engine, { maxQueueMessages: 100 });
  await using slow = await sleeper(running);
  for (let i = 0; i < 40; i++) {
    running.n2o.send("news", tuple(atom("deliver"), i, BODY));
    await pause();
  }
  // The sockets' own buffers have room for some megabytes; small messages pile up behind.
  for (let i = 0; running.n2o.counters.slowReaders === 0 && i < 10_000; i++) {
    running.n2o.send("news", tuple(atom("deliver"), i, BODY.subarray(0, 4_000)));
    if (i % 10 === 0) await pause();
  }
  strictEqual(running.n2o.counters.slowReaders, 1);
  ok(slow !== undefined);
});

each("a client that asks for much and reads nothing is let go as well", async (engine) => {
  await using running = start(engine, { maxQueueBytes: 1_048_576 });
  await using neighbour = await Neighbour.move(running);
  await using greedy = await RawSocket.open(running);
  const question = clientFrame("binary", bert.encode(t("echo", new Uint8Array(500_000))));
  // Its writes fail or hang once nobody reads them.
  const asking = (async () => {
    for (let i = 0; i < 200; i++) await greedy.write(question);
  })().catch(() => {});
  await running.until(() => running.n2o.counters.slowReaders === 1, "it is let go");
  strictEqual(running.n2o.counters.connections, 1);
  await neighbour.undisturbed();
  greedy.close();
  await asking;
}, ["serve"]);

each(
  "a client that asks for much and reads nothing has to wait, and gets it all when it reads",
  async (engine) => {
    await using running = start(engine, { maxQueueBytes: 1_048_576 });
    await using neighbour = await Neighbour.move(running);
    await using greedy = await RawSocket.open(running);
    const question = clientFrame("binary", bert.encode(t("echo", new Uint8Array(500_000))));
    const questions = 200;
    const asking = (async () => {
      for (let i = 0; i < questions; i++) await greedy.write(question);
    })();
    await neighbour.undisturbed(100);
    const { counters } = running.n2o;
    // What the sockets hold, and half a queue.
    ok(counters.bytesIn < 30_000_000, `${counters.bytesIn} bytes were read`);
    for (let i = 0; i < questions; i++) strictEqual((await greedy.frame()).payload.length, 500_015);
    await asking;
    strictEqual(counters.slowReaders, 0);
    await neighbour.undisturbed();
  },
  ["stream"],
);

each("a client that asks for much in a few bytes, and reads, gets it all", async (engine) => {
  for (const waits of [false, true]) {
    const big: Protocol = {
      name: "big",
      info(message) {
        if (!isTuple(message, "big", 2)) return unknown;
        const answer = reply("binary", new Uint8Array(message[1] as number));
        return waits ? Promise.resolve(answer) : answer;
      },
    };
    await using running = start(engine, {}, big);
    for (const [questions, bytes] of [[20, 900_000], [1_500, 20_000]]) {
      await using socket = await RawSocket.open(running);
      const question = clientFrame("binary", bert.encode(t("big", bytes)));
      const all = new Uint8Array(questions * question.length);
      for (let i = 0; i < questions; i++) all.set(question, i * question.length);
      await socket.write(all);
      await socket.send("text", "PING");
      for (let i = 0; i < questions; i++) strictEqual((await socket.frame()).payload.length, bytes);
      strictEqual(read(await socket.frame()), "text PONG");
    }
    strictEqual(running.n2o.counters.slowReaders, 0);
  }
}, ["stream"]);

each("a client that asks for much and never reads is let go by the idle limit", async (engine) => {
  await using running = start(engine, { maxQueueBytes: 1_048_576, idleTimeoutMs: 2_000 });
  await using neighbour = await Neighbour.move(running);
  await using greedy = await RawSocket.open(running);
  const question = clientFrame("binary", bert.encode(t("echo", new Uint8Array(500_000))));
  const asking = (async () => {
    for (let i = 0; i < 200; i++) await greedy.write(question);
  })().catch(() => {});
  await running.until(() => running.n2o.counters.connections === 1, "it is let go");
  await neighbour.undisturbed();
  await asking;
}, ["stream"]);

each(
  "a reader that stopped and never answers is gone by the idle limit, whatever the policy",
  async (engine) => {
    let now = Date.now();
    const reasons: Term[] = [];
    const ends: Protocol = {
      name: "ends",
      info: () => unknown,
      terminate: (_, reason) => void reasons.push(reason),
    };
    await using running = engine.start({
      protocols: [heart, ends, echoProto],
      limits: {
        queuePolicy: "drop-oldest",
        maxQueueBytes: 1_048_576,
        silenceTimeoutMs: 1_000,
        idleTimeoutMs: 4_000,
      },
      clock: () => now,
      log: keepLog().log,
    });
    await using stopped = await sleeper(running);
    for (let i = 0; i < 200; i++) {
      running.n2o.send("news", tuple(atom("deliver"), i, BODY));
      if (i % 8 === 0) await pause();
    }
    now += 4_001;
    await running.until(() => running.n2o.counters.idleClosed === 1, "its time is over");
    // It takes no close frame either: its time to take it runs out, too.
    now += 5_001;
    await running.until(() => reasons.length === 1, "it is gone");
    strictEqual(running.n2o.bus.size, 0);
    ok(stopped !== undefined);
  },
);
