import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  bert,
  heart,
  isTuple,
  type N2OOptions,
  type Protocol,
  reply,
  type Term,
  text,
  unknown,
} from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { closeOf, handshake, RawSocket } from "./raw_socket.ts";
import { echoProto } from "./echo_proto.ts";
import { ask, hear, say, t } from "./speech.ts";

/** Notes how connections end. */
function ends(): { protocol: Protocol; exits: Term[]; terminated: Term[] } {
  const [exits, terminated]: Term[][] = [[], []];
  const protocol: Protocol = {
    name: "ends",
    info(message) {
      if (isTuple(message, "direct", 2)) exits.push(message);
      return unknown;
    },
    terminate(_, reason) {
      terminated.push(reason);
    },
  };
  return { protocol, exits, terminated };
}

function start(engine: Engine, more: Partial<N2OOptions> = {}): Running {
  return engine.start({ protocols: [heart, echoProto], log: keepLog().log, ...more });
}

each("a message over the limit is answered with 1009, the largest one is taken", async (engine) => {
  const limit = 1_048_576;
  await using running = start(engine);
  await using neighbour = await Neighbour.move(running);
  const echo = (size: number) => bert.encode(t("echo", new Uint8Array(size - 15)));
  await using socket = await RawSocket.open(running);
  await socket.send("binary", echo(limit));
  strictEqual((await socket.frame()).payload.length, limit);
  await socket.send("binary", echo(limit + 1));
  strictEqual(await hear(socket), "close 1009 message too big");
  await using fragmented = await RawSocket.open(running);
  const [half, rest] = [new Uint8Array(limit / 2), new Uint8Array(limit / 2 + 1)];
  await fragmented.send("binary", half, { fin: false });
  await fragmented.send("cont", rest);
  strictEqual(await hear(fragmented), "close 1009 message too big");
  await using long = await RawSocket.open(running);
  await long.send("text", "x".repeat(limit + 1));
  strictEqual(await hear(long), "close 1009 message too big");
  await neighbour.undisturbed();
});

each("a text's size counts in bytes", async (engine) => {
  await using running = start(engine, { limits: { maxFrameBytes: 1_000 } });
  await using socket = await RawSocket.open(running);
  await socket.send("text", "ы".repeat(500));
  strictEqual(await hear(socket), "nothing");
  await socket.send("text", "ы".repeat(501));
  strictEqual(await hear(socket), "close 1009 message too big");
});

each(
  "protocol errors end the connection, the protocols hear of it, and nobody else notices",
  async (engine) => {
    const { protocol, exits, terminated } = ends();
    await using running = start(engine, { protocols: [heart, echoProto, protocol] });
    await using neighbour = await Neighbour.move(running);
    const errors: [string, (socket: RawSocket) => Promise<void>][] = [
      ["reserved bit", (socket) => socket.send("text", "x", { rsv: 4 })],
      ["reserved data opcode", (socket) => socket.send(3)],
      ["reserved control opcode", (socket) => socket.send(11)],
      ["continuation of nothing", (socket) => socket.send("cont", "x")],
      ["long ping", (socket) => socket.send("ping", "x".repeat(126))],
      // F01
      ["fragmented ping", (socket) => socket.send("ping", "", { fin: false })],
      ["fragmented close", (socket) => socket.send("close", "", { fin: false })],
      ["invalid text", (socket) => socket.send("text", new Uint8Array([0xc3, 0x28]))],
      ["surrogate in a text", (socket) => socket.send("text", new Uint8Array([0xed, 0xa0, 0x80]))],
      ["short close", (socket) => socket.send("close", new Uint8Array([3]))],
      ["reserved close code", (socket) => socket.send("close", new Uint8Array([0x03, 0xed]))],
      ["close reason that is no text", (socket) => socket.send("close", new Uint8Array([3, 0xe8, 0xff]))],
      ["length over 64 MiB", (socket) => socket.sendHex("82ff" + "0000000010000001" + "12345678")],
      ["length of 2^63", (socket) => socket.sendHex("82ff" + "8000000000000000" + "12345678")],
      ["no HTTP and no frame", (socket) => socket.write("GET / HTTP/1.1\r\n\r\n")],
    ];
    for (const [name, send] of errors) {
      await using socket = await RawSocket.open(running);
      await send(socket);
      const frame = await socket.maybeFrame();
      if (frame !== undefined) strictEqual(frame.op, "close", name);
      if (frame !== undefined) await socket.send("close", frame.payload).catch(() => {});
      await socket.ended();
    }
    await running.until(() => terminated.length === errors.length, "every end is told");
    strictEqual(exits.length, errors.length);
    for (const exit of exits) {
      ok(
        isTuple(exit) && isTuple(exit[1], "exit", 2) && isTuple(exit[1][1], "close", 3),
      );
    }
    strictEqual(running.n2o.counters.connections, 1);
    await neighbour.undisturbed();
  },
);

