import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import {
  atom,
  type Context,
  createN2O,
  isTuple,
  type Protocol,
  reply,
  type Term,
  tuple,
  unknown,
} from "@n2o/n2o";
import { each } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, hear, say, t } from "./speech.ts";

const REMOVED = "{removed}";

/** A protocol that answers `{name}` with its version and what it has counted. */
function counter(name: string, version: number, more: Partial<Protocol> = {}): Protocol {
  return {
    name,
    info(message, cx) {
      if (!isTuple(message, name, 1)) return unknown;
      const count = Number(cx.state[name] ?? 0) + 1;
      cx.state[name] = count;
      return reply("bert", tuple(version, count));
    },
    ...more,
  };
}

each("another chain takes over with the next message, and the state stays", async (engine) => {
  await using app = engine.start({ protocols: [counter("a", 1)] });
  await using socket = await RawSocket.open(app);
  strictEqual(await ask(socket, t("a")), "{1,1}");
  app.n2o.replace([counter("a", 2)]);
  strictEqual(await ask(socket, t("a")), "{2,2}");
  strictEqual(app.n2o.protocols.length, 1);
});

each(
  "a message that is being handled is finished by the old chain, those behind it go through the new one",
  async (engine) => {
    const gate = Promise.withResolvers<void>();
    const slow = (version: number, wait: Promise<void>): Protocol => ({
      name: "slow",
      info: async (message) => {
        if (!isTuple(message, "slow", 2)) return unknown;
        await wait;
        return reply("bert", tuple(version, message[1] as Term));
      },
    });
    // The first link leaves the message to the second one after the swap: still the old chain's second one.
    const first = (wait: Promise<void>): Protocol => ({
      name: "first",
      info: () => wait.then(() => unknown),
    });
    await using app = engine.start({ protocols: [first(gate.promise), slow(1, gate.promise)] });
    await using socket = await RawSocket.open(app);
    for (let n = 1; n <= 5; n++) await say(socket, t("slow", n));
    await app.until(() => app.n2o.counters.messagesIn === 5, "five messages");
    const upgraded: unknown[] = [];
    const next = { ...slow(2, Promise.resolve()), upgrade: (state: unknown) => upgraded.push(state) };
    app.n2o.replace([first(Promise.resolve()), next]);
    gate.resolve();
    deepStrictEqual(
      [await hear(socket), await hear(socket), await hear(socket), await hear(socket), await hear(socket)],
      ["{1,1}", "{2,2}", "{2,3}", "{2,4}", "{2,5}"],
    );
    strictEqual(upgraded.length, 1);
  },
);

each(
  "a protocol's upgrade gets the old state, once for each replacement and connection, in order",
  async (engine) => {
    await using app = engine.start({ protocols: [counter("a", 1)] });
    await using socket = await RawSocket.open(app);
    await using silent = await RawSocket.open(app);
    strictEqual(await ask(socket, t("a")), "{1,1}");
    const seen: [number, unknown][] = [];
    for (let version = 2; version <= 4; version++) {
      app.n2o.replace([counter("a", version, {
        upgrade(old) {
          seen.push([version, old]);
          return Number(old ?? 0) * 10;
        },
      })]);
      strictEqual(
        await ask(socket, t("a")),
        `{${version},${version === 2 ? 11 : version === 3 ? 111 : 1111}}`,
      );
      await app.until(() => seen.length === (version - 1) * 2, "both connections are over");
    }
    deepStrictEqual(seen.filter(([, old]) => old !== 0 && old !== undefined), [[2, 1], [3, 11], [4, 111]]);
    strictEqual(await ask(silent, t("a")), "{4,1}");
  },
);

each(
  "silent connections go over by themselves: what is gone says good-bye, what is new begins",
  async (engine) => {
    const told: string[] = [];
    const talker = (name: string): Protocol => ({
      name,
      info: () => unknown,
      init: () => void told.push(`init ${name}`),
      terminate: (_cx, reason) =>
        void told.push(`terminate ${name} ${isTuple(reason, "removed", 1) ? REMOVED : "end"}`),
    });
    const [a, b, c] = [talker("a"), talker("b"), talker("c")];
    await using app = engine.start({ protocols: [a, b] });
    const socket = await RawSocket.open(app);
    await app.until(() => told.length === 2, "begun");
    app.n2o.replace([b, c]);
    await app.until(() => told.length === 4, "over");
    deepStrictEqual(told, ["init a", "init b", `terminate a ${REMOVED}`, "init c"]);
    socket.close();
    await app.until(() => told.length === 6, "ended");
    deepStrictEqual(told.slice(4), ["terminate b end", "terminate c end"]);
  },
);

