import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Output } from "../lib/framing/output.ts";
import { WebSocketFraming } from "../lib/framing/websocket.ts";
import { cuts, feed, FrameLog } from "./frame_log.ts";
import { clientFrame, type Op, opcodes, type SendOptions } from "./raw_socket.ts";

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const frame = (op: Op | number, payload: Uint8Array | string = "", options?: SendOptions) =>
  clientFrame(op, typeof payload === "string" ? bytes(payload) : payload, options);
const open = { fin: false };
const hex = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7).toHex();
const filled = (length: number) => Uint8Array.fromHex(hex(length));

const MAX = 300;

interface Row {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly read: readonly string[];
}

const tooBig = ["violated 1009 message too big"];
const violation = (reason: string) => [`violated 1002 ${reason}`];
const badText = ["violated 1007 bad_utf8"];

const rows: readonly Row[] = [
  { name: "a binary", bytes: frame("binary", filled(5)), read: [`binary ${hex(5)}`] },
  { name: "an empty binary", bytes: frame("binary"), read: ["binary "] },
  { name: "a text", bytes: frame("text", "привет 😀"), read: ["text привет 😀"] },
  { name: "an empty text", bytes: frame("text"), read: ["text "] },
  { name: "a text that begins with a BOM", bytes: frame("text", "\ufeffa"), read: ["text \ufeffa"] },
  ...[125, 126, 127, 128, 255, 256, MAX].map((length): Row => ({
    name: `a binary of ${length} bytes`,
    bytes: frame("binary", filled(length)),
    read: [`binary ${hex(length)}`],
  })),
  {
    name: "several frames",
    bytes: joined(
      frame("binary", "ab"),
      frame("text", "c"),
      frame("ping", "d"),
      frame("pong"),
      frame("binary", "e"),
    ),
    read: ["binary 6162", "text c", "ping 64", "pong", "binary 65"],
  },
  {
    name: "a fragmented text with controls between",
    bytes: joined(
      frame("text", "hel", open),
      frame("ping", filled(125)),
      frame("cont", "l", open),
      frame("pong"),
      frame("cont", "o"),
    ),
    read: [`ping ${hex(125)}`, "pong", "text hello"],
  },
  {
    name: "a character cut by a fragment",
    bytes: joined(
      frame("text", bytes("€").subarray(0, 1), open),
      frame("cont", "", open),
      frame("cont", bytes("€").subarray(1)),
    ),
    read: ["text €"],
  },
  {
    name: "a fragmented binary, then a whole one",
    bytes: joined(frame("binary", filled(200), open), frame("cont"), frame("binary", "x")),
    read: [`binary ${hex(200)}`, "binary 78"],
  },
  {
    name: "fragments without bytes",
    bytes: joined(frame("text", "", open), frame("cont", "", open), frame("cont")),
    read: ["text "],
  },
  {
    name: "a close frame",
    bytes: frame("close", joined(Uint8Array.of(3, 232), bytes("bye"))),
    read: ["closed 1000 bye"],
  },
  { name: "a close frame without a code", bytes: frame("close"), read: ["closed 1005 "] },
  {
    name: "frames behind a close frame",
    bytes: joined(frame("close"), frame("text", "late")),
    read: ["closed 1005 "],
  },
  { name: "a close frame of one byte", bytes: frame("close", "a"), read: violation("bad close frame") },
  {
    name: "a close frame with a bad code",
    bytes: frame("close", Uint8Array.of(3, 237)),
    read: violation("bad close frame"),
  },
  {
    name: "a close frame with a bad reason",
    bytes: frame("close", Uint8Array.of(3, 232, 0xff)),
    read: badText,
  },
  {
    name: "an unmasked frame",
    bytes: frame("text", "a", { mask: false }),
    read: violation("unmasked frame"),
  },
  { name: "a reserved bit", bytes: frame("text", "a", { rsv: 4 }), read: violation("reserved bit") },
  {
    name: "a reserved bit of a control frame",
    bytes: frame("ping", "a", { rsv: 1 }),
    read: violation("reserved bit"),
  },
  ...[3, 4, 7, 11, 15].map((op): Row => ({
    name: `opcode ${op}`,
    bytes: joined(frame("text", "a"), frame(op, "b")),
    read: ["text a", ...violation("unknown opcode")],
  })),
  {
    name: "a long control frame",
    bytes: frame("ping", filled(126)),
    read: violation("control frame too long"),
  },
  {
    name: "a fragmented control frame",
    bytes: frame("ping", "", open),
    read: violation("fragmented control frame"),
  },
  { name: "a continuation of nothing", bytes: frame("cont", "a"), read: violation("nothing to continue") },
  {
    name: "a message within a message",
    bytes: joined(frame("text", "a", open), frame("text", "b")),
    read: violation("message within a message"),
  },
  { name: "a text that is none", bytes: frame("text", Uint8Array.of(97, 0xc0, 0xaf)), read: badText },
  {
    name: "a text that ends within a character",
    bytes: frame("text", bytes("€").subarray(0, 2)),
    read: badText,
  },
  { name: "a message over the limit", bytes: frame("binary", filled(MAX + 1)), read: tooBig },
  {
    name: "fragments over the limit",
    bytes: joined(frame("binary", filled(200), open), frame("cont", filled(101))),
    read: tooBig,
  },
  {
    name: "text fragments over the limit",
    bytes: joined(frame("text", "a".repeat(200), open), frame("cont", "a".repeat(101))),
    read: tooBig,
  },
  {
    name: "a length of 1 GiB",
    bytes: Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4, 5),
    read: tooBig,
  },
  {
    name: "a length of 2^63",
    bytes: Uint8Array.of(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4),
    read: tooBig,
  },
  { name: "half a frame", bytes: frame("binary", filled(20)).subarray(0, 15), read: [] },
];

