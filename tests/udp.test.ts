import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import {
  atom,
  bert,
  type Context,
  createN2O,
  handled,
  isTuple,
  type Protocol,
  reply,
  TermMap,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import { until } from "./engines.ts";
import { t } from "./speech.ts";
import { UdpClient } from "./udp_client.ts";
import { startUdp } from "./udp_server.ts";

/** Keeps a value in the session: `{put, V}` and `{got}`; `{whence}` is where it comes from. */
const keeper: Protocol = {
  name: "keeper",
  info(message, cx) {
    if (isTuple(message, "put", 2)) {
      cx.session.set("value", message[1]);
      return reply("bert", message);
    }
    if (isTuple(message, "got", 1)) return reply("bert", tuple(atom("got"), cx.session.get("value") ?? ""));
    if (!isTuple(message, "whence", 1)) return unknown;
    const { address, secure, transport } = cx.peer;
    return reply("bert", tuple(atom("whence"), address, secure, transport, cx.route, cx.query));
  },
};

Deno.test("F25: an empty datagram is answered by an empty text, and receiving goes on, also after 1000 of them", async () => {
  await using server = await startUdp();
  using client = await server.client();
  for (const said of ["PING", "", "PING"]) await client.send(said);
  deepStrictEqual([await client.hear(), await client.hear(), await client.hear()], ["PONG", "", "PONG"]);
  // In small bursts: what does not fit into a socket's buffer is lost, as datagrams are.
  for (let i = 0; i < 1_000; i += 20) {
    for (let j = 0; j < 20; j++) await client.send("");
    for (let j = 0; j < 20; j++) strictEqual(await client.hear(), "");
  }
  await client.quiet();
});

Deno.test("an address proves itself by repeating the digits that were sent there, and then has a session", async () => {
  await using server = await startUdp([keeper]);
  using client = await server.client();
  const answer = await client.ask("N2O,");
  match(answer, /^N2O\?[0-9a-f]{16}$/);
  strictEqual(server.n2o.counters.connectionsTotal, 0);
  await client.send(`N2O,,${answer.slice(4)}`);
  match(await client.hear(), /^\{io,<<>>,\{'Token',<<".+">>\}\}$/);
  strictEqual(
    await client.ask({ term: t("put", "a value that is long enough") }),
    '{put,<<"a value that is long enough">>}',
  );
  strictEqual(await client.ask({ term: t("got") }), '{got,<<"a value that is long enough">>}');
  strictEqual(
    await client.ask({ term: t("whence") }),
    '{whence,<<"127.0.0.1">>,false,<<"udp">>,<<>>,<<>>}',
  );
  // The answer may have been lost: the client asks again, with the same digits or with none.
  await client.send(`N2O,,${answer.slice(4)}`);
  match(await client.hear(), /Token/);
  await client.send("N2O,");
  match(await client.hear(), /Token/);
  strictEqual(server.n2o.counters.connections, 1);
});

Deno.test("another address goes on in the session with its token; a token that is none begins a new one", async () => {
  await using server = await startUdp([keeper]);
  using first = await server.client();
  const token = await first.prove();
  await first.ask({ term: t("put", "mine") });
  using second = await server.client();
  strictEqual(await second.prove(token), token);
  strictEqual(await second.ask({ term: t("got") }), '{got,<<"mine">>}');
  using third = await server.client();
  const other = await third.prove("00ff" + token.slice(4));
  strictEqual(other === token, false);
  strictEqual(await third.ask({ term: t("got") }), "{got,<<>>}");
});

Deno.test("digits that are wrong, of another port, or too old prove nothing: the answer is other digits", async () => {
  let now = 1_700_000_010_000;
  await using server = await startUdp([], { clock: () => now });
  using client = await server.client();
  using other = await server.client();
  const digits = await client.digits();
  const foreign = await other.digits();
  strictEqual(digits === foreign, false);
  const swapped = (digits[0] === "0" ? "1" : "0") + digits.slice(1);
  const wrong = [foreign, swapped, digits.slice(1), digits.toUpperCase() + "0", "0".repeat(16), `${digits},`];
  for (const bad of wrong) strictEqual(await client.ask(`N2O,,${bad}`), `N2O?${digits}`, bad);
  strictEqual(server.listener.peers, 0);
  now += 31_000;
  const newer = await client.digits();
  strictEqual(newer === digits, false);
  now += 30_000;
  // Those of two spans ago are over, those of the last one are good.
  const newest = await client.ask(`N2O,,${digits}`);
  match(newest, /^N2O\?[0-9a-f]{16}$/);
  strictEqual(newest === `N2O?${newer}`, false);
  match(await client.ask(`N2O,,${newer}`), /Token/);
  strictEqual(server.listener.peers, 1);
});

/** What it says goes out in ways that an unproven address must not profit from. */
const talker: Protocol = {
  name: "talker",
  init(cx) {
    cx.push(reply("text", "welcome"));
    cx.push(reply("text", "welcome again, and have a long greeting"));
  },
  info(message, cx) {
    const said = isTuple(message, "text", 2) ? text(message[1]) : undefined;
    if (said === "1") return reply("text", "x".repeat(21));
    if (said === "2") return reply("bert", t("long", "x".repeat(5_000)));
    if (said === "3") return reply("text", "é".repeat(11));
    if (said === "4") {
      for (let i = 0; i < 100; i++) cx.push(reply("text", "y"));
      return reply("text", "z");
    }
    if (said === "5") {
      return new Promise((resolve) => setTimeout(() => resolve(reply("text", "x".repeat(99))), 1));
    }
    if (said === "6") {
      cx.reg("news");
      return handled;
    }
    if (said === "7") return reply("text", "x".repeat(20));
    if (said === "8") {
      cx.login("somebody");
      return handled;
    }
    if (said === "9") return reply("json", t("io", "alert(1)", "a"));
    if (isTuple(message, "news", 2)) return reply("text", text(message[1])!);
    return unknown;
  },
};

Deno.test("an unproven address is never sent more than 20 bytes for a datagram, whatever the protocols answer", async () => {
  await using server = await startUdp([talker]);
  const { counters } = server.n2o;
  for (let i = 0; i <= 9; i++) {
    using client = await server.client();
    await client.send(String(i));
    if (i === 5) await until(() => counters.datagramsDropped > 0, "the late answer is dropped");
    // The heart's answers are the last that it gets, so all of what was sent before them has come.
    const got: Uint8Array[] = [];
    await client.send("PING");
    for (
      let next = await client.next();
      new TextDecoder().decode(next) !== "PONG";
      next = await client.next()
    ) {
      got.push(next);
    }
    strictEqual(got.length <= 1, true, `datagram ${i} has ${got.length} answers`);
    strictEqual(got.every((bytes) => bytes.length <= 20), true, `datagram ${i} has a long answer`);
    counters.datagramsDropped = 0;
  }
});

Deno.test("what is pushed to an unproven address is dropped and counted beyond one short answer a datagram", async () => {
  await using server = await startUdp([talker], { protocols: [talker] });
  using client = await server.client();
  const { counters, bus } = server.n2o;
  // Its greeting takes the place of the answer that the protocol does not give.
  strictEqual(await client.ask("6"), "welcome");
  await until(() => bus.size === 1, "it hears the topic");
  const before = counters.datagramsDropped;
  for (let i = 0; i < 50; i++) server.n2o.send("news", t("news", "short"));
  await until(() => counters.datagramsDropped === before + 50, "all are dropped");
  strictEqual(await client.ask("7"), "x".repeat(20));
  await client.nothing();
});

Deno.test("a proven address hears the bus, without a datagram of its own and at any length", async () => {
  await using server = await startUdp();
  using client = await server.client();
  await client.prove();
  await client.ask({ term: t("sub", "news") });
  using other = await server.client();
  await other.prove();
  for (const body of ["short", "x".repeat(30_000)]) {
    await other.send({ term: t("pub", "news", body) });
    strictEqual(await client.hear(), `{deliver,<<"news">>,<<"${body}">>}`);
    strictEqual(await other.hear(), "");
  }
});

Deno.test("what came from an address before it proved itself may be forged, and does not count for it", async () => {
  const states: unknown[] = [];
  const ends: string[] = [];
  const marker: Protocol = {
    name: "marker",
    info(message, cx) {
      if (!isTuple(message, "mark", 1)) return unknown;
      states.push(cx.state.mark);
      cx.state.mark = true;
      cx.reg("mark");
      return reply("text", "ok");
    },
    terminate: (_cx, reason) => void ends.push(String(isTuple(reason) && reason[2])),
  };
  await using server = await startUdp([marker]);
  using client = await server.client();
  strictEqual(await client.ask({ term: t("mark") }), "ok");
  strictEqual(await client.ask({ term: t("mark") }), "ok");
  await client.prove();
  await until(() => ends.length === 1, "the connection of before is over");
  strictEqual(server.n2o.bus.size, 0);
  strictEqual(await client.ask({ term: t("mark") }), "ok");
  deepStrictEqual(states, [undefined, true, undefined]);
  deepStrictEqual(ends, ["proven"]);
});

Deno.test("a silent peer's connection ends, and its next datagram goes on in the same session", async () => {
  let now = 1_700_000_000_000;
  const exits: string[] = [];
  const watcher: Protocol = {
    name: "watcher",
    info: () => unknown,
    terminate: (_cx: Context, reason) => void exits.push(String(isTuple(reason) && reason[2])),
  };
  await using server = await startUdp([watcher, keeper], {
    clock: () => now,
    limits: { idleTimeoutMs: 400 },
    session: { ttlMs: 60_000 },
  });
  const { counters } = server.n2o;
  using client = await server.client();
  await client.prove();
  await client.ask({ term: t("put", "kept") });
  for (let silence = 1; silence <= 2; silence++) {
    now += 5_000;
    await until(() => exits.length === silence, "the connection has ended");
    strictEqual(counters.connections, 0);
    strictEqual(server.listener.peers, 1);
    // Of a session that has no connection nothing stays in memory.
    server.n2o.sessions.sweep();
    strictEqual(server.n2o.sessions.size, 0);
    strictEqual(await client.ask({ term: t("got") }), '{got,<<"kept">>}');
  }
  deepStrictEqual(exits, ["idle", "idle"]);
  strictEqual(counters.connectionsTotal, 3);
});

Deno.test("a peer that was silent for the life of a session has to prove itself again", async () => {
  let now = 1_700_000_000_000;
  await using server = await startUdp([keeper], {
    clock: () => now,
    limits: { idleTimeoutMs: 400 },
    session: { ttlMs: 20_000 },
  });
  using client = await server.client();
  const token = await client.prove();
  now += 19_000;
  await until(() => server.n2o.counters.connections === 0, "the connection has ended");
  strictEqual(server.listener.peers, 1);
  await client.ask({ term: t("got") });
  now += 21_000;
  await until(() => server.listener.peers === 0, "the peer is forgotten");
  match(await client.ask(`N2O,${token}`), /^N2O\?/);
});

Deno.test("when a protocol closes, the peer is forgotten and has to prove itself again", async () => {
  const closer: Protocol = {
    name: "closer",
    info(message, cx) {
      if (!isTuple(message, "bye", 1)) return unknown;
      cx.close(1000, "as you wish");
      return reply("bert", t("bye", "x".repeat(100)));
    },
  };
  await using server = await startUdp([closer]);
  using client = await server.client();
  await client.prove();
  strictEqual(await client.ask({ term: t("bye") }), `{bye,<<"${"x".repeat(100)}">>}`);
  await until(() => server.listener.peers === 0, "the peer is forgotten");
  strictEqual(server.n2o.counters.connections, 0);
  match(await client.ask("N2O,"), /^N2O\?/);
  await client.prove();
  strictEqual(server.listener.peers, 1);
});

Deno.test("garbage is dropped and counted, and the peer that it seems to come from goes on", async () => {
  await using server = await startUdp();
  using client = await server.client();
  await client.prove();
  await client.ask({ term: t("sub", "news") });
  const good = bert.encode(t("echo", "a binary"));
  const garbage = [
    Uint8Array.of(131),
    Uint8Array.of(131, 0, 0, 0),
    good.subarray(0, good.length - 1),
    Uint8Array.of(131, 109, 255, 255, 255, 255, 1),
    Uint8Array.of(0xc3, 0x28),
    Uint8Array.of(78, 50, 79, 44, 0xff),
    new Uint8Array(9_000).fill(255),
  ];
  for (const bytes of garbage) {
    await client.send(bytes);
    await client.quiet();
  }
  strictEqual(server.n2o.counters.malformed, garbage.length);
  server.n2o.send("news", t("deliver", "news", "still there"));
  strictEqual(await client.hear(), '{deliver,<<"news">>,<<"still there">>}');
  strictEqual(server.n2o.counters.connectionsTotal, 1);
  deepStrictEqual(server.lines, []);
});

Deno.test("the longest datagram is a frame like any other; a longer answer is dropped, counted and logged", async () => {
  const long: Protocol = {
    name: "long",
    info: (message) =>
      isTuple(message, "long", 2) ? reply("binary", new Uint8Array(Number(message[1])).fill(7)) : unknown,
  };
  await using server = await startUdp([long]);
  using client = await server.client();
  await client.prove();
  const overhead = bert.encode(t("echo", new Uint8Array(0))).length;
  const whole = bert.encode(t("echo", new Uint8Array(65_507 - overhead).fill(1)));
  strictEqual(whole.length, 65_507);
  await client.send(whole);
  deepStrictEqual(await client.next(), whole);
  await client.send({ term: t("long", 65_507) });
  strictEqual((await client.next()).length, 65_507);
  await client.send({ term: t("long", 65_508) });
  await client.quiet();
  strictEqual(server.n2o.counters.datagramsDropped, 1);
  deepStrictEqual(server.lines.map(({ level, event, bytes }) => [level, event, bytes]), [
    ["warn", "datagram_too_long", 65_508],
  ]);
});

Deno.test("with another format than BERT the first bytes tell texts from binary frames", async () => {
  await using server = await startUdp([{
    name: "json",
    info: (message) =>
      message instanceof TermMap ? reply("default", tuple(atom("n"), message.get("n")!)) : unknown,
  }], { defaultFormatter: "json" });
  using client = await server.client();
  // An answer of this format is too long for an address that has not proved itself.
  await client.send('{"n":1}');
  await client.quiet();
  strictEqual(server.n2o.counters.datagramsDropped, 1);
  await client.quiet();
  await client.send(`N2O,,${await client.digits()}`);
  match(await client.hear(), /^\{"t":104,"v":\[\{"t":100,"v":"io"\}/);
  strictEqual(await client.ask('{"n":1}'), '{"t":104,"v":[{"t":100,"v":"n"},{"t":109,"v":1}]}');
});

Deno.test("two applications in one process have peers, proofs and sessions of their own", async () => {
  await using one = await startUdp([keeper]);
  await using two = await startUdp([keeper]);
  using client = await one.client();
  using same = await UdpClient.open(two.listener);
  await client.prove();
  await client.ask({ term: t("put", "one") });
  const digits = await same.digits();
  strictEqual(await same.ask(`N2O,,${digits.split("").reverse().join("")}`), `N2O?${digits}`);
  await same.prove();
  strictEqual(await same.ask({ term: t("got") }), "{got,<<>>}");
  await one.n2o.close();
  strictEqual(await same.ask({ term: t("got") }), "{got,<<>>}");
});

Deno.test("an application that closes tells the protocols, ends its connections and frees the port", async () => {
  const exits: unknown[] = [];
  await using server = await startUdp([{
    name: "watcher",
    info: () => unknown,
    terminate: (_cx, reason) => void exits.push(isTuple(reason) && reason[1]),
  }]);
  const { listener, n2o } = server;
  using client = await server.client();
  await client.prove();
  using other = await server.client();
  await other.quiet();
  await n2o.close();
  await listener.finished;
  deepStrictEqual(exits, [1001, 1001]);
  strictEqual(listener.peers, 0);
  strictEqual(n2o.counters.connections, 0);
  const next = createN2O({ protocols: [] });
  const again = await next.listenUdp({ port: listener.port });
  strictEqual(again.url, `udp://127.0.0.1:${listener.port}`);
  await next.close();
  await rejects(n2o.listenUdp(), { code: "closed" });
});

Deno.test("while an application closes, who is there is answered, and nobody else", async () => {
  const gate = Promise.withResolvers<void>();
  await using server = await startUdp([{
    name: "slow",
    info: (message) =>
      isTuple(message, "slow", 1) ? gate.promise.then(() => reply("bert", message)) : unknown,
  }]);
  const { n2o } = server;
  using client = await server.client();
  await client.prove();
  using late = await server.client();
  const digits = await late.digits();
  await client.send({ term: t("slow") });
  await until(() => n2o.counters.messagesIn === 2, "it is being handled");
  const closed = n2o.close();
  for (const said of ["PING", "N2O,", `N2O,,${digits}`]) await late.send(said);
  await until(() => n2o.counters.connectionsRefused === 1, "the newcomer is refused");
  gate.resolve();
  strictEqual(await client.hear(), "{slow}");
  await closed;
  await late.nothing();
});

Deno.test("a listener that closes by itself ends its connections, and no others", async () => {
  await using server = await startUdp();
  const other = await server.n2o.listenUdp();
  using client = await server.client();
  using stays = await UdpClient.open(other);
  await client.prove();
  await stays.prove();
  await server.listener.close();
  strictEqual(server.n2o.counters.connections, 1);
  strictEqual(await stays.ask({ term: t("echo", 1) }), "{echo,1}");
});

Deno.test("who cannot listen is told why", async () => {
  await using server = await startUdp();
  const { n2o, listener } = server;
  await rejects(n2o.listenUdp({ port: listener.port }), { code: "port_taken" });
  await rejects(n2o.listenUdp({ hostname: "192.0.2.1" }), { code: "bad_host" });
  await rejects(n2o.listenUdp({ hostname: "no.such.host.invalid" }), { code: "bad_host" });
  for (const port of [-1, 65_536, 1.5, NaN]) await rejects(n2o.listenUdp({ port }), { code: "bad_port" });
});

Deno.test("an IPv6 socket for all addresses takes IPv4 peers under their own addresses", async () => {
  await using server = await startUdp([keeper], {}, "::");
  const { port } = server.listener;
  for (const hostname of ["127.0.0.1", "::1"]) {
    using client = await UdpClient.open({ hostname, port });
    await client.prove();
    strictEqual(
      await client.ask({ term: t("whence") }),
      `{whence,<<"${hostname}">>,false,<<"udp">>,<<>>,<<>>}`,
    );
  }
});
