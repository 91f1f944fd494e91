import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  atom,
  type Context,
  handled,
  heart,
  isTuple,
  type Protocol,
  reply,
  type Term,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog, type LogLine } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, hear, say, t } from "./speech.ts";

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function start(engine: Engine, ...protocols: Protocol[]): Running & { lines: LogLine[] } {
  const { log, lines } = keepLog();
  return Object.assign(engine.start({ protocols: [heart, ...protocols, echoProto], log }), { lines });
}

each("a connection's messages are answered in order, however long each takes", async (engine) => {
  let running = 0;
  const mixed: Protocol = {
    name: "mixed",
    info(message) {
      if (!isTuple(message, "n", 2)) return unknown;
      const n = Number(message[1]);
      strictEqual(running, 0, "one at a time");
      if (n % 3 === 0) return reply("bert", message);
      running++;
      const answer = async () => {
        await (n % 3 === 1 ? sleep(3 - n % 2) : Promise.resolve());
        running--;
        return reply("bert", message);
      };
      return answer();
    },
  };
  await using app = start(engine, mixed);
  await using socket = await RawSocket.open(app);
  for (let n = 0; n < 90; n++) await say(socket, t("n", n));
  for (let n = 0; n < 90; n++) strictEqual(await hear(socket), `{n,${n}}`);
  deepStrictEqual(app.lines, []);
});

each("an earlier protocol's promise holds back the later ones", async (engine) => {
  const order: string[] = [];
  const gate: Protocol = {
    name: "gate",
    info: () => {
      order.push("gate");
      return sleep(1).then(() => unknown);
    },
  };
  const after: Protocol = {
    name: "after",
    info: (message) => {
      order.push("after");
      return reply("bert", message);
    },
  };
  await using app = engine.start({ protocols: [gate, after], log: keepLog().log });
  await using socket = await RawSocket.open(app);
  for (let n = 0; n < 5; n++) await say(socket, t("n", n));
  for (let n = 0; n < 5; n++) strictEqual(await hear(socket), `{n,${n}}`);
  deepStrictEqual(order, Array(5).fill(["gate", "after"]).flat());
});

each("one connection's slow handler holds up no other connection", async (engine) => {
  const gate = Promise.withResolvers<void>();
  const slow: Protocol = {
    name: "slow",
    info: (message) =>
      isTuple(message, "slow", 1) ? gate.promise.then(() => reply("bert", message)) : unknown,
  };
  await using app = start(engine, slow);
  await using socket = await RawSocket.open(app);
  await say(socket, t("slow"));
  await using neighbour = await Neighbour.move(app);
  await neighbour.undisturbed(10);
  gate.resolve();
  strictEqual(await hear(socket), "{slow}");
});

each("bus messages and a client's own keep their order behind a slow handler", async (engine) => {
  const gate = Promise.withResolvers<void>();
  const slow: Protocol = {
    name: "slow",
    info: (message) =>
      isTuple(message, "slow", 1) ? gate.promise.then(() => reply("bert", message)) : unknown,
  };
  await using app = start(engine, slow);
  await using socket = await RawSocket.open(app);
  await ask(socket, t("sub", "news"));
  await say(socket, t("slow"));
  await app.until(() => app.n2o.counters.messagesIn === 2, "the handler runs");
  app.n2o.send("news", t("deliver", "a", 1));
  await say(socket, t("echo", 2));
  await app.until(() => app.n2o.counters.messagesIn === 3, "it waits");
  app.n2o.send("news", t("deliver", "a", 3));
  gate.resolve();
  const heard = [];
  for (let i = 0; i < 4; i++) heard.push(await hear(socket));
  deepStrictEqual(heard, ["{slow}", '{deliver,<<"a">>,1}', "{echo,2}", '{deliver,<<"a">>,3}']);
});

const failing: Protocol = {
  name: "failing",
  info(message, cx) {
    if (!isTuple(message, "fail", 2)) return unknown;
    switch (text(message[1])) {
      case "throw":
        throw new Error("sync");
      case "reject":
        return Promise.reject(new Error("async"));
      case "throw nothing":
        throw undefined;
      case "reject late":
        return sleep(2).then(() => {
          throw new TypeError("late");
        });
      case "return nothing":
        return undefined as never;
      case "resolve nothing":
        return Promise.resolve(undefined as never);
      case "unknown formatter":
        return reply("nonsense", 1);
      case "not a term":
        return reply("bert", (() => {}) as unknown as Term);
      case "text that is none":
        return reply("text", tuple(1));
      case "push then throw":
        cx.push(reply("text", "pushed"));
        throw new Error("after a push");
      default:
        return unknown;
    }
  },
};

