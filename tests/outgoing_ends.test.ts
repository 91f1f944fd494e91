import { strictEqual } from "node:assert/strict";
import { isTuple, type Protocol, reply, unknown } from "@n2o/n2o";
import { each } from "./engines.ts";
import { startGated, written } from "./gated.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, hear, say, t } from "./speech.ts";

const REFUSED = "{error,store_unavailable,<<>>}";

each("a close waits for what waits for the disk, and follows the refusal of what failed", async (engine) => {
  for (const decide of ["commit", "fail"] as const) {
    await using running = startGated(engine);
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

each("a failure while a connection begins spoils nothing of what it does later", async (engine) => {
  const gate = Promise.withResolvers<void>();
  let begun = false;
  const slow: Protocol = {
    name: "slow",
    init: () => gate.promise.then(() => void (begun = true)),
    info: () => unknown,
  };
  await using running = startGated(engine, {}, slow);
  const { store, contexts } = running;
  await using a = await RawSocket.open(running);
  await running.until(() => contexts.length === 1, "it begins");
  store.set(["own"], new Uint8Array(1));
  store.fail();
  gate.resolve();
  await running.until(() => begun, "it has begun");
  contexts[0].push(reply("text", "tick"));
  strictEqual(await hear(a), "text tick");
  await using b = await RawSocket.open(running);
  await ask(b, t("sub", "news"));
  contexts[0].send("news", t("deliver", "news", 1));
  strictEqual(await hear(b), '{deliver,<<"news">>,1}');
});

for (const later of [false, true]) {
  each(
    `a handler that closes and answers${later ? " later" : ""} is heard, then the close`,
    async (engine) => {
      const closing: Protocol = {
        name: "closing",
        info(message, cx) {
          if (!isTuple(message, "bye", 1)) return unknown;
          const answer = () => {
            cx.push(reply("text", "before"));
            cx.close(4000, "bye");
            return reply("bert", message);
          };
          return later ? Promise.resolve().then(answer) : answer();
        },
      };
      await using running = startGated(engine, {}, closing);
      await using a = await RawSocket.open(running);
      await say(a, t("bye"));
      for (const said of ["text before", "{bye}", "close 4000 bye"]) strictEqual(await hear(a), said);
    },
  );
}

each("everything that was sent before a close goes out, however little the queue holds", async (engine) => {
  const many: Protocol = {
    name: "many",
    info(message, cx) {
      if (!isTuple(message, "many", 2)) return unknown;
      for (let i = 1; i < 40; i++) cx.push(reply("bert", i));
      if (message[1] === 3) cx.close(4000, "enough");
      return reply("bert", message);
    },
  };
  await using running = startGated(engine, { maxQueueMessages: 50 }, many);
  await using a = await RawSocket.open(running);
  await say(a, t("gated", "not at all"));
  // They wait, and are handled in one turn.
  for (const n of [1, 2, 3]) await say(a, t("many", n));
  await running.until(() => running.n2o.counters.messagesIn === 4, "all are in");
  running.open();
  for (const said of ["text pushed", "{done}"]) strictEqual(await hear(a), said);
  for (const n of [1, 2, 3]) {
    for (let i = 1; i < 40; i++) strictEqual(await hear(a), String(i));
    strictEqual(await hear(a), `{many,${n}}`);
  }
  strictEqual(await hear(a), "close 4000 enough");
});

for (const decide of ["commit", "fail"] as const) {
  each(`what begin and end of a connection send waits for no stranger's ${decide}`, async (engine) => {
    const telling: Protocol = {
      name: "telling",
      init: (cx) => cx.push(reply("text", "welcome")),
      info(message, cx) {
        const isExit = isTuple(message, "direct", 2) && isTuple(message[1], "exit", 2);
        if (isExit && cx.source === "system") cx.send("news", t("deliver", "news", "exit"));
        return unknown;
      },
      terminate: (cx) => cx.send("news", t("deliver", "news", "terminate")),
    };
    await using running = startGated(engine, {}, telling);
    await using observer = await RawSocket.open(running);
    strictEqual(await hear(observer), "text welcome");
    await ask(observer, t("sub", "news"));
    await using stranger = await RawSocket.open(running);
    await hear(stranger);
    await say(stranger, t("set", "k", 1));
    await written(running, 1);
    const a = await RawSocket.open(running);
    strictEqual(await hear(a), "text welcome");
    a.close();
    for (const what of ["exit", "terminate"]) {
      strictEqual(await hear(observer), `{deliver,<<"news">>,<<"${what}">>}`);
    }
    running.store[decide]();
    await observer.quiet();
  });
}