for (const { name, bytes, read } of rows) {
  Deno.test(`WebSocket framing: ${name}, however it is cut`, () => {
    for (const pieces of cuts(bytes)) {
      const sizes = pieces.length > 2 ? `pieces of ${pieces[0].length}` : `cut at ${pieces[0].length}`;
      deepStrictEqual(feed(new WebSocketFraming({ maxBytes: MAX }), pieces).lines, read, sizes);
    }
  });
}

Deno.test("WebSocket framing: a text that is none is found at the byte that spoils it, before the frame's end", () => {
  const whole = frame("text", joined(bytes("abc"), Uint8Array.of(0xed, 0xa0), bytes("x".repeat(200))));
  // Two bytes more of the head, four of the mask, the three letters, and the surrogate's first two bytes.
  const cut = whole.subarray(0, 4 + 4 + 5);
  deepStrictEqual(feed(new WebSocketFraming({ maxBytes: MAX }), [cut]).lines, badText);
});

Deno.test("WebSocket framing: what it writes is the shortest form, and a client's mask makes it readable again", () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]) {
    const payload = filled(length);
    const output = new Output();
    const framing = new WebSocketFraming({ maxBytes: 1 << 20 });
    framing.write(payload, output);
    const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    strictEqual(output.used, head + length);
    strictEqual(output.bytes().toHex(), clientFrame("binary", payload, { mask: false }).toHex());
    // The same by its other way, whatever the frame before was like.
    for (const before of [0, 200, 65_536]) {
      const other = new WebSocketFraming({ maxBytes: 1 << 20 });
      const buffer = new Uint8Array(Math.max(before, length) + 40);
      other.seal(buffer, 3, 3 + other.gap + before);
      const start = 3 + other.gap;
      buffer.set(payload, start);
      const end = other.seal(buffer, 3, start + length);
      strictEqual(buffer.subarray(3, end).toHex(), output.bytes().toHex(), `after ${before}`);
    }
  }
});

