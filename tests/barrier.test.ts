import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { handled, heart, isTuple, type Protocol, reply, room, session, unknown } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { keepLog, type LogLine } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

const REFUSED = "{error,store_unavailable,<<>>}";

/** `{all, Value}` changes the session, pushes, sends to the topic `news`, and answers. */
const everything: Protocol = {
  name: "everything",
  info(message, cx) {
    if (isTuple(message, "all", 2)) {
      cx.session.set("k", message[1]);
      cx.push(reply("text", "pushed"));
      cx.send("news", t("deliver", "news", message[1]));
      return reply("bert", message);
    }
    if (isTuple(message, "later", 2)) {
      return Promise.resolve().then(() => {
        cx.session.set("k", message[1]);
        cx.push(reply("text", "pushed"));
        cx.send("news", t("deliver", "news", message[1]));
        return reply("bert", message);
      });
    }
    if (isTuple(message, "hush", 2)) {
      cx.session.set("k", message[1]);
      return handled;
    }
    return unknown;
  },
};

interface Held extends Running {
  readonly store: HeldStore;
  readonly lines: LogLine[];
}

function start(engine: Engine): Held {
  const store = new HeldStore();
  const { log, lines } = keepLog();
  const protocols = [heart, session, sessionProto, everything, room, echoProto];
  const running = engine.start({ protocols, store, log });
  return Object.assign(running, {
    store,
    lines,
    async [Symbol.asyncDispose]() {
      // What a failing test left undecided must not hold up the end.
      store.commit();
      const closing = running.n2o.close({ drainMs: 1_000 });
      store.decideAtOnce();
      await closing;
    },
  });
}

/** Waits until the application has written so often. */
async function written(running: Held, count: number): Promise<void> {
  await running.until(() => running.store.waiting === count, `${count} writes`);
}

for (const how of ["all", "later"]) {
  each(`what a message sends (${how}) waits until what it changed is committed`, async (engine) => {
    await using running = start(engine);
    await using a = await RawSocket.open(running);
    await using b = await RawSocket.open(running);
    await ask(b, t("sub", "news"));
    await say(a, t(how, 1));
    await written(running, 1);
    // Nothing of it is out; who waits for nothing is answered.
    strictEqual(await ask(b, t("echo", 1)), "{echo,1}");
    running.store.commit();
    strictEqual(await hear(a), "text pushed");
    strictEqual(await hear(a), `{${how},1}`);
    strictEqual(await hear(b), '{deliver,<<"news">>,1}');
  });

  each(
    `what a message sends (${how}) is dropped when the commit fails, and what it changed undone`,
    async (engine) => {
      await using running = start(engine);
      await using a = await RawSocket.open(running);
      await using b = await RawSocket.open(running);
      await ask(b, t("sub", "news"));
      await say(a, t(how, 1));
      await written(running, 1);
      running.store.commit();
      for (let i = 0; i < 2; i++) await hear(a);
      await hear(b);
      await say(a, t(how, 2));
      await written(running, 1);
      running.store.fail();
      strictEqual(await hear(a), REFUSED);
      strictEqual(await ask(a, t("get", "k")), "1");
      strictEqual(running.n2o.counters.commitFailures, 1);
      strictEqual(running.lines.filter(({ event }) => event === "commit_failed").length, 1);
      await b.quiet();
      // Later messages work.
      await say(a, t(how, 3));
      await written(running, 1);
      running.store.commit();
      strictEqual(await hear(a), "text pushed");
      strictEqual(await hear(a), `{${how},3}`);
      strictEqual(await hear(b), '{deliver,<<"news">>,3}');
      strictEqual(await ask(a, t("get", "k")), "3");
    },
  );
}

each("answers keep their order, waiting or not", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.open(running);
  await say(socket, t("echo", 1));
  await say(socket, t("set", "k", 1));
  await say(socket, t("echo", 2));
  await socket.send("text", "PING");
  await say(socket, t("set", "k", 2));
  await say(socket, t("get", "k"));
  await say(socket, t("nobody"));
  strictEqual(await hear(socket), "{echo,1}");
  await written(running, 2);
  running.store.commit(1);
  strictEqual(await hear(socket), '{ok,<<"k">>}');
  strictEqual(await hear(socket), "{echo,2}");
  strictEqual(await hear(socket), "text PONG");
  running.store.commit();
  strictEqual(await hear(socket), '{ok,<<"k">>}');
  strictEqual(await hear(socket), "2");
  strictEqual(await hear(socket), "nothing");
});

