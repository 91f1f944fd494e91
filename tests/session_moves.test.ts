import { notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { createN2O, createSecret, heart, memoryStore, session, type StoreKey } from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { lasting } from "./lasting_store.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

function start(engine: Engine): Running {
  return engine.start({ protocols: [heart, session, sessionProto], log: keepLog().log });
}

function heldOver(engine: Engine, store: HeldStore): Running {
  const running = engine.start({ protocols: [heart, session, sessionProto], store, log: keepLog().log });
  return Object.assign(running, {
    async [Symbol.asyncDispose]() {
      store.commit();
      const closing = running.n2o.close({ drainMs: 1_000 });
      store.decideAtOnce();
      await closing;
    },
  });
}

/** Waits until something was written, and decides on it. */
async function decided(running: Running, store: HeldStore, how: "commit" | "fail"): Promise<void> {
  await running.until(() => store.waiting > 0, "it is written");
  store[how]();
}

each("what is stored after a logout is the next session's, and its token comes with it", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await hello(a);
  await say(a, t("login", "maxim"));
  const before = tokenOf(await a.frame());
  await hear(a);
  strictEqual(await ask(a, t("logout")), "{logout}");
  // Nothing is stored yet, and so there is no token to be sent.
  strictEqual(await ask(a, t("get", "k")), "none");
  await say(a, t("set", "k", 1));
  const token = tokenOf(await a.frame());
  strictEqual(await hear(a), '{ok,<<"k">>}');
  notStrictEqual(token, before);
  strictEqual(await ask(a, t("set", "k", 2)), '{ok,<<"k">>}');
  a.close();
  await using again = await RawSocket.open(running);
  strictEqual(await hello(again, token), token);
  strictEqual(await ask(again, t("get", "k")), "2");
  strictEqual(await ask(again, t("whoami")), "none");
});

each("an anonymous tab is sent to the session that a login in another tab has made", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  await hello(b, await hello(a));
  await ask(a, t("set", "cart", 3));
  await say(a, t("login", "maxim"));
  const token = tokenOf(await a.frame());
  await hear(a);
  strictEqual(await hear(b), "close 4003 session moved");
  await using again = await RawSocket.open(running);
  strictEqual(await hello(again, token), token);
  strictEqual(await ask(again, t("get", "cart")), "3");
});

each("a client that never asked for a token is sent none", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  strictEqual(await ask(a, t("set", "k", 1)), '{ok,<<"k">>}');
  strictEqual(await ask(a, t("get", "k")), "1");
});

each("a session that a handshake replaces is left as it was", async (engine) => {
  await using running = start(engine);
  await using a = await RawSocket.open(running);
  const first = await hello(a);
  await ask(a, t("set", "k", 1));
  const second = await hello(a);
  notStrictEqual(second, first);
  strictEqual(await ask(a, t("get", "k")), "none");
  strictEqual(await hello(a, first), first);
  strictEqual(await ask(a, t("get", "k")), "1");
});

each("a session whose first change the disk refuses is owed its token still", async (engine) => {
  const store = new HeldStore();
  await using running = heldOver(engine, store);
  await using a = await RawSocket.open(running);
  await hello(a);
  await say(a, t("login", "maxim"));
  await decided(running, store, "commit");
  tokenOf(await a.frame());
  await hear(a);
  await say(a, t("logout"));
  await decided(running, store, "commit");
  strictEqual(await hear(a), "{logout}");
  for (let i = 0; i < 2; i++) {
    await say(a, t("set", "k", 1));
    await decided(running, store, "fail");
    strictEqual(await hear(a), "{error,store_unavailable,<<>>}");
  }
  await say(a, t("set", "k", 2));
  await decided(running, store, "commit");
  const token = tokenOf(await a.frame());
  strictEqual(await hear(a), '{ok,<<"k">>}');
  a.close();
  await using again = await RawSocket.open(running);
  strictEqual(await hello(again, token), token);
  strictEqual(await ask(again, t("get", "k")), "2");
});

each(
  "a logout that fails after its connection has gone leaves one session to the other tabs",
  async (engine) => {
    const store = new HeldStore();
    await using running = heldOver(engine, store);
    const a = await RawSocket.open(running);
    await using b = await RawSocket.open(running);
    await hello(a);
    await say(a, t("login", "maxim"));
    await decided(running, store, "commit");
    const token = tokenOf(await a.frame());
    await hear(a);
    strictEqual(await hello(b, token), token);
    await say(a, t("logout"));
    await running.until(() => store.waiting > 0, "it is written");
    a.close();
    await running.until(() => running.n2o.counters.connections === 1, "it is gone");
    store.fail();
    await using c = await RawSocket.open(running);
    strictEqual(await hello(c, token), token);
    for (const [writer, reader, value] of [[b, c, 1], [c, b, 2]] as const) {
      await say(writer, t("set", "k", value));
      await decided(running, store, "commit");
      strictEqual(await hear(writer), '{ok,<<"k">>}');
      strictEqual(await ask(reader, t("get", "k")), String(value));
    }
    strictEqual(await ask(b, t("whoami")), '<<"maxim">>');
  },
);

for (const prolongation of ["half-life", "always"] as const) {
  each(`a handshake that prolongs (${prolongation}) tells the session's other tabs`, async (engine) => {
    let now = Date.UTC(2026, 0, 1);
    await using running = engine.start({
      protocols: [heart, session, sessionProto],
      session: { ttlMs: 10_000, prolongation },
      // The timer that prolongs has nothing to do here.
      limits: { idleTimeoutMs: 86_400_000 },
      clock: () => now,
      log: keepLog().log,
    });
    await using a = await RawSocket.open(running);
    let token = await hello(a);
    await ask(a, t("set", "k", 1));
    for (let i = 0; i < 4; i++) {
      now += 5_100;
      await using b = await RawSocket.open(running);
      notStrictEqual(await hello(b, token), token);
      token = tokenOf(await a.frame());
      for (const socket of [a, b]) await socket.quiet();
      b.close();
    }
    // Long after the first token's end the newest one brings the session back.
    a.close();
    await using again = await RawSocket.open(running);
    await hello(again, token);
    strictEqual(await ask(again, t("get", "k")), "1");
  });
}

Deno.test("an expired token does not take what a newer one has brought back meanwhile", async () => {
  let now = Date.UTC(2026, 0, 1);
  const clock = () => now;
  const secret = createSecret();
  const store = lasting(memoryStore({ now: () => 0 }));
  const options = { protocols: [heart], secret, clock, session: { ttlMs: 10_000 } };
  const first = createN2O({ ...options, store });
  const old = first.sessions.create();
  old.set("k", 1);
  const expired = first.sessions.token(old);
  // Another server, with a store of its own, prolongs the token.
  now += 6_000;
  const other = createN2O(options);
  const { token: fresh } = await other.sessions.authenticate(expired);
  await first.close();
  now += 6_000;
  const gate = Promise.withResolvers<void>();
  let slow = true;
  const { get } = store;
  const second = createN2O({
    ...options,
    store: Object.assign(store, {
      get: (key: StoreKey) => {
        const entry = get(key);
        return slow ? gate.promise.then(() => entry) : entry;
      },
    }),
  });
  await second.sessions.authenticate(expired);
  slow = false;
  const { session: again } = await second.sessions.authenticate(fresh);
  again.set("k", 2);
  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  second.sessions.sweep();
  const { session: last } = await second.sessions.authenticate(fresh);
  strictEqual(last.get("k"), 2);
  ok((await store.list(["session"])).length === 1);
  await second.close();
  await other.close();
});