Deno.test("WebSocket framing: texts, pings, pongs and close frames as they stand on the wire", () => {
  const framing = new WebSocketFraming({ maxBytes: 1 << 20 });
  const written = (write: (output: Output) => void) => {
    const output = new Output();
    write(output);
    return output.bytes().toHex();
  };
  const unmasked = (op: Op, payload: Uint8Array) => clientFrame(op, payload, { mask: false }).toHex();
  for (
    const text of [
      "",
      "PONG",
      "ж".repeat(62),
      "ж".repeat(63),
      "a".repeat(125),
      "a".repeat(126),
      "€".repeat(30_000),
    ]
  ) {
    strictEqual(written((output) => framing.write(text, output)), unmasked("text", bytes(text)));
  }
  strictEqual(written((output) => framing.ping(output)), "8900");
  strictEqual(written((output) => framing.pong(bytes("abc"), output)), unmasked("pong", bytes("abc")));
  strictEqual(written((output) => framing.close(1000, "bye", output)), "880503e8627965");
  strictEqual(written((output) => framing.close(1005, "", output)), "8800");
  const long = written((output) => framing.close(1008, "ж".repeat(100), output));
  strictEqual(long, unmasked("close", joined(Uint8Array.of(3, 240), bytes("ж".repeat(61)))));
});

Deno.test("WebSocket framing: masks of every phase and alignment", () => {
  const mask = [0x81, 0x02, 0xfe, 0x7f];
  for (let offset = 0; offset < 8; offset++) {
    for (const length of [0, 1, 3, 95, 96, 97, 98, 99, 100, 255, 1000]) {
      const wire = frame("binary", filled(length), { mask });
      const buffer = new Uint8Array(offset + wire.length);
      buffer.set(wire, offset);
      const log = feed(new WebSocketFraming({ maxBytes: 1000 }), [buffer.subarray(offset)]);
      deepStrictEqual(log.lines, [`binary ${hex(length)}`]);
    }
  }
});

Deno.test("WebSocket framing: random bytes and random cuts end in a violation or in silence, never in an exception", () => {
  let seed = 7;
  const random = (n: number) => (seed = Math.imul(seed, 1_103_515_245) + 12_345 >>> 0) % n;
  let violations = 0;
  for (let round = 0; round < 3000; round++) {
    const noise = Uint8Array.from({ length: 1 + random(60) }, () => random(256));
    // Half of them begin like a frame should.
    if (round % 2 === 0) noise[0] = [0x81, 0x82, 0x01, 0x80, 0x88, 0x89][random(6)];
    if (round % 2 === 0 && noise.length > 1) noise[1] = 0x80 | random(128);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < noise.length;) {
      const size = 1 + random(20);
      pieces.push(noise.subarray(at, at + size));
      at += size;
    }
    const cut = feed(new WebSocketFraming({ maxBytes: MAX }), pieces).lines;
    deepStrictEqual(cut, feed(new WebSocketFraming({ maxBytes: MAX }), [noise]).lines, noise.toHex());
    if (cut.some((line) => line.startsWith("violated"))) violations++;
  }
  ok(violations > 1000);
});

Deno.test("WebSocket framing: whoever sends little that stands for much lets others have their turn", () => {
  const deflate = {
    form: "",
    applies: () => false,
    compress: (payload: Uint8Array) => payload,
    inflate: () => new Uint8Array(200_000),
  };
  const framing = new WebSocketFraming({ maxBytes: 1 << 20, deflate });
  const one = frame("binary", "x", { rsv: 4 });
  const log = new FrameLog();
  let at = 0;
  let turns = 0;
  const buffer = joined(one, one, one, one, one, frame("ping"));
  do {
    const before = log.lines.length;
    at = framing.read(buffer, at, buffer.length, log);
    ok(log.lines.length - before <= 2);
    turns++;
  } while (framing.paused);
  strictEqual(at, buffer.length);
  strictEqual(log.lines.length, 6);
  strictEqual(turns, 3);
  deepStrictEqual(
    feed(new WebSocketFraming({ maxBytes: 1 << 20, deflate }), [buffer]).lines.length,
    6,
  );
});

Deno.test("WebSocket framing: opcodes are those of RFC 6455", () => {
  deepStrictEqual(opcodes, { cont: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 });
});