each("a new message within a fragmented one is answered by nothing of it", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.open(running);
  await socket.send("text", "PI", { fin: false });
  await socket.send("text", "PING").catch(() => {});
  const frame = await socket.maybeFrame();
  ok(frame === undefined || frame.op === "close");
});

// F01
for (const [op, payload] of [["ping", ""], ["pong", ""], ["ping", "p".repeat(125)]] as const) {
  each(
    `a ${op} of ${payload.length} bytes between the fragments of a message is handled at once`,
    async (engine) => {
      const whole: Protocol = {
        name: "whole",
        info: (message, cx) => {
          if (!isTuple(message, "text", 2)) return unknown;
          cx.push(reply("text", text(message[1])!));
          return unknown;
        },
      };
      await using running = start(engine, { protocols: [whole] });
      await using socket = await RawSocket.open(running);
      await socket.send("text", "hello", { fin: false });
      await socket.send(op, payload);
      if (op === "ping") {
        const pong = await socket.frame();
        strictEqual(pong.op, "pong");
        strictEqual(new TextDecoder().decode(pong.payload), payload);
      }
      await socket.send("cont", "world");
      strictEqual(await hear(socket), "text helloworld");
      strictEqual(await hear(socket), "nothing");
    },
  );
}

each("a message of ten thousand fragments is one message", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.open(running);
  const sent = bert.encode(t("echo", "x".repeat(20_000)));
  for (let at = 0; at < sent.length; at += 2) {
    await socket.send(at === 0 ? "binary" : "cont", sent.subarray(at, at + 2), {
      fin: at + 2 >= sent.length,
    });
  }
  deepStrictEqual((await socket.frame()).payload, sent);
});

