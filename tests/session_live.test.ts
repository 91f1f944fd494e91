import { deepStrictEqual, match, notStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import {
  createN2O,
  createSecret,
  heart,
  memoryStore,
  type N2OOptions,
  room,
  session,
  type SessionOptions,
  type Term,
} from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { lasting } from "./lasting_store.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

interface Clocked extends Running {
  /** Moves the application's clock. */
  elapse(ms: number): void;
}

function start(engine: Engine, options: SessionOptions, more: Partial<N2OOptions> = {}): Clocked {
  let now = Math.floor(Date.now() / 1_000) * 1_000;
  const clock = () => now;
  const running = engine.start({
    protocols: [heart, session, sessionProto, room],
    session: options,
    store: memoryStore({ now: clock }),
    clock,
    // The clock leaps; what is tested is not the idle limit.
    limits: { idleTimeoutMs: 1_000 * 86_400_000 },
    log: keepLog().log,
    ...more,
  });
  return Object.assign(running, {
    elapse(ms: number) {
      now += ms;
    },
  });
}

const DAY = 86_400_000;

each("an open connection gets a new token when half of its session's life is over", async (engine) => {
  await using running = start(engine, { ttlMs: 10_000 });
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  const token = await hello(a);
  strictEqual(await hello(b, token), token);
  strictEqual(await ask(a, t("set", "k", 1)), '{ok,<<"k">>}');
  const id = await ask(a, t("sid"));
  running.elapse(5_000);
  // Nobody asked for it; each connection of the session gets it.
  const next = tokenOf(await a.frame());
  strictEqual(tokenOf(await b.frame()), next);
  notStrictEqual(next, token);
  running.elapse(9_000);
  tokenOf(await a.frame());
  await using c = await RawSocket.open(running);
  await hello(c, next);
  strictEqual(await ask(c, t("sid")), id);
  strictEqual(await ask(c, t("get", "k")), "1");
  // The first token has seen its end.
  await using d = await RawSocket.open(running);
  await hello(d, token);
  notStrictEqual(await ask(d, t("sid")), id);
  strictEqual(await ask(d, t("get", "k")), "none");
});

each("a token that comes back past half of its life is prolonged, an earlier one is not", async (engine) => {
  await using running = start(engine, { ttlMs: 10_000 });
  await using a = await RawSocket.open(running);
  const token = await hello(a);
  a.close();
  await running.until(() => running.n2o.counters.connections === 0, "a is gone");
  running.elapse(4_000);
  await using b = await RawSocket.open(running);
  strictEqual(await hello(b, token), token);
  b.close();
  await running.until(() => running.n2o.counters.connections === 0, "b is gone");
  running.elapse(2_000);
  await using c = await RawSocket.open(running);
  const next = await hello(c, token);
  notStrictEqual(next, token);
  strictEqual(await hello(c, next), next);
});

each("without prolongation a token stays as it is to its end", async (engine) => {
  await using running = start(engine, { ttlMs: 10_000, prolongation: "off" });
  await using a = await RawSocket.open(running);
  const token = await hello(a);
  running.elapse(9_999);
  strictEqual(await hello(a, token), token);
  running.elapse(1_001);
  notStrictEqual(await hello(a, token), token);
});

each("a login goes on under a new id that the old token does not know", async (engine) => {
  await using running = start(engine, {});
  await using a = await RawSocket.open(running);
  const token = await hello(a);
  await ask(a, t("set", "cart", 3));
  const id = await ask(a, t("sid"));
  await say(a, t("login", "maxim"));
  const next = tokenOf(await a.frame());
  strictEqual(await hear(a), '{login,<<"maxim">>}');
  notStrictEqual(await ask(a, t("sid")), id);
  strictEqual(await ask(a, t("whoami")), '<<"maxim">>');
  strictEqual(await ask(a, t("get", "cart")), "3");

  await using thief = await RawSocket.open(running);
  notStrictEqual(await hello(thief, token), token);
  strictEqual(await ask(thief, t("whoami")), "none");
  strictEqual(await ask(thief, t("get", "cart")), "none");

  await using own = await RawSocket.open(running);
  strictEqual(await hello(own, next), next);
  strictEqual(await ask(own, t("whoami")), '<<"maxim">>');
});

// F10
each("a logout reaches the session's other connections", async (engine) => {
  await using running = start(engine, {});
  await using a = await RawSocket.open(running);
  await hello(a);
  await say(a, t("login", "maxim"));
  const token = tokenOf(await a.frame());
  await hear(a);
  await using b = await RawSocket.open(running);
  strictEqual(await hello(b, token), token);
  await using byCookie = await RawSocket.open(running, "/ws/", [["Cookie", `X-Auth-Token=${token}`]]);
  strictEqual(await ask(byCookie, t("whoami")), '<<"maxim">>');
  await using stranger = await RawSocket.open(running);

  strictEqual(await ask(a, t("logout")), "{logout}");
  strictEqual(await ask(a, t("whoami")), "none");
  for (const other of [b, byCookie]) {
    // Whatever it sends meanwhile is no longer the user's.
    await say(other, t("whoami"));
    strictEqual(await hear(other), "{logout}");
    strictEqual(await hear(other), "close 4001 logged out");
  }
  await stranger.quiet();
  await a.quiet();

  await using late = await RawSocket.open(running, "/ws/", [["Cookie", `X-Auth-Token=${token}`]]);
  strictEqual(await ask(late, t("whoami")), "none");
  notStrictEqual(await hello(late, token), token);
});

each("a second login as somebody else logs the session's other connections out", async (engine) => {
  await using running = start(engine, {});
  await using a = await RawSocket.open(running);
  await hello(a);
  await say(a, t("login", "maxim"));
  const token = tokenOf(await a.frame());
  await hear(a);
  await using b = await RawSocket.open(running);
  await hello(b, token);
  await say(a, t("login", "anna"));
  tokenOf(await a.frame());
  await hear(a);
  strictEqual(await hear(b), "{logout}");
  strictEqual(await hear(b), "close 4001 logged out");
});

// F11
for (const days of [30, 365]) {
  each(`a session may live ${days} days`, async (engine) => {
    const delays: number[] = [];
    const { setTimeout: timeout, setInterval: interval } = globalThis;
    const watch = <F extends (...args: never[]) => unknown>(timer: F) =>
      ((...args: Parameters<F>) => {
        delays.push(Number(args[1] ?? 0));
        return timer(...args);
      }) as unknown as F;
    globalThis.setTimeout = watch(timeout);
    globalThis.setInterval = watch(interval);
    try {
      await using running = start(engine, { ttlMs: days * DAY, prolongation: "off" });
      await using a = await RawSocket.open(running);
      const token = await hello(a);
      await ask(a, t("set", "k", 1));
      running.elapse((days - 1) * DAY);
      await using b = await RawSocket.open(running);
      strictEqual(await hello(b, token), token);
      strictEqual(await ask(b, t("get", "k")), "1");
      running.elapse(2 * DAY);
      await using c = await RawSocket.open(running);
      notStrictEqual(await hello(c, token), token);
      strictEqual(await ask(c, t("get", "k")), "none");
    } finally {
      globalThis.setTimeout = timeout;
      globalThis.setInterval = interval;
    }
    // A timer of 2^31 ms or more fires at once.
    ok(delays.length > 0 && delays.every((delay) => delay < 2 ** 31), String(Math.max(...delays)));
  });
}

each("a variable with a life of its own ends with it, prolongation or not", async (engine) => {
  await using running = start(engine, { ttlMs: 10_000 });
  await using a = await RawSocket.open(running);
  const token = await hello(a);
  await ask(a, t("set", "code", 1234, 2_000));
  await ask(a, t("set", "cart", 3));
  running.elapse(1_000);
  strictEqual(await ask(a, t("get", "code")), "1234");
  running.elapse(2_000);
  strictEqual(await ask(a, t("get", "code")), "none");
  await ask(a, t("set", "short", 1, 3_000));
  running.elapse(2_500);
  const next = tokenOf(await a.frame());
  running.elapse(2_000);
  strictEqual(await ask(a, t("get", "code")), "none");
  strictEqual(await ask(a, t("get", "short")), "none");
  strictEqual(await ask(a, t("get", "cart")), "3");
  notStrictEqual(next, token);
});

each("a variable lives through its last second, as the original's do", async (engine) => {
  await using running = start(engine, { ttlMs: 10_000, prolongation: "off" });
  await using a = await RawSocket.open(running);
  await ask(a, t("set", "code", 1234, 2_000));
  running.elapse(2_999);
  strictEqual(await ask(a, t("get", "code")), "1234");
  running.elapse(1);
  strictEqual(await ask(a, t("get", "code")), "none");
});

each("an expired variable that nobody read does not come back with prolongation or login", async (engine) => {
  await using running = start(engine, { ttlMs: 10_000 });
  await using a = await RawSocket.open(running);
  await hello(a);
  await ask(a, t("set", "code", 1234, 2_000));
  running.elapse(6_000);
  tokenOf(await a.frame());
  strictEqual(await ask(a, t("get", "code")), "none");
  await ask(a, t("set", "code", 1234, 2_000));
  await say(a, t("login", "maxim"));
  tokenOf(await a.frame());
  await hear(a);
  running.elapse(3_000);
  strictEqual(await ask(a, t("get", "code")), "none");
});

each("variables are set, read and deleted by any connection of the session", async (engine) => {
  await using running = start(engine, {});
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  await hello(b, await hello(a));
  for (const value of [1, "text", new Uint8Array([255, 0]), [1, "a", t("x", 1.5)], true] as Term[]) {
    await ask(a, t("set", "k", value));
    strictEqual(await ask(b, t("get", "k")), await ask(a, t("get", "k")));
  }
  strictEqual(await ask(b, t("del", "k")), "true");
  strictEqual(await ask(a, t("del", "k")), "false");
  strictEqual(await ask(a, t("get", "k")), "none");
});

each("an anonymous handshake stores nothing", async (engine) => {
  const store = memoryStore();
  await using running = start(engine, {}, { store });
  for (let i = 0; i < 20; i++) {
    await using socket = await RawSocket.open(running);
    await hello(socket);
    await ask(socket, t("get", "k"));
    await ask(socket, t("whoami"));
  }
  strictEqual(store.sequence, 0);
  await running.until(() => running.n2o.counters.connections === 0, "all gone");
  strictEqual(running.n2o.sessions.size, 0);
});

each(
  "what a session cannot hold is an error with a code, and the session stays as it was",
  async (engine) => {
    await using running = start(engine, {});
    await using a = await RawSocket.open(running);
    const token = await hello(a);
    strictEqual(await ask(a, t("set", "", 1)), "{error,bad_session_key}");
    strictEqual(await ask(a, t("set", "k".repeat(1025), 1)), "{error,bad_session_key}");
    strictEqual(await ask(a, t("set", "big", "x".repeat(70_000))), "{error,session_too_big}");
    strictEqual(await ask(a, t("get", "big")), "none");
    strictEqual(running.n2o.store.sequence, 0);
    for (let i = 0; i < 256; i++) await say(a, t("set", `k${i}`, i));
    for (let i = 0; i < 256; i++) strictEqual(await hear(a), `{ok,<<"k${i}">>}`);
    strictEqual(await ask(a, t("set", "one more", 1)), "{error,too_many_session_keys}");
    strictEqual(await ask(a, t("set", "k0", "again")), '{ok,<<"k0">>}');
    strictEqual(await ask(a, t("set", "k0", "x".repeat(70_000))), "{error,session_too_big}");
    await using b = await RawSocket.open(running);
    await hello(b, token);
    strictEqual(await ask(b, t("get", "k0")), '<<"again">>');
    strictEqual(await ask(b, t("get", "k255")), "255");
    strictEqual(await ask(a, t("login", "")), "{error,bad_user}");
    strictEqual(await ask(a, t("login", "a\nb")), "{error,bad_user}");
    strictEqual(await ask(a, t("whoami")), "none");
  },
);

Deno.test("asking whether a session is alive makes none", async () => {
  const n2o = createN2O({ protocols: [session] });
  for (const id of ["", "x", "0123456789abcdef0123"]) strictEqual(await n2o.sessions.alive(id), undefined);
  strictEqual(n2o.sessions.size, 0);
  await n2o.close();
});

Deno.test("an impossible life of a session or a variable is an error with a code", async () => {
  const n2o = createN2O({ protocols: [session] });
  for (const ttlMs of [NaN, Infinity, -Infinity]) {
    throws(() => createN2O({ protocols: [session], session: { ttlMs } }), { code: "bad_ttl" });
    throws(() => n2o.sessions.create().set("k", 1, { ttlMs }), { code: "bad_ttl" });
  }
  await n2o.close();
});

// F30
for (const [kind, letter] of [["one byte", "n"], ["two bytes", "ы"], ["four bytes", "😀"]]) {
  each(`names of up to 3000 bytes, ${kind} a character, are taken or refused with a code`, async (engine) => {
    const { log, lines } = keepLog();
    await using running = start(engine, {}, { log });
    await using a = await RawSocket.open(running);
    await hello(a);
    for (const bytes of [2047, 2048, 2049, 3000]) {
      const width = new TextEncoder().encode(letter).length;
      const name = letter.repeat(Math.floor(bytes / width)) + "n".repeat(bytes % width);
      strictEqual(new TextEncoder().encode(name).length, bytes);
      const set = await ask(a, t("set", name, 1));
      if (name.length <= 1024) ok(set.startsWith("{ok,") && await ask(a, t("get", name)) === "1");
      else strictEqual(set, "{error,bad_session_key}");
      strictEqual(await ask(a, t("login", name)), "{error,bad_user}");
      match(await ask(a, t("join", name, "", 0)), /^\{error,bad_room,\{join,/);
      match(await ask(a, t("post", name, "id", "body")), /^\{error,bad_room,\{post,/);
      match(await ask(a, t("post", "room", name, "body")), /^\{error,bad_id,\{post,/);
      match(await ask(a, t("leave", name)), /^\{left,/);
    }
    await a.quiet();
    deepStrictEqual(lines.filter(({ level }) => level === "error"), []);
  });
}

each("a session outlives its server when secret and store do", async (engine) => {
  const secret = createSecret();
  const store = lasting(memoryStore());
  let token = "";
  for (const round of [1, 2, 3]) {
    await using running = start(engine, {}, { secret, store });
    await using a = await RawSocket.open(running);
    token = await hello(a, token);
    const answer = await ask(a, t("get", "round"));
    strictEqual(answer, round === 1 ? "none" : String(round - 1));
    await ask(a, t("set", "round", round));
  }
});
