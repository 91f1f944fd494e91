/**
 * BERT, and terms in Erlang's syntax.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import { bert, BertError, equal, format, parseTerm, type Term, TermSyntaxError } from "../../mod.ts";
import { decodeFrom } from "../../lib/formats/bert_decode.ts";
import { inflate } from "../../lib/formats/inflate.ts";
import { deflateSync } from "node:zlib";
import { must, type Target, target } from "./case.ts";
import { mutated, plain } from "./mutate.ts";
import type { Random } from "./random.ts";
import { newTerm } from "./terms.ts";

const tags = [
  70,
  77,
  80,
  82,
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
];
tags.push(112, 113, 114, 115, 116, 117, 118, 119, 120);
/** A pid and port of two kinds each, references of three, funs of three. */
const opaques = [
  "677701610000000100000002" + "03",
  "58770161000000010000000200000003",
  "6677016100000001" + "03",
  "597701610000000100000003",
  "7877016100000000000000010000000a",
  "657701610000000103",
  "72000277016101" + "0000000100000002",
  "5a0002770161000000010000000200000003",
  "71770161770162" + "6102",
  "750000000067770161000000010000000203" + "770161" + "6101" + "6102",
  "700000003a0100112233445566778899aabbccddeeff0000000100000000770161610161" +
  "02677701610000000100000002036100",
].map((hex) => Uint8Array.fromHex(hex));
const bounds = { maxBytes: 1_048_576, maxDepth: 64, maxAtoms: 64, inflate };

/** Decoding from a buffer that is used again, against decoding of bytes that are kept. */
export const bertBytes: Target = target("bert", (random) => ({
  bytes: newBert(random),
  about: JSON.stringify({ ...bounds, inflate: undefined }),
  run(bytes, random) {
    // The same with what comes later behind it in the buffer, which is nobody's yet.
    if (bytes.length > 0) decodeBoth(bytes, random.below(bytes.length), random);
    const got = decodeBoth(bytes, bytes.length, random);
    if (got instanceof BertError) return got.code;
    const again = bert.encode(got);
    must(
      equal(bert.decode(again, { maxDepth: 1000 }), got),
      `encoded and decoded it is ${shown(bert.decode(again))}`,
    );
    const room = new Uint8Array(again.length + 20).fill(0xee);
    const stop = bert.encodeInto(got, room, 7);
    must(
      stop === 7 + again.length && room.subarray(7, stop).toHex() === again.toHex(),
      "encodeInto differs from encode",
    );
    must(room.subarray(0, 7).every((byte) => byte === 0xee), "encodeInto changed what stands before");
    const tight = new Uint8Array(random.below(again.length));
    must(bert.encodeInto(got, tight, 0) === -again.length, "encodeInto tells another size than it needs");
    return "a term";
  },
}));

/** Decodes the first bytes in both ways, which must come to the same. */
function decodeBoth(bytes: Uint8Array, length: number, random: Random): Term | BertError {
  const wanted = outcome(() => bert.decode(bytes.slice(0, length), bounds), BertError);
  const start = random.pick([0, 1, 7, 100]);
  const buffer = new Uint8Array(start + bytes.length + random.pick([0, 1, 9, 300]))
    .fill(random.pick([0, 97, 106, 255]));
  buffer.set(bytes, start);
  const got = outcome(() => decodeFrom(buffer, start, start + length, { ...bounds, copy: true }), BertError);
  buffer.fill(0xee);
  if (wanted instanceof BertError || got instanceof BertError) {
    must(
      got instanceof BertError && wanted instanceof BertError,
      `${shown(got)} in place of ${shown(wanted)}`,
    );
    must(
      got.code === wanted.code && got.offset === wanted.offset,
      `${got.message} in place of ${wanted.message}`,
    );
    must(got.offset >= 0 && (got.offset <= length || bytes[1] === 80), `at byte ${got.offset}`);
    return got;
  }
  must(equal(got, wanted), `${shown(got)} in place of ${shown(wanted)}`);
  return got;
}

function newBert(random: Random): Uint8Array {
  if (random.one(4)) {
    const bytes = random.bytes(1 + random.below(60));
    bytes[0] = 131;
    for (let at = 1; at < bytes.length; at += 1 + random.below(4)) bytes[at] = random.pick(tags);
    return bytes;
  }
  if (random.one(8)) {
    const parts = [Uint8Array.of(131, 104, 2, 97, 1), random.pick(opaques)];
    return mutated([plain(joined(parts))], random);
  }
  const bytes = bert.encode(newTerm(random));
  if (!random.one(8)) return mutated([plain(bytes)], random);
  const size = new Uint8Array(6);
  size[0] = 131;
  size[1] = 80;
  new DataView(size.buffer).setUint32(2, random.one(4) ? random.bits() : bytes.length - 1);
  return mutated([plain(joined([size, deflateSync(bytes.subarray(1))]))], random);
}

/** Texts of terms. */
export const termText: Target = target("term", (random) => {
  const term = newTerm(random);
  const text = new TextEncoder().encode(format(term, { utf8: random.one(2) }));
  return {
    bytes: random.pick([() => syntax(random), () => text, () => mutated([plain(text)], random)])(),
    about: "limits as by default",
    run(bytes) {
      const written = new TextDecoder().decode(bytes);
      const result = outcome(() => parseTerm(written), TermSyntaxError);
      if (result instanceof TermSyntaxError) {
        must(result.offset >= 0 && result.offset <= written.length, `offset ${result.offset}`);
        must(result.line > 0 && result.column > 0, `line ${result.line}, column ${result.column}`);
        must(bytes !== text, result.message);
        return result.code;
      }
      must(bytes !== text || equal(result, term), `${shown(result)} in place of ${shown(term)}`);
      for (const utf8 of [false, true]) {
        const again = format(result, { utf8 });
        must(equal(parseTerm(again), result), `${again.slice(0, 200)} reads as ${shown(parseTerm(again))}`);
      }
      bert.encode(result);
      return "a term";
    },
  };
});

const words = [
  ..."{}[](),|#=>.:/-+$'\"\\<>%~? \n\t0129aAeEzZ_",
  ...'<< >> #{ => 16# 1.0 1.0e 2# 36#Z $\\n \\x{ \\^ /utf8 :8 /integer fun end if true [] "a" \'b\' <<"c">> % ж 😀 -0.0'
    .split(" "),
];

function syntax(random: Random): Uint8Array {
  let text = "";
  for (let count = 1 + random.below(30); count > 0; count--) text += random.pick(words);
  return new TextEncoder().encode(text);
}

/** What it gives, or the error that it may throw; any other is a failure. */
function outcome<E extends Error>(work: () => Term, mayThrow: { new (...args: never[]): E }): Term | E {
  try {
    return work();
  } catch (error) {
    if (error instanceof mayThrow) return error;
    throw error;
  }
}

function shown(result: Term | Error): string {
  return result instanceof Error ? result.message : format(result).slice(0, 200);
}
