import assert from "node:assert/strict";
import { bert, BertError } from "../lib/formats/bert.ts";
import { inflate } from "../lib/formats/inflate.ts";
import { atomCounts } from "../lib/term_atoms.ts";
import { atom, equal, format, map, Opaque, type Term, TermMap, tuple } from "../lib/term.ts";
import { bytesOf, type Tagged, termOf, vectors } from "./vector_term.ts";

interface Bad {
  readonly name: string;
  readonly hex: string;
  readonly unsafe: "badarg" | { readonly ok: Tagged };
}

const { cases } = await vectors<{ cases: Bad[] }>("bert_bad");

/** Tags of the emulator's own that this Erlang lets through by mistake. */
const INTERNAL = ["unknown tag 73", "unknown tag 75"];

function decodeOrError(input: Uint8Array, limits = {}): Term | BertError {
  try {
    return bert.decode(input, { inflate, ...limits });
  } catch (error) {
    assert.ok(error instanceof BertError, `${error}`);
    return error;
  }
}

Deno.test("every recorded bad input is refused with an offset within it, what Erlang takes is taken", () => {
  assert.equal(cases.length, 585);
  let refused = 0;
  for (const { name, hex, unsafe } of cases) {
    const result = decodeOrError(bytesOf(hex));
    if (unsafe === "badarg" || INTERNAL.includes(name)) {
      assert.ok(result instanceof BertError, `${name} decodes`);
      assert.ok(result.offset >= 0 && result.offset <= hex.length / 2, `${name}: ${result.message}`);
      assert.match(result.code, /^[a-z_]+$/);
      refused++;
    } else {
      assert.ok(!(result instanceof BertError), `${name}: ${(result as Error).message}`);
      if ("opaque" in unsafe.ok) assert.ok(result instanceof Opaque, name);
      else assert.ok(equal(result, termOf(unsafe.ok)), `${name}: ${format(result)}`);
    }
  }
  assert.equal(refused, cases.filter(({ unsafe }) => unsafe === "badarg").length + INTERNAL.length);
});

Deno.test("errors say what is wrong, and at which byte", () => {
  const bad: [string, string, number][] = [
    ["", "truncated", 0],
    ["83", "truncated", 1],
    ["50494e47", "not_bert", 0],
    ["836803610161026d0000000561", "truncated", 7],
    ["83680261016100".slice(0, 10), "truncated", 5],
    ["8368016c7fffffff", "truncated", 3],
    ["836801ff00", "unknown_tag", 3],
    ["836801467ff8000000000000", "bad_float", 3],
    ["836801" + "63" + "00".repeat(31), "bad_float", 3],
    ["836801" + "7701ff", "bad_atom", 3],
    ["836801" + "4d0000000109ff", "bad_bits", 3],
    ["836801" + "67" + "6101" + "000000010000000000", "bad_opaque", 3],
    ["83680171610161026103", "bad_opaque", 3],
    ["8374000000026101610161016102", "duplicate_key", 12],
    ["8350000000", "truncated", 1],
    ["83500000000a0102030405", "bad_compressed", 6],
    ["8350ffffffff789c4b64040000c50063", "too_large", 2],
    ["8368015000000002", "unknown_tag", 3],
  ];
  for (const [hex, code, offset] of bad) {
    const error = decodeOrError(bytesOf(hex));
    assert.ok(error instanceof BertError, hex);
    assert.deepEqual([error.code, error.offset], [code, offset], `${hex}: ${error.message}`);
  }
});

Deno.test("a length that is only claimed costs nothing", () => {
  const claims = [
    "6cffffffff",
    "69ffffffff",
    "74ffffffff",
    "747fffffff",
    "6dffffffff",
    "6fffffffff00",
    "4dffffffff08",
  ];
  const before = Deno.memoryUsage();
  for (let round = 0; round < 2000; round++) {
    for (const hex of claims) {
      const error = decodeOrError(bytesOf("83" + hex + "61016101"));
      assert.ok(error instanceof BertError && error.code === "truncated", hex);
    }
  }
  const grown = Deno.memoryUsage().rss - before.rss;
  assert.ok(grown < 200_000_000, `${grown} bytes more`);
});

Deno.test("containers that each claim all that is left cost no more than the input has", () => {
  const message = new Uint8Array(200_000).fill(106);
  message[0] = 131;
  for (let i = 0; i < 500; i++) {
    const left = message.length - (1 + 5 * i) - 5;
    message.set([108, 0, left >> 16, left >> 8, left], 1 + 5 * i);
  }
  const error = decodeOrError(message);
  assert.ok(error instanceof BertError && error.code === "truncated");
});

