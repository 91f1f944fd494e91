import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { constants, deflateRawSync } from "node:zlib";
import { Deflate } from "../lib/framing/deflate.ts";
import type { DeflateParameters } from "../lib/framing/deflate_offer.ts";
import { type DeflateOptions, resolveDeflate } from "../lib/framing/deflate_settings.ts";
import { Output } from "../lib/framing/output.ts";
import { WebSocketFraming } from "../lib/framing/websocket.ts";
import { readDeflated } from "./deflate_reader.ts";
import { feed } from "./frame_log.ts";
import { joined } from "./framing_feed.ts";
import { clientFrame } from "./raw_socket.ts";

const MAX = 1_048_576;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

interface Made {
  readonly takeover?: boolean;
  readonly bits?: number;
  readonly options?: DeflateOptions;
}

function agreed({ takeover = false, bits = 15 }: Made): DeflateParameters {
  return {
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
    serverMaxWindowBits: bits,
    clientMaxWindowBits: bits,
  };
}

const made = (how: Made = {}, side: "server" | "client" = "server") =>
  new Deflate(resolveDeflate(how.options), agreed(how), side);

/** A text that does not compress, always the same. */
function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state ^ state >>> 15, 0x2c1b_3c6d) + 0x9e37_79b9 | 0;
    return state >>> 24;
  });
}

function json(length: number, from = 0): Uint8Array {
  const rows: string[] = [];
  for (let i = from, size = 0; size < length; i++) {
    const row = `{"id":${i},"user":"user${i * 7919 % 1000}","text":"what ${i * 31_337 % 97} says"}`;
    rows.push(row);
    size += row.length + 1;
  }
  return encoder.encode(rows.join(",").padEnd(length)).subarray(0, length);
}

function say(deflate: Deflate, compressed: Uint8Array, maxBytes = MAX): string {
  const payload = deflate.inflate(compressed, maxBytes);
  return typeof payload === "string" ? `!${payload}` : decoder.decode(payload);
}

/** A message as RFC 7692 has it: flushed, and without the last four bytes. */
function flushed(text: string | Uint8Array, options: Parameters<typeof deflateRawSync>[1] = {}): Uint8Array {
  const bytes = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH, ...options });
  return Uint8Array.from(bytes.subarray(0, -4));
}

// RFC 7692 section 7.2.3.
const HELLO = hex("f2 48 cd c9 c9 07 00");
const HELLO_FINAL = hex("f3 48 cd c9 c9 07 00 00");

