import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  type Context,
  heart,
  isTuple,
  type Limits,
  type Protocol,
  reply,
  session,
  text,
  unknown,
} from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t } from "./speech.ts";

const REFUSED = "{error,store_unavailable,<<>>}";

interface Gated extends Running {
  readonly store: HeldStore;
  /** The contexts, in the order of the connections. */
  readonly contexts: Context[];
  /** Lets the handler of `gated` that waits go on. */
  readonly open: () => void;
}

/** An application over a store that a test decides for, and handlers that a test holds up. */
function start(engine: Engine, limits: Partial<Limits> = {}): Gated {
  const store = new HeldStore();
  const contexts: Context[] = [];
  let gate = Promise.withResolvers<void>();
  /** `{gated, When}` sets `k` before or after it waits, then pushes, sends to `news` and answers. */
  const gated: Protocol = {
    name: "gated",
    init: (cx) => void contexts.push(cx),
    info(message, cx) {
      if (isTuple(message, "big", 2)) return reply("bert", t("big", new Uint8Array(Number(message[1]))));
      if (isTuple(message, "pushes", 2)) {
        return Promise.resolve().then(() => {
          for (let i = 0; i < Number(message[1]); i++) cx.push(reply("bert", i));
          cx.session.set("k", 1);
          cx.push(reply("text", "stored"));
          return reply("bert", message);
        });
      }
      if (!isTuple(message, "gated", 2)) return unknown;
      const when = text(message[1])!;
      if (when === "before") cx.session.set("k", when);
      return (async () => {
        await Promise.resolve();
        if (when === "after") cx.session.set("k", when);
        await gate.promise;
        cx.push(reply("text", "pushed"));
        cx.send("news", t("deliver", "news", when));
        return reply("bert", t("done"));
      })();
    },
  };
  const running = engine.start({
    protocols: [heart, session, sessionProto, gated, echoProto],
    store,
    limits,
    log: keepLog().log,
  });
  return Object.assign(running, {
    store,
    contexts,
    open() {
      gate.resolve();
      gate = Promise.withResolvers();
    },
    async [Symbol.asyncDispose]() {
      store.commit();
      const closing = running.n2o.close({ drainMs: 1_000 });
      store.decideAtOnce();
      await closing;
    },
  });
}

/** Waits until the application has written so often. */
async function written(running: Gated, count: number): Promise<void> {
  await running.until(() => running.store.waiting === count, `${count} writes`);
}

for (const when of ["before", "after"]) {
  each(
    `an asynchronous handler whose write (${when} it waits) fails meanwhile is refused, once, with all it sends`,
    async (engine) => {
      await using running = start(engine);
      await using a = await RawSocket.open(running);
      await using b = await RawSocket.open(running);
      await ask(b, t("sub", "news"));
      await say(a, t("gated", when));
      await written(running, 1);
      running.store.fail();
      running.open();
      strictEqual(await hear(a), REFUSED);
      await a.quiet();
      await b.quiet();
      strictEqual(await ask(a, t("get", "k")), "none");
      strictEqual(running.n2o.counters.commitFailures, 1);
      // The next one is as good as any.
      await say(a, t("gated", when));
      await written(running, 1);
      running.open();
      running.store.commit();
      strictEqual(await hear(a), "text pushed");
      strictEqual(await hear(a), "{done}");
      ok((await hear(b)).startsWith('{deliver,<<"news">>'));
    },
  );

  each(
    `an asynchronous handler whose write (${when} it waits) is stored meanwhile waits for nothing more`,
    async (engine) => {
      await using running = start(engine);
      await using a = await RawSocket.open(running);
      await say(a, t("gated", when));
      await written(running, 1);
      running.store.commit();
      running.open();
      strictEqual(await hear(a), "text pushed");
      strictEqual(await hear(a), "{done}");
    },
  );
}

each(
  "messages behind an asynchronous one that failed are answered as if nothing had been",
  async (engine) => {
    await using running = start(engine);
    await using a = await RawSocket.open(running);
    await say(a, t("gated", "after"));
    await written(running, 1);
    for (const n of [1, 2]) await say(a, t("echo", n));
    await running.until(() => running.n2o.counters.messagesIn === 3, "all are in");
    running.store.fail();
    running.open();
    strictEqual(await hear(a), REFUSED);
    for (const n of [1, 2]) strictEqual(await hear(a), `{echo,${n}}`);
    running.contexts[0].push(reply("text", "later"));
    strictEqual(await hear(a), "text later");
  },
);

each(
  "what an asynchronous handler sends after its write waits, however much it sent before",
  async (engine) => {
    await using running = start(engine, { maxQueueMessages: 50 });
    await using a = await RawSocket.open(running);
    // The queue is full when the write is made: what is in it goes out, what comes behind it does not.
    for (const count of [49, 50, 51, 120]) {
      const before = running.n2o.counters.messagesOut;
      await say(a, t("pushes", count));
      for (let i = 0; i < count; i++) strictEqual(await hear(a), String(i));
      await written(running, 1);
      // By the time that somebody else is answered, everything that may go out is out.
      await using b = await RawSocket.open(running);
      strictEqual(await ask(b, t("echo", count)), `{echo,${count}}`);
      strictEqual(running.n2o.counters.messagesOut, before + count + 1);
      running.store.commit();
      strictEqual(await hear(a), "text stored");
      strictEqual(await hear(a), `{pushes,${count}}`);
    }
  },
);

