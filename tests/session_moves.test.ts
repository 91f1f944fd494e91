import { notStrictEqual, strictEqual } from "node:assert/strict";
import { heart, session } from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

function start(engine: Engine): Running {
  return engine.start({ protocols: [heart, session, sessionProto], log: keepLog().log });
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
