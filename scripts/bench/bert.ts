/**
 * The BERT codec against MessagePack's, on the same values.
 *
 *     deno run --allow-read scripts/bench/bert.ts
 *
 * @module
 */

import { Decoder, Encoder } from "@msgpack/msgpack";
import { bert } from "../../lib/formats/bert.ts";
import { atom, map, type Term, tuple } from "../../lib/term.ts";
import { alternate, type Measurement, median, type Row, type Settings } from "./measure.ts";
import { table } from "./report.ts";

const PEER = "@msgpack/msgpack 3.1.3";

/** Ten named fields: integers, floats, short texts, a longer one, a list, a boolean. */
const FIELDS = {
  id: 4711,
  count: 99,
  time: 1_764_038_400_123,
  price: 19.95,
  ratio: 0.25,
  name: "Ada Lovelace",
  city: "Москва",
  note:
    "The quick brown fox jumps over the lazy dog while the band plays on and nobody in the room minds at all.",
  tags: ["red", "green", "blue"],
  active: true,
};

const BYTES = Uint8Array.from({ length: 64 }, (_, i) => i);

/** Keeps results alive, so that no compiler leaves the work out. */
const kept: unknown[] = [];

/** Thousands of calls a second, over about so many milliseconds. */
function rate(call: () => unknown, milliseconds: number): number {
  const started = performance.now();
  let calls = 0;
  let passed = 0;
  do {
    for (let i = 0; i < 500; i++) kept[i & 15] = call();
    calls += 500;
    passed = performance.now() - started;
  } while (passed < milliseconds);
  return calls / passed;
}

interface Pair {
  readonly name: string;
  readonly ours: () => unknown;
  readonly peer: () => unknown;
}

function pairs(): Pair[] {
  const packer = new Encoder();
  const unpacker = new Decoder();
  const strings = { strings: true };
  const fields: Term = map(FIELDS);
  const fieldsBert = bert.encode(fields);
  const fieldsPacked = packer.encode(FIELDS);
  const echo = tuple(atom("echo"), BYTES);
  const echoBert = bert.encode(echo);
  const echoPacked = packer.encode(["echo", BYTES]);
  return [
    {
      name: "BERT encode, ten named fields",
      ours: () => bert.encode(fields),
      peer: () => packer.encode(FIELDS),
    },
    {
      name: "BERT encode for sending, ten named fields",
      ours: () => bert.encodeShared(fields),
      peer: () => packer.encode(FIELDS),
    },
    {
      name: "BERT decode, ten named fields",
      ours: () => bert.decode(fieldsBert, strings),
      peer: () => unpacker.decode(fieldsPacked),
    },
    {
      name: "BERT encode for sending, {echo, 64 bytes}",
      ours: () => bert.encodeShared(echo),
      peer: () => packer.encode(["echo", BYTES]),
    },
    {
      name: "BERT decode, {echo, 64 bytes}",
      ours: () => bert.decode(echoBert),
      peer: () => unpacker.decode(echoPacked),
    },
  ];
}

/** Takes the rounds of each pair in turn; the goal is the ratio of the medians. */
async function run({ rounds, seconds }: Pick<Settings, "rounds" | "seconds">): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, ours, peer } of pairs()) {
    const milliseconds = seconds * 100;
    const rates = await alternate(
      2 * rounds,
      () => Promise.resolve(rate(ours, milliseconds)),
      () => Promise.resolve(rate(peer, milliseconds)),
    );
    const figure = median(rates.peer, Number);
    const own = median(rates.ours, Number);
    rows.push({
      name,
      unit: "thousand/s",
      ours: own,
      peer: { name: PEER, figure },
      goal: { words: "≥ 1.3 × the peer", figure: 1.3 * figure, met: own >= 1.3 * figure },
    });
  }
  return rows;
}

/** The codec's rows. */
export const codec: Measurement = {
  name: "bert",
  how:
    "One core encodes and decodes a map of ten fields (integers, floats, short texts, a longer one, a list, a boolean), " +
    "its text decoded to strings, and the tuple `{echo, <<64 bytes>>}`, against `@msgpack/msgpack` on the same values. " +
    "“For sending” is `encodeShared`, which the formatter uses: short results share a buffer.",
  run,
};

if (import.meta.main) {
  const rows = await run({ rounds: 5, seconds: 2 });
  console.log(table(rows));
  for (const { name, ours, peer } of rows) {
    console.log(`${name}: ${(1e6 / ours).toFixed(0)} ns against ${(1e6 / peer.figure).toFixed(0)} ns`);
  }
}
