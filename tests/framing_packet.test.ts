import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { atom, bert, format, isTuple, N2OError, tuple } from "@n2o/n2o";
import { type Framing, MAX_WANTED } from "../lib/framing/mod.ts";
import { Output } from "../lib/framing/output.ts";
import { PacketFraming } from "../lib/framing/packet.ts";
import { Feed, joined, numbers, type Told, written } from "./framing_feed.ts";

const MAX_BYTES = 1_048_576;
const heads = [4, 2] as const;

function framing(head: 2 | 4 = 4, maxBytes = MAX_BYTES, bert = true): PacketFraming {
  return new PacketFraming({ head, maxBytes, bert });
}

/** A frame as it stands on the wire. */
function packet(payload: Uint8Array | string, head = 4): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const length = new Uint8Array(head);
  if (head === 4) new DataView(length.buffer).setUint32(0, bytes.length);
  else new DataView(length.buffer).setUint16(0, bytes.length);
  return joined(length, bytes);
}

/** A binary payload of that size; one byte is the 131 that makes it one. */
function binary(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i === 0 ? 131 : i * 31 & 255);
}

function read(bytes: Uint8Array, head: 2 | 4 = 4, sizes: number[] = []): Told[] {
  return new Feed(framing(head)).pieces(bytes, sizes).end().told;
}

for (const head of heads) {
  Deno.test(`packet ${head}: frames come out the same at every split of the bytes`, () => {
    const bytes = joined(
      packet("N2O,", head),
      packet("", head),
      packet(binary(1), head),
      packet("привет 😀", head),
      packet(binary(125), head),
      packet("PING", head),
    );
    const whole = [
      "text N2O,",
      "text ",
      "binary 83",
      "text привет 😀",
      `binary ${binary(125).toHex()}`,
      "text PING",
    ];
    deepStrictEqual(read(bytes, head), whole);
    for (let first = 0; first <= bytes.length; first++) {
      deepStrictEqual(read(bytes, head, [first]), whole, `split at ${first}`);
      for (let second = 0; second <= bytes.length - first; second += 7) {
        deepStrictEqual(read(bytes, head, [first, second]), whole, `split at ${first} and ${second} later`);
      }
    }
    deepStrictEqual(read(bytes, head, Array(bytes.length).fill(1)), whole, "one byte at a time");
  });

  Deno.test(`packet ${head}: frames of every size at its edges are whole, in one piece and in many`, () => {
    const limit = head === 2 ? 65_535 : MAX_BYTES;
    const edges = [1, 2, 3, 124, 125, 126, 127, 128, 255, 256, 257, 1023, 1024, 1025, 65_534, 65_535, 65_536];
    const wanted = [
      MAX_WANTED - head - 1,
      MAX_WANTED - head,
      MAX_WANTED - head + 1,
      MAX_WANTED,
      MAX_WANTED + 1,
    ];
    for (const size of [...edges, ...wanted, limit - 1, limit]) {
      if (size > limit) continue;
      const bytes = joined(packet(binary(size), head), packet("PING", head));
      const told = [`binary ${binary(size).toHex()}`, "text PING"];
      for (const piece of [bytes.length, head, head + 1, 1000, 4096, 65_536]) {
        const sizes = Array(Math.ceil(bytes.length / piece)).fill(piece);
        deepStrictEqual(read(bytes, head, sizes), told, `${size} bytes in pieces of ${piece}`);
      }
    }
  });

  Deno.test(`packet ${head}: random streams come out as a slow reader reads them`, () => {
    const random = numbers(head);
    for (let round = 0; round < 120; round++) {
      const frames = Array.from({ length: random(12) }, () => {
        const size = [0, 1, 5, 130, 3000, 20_000][random(6)];
        return random(2) === 0
          ? binary(random(size + 1))
          : new TextEncoder().encode("ы".repeat(random(size + 1)));
      });
      const whole = joined(...frames.map((frame) => packet(frame, head)));
      const bytes = whole.subarray(0, whole.length - random(3));
      const most = [bytes.length < 1000 ? 3 : 300, 5000, 50_000][random(3)];
      const sizes = Array.from({ length: bytes.length }, () => random(most));
      deepStrictEqual(read(bytes, head, sizes), slowly(bytes, head), `round ${round}`);
    }
  });

  Deno.test(`packet ${head}: bytes without sense never throw, and are read the same at every split`, () => {
    const random = numbers(100 + head);
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: random(60) }, () => random(4) === 0 ? random(256) : random(3));
      const whole = read(bytes, head);
      deepStrictEqual(read(bytes, head, Array(bytes.length).fill(1)), whole, bytes.toHex());
      deepStrictEqual(read(bytes, head, [random(60), random(60)]), whole, bytes.toHex());
    }
  });

  Deno.test(`packet ${head}: what is written is read as it was`, () => {
    for (
      const payload of ["", "N2O,token", "привет 😀", "x".repeat(300), binary(1), binary(126), binary(65_535)]
    ) {
      const output = new Output();
      framing(head).write("PING", output);
      framing(head).write(payload, output);
      const told = typeof payload === "string" ? `text ${payload}` : `binary ${payload.toHex()}`;
      deepStrictEqual(read(output.bytes(), head), ["text PING", told]);
    }
  });

  Deno.test(`packet ${head}: a payload that stands where it will be sent gets its length before it`, () => {
    for (const size of [0, 1, 255, 256, 65_535]) {
      const { gap } = framing(head);
      const buffer = new Uint8Array(10 + gap + size);
      buffer.set(binary(size), 10 + gap);
      strictEqual(framing(head).seal(buffer, 10, buffer.length), buffer.length);
      strictEqual(buffer.subarray(10).toHex(), packet(binary(size), head).toHex());
    }
  });

  Deno.test(`packet ${head}: a connection says why it ends, and 1000 needs no word`, () => {
    const last = (code: number, reason: string) => {
      const output = new Output();
      framing(head).close(code, reason, output);
      return output.bytes();
    };
    strictEqual(last(1000, "idle").length, 0);
    const bytes = last(1008, "too many messages");
    strictEqual(format(bert.decode(bytes.subarray(head))), `{close,1008,<<"too many messages">>}`);
    strictEqual(bytes.toHex(), packet(bytes.subarray(head), head).toHex());
    const long = bert.decode(last(4000, "ы".repeat(500)).subarray(head));
    ok(
      isTuple(long, "close", 3) && (long[2] as Uint8Array).length === 122,
      "a reason is cut in whole characters",
    );
  });
}

