import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  atom,
  bert,
  handled,
  heart,
  isTuple,
  type Limits,
  N2OError,
  type Protocol,
  reply,
  type Term,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { clientFrame, RawSocket } from "./raw_socket.ts";
import { echoProto } from "./echo_proto.ts";
import { ask, hear, read, say, t } from "./speech.ts";

function start(engine: Engine, limits: Partial<Limits> = {}, ...protocols: Protocol[]): Running {
  return engine.start({ protocols: [heart, ...protocols, echoProto], limits, log: keepLog().log });
}

const BODY = new Uint8Array(65_536);

/** A subscriber of `news`. */
async function subscriber(running: Running): Promise<RawSocket> {
  const socket = await RawSocket.open(running);
  strictEqual(await ask(socket, t("sub", "news")), '{sub,<<"news">>}');
  return socket;
}

/** Answers what registering gives. */
const topics: Protocol = {
  name: "topics",
  info(message, cx) {
    if (!isTuple(message, "reg", 2)) return unknown;
    try {
      cx.reg(text(message[1])!);
    } catch (error) {
      if (error instanceof N2OError) return reply("bert", atom(error.code));
      throw error;
    }
    return reply("bert", atom("ok"));
  },
};

each("a client cannot hear more topics than allowed, and leaves none behind", async (engine) => {
  await using running = start(engine, {}, topics);
  await using neighbour = await Neighbour.move(running);
  const socket = await RawSocket.open(running);
  const answers = new Map<string, number>();
  for (let i = 0; i < 10_000; i += 500) {
    for (let j = i; j < i + 500; j++) await say(socket, t("reg", `topic ${j}`));
    for (let j = i; j < i + 500; j++) {
      const answer = await hear(socket);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  }
  deepStrictEqual([...answers], [["ok", 1_000], ["too_many_topics", 9_000]]);
  strictEqual(running.n2o.bus.size, 1_000);
  // One that it hears already is no more than it is.
  strictEqual(await ask(socket, t("reg", "topic 999")), "ok");
  strictEqual(await ask(socket, t("reg", "")), "bad_topic");
  strictEqual(await ask(socket, t("reg", "t".repeat(1_025))), "bad_topic");
  await neighbour.undisturbed();
  socket.close();
  await running.until(() => running.n2o.bus.size === 0, "all topics are left");
});

/** Is busy with `busy` until it is let go. */
function busy(): { protocol: Protocol; release: () => void; entered: Promise<void>; log: string[] } {
  const gate = Promise.withResolvers<void>();
  const inside = Promise.withResolvers<void>();
  const log: string[] = [];
  const protocol: Protocol = {
    name: "busy",
    info(message) {
      if (isTuple(message, "direct", 2)) log.push("exit");
      if (!isTuple(message, "text", 2) || text(message[1]) !== "busy") return unknown;
      inside.resolve();
      return gate.promise.then(() => {
        log.push("done");
        return reply("text", "done");
      });
    },
    terminate: () => void log.push("terminate"),
  };
  return { protocol, release: gate.resolve, entered: inside.promise, log };
}

for (
  const [what, limits, frames, size] of [
    ["messages", { maxMailboxMessages: 10 }, 10, 8],
    ["bytes", { maxMailboxBytes: 1_000 }, 10, 100],
  ] as const
) {
  each(`a busy connection's mailbox is bounded in ${what}: over it 1013`, async (engine) => {
    const { protocol, release, entered, log } = busy();
    await using running = start(engine, limits, protocol);
    await using neighbour = await Neighbour.move(running);
    await using socket = await RawSocket.open(running);
    await socket.send("text", "busy");
    await entered;
    for (let i = 0; i < frames; i++) await socket.send("text", "x".repeat(size));
    await running.until(() => running.n2o.counters.messagesIn >= frames + 1, "all are in");
    strictEqual(running.n2o.counters.mailboxesFull, 0);
    await socket.send("text", "one more");
    strictEqual(await hear(socket), "close 1013 too many messages wait");
    strictEqual(running.n2o.counters.mailboxesFull, 1);
    // The handler that runs is not cut off: the protocols hear of the end after it.
    deepStrictEqual(log, []);
    release();
    await running.until(() => log.length === 3, "the end is told");
    deepStrictEqual(log, ["done", "exit", "terminate"]);
    await neighbour.undisturbed();
  }, ["serve"]);

  each(`a busy connection's mailbox is bounded in ${what}: its client has to wait`, async (engine) => {
    const { protocol, release, entered } = busy();
    await using running = start(engine, limits, protocol);
    await using neighbour = await Neighbour.move(running);
    await using socket = await RawSocket.open(running);
    await socket.send("text", "busy");
    await entered;
    const { counters } = running.n2o;
    const before = counters.bytesIn;
    // Far more than a mailbox and the sockets hold.
    const sent = 400;
    const question = bert.encode(t("echo", new Uint8Array(65_536)));
    const sending = (async () => {
      for (let i = 0; i < sent; i++) await socket.send("binary", question);
    })();
    sending.catch(() => {});
    await neighbour.undisturbed(50);
    ok(counters.bytesIn - before < 8 * 65_536, `${counters.bytesIn - before} bytes were read`);
    release();
    strictEqual(await hear(socket), "text done");
    for (let i = 0; i < sent; i++) strictEqual((await socket.frame()).payload.length, question.length);
    await sending;
    strictEqual(counters.mailboxesFull, 0);
    await neighbour.undisturbed();
  }, ["stream"]);
}

each("a busy connection is not flooded by the bus either", async (engine) => {
  const { protocol, release, entered } = busy();
  await using running = start(engine, { maxMailboxMessages: 100 }, protocol);
  await using neighbour = await Neighbour.move(running);
  await using socket = await RawSocket.open(running);
  await ask(socket, t("sub", "news"));
  await socket.send("text", "busy");
  await entered;
  for (let i = 0; i < 101; i++) running.n2o.send("news", tuple(atom("deliver"), i, ""));
  strictEqual(await hear(socket), "close 1013 too many messages wait");
  release();
  await neighbour.undisturbed();
});

each("a burst on the bus leaves timers and sockets their turn", async (engine) => {
  let balls = 0;
  let over = false;
  const pingPong: Protocol = {
    name: "ping-pong",
    info(message, cx) {
      if (!isTuple(message, "ball", 1)) return unknown;
      if (cx.source === "client") cx.reg("table");
      // Whoever starves the timers is stopped in the end, and has failed.
      if (!over && ++balls < 20_000_000) cx.send("table", message);
      return handled;
    },
  };
  await using running = start(engine, {}, pingPong);
  await using neighbour = await Neighbour.move(running);
  await using socket = await RawSocket.open(running);
  await say(socket, t("ball"));
  await running.until(() => balls > 0, "it begins");
  let ticks = 0;
  const clock = setInterval(() => ticks++, 1);
  await neighbour.undisturbed(20);
  await running.until(() => ticks >= 20, "timers run");
  over = true;
  clearInterval(clock);
  ok(balls < 20_000_000, "starved");
  await socket.quiet();
});

each("a message to a thousand subscribers is encoded once", async (engine) => {
  await using running = start(engine);
  const sockets = await Promise.all(Array.from({ length: 1_000 }, () => subscriber(running)));
  const { counters } = running.n2o;
  const [encodings, deliveries] = [counters.encodings, counters.deliveries];
  strictEqual(running.n2o.send("news", t("deliver", "x", "y")), 1_000);
  for (const socket of sockets) strictEqual(await hear(socket), '{deliver,<<"x">>,<<"y">>}');
  strictEqual(counters.encodings - encodings, 1);
  strictEqual(counters.deliveries - deliveries, 1_000);
  for (const socket of sockets) socket.close();
  await running.until(() => counters.connections === 0, "all are gone");
  strictEqual(running.n2o.bus.size, 0);
});

each("a relayed message is encoded once a formatter, whatever wraps it", async (engine) => {
  const wrapper: Protocol = {
    name: "wrapper",
    info(message, cx) {
      if (cx.source !== "bus" || !isTuple(message, "deliver", 3)) return unknown;
      cx.push(reply("json", message));
      return reply("bert", message);
    },
  };
  await using running = start(engine, {}, wrapper);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => subscriber(running)));
  const before = running.n2o.counters.encodings;
  running.n2o.send("news", t("deliver", "x", "y"));
  for (const socket of sockets) {
    match(new TextDecoder().decode((await socket.frame()).payload), /^\{"t":104/);
    strictEqual(await hear(socket), '{deliver,<<"x">>,<<"y">>}');
    socket.close();
  }
  strictEqual(running.n2o.counters.encodings - before, 2);
});