const inflated: Record<string, [Uint8Array, string]> = {
  "one block (7.2.3.1)": [HELLO, "Hello"],
  "a block without compression (7.2.3.3)": [hex("00 05 00 fa ff 48 65 6c 6c 6f 00"), "Hello"],
  "a final block (7.2.3.4)": [HELLO_FINAL, "Hello"],
  "two blocks (7.2.3.5)": [hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"), "Hello"],
  "an empty message (7.2.3.6)": [hex("00"), ""],
  "an empty message of fixed codes (7.2.3.6)": [hex("02 00"), ""],
  "no bytes at all": [hex(""), ""],
  "several final blocks": [
    joined(HELLO_FINAL.subarray(0, 7), HELLO_FINAL.subarray(0, 7), HELLO),
    "HelloHelloHello",
  ],
  "a final block that nothing follows": [HELLO_FINAL.subarray(0, 7), "Hello"],
  "an empty final block at the end": [joined(hex("00 05 00 fa ff 48 65 6c 6c 6f"), hex("01")), "Hello"],
  "codes of its own": [flushed(json(5000), { level: 9 }), decoder.decode(json(5000))],
  "what stands behind a final block and is none": [
    joined(HELLO_FINAL.subarray(0, 7), hex("ff ff ff")),
    "!bad",
  ],
  "a block that is cut": [HELLO.subarray(0, 3), "!bad"],
  "a last block that does not end": [hex("f2 48 cd c9 c9"), "!bad"],
  "a kind of block that is none": [hex("06 00"), "!bad"],
  "lengths that do not agree": [hex("00 05 00 fa fe 48 65 6c 6c 6f 00"), "!bad"],
  "a reference to before the beginning (7.2.3.2)": [hex("f2 00 11 00 00"), "!bad"],
  "the tail that should not be there": [joined(HELLO, hex("00 00 ff ff")), "!bad"],
  "plain text": [encoder.encode("Hello, I am not compressed at all"), "!bad"],
};

for (const [name, [compressed, expected]] of Object.entries(inflated)) {
  Deno.test(`inflates ${name}`, () => {
    strictEqual(say(made(), compressed), expected);
    strictEqual(say(made({ takeover: true }), compressed), expected);
  });
}

Deno.test("a message refers to the one before it only with context takeover (7.2.3.2)", () => {
  const second = hex("f2 00 11 00 00");
  const keeping = made({ takeover: true });
  deepStrictEqual([say(keeping, HELLO), say(keeping, second)], ["Hello", "Hello"]);
  const forgetting = made();
  deepStrictEqual([say(forgetting, HELLO), say(forgetting, second)], ["Hello", "!bad"]);
});

Deno.test("a message that begins anew may follow any other with context takeover", () => {
  const keeping = made({ takeover: true });
  for (const compressed of [HELLO, HELLO_FINAL, HELLO, flushed("Hello"), HELLO_FINAL, hex("00"), HELLO]) {
    strictEqual(say(keeping, compressed), compressed.length === 1 ? "" : "Hello");
  }
});

Deno.test("a message of final blocks without end is refused, not followed", () => {
  const empty = hex("03 00");
  strictEqual(say(made(), joined(...new Array(15).fill(empty), HELLO)), "Hello");
  strictEqual(say(made(), joined(...new Array(16).fill(empty), HELLO)), "!bad");
});

for (const takeover of [false, true]) {
  const kind = takeover ? "with" : "without";

  Deno.test(`a message may be as long as allowed and no longer, ${kind} context takeover`, () => {
    for (const length of [1, 5, 1023, 1024, 1025, 65_535, 65_536, 65_537, 200_000]) {
      const compressed = flushed(new Uint8Array(length));
      const twice = joined(deflateRawSync(new Uint8Array(length)), compressed);
      const one = made({ takeover });
      for (let i = 0; i < 3; i++) {
        strictEqual((one.inflate(compressed, length) as Uint8Array).length, length);
        strictEqual((one.inflate(twice, 2 * length) as Uint8Array).length, 2 * length);
      }
      strictEqual(one.inflate(compressed, length - 1), "too_big");
      strictEqual(one.inflate(twice, 2 * length - 1), "too_big");
      strictEqual(one.inflate(twice, length), "too_big");
    }
    strictEqual(say(made({ takeover }), hex("00"), 0), "");
  });

  Deno.test(`a bomb costs what is allowed, not what is in it, ${kind} context takeover`, () => {
    // 1 MiB that stands for 1 GiB: every block without a reference to those before.
    const block = deflateRawSync(new Uint8Array(2 ** 20), { finishFlush: constants.Z_FULL_FLUSH });
    const bomb = joined(...new Array(1024).fill(block)).subarray(0, -4);
    ok(bomb.length < 1.1 * 2 ** 20);
    const before = Deno.memoryUsage();
    for (let i = 0; i < 100; i++) strictEqual(made({ takeover }).inflate(bomb, MAX), "too_big");
    const after = Deno.memoryUsage();
    // A hundred that were kept, or one that was inflated, would be more.
    ok(after.rss - before.rss < 96 * 2 ** 20, `${after.rss - before.rss} bytes`);
  });

  for (const bits of [8, 9, 10, 11, 12, 13, 14, 15]) {
    Deno.test(`refers no further back than a window of ${bits} bits, ${kind} context takeover`, () => {
      // Repeats itself at every distance about the window and about its double.
      const size = 2 ** bits;
      const periods = [size - 262, size - 1, size, size + 1, 2 * size - 1, 2 * size + 1].filter((n) => n > 0);
      const messages = periods.flatMap((period) => {
        const once = noise(period, period);
        return [joined(once, once), once.subarray(0, 300), json(3000)];
      });
      for (const level of [1, 2, 6, 9]) {
        if (level !== 2 && bits > 11) continue;
        const how = { takeover, bits, options: { level } };
        const [server, client] = [made(how), made(how, "client")];
        let past = new Uint8Array(0);
        let farthest = 0;
        for (const message of messages) {
          const compressed = server.compress(message);
          const read = readDeflated(compressed, takeover ? past : undefined);
          deepStrictEqual(read.bytes, message);
          farthest = Math.max(farthest, read.farthest);
          past = joined(past, message).slice(-size);
          deepStrictEqual(client.inflate(compressed, MAX), message);
        }
        ok(farthest <= size, `${farthest} of ${size}`);
        // Zlib keeps 262 bytes of its window for itself.
        ok(farthest >= size - 262, `${farthest} of ${size}`);
      }
    });
  }

  Deno.test(`both sides understand each other over many messages of all lengths, ${kind} context takeover`, () => {
    for (const bits of [8, 9, 12, 15]) {
      const how = { takeover, bits };
      const [server, client] = [made(how), made(how, "client")];
      const lengths = [
        0,
        1,
        2,
        3,
        4,
        5,
        7,
        8,
        63,
        255,
        256,
        257,
        511,
        513,
        1000,
        4096,
        20_000,
        40_000,
        100_000,
      ];
      for (const length of [...lengths, ...lengths.toReversed()]) {
        for (const message of [json(length, length), noise(length, length), new Uint8Array(length)]) {
          deepStrictEqual(client.inflate(server.compress(message), MAX), message);
          deepStrictEqual(server.inflate(client.compress(message), MAX), message);
        }
      }
    }
  });
}

Deno.test("what does not compress gets hardly longer", () => {
  for (const how of [{}, { takeover: true }, { bits: 8 }]) {
    for (const length of [1, 100, 1000, 65_535, 65_536, 200_000]) {
      const message = noise(length);
      const compressed = made(how).compress(message);
      ok(compressed.length <= length + 6 + length / 1000, `${compressed.length} for ${length}`);
      deepStrictEqual(made(how, "client").inflate(compressed, MAX), message);
    }
  }
});

Deno.test("an empty message is compressed to one byte (7.2.3.6)", () => {
  for (const how of [{}, { takeover: true }, { bits: 8 }]) {
    strictEqual(made(how).compress(new Uint8Array(0)).toHex(), "00");
  }
});

Deno.test("with context takeover a message that was said before is short", () => {
  const deflate = made({ takeover: true });
  const message = json(1000);
  const first = deflate.compress(message).length;
  const second = deflate.compress(message).length;
  ok(second < 30 && first > 100, `${first}, then ${second}`);
  // What was compressed in another way is remembered too.
  const long = joined(noise(40_000), message);
  deflate.compress(long);
  const fourth = deflate.compress(long.subarray(30_000, 39_000)).length;
  ok(fourth < 1000, `${fourth}`);
});

Deno.test("a compressed message shares nothing with what was compressed before", () => {
  const deflate = made({ takeover: true });
  const first = deflate.compress(json(300));
  const copy = first.slice();
  for (let i = 0; i < 200; i++) deflate.compress(json(700, i));
  deepStrictEqual(first, copy);
});

Deno.test("messages under the threshold are not worth it", () => {
  deepStrictEqual([made().applies(1023), made().applies(1024)], [false, true]);
  const options = { thresholdBytes: 0 };
  strictEqual(made({ options }).applies(0), true);
});

Deno.test("messages that stand by themselves may be shared by all connections of the same window", () => {
  const form = (how: Made) => made(how).form;
  strictEqual(form({ bits: 10 }), form({ bits: 10 }));
  ok(form({ bits: 10 }) !== form({ bits: 11 }));
  strictEqual(form({ takeover: true }), "");
});

Deno.test("a compressed message may come in fragments, cut anywhere", () => {
  const message = json(600);
  const compressed = flushed(message);
  for (let cut = 0; cut <= compressed.length; cut++) {
    const framing = new WebSocketFraming({ maxBytes: MAX, deflate: made() });
    const log = feed(framing, [
      clientFrame("text", compressed.subarray(0, cut), { fin: false, rsv: 4 }),
      clientFrame("ping", encoder.encode("p")),
      clientFrame("cont", compressed.subarray(cut)),
    ]);
    deepStrictEqual(log.lines, ["ping 70", `text ${decoder.decode(message)}`]);
  }
});

Deno.test("the framing tells what is wrong with a compressed message", () => {
  const lines = (payload: Uint8Array, maxBytes = MAX) =>
    feed(new WebSocketFraming({ maxBytes, deflate: made() }), [clientFrame("text", payload, { rsv: 4 })])
      .lines;
  deepStrictEqual(lines(HELLO, 7), ["text Hello"]);
  deepStrictEqual(lines(HELLO.subarray(0, 3)), ["violated 1007 bad_compressed"]);
  deepStrictEqual(lines(flushed(new Uint8Array(1000)), 999), ["violated 1009 message too big"]);
  deepStrictEqual(lines(flushed(hex("c3 28"))), ["violated 1007 bad_utf8"]);
});

Deno.test("the framing compresses what is worth it and marks it", () => {
  const framing = new WebSocketFraming({ maxBytes: MAX, deflate: made() });
  const output = new Output();
  framing.write("short", output);
  strictEqual(output.bytes().toHex(), "8105" + encoder.encode("short").toHex());
  output.used = 0;
  const message = json(4000);
  framing.write(message, output);
  const frame = output.bytes();
  strictEqual(frame.subarray(0, 2).toHex(), "c27e");
  deepStrictEqual(made({}, "client").inflate(frame.subarray(4), MAX), message);
});