each(
  "what a new protocol registers for and sends in its init arrives, without a message from the client",
  async (engine) => {
    await using app = engine.start({ protocols: [] });
    await using socket = await RawSocket.open(app);
    await app.until(() => app.n2o.counters.connections === 1, "open");
    app.n2o.replace([{
      name: "news",
      init(cx: Context) {
        cx.reg("news");
        cx.push(reply("text", "welcome"));
      },
      info: (message) => reply("bert", message),
    }]);
    strictEqual(await hear(socket), "text welcome");
    app.n2o.send("news", t("extra"));
    strictEqual(await hear(socket), "{extra}");
  },
);

each("an asynchronous init or upgrade holds back the messages of its connection", async (engine) => {
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  await using app = engine.start({ protocols: [counter("a", 1)] });
  await using socket = await RawSocket.open(app);
  strictEqual(await ask(socket, t("a")), "{1,1}");
  app.n2o.replace([
    { name: "late", info: () => unknown, init: () => gate.promise.then(() => void order.push("init")) },
    counter("a", 2, {
      upgrade: async (old) => (await gate.promise, order.push("upgrade"), Number(old) + 100),
    }),
  ]);
  await say(socket, t("a"));
  await say(socket, t("a"));
  await app.until(() => app.n2o.counters.messagesIn === 3, "received");
  app.n2o.replace([counter("a", 3, { upgrade: (old) => (order.push("again"), old) })]);
  app.n2o.replace([counter("a", 4, { upgrade: (old) => (order.push("once more"), old) })]);
  gate.resolve();
  strictEqual(await hear(socket), "{4,102}");
  strictEqual(await hear(socket), "{4,103}");
  deepStrictEqual(order, ["init", "upgrade", "again", "once more"]);
});

each("a failing upgrade leaves the old state, is told, and the rest goes on", async (engine) => {
  const { log, lines } = keepLog();
  await using app = engine.start({ protocols: [counter("a", 1), counter("b", 1)], log });
  await using socket = await RawSocket.open(app);
  strictEqual(await ask(socket, t("a")), "{1,1}");
  app.n2o.replace([
    counter("a", 2, {
      upgrade() {
        throw new Error("no");
      },
    }),
    counter("b", 2, { upgrade: () => 41 }),
  ]);
  strictEqual(await ask(socket, t("a")), "{2,2}");
  strictEqual(await ask(socket, t("b")), "{2,42}");
  deepStrictEqual(lines.map(({ event }) => event), ["upgrade_failed"]);
});

each(
  "every connection is told of a replacement where that is asked for, by the new chain",
  async (engine) => {
    const heard = (version: number): Protocol => ({
      name: "heard",
      info(message, cx) {
        if (cx.source === "system" && isTuple(message, "direct", 2) && isTuple(message[1], "reload", 2)) {
          cx.push(reply("bert", tuple(atom("told"), version, message[1][1])));
          return unknown;
        }
        return unknown;
      },
    });
    await using app = engine.start({ protocols: [heard(1)] });
    await using one = await RawSocket.open(app);
    await using two = await RawSocket.open(app);
    await app.until(() => app.n2o.counters.connections === 2, "open");
    app.n2o.replace([heard(2)], { tell: t("reload", ["a.ts"]) });
    for (const socket of [one, two]) strictEqual(await hear(socket), '{told,2,[<<"a.ts">>]}');
  },
);

each("connections of a route with a chain of its own have nothing to do with the others", async (engine) => {
  await using app = engine.start({
    protocols: [counter("a", 1)],
    chains: { "own/route": [counter("b", 7)] },
  });
  await using own = await RawSocket.open(app, "/ws/own/route");
  await using other = await RawSocket.open(app, "/ws/own/route/deeper");
  strictEqual(await ask(own, t("b")), "{7,1}");
  strictEqual(await ask(own, t("a")), "nothing");
  strictEqual(await ask(other, t("b")), "nothing");
  app.n2o.replace([counter("a", 2)], { tell: t("reload") });
  strictEqual(await ask(own, t("b")), "{7,2}");
  strictEqual(await ask(other, t("a")), "{2,1}");
});

Deno.test("what is no chain replaces nothing, and a closed application takes none", async () => {
  const n2o = createN2O({ protocols: [counter("a", 1)] });
  throws(() => n2o.replace([{ name: "x" } as Protocol]), { code: "bad_protocol" });
  throws(() => n2o.replace(undefined as unknown as Protocol[]), { code: "bad_protocol" });
  throws(() => createN2O({ protocols: [], chains: { x: [{}] as Protocol[] } }), { code: "bad_protocol" });
  strictEqual(n2o.protocols[0].name, "a");
  await n2o.close();
  throws(() => n2o.replace([]), { code: "closed" });
  ok(n2o.protocols.length === 1);
});