// F02
each("the handshakes that browsers and proxies send are accepted", async (engine) => {
  await using running = start(engine);
  const plain = handshake();
  const variants = [
    plain.replace("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
    plain.replace("Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade"),
    plain.replace("Upgrade: websocket", "upgrade: WebSocket").replace("Connection: ", "connection: "),
    plain.replace("Connection: Upgrade", "Connection: upgrade,keep-alive"),
    plain.replace("Upgrade: websocket", "Upgrade:   websocket  "),
  ];
  for (const variant of variants) {
    await using socket = await RawSocket.connect(running);
    const response = await socket.request(variant);
    strictEqual(response.status, 101, variant);
    strictEqual(response.headers.get("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    await socket.quiet();
  }
});

each("a handshake that is none is answered, and the connection count stays", async (engine) => {
  await using running = start(engine);
  const plain = handshake();
  const rows: [string, string, number][] = [
    ["no Connection: Upgrade", plain.replace("Connection: Upgrade", "Connection: keep-alive"), 400],
    ["another upgrade", plain.replace("Upgrade: websocket", "Upgrade: h2c"), 426],
    ["no version", plain.replace("Sec-WebSocket-Version: 13\r\n", ""), 426],
    ["version 14", plain.replace("Version: 13", "Version: 14"), 426],
    ["a PUT", plain.replace("GET", "PUT"), 405],
    ["a DELETE", plain.replace("GET", "DELETE"), 405],
  ];
  for (const [name, request, status] of rows) {
    await using socket = await RawSocket.connect(running);
    const response = await socket.request(request);
    strictEqual(response.status, status, name);
    match(new TextDecoder().decode(response.body), /^\{"error":"[a-z_]+"\}\n$/, name);
    if (status === 426) strictEqual(response.headers.get("upgrade"), "websocket");
  }
  strictEqual(running.n2o.counters.connectionsTotal, 0);
});

each("frames sent together with the handshake are not lost", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.connect(running);
  const head = new TextEncoder().encode(handshake());
  const ping = Uint8Array.fromHex("818412345678427d183f");
  const both = new Uint8Array(head.length + 2 * ping.length);
  both.set(head);
  both.set(ping, head.length);
  both.set(ping, head.length + ping.length);
  await socket.write(both);
  strictEqual((await socket.response()).status, 101);
  strictEqual(await hear(socket), "text PONG");
  strictEqual(await hear(socket), "text PONG");
});

each("more messages a second than allowed close the connection with 1008", async (engine) => {
  let now = Date.UTC(2026, 0, 1);
  await using running = start(engine, {
    clock: () => now,
    limits: { maxMessagesPerSecond: 50, idleTimeoutMs: 60_000 },
  });
  await using neighbour = await RawSocket.open(running);
  await using socket = await RawSocket.open(running);
  for (let i = 0; i < 50; i++) await say(socket, t("echo", i));
  for (let i = 0; i < 50; i++) strictEqual(await hear(socket), `{echo,${i}}`);
  // The next second begins, whether or not a timer has seen it.
  now += 1_000;
  for (let i = 0; i < 51; i++) await say(socket, t("echo", i));
  for (let i = 0; i < 50; i++) strictEqual(await hear(socket), `{echo,${i}}`);
  strictEqual(await hear(socket), "close 1008 too many messages");
  strictEqual(running.n2o.counters.rateExceeded, 1);
  strictEqual(await ask(neighbour, t("echo", 1)), "{echo,1}");
});

each("a client within its rate is not closed by a stall, nor by a clock that is set back", async (engine) => {
  let now = Date.UTC(2026, 0, 1);
  await using running = start(engine, {
    clock: () => now,
    limits: { maxMessagesPerSecond: 50, idleTimeoutMs: 60_000 },
  });
  await using socket = await RawSocket.open(running);
  // Nothing is handled for a while, then all of it at once.
  for (const stall of [0, 1, 2, 3, -3_600, 1, 2]) {
    now += stall * 1_000;
    const count = 50 * Math.max(1, stall);
    for (let i = 0; i < count; i++) await say(socket, t("echo", i));
    for (let i = 0; i < count; i++) strictEqual(await hear(socket), `{echo,${i}}`, `after ${stall} s`);
  }
  // What was not sent in an hour of silence is not saved up without a bound.
  now += 3_600_000;
  const flood = (async () => {
    for (let i = 0; i < 1_000; i++) await say(socket, t("echo", i));
  })().catch(() => {});
  let answers = 0;
  let answer = await hear(socket);
  for (; answer.startsWith("{echo,"); answers++) answer = await hear(socket);
  strictEqual(answer, "close 1008 too many messages");
  ok(answers <= 300, `${answers} were answered`);
  await flood;
});

each("empty frames and pings count as messages where the engine sees them", async (engine) => {
  const now = Date.UTC(2026, 0, 1);
  await using running = start(engine, { clock: () => now, limits: { maxMessagesPerSecond: 10 } });
  await using socket = await RawSocket.open(running);
  for (let i = 0; i < 30; i++) await socket.send("binary").catch(() => {});
  let answers = 0;
  let answer = await hear(socket);
  while (answer === "nothing") {
    answers++;
    answer = await hear(socket);
  }
  strictEqual(answer, "close 1008 too many messages");
  strictEqual(answers, 10);
});

each("a protocol's close carries a code that may stand on the wire", async (engine) => {
  const codes: string[] = [];
  const closer: Protocol = {
    name: "closer",
    info(message, cx) {
      if (!isTuple(message, "close", 3)) return unknown;
      try {
        cx.close(Number(message[1]), text(message[2])!);
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
      return reply("text", "closing");
    },
  };
  await using running = start(engine, { protocols: [heart, closer] });
  for (
    const [code, reason] of [[1000, ""], [1011, "failed"], [4000, "ok"], [4001, "x".repeat(123)]] as const
  ) {
    await using socket = await RawSocket.open(running);
    strictEqual(await ask(socket, t("close", code, reason)), "text closing");
    strictEqual(await hear(socket), `close ${code} ${reason}`.trimEnd());
  }
  for (const reason of ["x".repeat(200), "ы".repeat(100), "😀".repeat(50)]) {
    await using socket = await RawSocket.open(running);
    strictEqual(await ask(socket, t("close", 4000, reason)), "text closing");
    const closed = closeOf(await socket.frame());
    strictEqual(closed.code, 4000);
    ok(reason.startsWith(closed.reason) && closed.reason.length * 5 > 123, "as much of it as fits");
  }
  const wrong = [0, 1, 999, 1004, 1005, 1006, 1015, 2999, 5000, 70_000, -1, 1.5];
  await using socket = await RawSocket.open(running);
  for (const code of wrong) strictEqual(await ask(socket, t("close", code, "")), "text closing");
  deepStrictEqual(codes, wrong.map(() => "bad_close_code"));
  await socket.quiet();
});