each("after a failure each message is answered by itself, in order", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.open(running);
  await say(socket, t("set", "a", 1));
  await say(socket, t("echo", 1));
  await say(socket, t("set", "b", 1));
  await say(socket, t("get", "a"));
  await say(socket, t("echo", 2));
  await running.until(() => running.n2o.counters.messagesIn === 5, "all are in");
  await written(running, 2);
  running.store.fail();
  // The read rested on what was not stored, and is refused with it; the echoes rest on nothing.
  const heard = [];
  for (let i = 0; i < 5; i++) heard.push(await hear(socket));
  deepStrictEqual(heard, [REFUSED, "{echo,1}", REFUSED, REFUSED, "{echo,2}"]);
  strictEqual(await ask(socket, t("get", "a")), "none");
  strictEqual(await ask(socket, t("get", "b")), "none");
});

each("what another connection reads before the commit is told after it", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  await hello(b, await hello(a));
  await say(a, t("set", "k", 1));
  await written(running, 1);
  await say(b, t("get", "k"));
  await running.until(() => running.n2o.counters.messagesIn === 4, "it is in");
  running.store.fail();
  strictEqual(await hear(a), REFUSED);
  strictEqual(await hear(b), REFUSED);
  strictEqual(await ask(b, t("get", "k")), "none");
});

each("a change without an answer that fails is told as well", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.open(running);
  await say(socket, t("hush", 1));
  await written(running, 1);
  running.store.commit();
  await socket.quiet();
  await say(socket, t("hush", 2));
  await written(running, 1);
  running.store.fail();
  strictEqual(await hear(socket), REFUSED);
});

each("a client that goes while its change is undecided loses nothing of it", async (engine) => {
  await using running = start(engine);
  const a = await RawSocket.open(running);
  const token = await hello(a);
  await say(a, t("set", "k", 1));
  await written(running, 1);
  a.close();
  await running.until(() => running.n2o.counters.connections === 0, "it is gone");
  await using b = await RawSocket.open(running);
  strictEqual(await hello(b, token), token);
  await say(b, t("get", "k"));
  running.store.commit();
  strictEqual(await hear(b), "1");
});

each("a login that cannot be stored leaves everything as it was", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  const token = await hello(a);
  const id = await ask(a, t("sid"));
  await say(a, t("set", "cart", 3));
  await written(running, 1);
  running.store.commit();
  await hear(a);
  await say(a, t("login", "maxim"));
  await running.until(() => running.store.waiting > 0, "it is written");
  running.store.fail();
  strictEqual(await hear(a), REFUSED);
  strictEqual(await ask(a, t("whoami")), "none");
  strictEqual(await ask(a, t("sid")), id, "the session that the client has the token of");
  strictEqual(await ask(a, t("get", "cart")), "3");
  await using b = await RawSocket.open(running);
  strictEqual(await hello(b, token), token);
  strictEqual(await ask(b, t("get", "cart")), "3");
  // A second try works.
  await say(a, t("login", "maxim"));
  await running.until(() => running.store.waiting > 0, "it is written again");
  running.store.commit();
  tokenOf(await a.frame());
  strictEqual(await hear(a), '{login,<<"maxim">>}');
  strictEqual(await ask(a, t("get", "cart")), "3");
});

each("a logout that cannot be stored is none", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await hello(a);
  await say(a, t("login", "maxim"));
  await running.until(() => running.store.waiting > 0, "it is written");
  running.store.commit();
  const token = tokenOf(await a.frame());
  await hear(a);
  await using b = await RawSocket.open(running);
  await hello(b, token);
  await say(a, t("logout"));
  await running.until(() => running.store.waiting > 0, "it is written");
  running.store.fail();
  strictEqual(await hear(a), REFUSED);
  await b.quiet();
  strictEqual(await ask(b, t("whoami")), '<<"maxim">>');
  strictEqual(await ask(a, t("whoami")), '<<"maxim">>');
  await using c = await RawSocket.open(running);
  strictEqual(await hello(c, token), token);
  strictEqual(await ask(c, t("whoami")), '<<"maxim">>');
});

each("a post is answered and delivered once it is stored", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  for (const socket of [a, b]) {
    ok((await ask(socket, t("join", "lobby", "", 0))).startsWith("{joined,"));
    await hear(socket);
  }
  await say(a, t("post", "lobby", "1", "hi"));
  await running.until(() => running.store.waiting > 0, "it is written");
  await b.quiet();
  running.store.commit();
  ok((await hear(b)).startsWith('{message,<<"lobby">>,1,<<"1">>'));
  const both = [await hear(a), await hear(a)].map((said) => said.slice(0, 8)).sort();
  deepStrictEqual(both, ["{message", "{posted,"]);
});