/** The frames of a stream, read in the plainest way. */
function slowly(bytes: Uint8Array, head: number): Told[] {
  const told: Told[] = [];
  for (let at = 0; at + head <= bytes.length;) {
    let length = 0;
    for (let i = 0; i < head; i++) length = length * 256 + bytes[at + i];
    at += head;
    if (at + length > bytes.length) break;
    const payload = bytes.slice(at, at + length);
    told.push(payload[0] === 131 ? `binary ${payload.toHex()}` : `text ${new TextDecoder().decode(payload)}`);
    at += length;
  }
  return told;
}

Deno.test("packet 4: Erlang's own bytes", () => {
  strictEqual(written((output) => framing().write("PING", output)), "0000000450494e47");
  strictEqual(
    written((output) => framing().write(bert.encode(tuple(atom("a"))), output)),
    "00000007836801640001" + "61",
  );
  strictEqual(written((output) => framing(2).write("PING", output)), "000450494e47");
});

Deno.test("a frame that claims more than the limit is refused as soon as its length is there", () => {
  const claims: [2 | 4, number, number[]][] = [
    [4, MAX_BYTES, [0xff, 0xff, 0xff, 0xff]],
    [4, MAX_BYTES, [0x40, 0, 0, 0]],
    [4, MAX_BYTES, [0, 0x10, 0, 1]],
    [2, 1000, [0x03, 0xe9]],
  ];
  for (const [head, maxBytes, length] of claims) {
    const feed = new Feed(framing(head, maxBytes));
    feed.give(packet("PING", head)).give(Uint8Array.from(length)).give(packet("PING", head)).end();
    deepStrictEqual(feed.told, ["text PING", "violated 1009 message too big"]);
  }
  deepStrictEqual(
    read(joined(Uint8Array.of(0, 0x10, 0, 0), binary(MAX_BYTES))).length,
    1,
    "the limit itself is not over it",
  );
});