each("what a handler keeps stays what it was", async (engine) => {
  const COUNT = 100_000;
  const kept: Term[] = [];
  const keeper: Protocol = {
    name: "keeper",
    info(message) {
      if (!isTuple(message, "keep", 4)) return unknown;
      kept.push(message);
      return handled;
    },
  };
  await using running = start(engine, { maxMessagesPerSecond: 10_000_000 }, keeper);
  await using socket = await RawSocket.open(running);
  const message = (i: number) => {
    const bytes = new Uint8Array(i % 1_000 === 0 ? 40_000 : 1 + i % 90).fill(i % 251);
    return t("keep", i, bytes, [`text ${i}`, tuple(bytes.subarray(0, 3), i / 4)]);
  };
  const SIZE = 500;
  for (let from = 0; from < COUNT; from += SIZE) {
    const frames = Array.from(
      { length: SIZE },
      (_, i) => clientFrame("binary", bert.encode(message(from + i))),
    );
    const batch = new Uint8Array(frames.reduce((size, frame) => size + frame.length, 0));
    frames.reduce((at, frame) => (batch.set(frame, at), at + frame.length), 0);
    await socket.write(batch);
  }
  await socket.quiet();
  strictEqual(kept.length, COUNT);
  kept.forEach((term, i) => strictEqual(bert.encode(term).toHex(), bert.encode(message(i)).toHex()));
  await socket.send("ping");
  strictEqual(read(await socket.frame()), "pong ");
});

each(
  "a protocol that overflows the queue hears of the end after its message, not within it",
  async (engine) => {
    const order: string[] = [];
    const flood: Protocol = {
      name: "flood",
      info(message, cx) {
        if (isTuple(message, "direct", 2)) {
          order.push("exit");
          return unknown;
        }
        if (!isTuple(message, "flood", 1)) return unknown;
        order.push("begin");
        for (let i = 0; i < 100; i++) cx.push(reply("bert", BODY));
        order.push(`end ${cx.source}`);
        return reply("bert", message);
      },
      terminate: () => void order.push("terminate"),
    };
    await using running = start(engine, { maxQueueBytes: 1_048_576 }, flood);
    await using socket = await RawSocket.open(running);
    await say(socket, t("flood"));
    await running.until(() => order.includes("terminate"), "it has ended");
    deepStrictEqual(order, ["begin", "end client", "exit", "terminate"]);
  },
);
