import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import {
  createN2O,
  heart,
  isTuple,
  localBus,
  memoryStore,
  type N2O,
  type Protocol,
  reply,
  session,
  type Term,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { hurry } from "./hurry.ts";
import { keepLog } from "./log.ts";
import { handshake, RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { hear, hello, say, t } from "./speech.ts";

/** How a connection ends: on a machine that stalls the runtime of the engine serve may say it in its own words. */
function gone({ name }: Engine): RegExp {
  return name === "serve" ? /^close 1001 / : /^close 1001 going away$/;
}

/** Takes its time with `{slow, Name}`, and tells what it did. */
function slow(): { protocol: Protocol; told: string[]; entered: Promise<void>; release: () => void } {
  const gate = Promise.withResolvers<void>();
  const inside = Promise.withResolvers<void>();
  const told: string[] = [];
  const protocol: Protocol = {
    name: "slow",
    info(message) {
      if (isTuple(message, "direct", 2)) told.push("exit");
      if (!isTuple(message, "slow", 2)) return unknown;
      inside.resolve();
      return gate.promise.then(() => {
        told.push(`done ${text(message[1])}`);
        return reply("bert", message);
      });
    },
    async terminate() {
      await new Promise((resolve) => setTimeout(resolve, 5));
      told.push("terminate");
    },
  };
  return { protocol, told, entered: inside.promise, release: gate.resolve };
}

each("closing lets running handlers finish, sends their answers, then says 1001", async (engine) => {
  const { protocol, told, entered, release } = slow();
  const app = engine.start({ protocols: [heart, protocol, echoProto], log: keepLog().log });
  await using busy = await RawSocket.open(app);
  await using idle = await RawSocket.open(app);
  await say(busy, t("slow", "a"));
  await say(busy, t("echo", "waits"));
  await entered;
  await app.until(() => app.n2o.counters.messagesIn === 2, "both are in");
  const closing = app.n2o.close();
  deepStrictEqual(told, []);
  release();
  strictEqual(await hear(busy), '{slow,<<"a">>}');
  strictEqual(await hear(busy), '{echo,<<"waits">>}');
  match(await hear(busy), gone(engine));
  match(await hear(idle), gone(engine));
  for (const socket of [busy, idle]) await socket.send("close", new Uint8Array([0x03, 0xe9]));
  await closing;
  deepStrictEqual(told.filter((what) => what !== "exit" && what !== "terminate"), ["done a"]);
  strictEqual(told.filter((what) => what === "exit").length, 2);
  strictEqual(told.filter((what) => what === "terminate").length, 2, "closing waits for terminate");
  strictEqual(app.n2o.counters.connections, 0);
  await rejects(RawSocket.open(app), "nobody listens");
  await app.n2o.close();
});

each("closing sends what waits for the store", async (engine) => {
  const store = new HeldStore();
  const app = engine.start({ protocols: [heart, session, sessionProto], store, log: keepLog().log });
  await using socket = await RawSocket.open(app);
  await hello(socket);
  await say(socket, t("set", "k", 1));
  await app.until(() => store.waiting === 1, "it is written");
  const closing = app.n2o.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  store.commit();
  strictEqual(await hear(socket), '{ok,<<"k">>}');
  match(await hear(socket), gone(engine));
  await socket.send("close", new Uint8Array([0x03, 0xe9]));
  await closing;
  strictEqual(store.closed, true);
});

each("nobody comes in while the application closes", async (engine) => {
  const { protocol, entered, release } = slow();
  const app = engine.start({ protocols: [heart, protocol], log: keepLog().log });
  await using busy = await RawSocket.open(app);
  await using waiting = await RawSocket.connect(app);
  await waiting.request("GET /n2o/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await say(busy, t("slow", "a"));
  await entered;
  const closing = app.n2o.close();
  const refused = await waiting.request(handshake());
  strictEqual(refused.status, 503);
  strictEqual(refused.headers.get("retry-after"), "1");
  strictEqual(new TextDecoder().decode(refused.body), '{"error":"draining"}\n');
  const posted = await waiting.request(
    "POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nPING",
  );
  strictEqual(posted.status, 503);
  release();
  strictEqual(await hear(busy), '{slow,<<"a">>}');
  busy.close();
  waiting.close();
  await closing;
});

each("a POST that is being answered is answered", async (engine) => {
  const { protocol, entered, release } = slow();
  const app = engine.start({ protocols: [heart, protocol], log: keepLog().log });
  const answer = fetch(`http://${app.hostname}:${app.port}/ws/`, {
    method: "POST",
    body: new Uint8Array([131, 104, 2, 119, 4, 115, 108, 111, 119, 97, 1]),
  });
  await entered;
  const closing = app.n2o.close();
  release();
  const response = await answer;
  strictEqual(response.status, 200);
  await response.body?.cancel();
  await closing;
});

each("a handler that never finishes is not waited for beyond the drain time", async (engine) => {
  using _ = hurry(5_000);
  const { protocol, told, entered } = slow();
  const app = engine.start({ protocols: [heart, protocol], log: keepLog().log });
  await using stuck = await RawSocket.open(app);
  await using other = await RawSocket.open(app);
  await say(stuck, t("slow", "a"));
  await entered;
  const closing = app.n2o.close({ drainMs: 200 });
  // The engine may say it in its own words.
  match(await hear(stuck), /^close 1001 /);
  match(await hear(other), /^close 1001 /);
  await closing;
  ok(told.includes("exit") && told.includes("terminate"), "the other one's end is told");
  strictEqual(app.n2o.counters.connections, 0);
});

each("a client that answers nothing does not keep the application open", async (engine) => {
  const app = engine.start({ protocols: [heart], log: keepLog().log });
  await using silent = await RawSocket.open(app);
  silent.alive = false;
  const started = performance.now();
  await app.n2o.close({ drainMs: 300 });
  ok(performance.now() - started < 5_000);
  strictEqual(app.n2o.counters.connections, 0);
});

each("closing twice is closing once, and a closed application answers nobody", async (engine) => {
  const reasons: Term[] = [];
  const ends: Protocol = {
    name: "ends",
    info: () => unknown,
    terminate: (_, reason) => void reasons.push(reason),
  };
  const app = engine.start({ protocols: [heart, ends], store: memoryStore(), log: keepLog().log });
  await using socket = await RawSocket.open(app);
  await socket.quiet();
  const [first, second] = [app.n2o.close(), app.n2o.close()];
  match(await hear(socket), gone(engine));
  await socket.send("close", new Uint8Array([0x03, 0xe9]));
  await Promise.all([first, second]);
  strictEqual(reasons.length, 1);
  ok(isTuple(reasons[0], "close", 3) && reasons[0][1] === 1001);
  deepStrictEqual(reasons[0][1], 1001);
  const late = await app.n2o.fetch(new Request("http://127.0.0.1/ws/", { method: "POST", body: "PING" }));
  strictEqual(late.status, 503);
  strictEqual(app.n2o.send("news", tuple(1)), 0);
});

/** The application behind a server of somebody else's, which may answer late. */
function embed(n2o: N2O, before: () => Promise<void> = () => Promise.resolve()) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request, info) => {
    const response = await n2o.fetch(request, info);
    await before();
    return response;
  });
  return {
    hostname: "127.0.0.1",
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("an embedded application closes its sockets itself, stuck handlers or not", async () => {
  using _ = hurry(5_000);
  const { protocol, told, entered } = slow();
  const n2o = createN2O({ protocols: [heart, protocol], log: keepLog().log });
  await using server = embed(n2o);
  await using stuck = await RawSocket.open(server);
  await using idle = await RawSocket.open(server);
  await say(stuck, t("slow", "a"));
  await entered;
  await n2o.close({ drainMs: 50 });
  strictEqual(await hear(idle), "close 1001 going away");
  strictEqual(await hear(stuck), "close 1001 going away");
  strictEqual(n2o.counters.connections, 0);
  deepStrictEqual(told.sort(), ["exit", "exit", "terminate", "terminate"]);
  for (const socket of [idle, stuck]) {
    await socket.send("close", new Uint8Array([0x03, 0xe9]));
    await socket.ended();
  }
});

Deno.test("a socket that opens while the application closes is told so, and holds nothing up", async () => {
  const { protocol, entered, release } = slow();
  const begun: string[] = [];
  const greeting: Protocol = {
    name: "greeting",
    init: (cx) => void begun.push(cx.route),
    info: () => unknown,
  };
  const n2o = createN2O({ protocols: [heart, protocol, greeting], log: keepLog().log });
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let late = false;
  await using server = embed(n2o, () => {
    if (!late) return Promise.resolve();
    asked.resolve();
    return gate.promise;
  });
  await using busy = await RawSocket.open(server, "/ws/busy");
  await say(busy, t("slow", "a"));
  await entered;
  late = true;
  const opening = RawSocket.open(server, "/ws/late");
  await asked.promise;
  const closing = n2o.close();
  gate.resolve();
  await using opened = await opening;
  strictEqual((await hear(opened)).slice(0, 10), "close 1001");
  deepStrictEqual(begun, ["busy"]);
  release();
  strictEqual(await hear(busy), '{slow,<<"a">>}');
  strictEqual(await hear(busy), "close 1001 going away");
  await closing;
  for (const socket of [busy, opened]) socket.close();
});

each("what cannot be closed is logged, and keeps nothing else open", async (engine) => {
  const { log, lines } = keepLog();
  const store = memoryStore();
  store.close = () => Promise.reject(new Error("the disk is gone"));
  const bus = localBus();
  const { close } = bus;
  let closed = false;
  bus.close = () => {
    closed = true;
    return close.call(bus);
  };
  const app = engine.start({ protocols: [heart], store, bus, log });
  await using socket = await RawSocket.open(app);
  const closing = app.n2o.close();
  match(await hear(socket), gone(engine));
  await socket.send("close", new Uint8Array([0x03, 0xe9]));
  await closing;
  strictEqual(closed, true);
  deepStrictEqual(
    lines.filter(({ level }) => level === "error").map((
      { event, error },
    ) => [event, (error as Error).message]),
    [["store_not_closed", "the disk is gone"]],
  );
});
