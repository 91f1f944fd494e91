import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { createSocket } from "node:dgram";
import { handled, isTuple, type Protocol, reply, unknown } from "@n2o/n2o";
import { Counters } from "../lib/counters.ts";
import { bindDatagrams } from "../lib/endpoints/udp_bind.ts";
import { Pace } from "../lib/endpoints/udp_pace.ts";
import { Proof, readGreeting } from "../lib/endpoints/udp_proof.ts";
import { until } from "./engines.ts";
import { keepLog } from "./log.ts";
import { t } from "./speech.ts";
import { type UdpAddress, UdpClient } from "./udp_client.ts";
import { startUdp } from "./udp_server.ts";

/** Sends one datagram from a port that nobody listens on afterwards, as whoever forges addresses does. */
async function forge(to: UdpAddress, datagram: string): Promise<void> {
  const socket = createSocket("udp4");
  await new Promise((resolve) => socket.send(datagram, to.port, to.hostname, resolve));
  await new Promise<void>((resolve) => socket.close(resolve));
}

Deno.test("of many addresses that have not proved themselves the latest few are remembered, and those soon forgotten", async () => {
  let now = 1_700_000_000_000;
  let connections = 0;
  const number: Protocol = {
    name: "number",
    init: (cx) => void (cx.state.number = ++connections),
    info: (message, cx) => isTuple(message, "number", 1) ? reply("text", String(cx.state.number)) : unknown,
  };
  await using server = await startUdp([number], { clock: () => now });
  const { counters } = server.n2o;
  using proven = await server.client();
  await proven.prove();
  // Of the unproven ones one is there all the time.
  using steady = await server.client();
  strictEqual(await steady.ask({ term: t("number") }), "2");
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 500; i++) {
      await forge(server.listener, "PING");
      if (i % 50 !== 49) continue;
      await proven.quiet();
      strictEqual(await steady.ask({ term: t("number") }), "2");
    }
    now += 1_000;
  }
  // Datagrams may be lost; more than fit have come in any case.
  strictEqual(counters.connectionsTotal > 1_025, true, `${counters.connectionsTotal}`);
  strictEqual(server.listener.peers, 1_025);
  strictEqual(counters.connections, 1_025);
  now += 11_000;
  await until(() => server.listener.peers === 1, "the forged ones are forgotten");
  strictEqual(counters.connections, 1);
  await proven.quiet();
});

Deno.test("no more than so many addresses are new in a second, and tokens make nobody remembered", async () => {
  const now = 1_700_000_000_000;
  await using server = await startUdp([], { clock: () => now });
  using proven = await server.client();
  await proven.prove();
  for (let i = 0; i < 1_200; i++) {
    await forge(server.listener, i % 2 === 0 ? "PING" : "N2O,");
    if (i % 50 === 49) await proven.quiet();
  }
  strictEqual(server.listener.peers <= 601, true, `${server.listener.peers}`);
  const before = server.n2o.counters.connectionsTotal;
  for (let i = 0; i < 700; i++) {
    await forge(server.listener, "PING");
    if (i % 50 === 49) await proven.quiet();
  }
  strictEqual(server.n2o.counters.connectionsTotal - 1 <= 1_024, true);
  strictEqual(server.n2o.counters.connectionsTotal > before, true);
  strictEqual(server.n2o.counters.connectionsRefused > 0, true);
  // In the midst of it one proves itself.
  using another = await server.client();
  await another.prove();
});

Deno.test("an exchange of answers for answers with an unproven address comes to an end", async () => {
  await using server = await startUdp();
  using client = await server.client();
  let answers = 0;
  const count = async (bursts: number) => {
    for (let i = 0; i < bursts; i++) {
      for (let j = 0; j < 16; j++) await client.send("");
      for (let j = 0; j < 16; j++, answers++) strictEqual(await client.hear(), "");
    }
  };
  await count(128);
  strictEqual(answers, 2_048);
  await client.send("");
  await until(() => server.n2o.counters.rateExceeded === 1, "it is answered no more");
  await client.nothing();
  await client.prove();
  await count(8);
});

Deno.test("unproven addresses together keep to the rate of one connection", async () => {
  const now = 1_700_000_000_000;
  await using server = await startUdp([], { clock: () => now, limits: { maxMessagesPerSecond: 10 } });
  using one = await server.client();
  using two = await server.client();
  for (let i = 0; i < 5; i++) {
    await one.quiet();
    await two.quiet();
  }
  await one.send("PING");
  await until(() => server.n2o.counters.rateExceeded === 1, "one too many is not answered");
  await one.nothing();
  // Tokens have a count of their own.
  for (let i = 0; i < 8; i++) await two.digits();
  const token = await two.prove();
  strictEqual(token === "", false);
  await one.send("N2O,");
  await until(() => server.n2o.counters.rateExceeded === 2, "one too many gets no digits");
  await one.nothing();
  await two.quiet();
});