each("the answer to an empty message waits for its turn", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await say(a, t("set", "k", 1));
  await a.send("binary");
  await say(a, t("set", "k", 2));
  await a.send("binary");
  await written(running, 2);
  running.store.commit(1);
  strictEqual(await hear(a), '{ok,<<"k">>}');
  strictEqual(await hear(a), "nothing");
  running.store.fail();
  strictEqual(await hear(a), REFUSED);
  strictEqual(await hear(a), "nothing");
  await a.send("binary");
  strictEqual(await hear(a), "nothing");
});

const floods: readonly [string, Partial<Limits>, number, number][] = [
  ["messages", { maxQueueMessages: 100 }, 1, 200],
  ["bytes", { maxQueueBytes: 1_048_576 }, 100_000, 40],
];
for (const [what, limits, bytes, count] of floods) {
  each(`what waits for the disk is bounded in ${what}: over it 1013`, async (engine) => {
    await using running = start(engine, limits);
    await using greedy = await RawSocket.open(running);
    await using b = await RawSocket.open(running);
    const token = await hello(greedy);
    await say(greedy, t("set", "k", 1));
    await written(running, 1);
    for (let i = 0; i < count; i++) await say(greedy, t("big", bytes));
    strictEqual(await hear(greedy), "close 1013 too slow");
    strictEqual(running.n2o.counters.slowReaders, 1);
    strictEqual(await ask(b, t("echo", 1)), "{echo,1}");
    // What it changed is stored all the same.
    running.store.commit();
    await hello(b, token);
    strictEqual(await ask(b, t("get", "k")), "1");
  });
}

each("as much as may wait for the disk is held, in order, and goes out with the commit", async (engine) => {
  await using running = start(engine, { maxQueueMessages: 100 });
  await using a = await RawSocket.open(running);
  for (let round = 0; round < 6; round++) {
    await say(a, t("set", "k", round));
    for (let i = 1; i < 50; i++) await say(a, t("echo", i));
    await running.until(() => running.n2o.counters.messagesIn === 50 * (round + 1), "all are in");
    // There is always a change that is not stored yet.
    if (round === 0) continue;
    running.store.commit(1);
    strictEqual(await hear(a), '{ok,<<"k">>}');
    for (let i = 1; i < 50; i++) strictEqual(await hear(a), `{echo,${i}}`);
  }
  strictEqual(running.n2o.counters.slowReaders, 0);
});

each("a close waits for what waits for the disk, and follows the refusal of what failed", async (engine) => {
  for (const decide of ["commit", "fail"] as const) {
    await using running = start(engine);
    await using a = await RawSocket.open(running);
    await say(a, t("set", "k", 1));
    await say(a, t("echo", 1));
    await running.until(() => running.n2o.counters.messagesIn === 2, "both are in");
    running.contexts[0].close(4000, "enough");
    await using b = await RawSocket.open(running);
    strictEqual(await ask(b, t("echo", 1)), "{echo,1}");
    running.store[decide]();
    strictEqual(await hear(a), decide === "commit" ? '{ok,<<"k">>}' : REFUSED);
    strictEqual(await hear(a), "{echo,1}");
    strictEqual(await hear(a), "close 4000 enough");
  }
});

each("what a message sends to topics keeps its order with what it answers and pushes", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await ask(a, t("sub", "own"));
  await say(a, t("set", "k", 1));
  for (const n of [1, 2]) await say(a, t("pub", "own", n));
  await say(a, t("set", "k", 2));
  await say(a, t("pub", "own", 3));
  await written(running, 2);
  running.store.commit(1);
  for (const said of ['{ok,<<"k">>}', "nothing", "nothing"]) strictEqual(await hear(a), said);
  await running.until(() => running.n2o.counters.deliveries === 2, "it hears what it has sent");
  running.store.fail();
  // What came behind the message that failed rested on nothing of it.
  const heard = [];
  for (let i = 0; i < 5; i++) heard.push(await hear(a));
  deepStrictEqual(heard, [
    REFUSED,
    "nothing",
    '{deliver,<<"own">>,1}',
    '{deliver,<<"own">>,2}',
    '{deliver,<<"own">>,3}',
  ]);
});

for (const later of [false, true]) {
  each(
    `a connection keeps nothing of a bus message that it has handled${later ? " later" : ""}`,
    async (engine) => {
      const term = t("news", 1);
      let kept: Context | undefined;
      const relaying: Protocol = {
        name: "relaying",
        init(cx) {
          kept = cx;
          cx.reg("news");
        },
        info(message, cx) {
          if (cx.source !== "bus") return unknown;
          return later ? Promise.resolve(reply("bert", message)) : reply("bert", message);
        },
      };
      await using running = engine.start({ protocols: [heart, relaying], log: keepLog().log });
      await using a = await RawSocket.open(running);
      await a.quiet();
      running.n2o.send("news", term);
      strictEqual(await hear(a), "{news,1}");
      const { encodings } = running.n2o.counters;
      // If the message were still there, its frame would be found in it.
      kept!.push(reply("bert", term));
      strictEqual(await hear(a), "{news,1}");
      strictEqual(running.n2o.counters.encodings, encodings + 1);
    },
  );
}