each(
  "what a protocol throws or rejects is logged with its name, and the connection lives",
  async (engine) => {
    await using app = engine.start({ protocols: [heart, failing], log: keepLog().log });
    await using socket = await RawSocket.open(app);
    const rows: [string, string[]][] = [
      ["throw", ["nothing"]],
      ["reject", ["nothing"]],
      ["throw nothing", ["nothing"]],
      ["reject late", ["nothing"]],
      ["return nothing", ["nothing"]],
      ["resolve nothing", ["nothing"]],
      ["unknown formatter", ["nothing"]],
      ["not a term", ["nothing"]],
      ["text that is none", ["nothing"]],
      ["push then throw", ["text pushed", "nothing"]],
    ];
    for (const [what, answers] of rows) {
      await say(socket, t("fail", what));
      for (const answer of answers) strictEqual(await hear(socket), answer, what);
      await socket.quiet();
    }
    strictEqual(app.n2o.counters.protocolErrors, rows.length);
    strictEqual(app.n2o.counters.connections, 1);
  },
);

each("the log names the protocol and the error, and the client sees nothing of it", async (engine) => {
  await using app = start(engine, failing);
  await using socket = await RawSocket.open(app);
  for (const what of ["throw", "reject", "reject late"]) {
    strictEqual(await ask(socket, t("fail", what)), "nothing");
  }
  deepStrictEqual(
    app.lines.map(({ level, event, protocol, error }) => [level, event, protocol, (error as Error).message]),
    ["sync", "async", "late"].map((message) => ["error", "protocol_failed", "failing", message]),
  );
});

each("failing init, exit and terminate are logged, and the others run", async (engine) => {
  const ran: string[] = [];
  const bad = (name: string, fail: () => never | Promise<never>): Protocol => ({
    name,
    init: () => fail(),
    info: (message) => isTuple(message, "direct", 2) ? fail() : unknown,
    terminate: () => fail(),
  });
  const good: Protocol = {
    name: "good",
    init: () => void ran.push("init"),
    info: () => unknown,
    terminate: () => void ran.push("terminate"),
  };
  await using app = start(
    engine,
    bad("thrower", () => {
      throw new Error("thrown");
    }),
    bad("rejecter", () => Promise.reject(new Error("rejected"))),
    good,
  );
  const socket = await RawSocket.open(app);
  strictEqual(await ask(socket, t("echo", 1)), "{echo,1}");
  deepStrictEqual(ran, ["init"]);
  socket.close();
  await app.until(() => ran.length === 2, "the end is told");
  const events = app.lines.map(({ event, protocol }) => `${event} ${protocol}`);
  deepStrictEqual(events, [
    "init_failed thrower",
    "init_failed rejecter",
    "protocol_failed thrower",
    "terminate_failed thrower",
    "terminate_failed rejecter",
  ]);
});

each("messages wait for an asynchronous init", async (engine) => {
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const slow: Protocol = {
    name: "slow",
    async init() {
      order.push("init");
      await gate.promise;
      order.push("ready");
    },
    info: () => {
      order.push("message");
      return unknown;
    },
  };
  await using app = start(engine, slow);
  await using socket = await RawSocket.open(app);
  await say(socket, t("echo", 1));
  await say(socket, t("echo", 2));
  await app.until(() => app.n2o.counters.messagesIn === 2, "both are in");
  deepStrictEqual(order, ["init"]);
  gate.resolve();
  strictEqual(await hear(socket), "{echo,1}");
  strictEqual(await hear(socket), "{echo,2}");
  deepStrictEqual(order.slice(0, 4), ["init", "ready", "message", "message"]);
});

each("state lives on the context, one for each connection", async (engine) => {
  const counting: Protocol = {
    name: "counting",
    info(message, cx) {
      if (!isTuple(message, "count", 1)) return unknown;
      cx.state.count = Number(cx.state.count ?? 0) + 1;
      return reply("bert", cx.state.count as number);
    },
  };
  await using app = start(engine, counting);
  await using a = await RawSocket.open(app);
  await using b = await RawSocket.open(app);
  for (let i = 1; i < 4; i++) strictEqual(await ask(a, t("count")), String(i));
  strictEqual(await ask(b, t("count")), "1");
});