Deno.test("a peer that says too much in a second is forgotten", async () => {
  const now = 1_700_000_000_000;
  await using server = await startUdp([], { clock: () => now, limits: { maxMessagesPerSecond: 10 } });
  using client = await server.client();
  await client.prove();
  for (let i = 0; i < 9; i++) await client.quiet();
  await client.send("PING");
  await until(() => server.listener.peers === 0, "it is forgotten");
  await client.nothing();
  match(await client.ask("N2O,"), /^N2O\?/);
});

Deno.test("peers are bounded in all and by address; one that goes makes room", async () => {
  const closer: Protocol = {
    name: "closer",
    info(message, cx) {
      if (!isTuple(message, "bye", 1)) return unknown;
      cx.close();
      return handled;
    },
  };
  for (const limits of [{ maxConnectionsPerAddress: 2 }, { maxConnections: 2 }]) {
    await using server = await startUdp([closer], { limits });
    const { counters } = server.n2o;
    using one = await server.client();
    using two = await server.client();
    using three = await server.client();
    for (const proof of [false, true]) {
      for (const who of [one, two]) await (proof ? who.prove() : who.quiet());
      const digits = await three.digits();
      const greeting = proof ? `N2O,,${digits}` : "PING";
      counters.connectionsRefused = 0;
      await three.send(greeting);
      await until(() => counters.connectionsRefused === 1, "the third is refused");
      await three.nothing();
      await one.send({ term: t("bye") });
      await until(() => counters.connections === 1, "the first is gone");
      await three.send(greeting);
      await three.next();
      strictEqual(server.listener.peers, 2);
      for (const who of [two, three]) await who.send({ term: t("bye") });
      await until(() => counters.connections === 0, "all are gone");
    }
  }
});

Deno.test("connections of other endpoints count, too", async () => {
  await using server = await startUdp([], { limits: { maxConnections: 2 } });
  using one = await server.client();
  using two = await server.client();
  await one.prove();
  await two.quiet();
  const other = await server.n2o.listenUdp();
  using three = await UdpClient.open(other);
  const digits = await three.digits();
  for (const said of ["PING", `N2O,,${digits}`]) {
    server.n2o.counters.connectionsRefused = 0;
    await three.send(said);
    await until(() => server.n2o.counters.connectionsRefused === 1, "the third is refused");
  }
  await three.nothing();
});

Deno.test("a frame over the limit is dropped, and the peer goes on", async () => {
  await using server = await startUdp([], { limits: { maxFrameBytes: 500 } });
  using client = await server.client();
  await client.prove();
  strictEqual(await client.ask("x".repeat(500)), "");
  await client.send("x".repeat(501));
  await client.quiet();
  strictEqual(server.n2o.counters.malformed, 1);
  strictEqual(server.n2o.counters.connectionsTotal, 1);
});

Deno.test("what waits for the system is bounded; what is too much is dropped, counted and logged", async () => {
  const { log, lines } = keepLog();
  const counters = new Counters();
  const socket = await bindDatagrams("127.0.0.1", 0, () => {}, log, counters);
  const whole = new Uint8Array(65_507);
  // One turn of the event loop: none is sent before all are given.
  for (let i = 0; i < 520; i++) socket.send(whole, "127.0.0.1", socket.port);
  strictEqual(counters.datagramsDropped, 520 - Math.ceil(33_554_433 / (65_507 + 256)));
  deepStrictEqual(lines.map(({ event }) => event), ["datagrams_wait"]);
  await until(() => socket.waiting === 0, "all are sent");
  const before = counters.datagramsDropped;
  socket.send(whole, "127.0.0.1", 0);
  strictEqual(counters.datagramsDropped, before + 1);
  strictEqual(socket.waiting, 0);
  await socket.close();
  socket.send(whole, "127.0.0.1", 9);
  strictEqual(socket.waiting, 0);
});