Deno.test("an inflated term must have exactly the claimed size, and may not be a bomb", () => {
  const bomb = cases.find(({ name }) => name === "compressed wrong size (too small)")!;
  const error = decodeOrError(bytesOf(bomb.hex));
  assert.ok(error instanceof BertError && error.code === "bad_compressed" && error.cause instanceof Error);
  const short = decodeOrError(bytesOf("83500000000a00"), { inflate: () => new Uint8Array(9) });
  assert.ok(short instanceof BertError && short.code === "bad_compressed");
});

Deno.test("no change of a byte and no cut makes the decoder throw anything but a BertError", () => {
  const original = bert.encode(
    tuple(
      atom("pickle"),
      "button",
      [
        1,
        2.5,
        2n ** 70n,
        "текст",
        new Uint8Array(5),
        bert.decode(bytesOf("8358770161000000010000000000000000")),
      ],
      map([[atom("a"), 1], ["b", [300, [400]]], [tuple(1), true]]),
      [97, 98, 99],
    ),
  );
  let seed = 1;
  const below = (n: number) => (seed = seed * 48_271 % 2_147_483_647) % n;
  let decoded = 0;
  for (let i = 0; i < 30_000; i++) {
    const changed = original.slice(0, below(4) === 0 ? below(original.length) : original.length);
    for (let changes = below(4); changes >= 0; changes--) changed[below(changed.length || 1)] = below(256);
    const result = decodeOrError(changed, { maxBytes: 100_000, strings: below(2) === 0 });
    if (result instanceof BertError) continue;
    decoded++;
    assert.ok(equal(bert.decode(bert.encode(result)), result));
  }
  assert.ok(decoded > 1000, `${decoded} decoded`);
});

Deno.test("random bytes never make the decoder throw anything but a BertError", () => {
  let seed = 7;
  const below = (n: number) => (seed = seed * 48_271 % 2_147_483_647) % n;
  const tags = [
    70,
    77,
    80,
    88,
    89,
    90,
    97,
    98,
    99,
    100,
    101,
    102,
    103,
    104,
    105,
    106,
    107,
    108,
    109,
    110,
    111,
    112,
  ];
  tags.push(113, 114, 115, 116, 117, 118, 119, 120);
  for (let i = 0; i < 30_000; i++) {
    const input = Uint8Array.from(
      { length: 2 + below(40) },
      () => below(3) ? below(4) : tags[below(tags.length)],
    );
    input[0] = 131;
    decodeOrError(input);
  }
});

Deno.test("keys made of maps in maps are refused before they cost their length times their depth", () => {
  let key: Term = new Uint8Array(100_000);
  for (let i = 0; i < 400; i++) key = new TermMap([key, 1, i, 1]);
  const result = decodeOrError(bert.encode(key));
  assert.ok(result instanceof BertError && result.code === "too_deep");
});

Deno.test("unknown atoms are forgotten when nobody holds them, however many came", async () => {
  const message = bytesOf("837708" + "00".repeat(8));
  let last = 0;
  const flood = (count: number) => {
    for (let i = 0; i < count; i++) {
      for (let at = 10, n = last++; at > 2; at--, n = Math.floor(n / 26)) message[at] = 97 + n % 26;
      bert.decode(message);
    }
  };
  flood(100_000);
  const most = atomCounts().weak;
  // each new atom looks after some old ones, once the collector has been there, which comes when there is enough to collect
  let garbage: unknown[] = [];
  for (let round = 0; round < 100 && atomCounts().weak > most / 2; round++) {
    garbage = Array.from({ length: 200_000 }, (_, i) => [i]);
    await new Promise((resolve) => setTimeout(resolve));
    flood(1000);
  }
  assert.ok(
    atomCounts().weak <= most / 2,
    `${atomCounts().weak} of ${most} are left beside ${garbage.length}`,
  );
});

Deno.test("an atom from a message stays the same as long as somebody holds it", async () => {
  const message = bytesOf("837704" + "6b657074");
  const kept = bert.decode(message);
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 5000; i++) bert.decode(bert.encode(atom(`other_${i}`)));
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(bert.decode(message), kept);
  }
  assert.equal(atom("kept"), kept);
});

Deno.test("a broken message leaves nothing behind that the next one would see", () => {
  for (const { hex } of cases) {
    decodeOrError(bytesOf(hex));
    assert.ok(equal(bert.decode(bytesOf("836c0000000261016d00000001616a")), [1, "a"]));
  }
});