each("handled sends no frame, unknown of all an empty one", async (engine) => {
  const silent: Protocol = {
    name: "silent",
    info: (message) => isTuple(message, "hush", 1) ? handled : unknown,
  };
  await using app = start(engine, silent);
  await using socket = await RawSocket.open(app);
  await say(socket, t("hush"));
  await socket.quiet();
  strictEqual(await ask(socket, t("nobody")), "nothing");
});

each("what a context is asked to do after its connection's end does no harm", async (engine) => {
  let kept: Context | undefined;
  const keeping: Protocol = {
    name: "keeping",
    info(_, cx) {
      kept = cx;
      return unknown;
    },
  };
  await using app = start(engine, keeping);
  const socket = await RawSocket.open(app);
  await ask(socket, t("echo", 1));
  socket.close();
  await app.until(() => app.n2o.counters.connections === 0, "it has ended");
  kept!.push(reply("text", "late"));
  kept!.reg("late");
  kept!.send("late", atom("late"));
  kept!.unreg("late");
  kept!.close(4000, "late");
  ok(kept!.session.get("k") === undefined);
  strictEqual(app.n2o.bus.size, 0);
  strictEqual(app.n2o.counters.connections, 0);
  deepStrictEqual(app.lines.filter(({ level }) => level === "error"), []);
});

each("pushes from outside of a message go out by themselves, in order", async (engine) => {
  let kept: Context | undefined;
  const keeping: Protocol = {
    name: "keeping",
    init(cx) {
      kept = cx;
    },
    info: () => unknown,
  };
  await using app = start(engine, keeping);
  await using socket = await RawSocket.open(app);
  await socket.quiet();
  for (let i = 0; i < 3; i++) kept!.push(reply("bert", i));
  for (let i = 0; i < 3; i++) strictEqual(await hear(socket), String(i));
});

each("an init may give anything back", async (engine) => {
  const given: unknown[] = [1, "text", null, {}, { then: 1 }, Promise.resolve(2)];
  const protocols = given.map((value, at): Protocol => ({
    name: `gives ${at}`,
    init: () => value as undefined,
    info: () => unknown,
  }));
  await using app = start(engine, ...protocols);
  await using socket = await RawSocket.open(app);
  strictEqual(await ask(socket, t("echo", 1)), "{echo,1}");
  deepStrictEqual(app.lines, []);
});

each(
  "what an exit handler pushes to somebody else goes out, even when a timer has closed",
  async (engine) => {
    const seats: Context[] = [];
    const pair: Protocol = {
      name: "pair",
      info(message, cx) {
        if (isTuple(message, "sit", 1)) {
          seats.push(cx);
          return reply("bert", message);
        }
        if (isTuple(message, "direct", 2)) seats.find((seat) => seat !== cx)?.push(reply("text", "alone"));
        return unknown;
      },
    };
    await using app = start(engine, pair);
    await using a = await RawSocket.open(app);
    await using b = await RawSocket.open(app);
    for (const socket of [a, b]) strictEqual(await ask(socket, t("sit")), "{sit}");
    seats[0].close(4000, "time is up");
    strictEqual(await hear(a), "close 4000 time is up");
    strictEqual(await hear(b), "text alone");
  },
);

each("a logger that throws at a bus message takes nobody else's turn", async (engine) => {
  const { log, lines } = keepLog();
  const { error } = log;
  log.error = (event, fields) => {
    error(event, fields);
    if (event === "protocol_failed") throw new Error("the log's disk is full");
  };
  const hearing: Protocol = {
    name: "hearing",
    init: (cx) => cx.reg("news"),
    info(message, cx) {
      if (isTuple(message, "mine", 1)) cx.state.bad = true;
      if (cx.source === "bus" && cx.state.bad) throw new Error("the protocol failed");
      return reply("bert", message);
    },
  };
  await using app = engine.start({ protocols: [heart, hearing], log });
  await using a = await RawSocket.open(app);
  await using bad = await RawSocket.open(app);
  await using b = await RawSocket.open(app);
  strictEqual(await ask(bad, t("mine")), "{mine}");
  for (const socket of [a, b]) await socket.quiet();
  for (let i = 0; i < 3; i++) {
    app.n2o.send("news", t("news", i));
    for (const socket of [a, b]) strictEqual(await hear(socket), `{news,${i}}`);
  }
  deepStrictEqual(
    lines.filter(({ event }) => event === "connection_failed").map(({ error }) => (error as Error).message),
    Array(3).fill("the log's disk is full"),
  );
});