Deno.test("what is too much for a busy protocol is dropped, and the peer goes on", async () => {
  const gate = Promise.withResolvers<void>();
  const slow: Protocol = {
    name: "slow",
    info: (message) => isTuple(message, "slow", 1) ? gate.promise.then(() => reply("text", "slow")) : unknown,
  };
  await using server = await startUdp([slow], { limits: { maxMailboxMessages: 64 } });
  const { counters } = server.n2o;
  using client = await server.client();
  await client.prove();
  using unproven = await server.client();
  for (const who of [client, unproven]) {
    await who.send({ term: t("slow") });
    for (let i = 0; i < 40; i++) await who.send("PING");
  }
  await until(() => counters.mailboxesFull === 7 + 24, "the rest is dropped");
  gate.resolve();
  strictEqual(await client.hear(), "slow");
  for (let i = 0; i < 33; i++) strictEqual(await client.hear(), "PONG");
  strictEqual(await unproven.hear(), "slow");
  for (let i = 0; i < 16; i++) strictEqual(await unproven.hear(), "PONG");
  await client.quiet();
  await unproven.quiet();
  // A long frame of an address that may be forged is not even looked at.
  await unproven.send("x".repeat(4_097));
  await until(() => counters.mailboxesFull === 32, "it is dropped");
  await unproven.quiet();
});

Deno.test("a peer that is gone without a word disturbs nobody", async () => {
  await using server = await startUdp();
  using client = await server.client();
  await client.prove();
  {
    using gone = await server.client();
    await gone.prove();
    await gone.ask({ term: t("sub", "news") });
  }
  for (let i = 0; i < 20; i++) {
    server.n2o.send("news", t("deliver", "news", i));
    await client.quiet();
  }
  strictEqual(server.listener.peers, 2);
});

Deno.test("datagrams of random bytes neither end the endpoint nor are answered at length", async () => {
  let seed = 25;
  const random = (below: number) => (seed = Math.imul(seed, 1_103_515_245) + 12_345 >>> 0) % below;
  await using server = await startUdp();
  using client = await server.client();
  using proven = await server.client();
  await proven.prove();
  const heads = [[], [131], [131, 104], [78, 50, 79, 44], [78, 50, 79, 63], [131, 80, 0, 0, 0, 9]];
  for (let i = 0; i < 400; i++) {
    const bytes = Uint8Array.from([
      ...heads[random(heads.length)],
      ...Array.from({ length: random(60) }, () => random(256)),
    ]);
    await client.send(bytes);
    await proven.send(bytes);
    if (i % 20 !== 19) continue;
    for (const who of [client, proven]) {
      await who.send("PING");
      while (await who.hear() !== "PONG") { /* whatever it was */ }
    }
  }
  deepStrictEqual(server.lines.filter(({ level }) => level === "error"), []);
});

Deno.test("a greeting is a token, and digits where the end looks like such", () => {
  const digits = "0123456789abcdef";
  const cases: [string, string, string | undefined][] = [
    ["N2O,", "", undefined],
    ["N2O,abc", "abc", undefined],
    [`N2O,${digits}`, digits, undefined],
    [`N2O,,${digits}`, "", digits],
    [`N2O,a,b,${digits}`, "a,b", digits],
    [`N2O,abc,${digits.toUpperCase()}`, `abc,${digits.toUpperCase()}`, undefined],
    [`N2O,abc,${digits}0`, `abc,${digits}0`, undefined],
    [`N2O,abc,${digits.slice(1)}`, `abc,${digits.slice(1)}`, undefined],
  ];
  for (const [said, token, given] of cases) {
    deepStrictEqual(readGreeting(said), { token, digits: given }, said);
  }
});

Deno.test("digits follow from the address, the port, the time and a key that each endpoint has of its own", () => {
  const proof = new Proof();
  const digits = proof.digits("192.0.2.1", 1, 30);
  match(digits, /^[0-9a-f]{16}$/);
  strictEqual(proof.digits("192.0.2.1", 1, 59), digits);
  for (const second of [30, 59, 60, 89]) strictEqual(proof.holds(digits, "192.0.2.1", 1, second), true);
  for (const second of [0, 29, 90, 1_000]) strictEqual(proof.holds(digits, "192.0.2.1", 1, second), false);
  strictEqual(proof.holds(digits, "192.0.2.1", 2, 30), false);
  strictEqual(proof.holds(digits, "192.0.2.2", 1, 30), false);
  strictEqual(new Proof().holds(digits, "192.0.2.1", 1, 30), false);
  for (const other of ["", digits.slice(1), digits + "0", "é".repeat(16)]) {
    strictEqual(proof.holds(other, "192.0.2.1", 1, 30), false);
  }
});

Deno.test("a pace counts by the second", () => {
  const pace = new Pace(2);
  deepStrictEqual([1, 1, 1, 2, 2, 2, 1].map((second) => pace.admits(second)), [
    true,
    true,
    false,
    true,
    true,
    false,
    true,
  ]);
});
