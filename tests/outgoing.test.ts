import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  type Context,
  handled,
  heart,
  isTuple,
  type Limits,
  type Protocol,
  reply,
  text,
  unknown,
} from "@n2o/n2o";
import { each } from "./engines.ts";
import { startGated, written } from "./gated.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

const REFUSED = "{error,store_unavailable,<<>>}";

for (const when of ["before", "after"]) {
  each(
    `an asynchronous handler whose write (${when} it waits) fails meanwhile is refused, once, with all it sends`,
    async (engine) => {
      await using running = startGated(engine);
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
      await using running = startGated(engine);
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
    await using running = startGated(engine);
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
    await using running = startGated(engine, { maxQueueMessages: 50 });
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
  await using running = startGated(engine);
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

/** `{raw, What}` has the store set or delete something, without a session or a room. */
const raw: Protocol = {
  name: "raw",
  info(message, cx) {
    if (!isTuple(message, "raw", 2)) return unknown;
    const { store } = cx.n2o;
    if (text(message[1]) === "set") store.set(["own"], new Uint8Array([1]));
    else store.delete(["own"]);
    cx.send("news", t("deliver", "news", message[1]));
    return reply("bert", message);
  },
};

for (const what of ["set", "delete"]) {
  each(`what a protocol itself has the store ${what} is answered for once it is stored`, async (engine) => {
    await using running = startGated(engine, {}, raw);
    await using a = await RawSocket.open(running);
    await using b = await RawSocket.open(running);
    await ask(b, t("sub", "news"));
    await say(a, t("raw", what));
    await written(running, 1);
    strictEqual(await ask(b, t("echo", 1)), "{echo,1}");
    running.store.commit();
    strictEqual(await hear(a), `{raw,<<"${what}">>}`);
    strictEqual(await hear(b), `{deliver,<<"news">>,<<"${what}">>}`);
    await say(a, t("raw", what));
    await say(a, t("echo", 2));
    await written(running, 1);
    running.store.fail();
    strictEqual(await hear(a), REFUSED);
    // A message that writes nothing does not fail with it.
    strictEqual(await hear(a), "{echo,2}");
    await b.quiet();
  });
}

const floods: readonly [string, Partial<Limits>, number, number][] = [
  ["messages", { maxQueueMessages: 100 }, 1, 200],
  ["bytes", { maxQueueBytes: 1_048_576 }, 100_000, 40],
];
for (const [what, limits, bytes, count] of floods) {
  each(`what waits for the disk is bounded in ${what}: over it 1013`, async (engine) => {
    await using running = startGated(engine, limits);
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
  await using running = startGated(engine, { maxQueueMessages: 100 });
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

each("what a message sends to topics keeps its order with what it answers and pushes", async (engine) => {
  await using running = startGated(engine);
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

each(
  "a change of user that fails is refused once, and the messages behind it are answered",
  async (engine) => {
    await using running = startGated(engine);
    await using a = await RawSocket.open(running);
    await hello(a);
    const changes = async (...message: Parameters<typeof t>) => {
      const before = running.n2o.counters.messagesIn;
      await say(a, t(...message));
      for (const n of [1, 2]) await say(a, t("echo", n));
      await running.until(() => running.n2o.counters.messagesIn === before + 3, "all are in");
    };
    await changes("login", "maxim");
    running.store.fail();
    strictEqual(await hear(a), REFUSED);
    for (const n of [1, 2]) strictEqual(await hear(a), `{echo,${n}}`);
    await a.quiet();
    await changes("login", "maxim");
    running.store.commit();
    tokenOf(await a.frame());
    strictEqual(await hear(a), '{login,<<"maxim">>}');
    for (const n of [1, 2]) strictEqual(await hear(a), `{echo,${n}}`);
    await changes("logout");
    running.store.fail();
    strictEqual(await hear(a), REFUSED);
    for (const n of [1, 2]) strictEqual(await hear(a), `{echo,${n}}`);
    await a.quiet();
    strictEqual(await ask(a, t("whoami")), '<<"maxim">>');
  },
);

each("whoever asked for nothing hears nothing of what failed", async (engine) => {
  await using running = startGated(engine);
  await using idle = await RawSocket.open(running);
  await using a = await RawSocket.open(running);
  strictEqual(await ask(idle, t("echo", 1)), "{echo,1}");
  await say(a, t("set", "k", 1));
  await written(running, 1);
  // It may rest on what fails, and nobody knows.
  running.contexts[0].push(reply("text", "tick"));
  running.store.fail();
  strictEqual(await hear(a), REFUSED);
  await idle.quiet();
  running.contexts[0].push(reply("text", "tack"));
  strictEqual(await hear(idle), "text tack");
});

each("messages for topics that wait for the disk are bounded, too", async (engine) => {
  const silent: Protocol = {
    name: "silent",
    info(message, cx) {
      if (!isTuple(message, "tell", 2)) return unknown;
      cx.send("nobody", message);
      return handled;
    },
  };
  const rows: readonly [Partial<Limits>, number, number][] = [
    [{ maxQueueMessages: 100 }, 1, 200],
    [{ maxQueueBytes: 1_048_576 }, 100_000, 40],
  ];
  for (const [limits, bytes, count] of rows) {
    await using running = startGated(engine, limits, silent);
    await using greedy = await RawSocket.open(running);
    await say(greedy, t("set", "k", 1));
    await written(running, 1);
    for (let i = 0; i < count; i++) await say(greedy, t("tell", new Uint8Array(bytes)));
    strictEqual(await hear(greedy), "close 1013 too slow");
  }
});