each(
  "a post that cannot be stored is delivered to nobody, and its place is the next one's",
  async (engine) => {
    await using running = start(engine);
    await using a = await RawSocket.open(running);
    await using b = await RawSocket.open(running);
    for (const socket of [a, b]) {
      await ask(socket, t("join", "lobby", "", 0));
      await hear(socket);
    }
    await say(a, t("post", "lobby", "1", "lost"));
    await running.until(() => running.store.waiting > 0, "it is written");
    running.store.fail();
    strictEqual(await hear(a), REFUSED);
    await b.quiet();
    await say(a, t("post", "lobby", "1", "again"));
    await running.until(() => running.store.waiting > 0, "it is written again");
    running.store.commit();
    ok((await hear(b)).includes('<<"again">>'));
    const said = [await hear(a), await hear(a)].sort();
    ok(said[0].startsWith('{message,<<"lobby">>,1,<<"1">>'));
    strictEqual(said[1], '{posted,<<"lobby">>,<<"1">>,1}');
    await using c = await RawSocket.open(running);
    const joined = await ask(c, t("join", "lobby", "", 0));
    ok(joined.includes('<<"again">>') && !joined.includes("lost"));
  },
);

each("who joins while a post is undecided misses nothing, whatever becomes of it", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await ask(a, t("join", "lobby", "", 0));
  await hear(a);
  await say(a, t("post", "lobby", "1", "lost"));
  await running.until(() => running.store.waiting > 0, "it is written");
  await using b = await RawSocket.open(running);
  await say(b, t("join", "lobby", "", 0));
  await running.until(() => running.n2o.counters.messagesIn === 3, "b asks");
  running.store.fail();
  strictEqual(await hear(a), REFUSED);
  let joined = await hear(b);
  if (joined === REFUSED) joined = await ask(b, t("join", "lobby", "", 0));
  ok(joined.startsWith("{joined,") && !joined.includes("lost"), joined);
  await hear(b);
  await say(a, t("post", "lobby", "2", "kept"));
  await running.until(() => running.store.waiting > 0, "it is written");
  running.store.commit();
  ok((await hear(b)).includes('<<"kept">>'));
});

each("a user who joins while a post is undecided is announced, whatever becomes of it", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await ask(a, t("join", "lobby", "", 0));
  await hear(a);
  await using b = await RawSocket.open(running);
  await say(b, t("login", "anna"));
  await running.until(() => running.store.waiting > 0, "it is written");
  running.store.commit();
  tokenOf(await b.frame());
  await hear(b);
  await say(a, t("post", "lobby", "1", "lost"));
  await running.until(() => running.store.waiting > 0, "it is written");
  await say(b, t("join", "lobby", "", 0));
  await running.until(() => running.n2o.counters.messagesIn === 4, "b asks");
  running.store.fail();
  strictEqual(await hear(a), REFUSED);
  let joined = await hear(b);
  if (joined === REFUSED) joined = await ask(b, t("join", "lobby", "", 0));
  ok(joined.startsWith("{joined,"), joined);
  strictEqual(await hear(b), '{presence,<<"lobby">>,[<<"anna">>],[]}');
  strictEqual(await hear(a), '{presence,<<"lobby">>,[<<"anna">>],[]}');
});

each(
  "a store that refuses a write at once is answered by its protocol, and the connection lives",
  async (engine) => {
    await using running = start(engine);
    const { store } = running;
    await using socket = await RawSocket.open(running);
    const set = store.set.bind(store);
    store.set = () => {
      throw new Error("the disk is gone");
    };
    strictEqual(await ask(socket, t("hush", 1)), "nothing");
    ok((await ask(socket, t("post", "lobby", "1", "hi"))).match(/^nothing$|store_unavailable/) !== null);
    store.set = set;
    strictEqual(await ask(socket, t("get", "k")), "none");
    await say(socket, t("set", "k", 1));
    await written(running, 1);
    store.commit();
    strictEqual(await hear(socket), '{ok,<<"k">>}');
  },
);

each("a hundred connections that change and fail at once are each told", async (engine) => {
  await using running = start(engine);
  const sockets = await Promise.all(Array.from({ length: 100 }, () => RawSocket.open(running)));
  for (const [i, socket] of sockets.entries()) await say(socket, t("set", "k", i));
  await written(running, 100);
  running.store.commit(50);
  running.store.fail();
  const answers = await Promise.all(sockets.map(hear));
  strictEqual(answers.filter((answer) => answer === '{ok,<<"k">>}').length, 50);
  strictEqual(answers.filter((answer) => answer === REFUSED).length, 50);
  for (const socket of sockets) socket.close();
});