Deno.test("a length that is only claimed takes no memory", () => {
  const claimed = Array.from({ length: 200 }, () => new Feed(framing(4, 0xffff_ffff)));
  const before = Deno.memoryUsage();
  for (const feed of claimed) feed.give(Uint8Array.of(0xff, 0xff, 0xff, 0xff)).give(binary(20_000));
  const after = Deno.memoryUsage();
  const grown = after.heapUsed + after.external - before.heapUsed - before.external;
  ok(grown < 200 * 400_000, `${grown} bytes for 200 claims of 4 GiB`);
  for (const feed of claimed) deepStrictEqual(feed.end().told, []);
});

Deno.test("a text must be UTF-8", () => {
  const bad = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0xc0, 0x80], [0xf5, 0x80, 0x80, 0x80]];
  for (const bytes of bad) {
    for (const rest of ["", "x".repeat(400), "x".repeat(2 * MAX_WANTED)]) {
      const payload = joined("begin", Uint8Array.from(bytes), rest);
      deepStrictEqual(read(joined(packet(payload), packet("PING"))), ["violated 1007 bad_utf8"]);
    }
  }
});

Deno.test("with another format than BERT only the heartbeat, the handshake and nothing are texts", () => {
  const feed = new Feed(framing(4, MAX_BYTES, false));
  for (const payload of ["N2O,t", "PING", "", "PINGS", "PIN", '{"a":1}']) feed.give(packet(payload));
  const hex = (text: string) => `binary ${new TextEncoder().encode(text).toHex()}`;
  deepStrictEqual(feed.told, ["text N2O,t", "text PING", "text ", hex("PINGS"), hex("PIN"), hex('{"a":1}')]);
});

Deno.test("with another format than BERT a connection says in a text why it ends", () => {
  const bytes = new Output();
  framing(4, MAX_BYTES, false).close(1009, "message\ntoo big", bytes);
  strictEqual(bytes.bytes().toHex(), packet("close 1009 message too big").toHex());
  strictEqual(
    written((output) => framing(2, 10, false).close(1011, "", output)),
    packet("close 1011", 2).toHex(),
  );
});

Deno.test("packet 2 has no room for more than 65535 bytes, and writes nothing of it", () => {
  const output = new Output();
  framing(2).write("before", output);
  const used = output.used;
  const isTooLong = (error: unknown) => error instanceof N2OError && error.code === "frame_too_long";
  for (const payload of [binary(65_536), "x".repeat(65_536), "ы".repeat(40_000)]) {
    throws(() => framing(2).write(payload, output), isTooLong);
    strictEqual(output.used, used);
  }
  throws(() => framing(2).seal(new Uint8Array(65_538), 0, 65_538), isTooLong);
  framing(2).write("x".repeat(65_535), output);
  deepStrictEqual(read(output.bytes(), 2), ["text before", `text ${"x".repeat(65_535)}`]);
});

Deno.test("a frame that the stream's end cuts short is lost, and nothing is told after the end", () => {
  for (const size of [10, 2 * MAX_WANTED]) {
    const feed = new Feed(framing()).give(packet("PING")).give(packet(binary(size)).subarray(0, size)).end();
    deepStrictEqual(feed.told, ["text PING"]);
    deepStrictEqual(feed.give(packet("PING")).told, ["text PING"]);
  }
});

Deno.test("there are no pings", () => {
  const quiet: Framing = framing();
  strictEqual(written((output) => quiet.ping(output)), "");
  strictEqual(written((output) => quiet.pong(binary(4), output)), "");
});
