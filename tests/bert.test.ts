import assert from "node:assert/strict";
import { bert, BertError } from "../lib/formats/bert.ts";
import { bertFormatter, createBertFormatter } from "../lib/formats/bert_formatter.ts";
import { inflate } from "../lib/formats/inflate.ts";
import { toBinary } from "../lib/formats/to_binary.ts";
import {
  type Atom,
  atom,
  Charlist,
  equal,
  float,
  format,
  ImproperList,
  isTuple,
  map,
  Opaque,
  type Term,
  type TermMap,
  tuple,
} from "../lib/term.ts";
import { hashOf } from "../lib/term_atoms.ts";
import { bytesOf, hexOf, type Tagged, termOf, vectors } from "./vector_term.ts";

interface Row {
  readonly name: string;
  readonly hex: string;
  readonly hex_minor0?: string;
  readonly hex_minor1?: string;
  readonly hex_minor2?: string;
  readonly value: Tagged;
  readonly reencoded?: string;
  readonly uncompressed_hex?: string;
}
interface Generated {
  readonly name: string;
  readonly length: number;
  readonly head: string;
  readonly sha256: string;
}
interface Recorded {
  readonly cases: Row[];
  readonly generated: Generated[];
  readonly decode_only: Row[];
  readonly compressed: Row[];
  readonly opaque: Row[];
}

const recorded = await vectors<Recorded>("bert");

function assertTerm(actual: Term, expected: Term, message: string): void {
  assert.ok(equal(actual, expected), `${message}: ${format(actual)} instead of ${format(expected)}`);
}

function refuses(code: string, act: () => unknown): BertError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof BertError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  }
  assert.fail(`no ${code}`);
}

Deno.test("every recorded term encodes to Erlang's bytes, and decodes from them", () => {
  assert.equal(recorded.cases.length, 551);
  for (const { name, hex, value } of recorded.cases) {
    const term = termOf(value);
    assert.equal(hexOf(bert.encode(term)), hex, name);
    assertTerm(bert.decode(bytesOf(hex)), term, name);
    assert.equal(hexOf(bert.encode(bert.decode(bytesOf(hex)))), hex, name);
  }
});

Deno.test("the bytes of older and newer Erlangs decode to the same terms", () => {
  for (const row of recorded.cases) {
    for (const hex of [row.hex_minor0, row.hex_minor1, row.hex_minor2]) {
      if (hex !== undefined) assertTerm(bert.decode(bytesOf(hex)), termOf(row.value), row.name);
    }
  }
});

Deno.test("what Erlang reads but writes otherwise is read", () => {
  assert.equal(recorded.decode_only.length, 52);
  for (const { name, hex, value, reencoded } of recorded.decode_only) {
    const term = bert.decode(bytesOf(hex));
    assertTerm(term, termOf(value), name);
    // Erlang sorts a small map's keys; here they stay in the order in which they came
    const expected = name === "MAP unordered keys" ? hex : reencoded;
    assert.equal(hexOf(bert.encode(term)), expected, name);
  }
});

const generators: Record<string, () => Term> = {
  "binary 65535": () => bytes(65_535),
  "binary 65536": () => bytes(65_536),
  "binary 1 MiB": () => bytes(1_048_576),
  "string 65535": () => new Array(65_535).fill(97),
  "string 65536": () => new Array(65_536).fill(97),
  "string 70000 mixed": () => Array.from(bytes(70_000)),
  "tuple 65536 ints": () => bert.decode(largeTuple(65_536)),
  "list 100000 ints": () => Array.from({ length: 100_000 }, (_, i) => i + 1),
  "nested list depth 10000": () => nested(10_000),
  "#ftp{} send 256K": () =>
    tuple(atom("ftp"), "id", "sid", "name", "", 614_400, 0, 262_144, bytes(262_144), "send", []),
};

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i);
}

function nested(depth: number): Term {
  let term: Term = atom("leaf");
  for (let i = 0; i < depth; i++) term = [term];
  return term;
}

/** The tuple of 0, 1, 2 … in 32 bits each, which is not how they are encoded. */
function largeTuple(size: number): Uint8Array {
  const result = new DataView(new ArrayBuffer(6 + 5 * size));
  result.setUint8(0, 131);
  result.setUint8(1, 105);
  result.setUint32(2, size);
  for (let i = 0; i < size; i++) {
    result.setUint8(6 + 5 * i, 98);
    result.setUint32(7 + 5 * i, i);
  }
  return new Uint8Array(result.buffer);
}

for (const { name, length, head, sha256 } of recorded.generated) {
  Deno.test(`the generated ${name} encodes to Erlang's bytes, and decodes from them`, async () => {
    const term = generators[name]();
    const encoded = bert.encode(term);
    assert.equal(encoded.length, length);
    assert.equal(hexOf(encoded.subarray(0, 16)), head);
    assert.equal(hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", encoded.slice()))), sha256);
    const decoded = bert.decode(encoded, { maxDepth: 10_000 });
    assert.ok(equal(decoded, term));
    assert.deepEqual(bert.encode(decoded), encoded);
  });
}

Deno.test("a list of bytes too long for STRING_EXT encodes the same as Charlist and as array", () => {
  const long = bytes(70_000);
  assert.deepEqual(bert.encode(new Charlist(long)), bert.encode(Array.from(long)));
});

Deno.test("compressed terms are inflated", () => {
  for (const { name, hex, value, uncompressed_hex } of recorded.compressed) {
    const term = bert.decode(bytesOf(hex), { inflate });
    assertTerm(term, termOf(value), name);
    assert.equal(hexOf(bert.encode(term)), uncompressed_hex, name);
  }
});

Deno.test("without an inflate function compressed terms are refused", () => {
  const { hex } = recorded.compressed[0];
  assert.equal(refuses("compressed", () => bert.decode(bytesOf(hex))).offset, 1);
});

Deno.test("pids, ports, references and funs keep their bytes, also in containers", () => {
  for (const { name, hex, hex_minor2 } of recorded.opaque) {
    assert.equal(hexOf(bert.encode(bert.decode(bytesOf(hex)))), hex, name);
    const newer = bert.decode(bytesOf(hex_minor2!));
    if (newer instanceof Opaque) assert.equal(hexOf(bert.encode(newer)), hex_minor2, name);
  }
});

Deno.test("opaque terms of every tag are told apart", () => {
  const node = "77016e";
  const kinds: [string, string][] = [
    ["67" + node + "0000000100000000" + "00", "pid"],
    ["58" + node + "000000010000000000000000", "pid"],
    ["66" + node + "00000001" + "00", "port"],
    ["59" + node + "0000000100000000", "port"],
    ["78" + node + "000000000000000100000000", "port"],
    ["65" + node + "00000001" + "00", "reference"],
    ["720001" + node + "00" + "00000001", "reference"],
    ["5a0005" + node + "00000000" + "00000001".repeat(5), "reference"],
    ["71" + node + "770166" + "6102", "export"],
    ["75" + "00000001" + "67" + node + "000000010000000000" + node + "6101" + "6102" + "6a", "fun"],
  ];
  for (const [hex, kind] of kinds) {
    const term = bert.decode(bytesOf("83" + hex));
    assert.ok(term instanceof Opaque && term.kind === kind, hex);
    assert.equal(hexOf(bert.encode(term)), "83" + hex);
    refuses("truncated", () => bert.decode(bytesOf("83" + hex.slice(0, -2))));
  }
});

Deno.test("F07: Cyrillic, Latin-1 and emoji come back equal as text, binary, list and atom, their lengths in bytes", () => {
  assert.equal(hexOf(bert.encode(atom("ыыы"))), "837706d18bd18bd18b");
  assert.equal(hexOf(bert.encode("ыыы")), "836d00000006d18bd18bd18b");
  assert.equal(bert.decode(bytesOf("837706d18bd18bd18b")), atom("ыыы"));
  const terms: Term[] = ["ыыы", atom("ыыы"), ["¶", "ыыы", "😀"], tuple(atom("¶"), atom("😀"))];
  for (const term of terms) {
    assertTerm(bert.decode(bert.encode(term), { strings: true }), term, "there and back");
  }
});

Deno.test("F08: a pid with a UTF-8 node and a port of 64 bits keep their bytes alone, in a tuple and as keys", () => {
  const pid = "58770d6e6f6e6f6465406e6f686f7374000000090000000000000000";
  const port = "78770d6e6f6e6f6465406e6f686f7374000000000000000300000000";
  for (const opaque of [pid, port]) {
    for (const hex of [`83${opaque}`, `836802${opaque}6101`, `8374000000026101${opaque}${opaque}6102`]) {
      assert.equal(hexOf(bert.encode(bert.decode(bytesOf(hex)))), hex);
    }
    const key = bert.decode(bytesOf(`83${opaque}`));
    assert.equal((bert.decode(bytesOf(`837400000001${opaque}6107`)) as TermMap).get(key), 7);
  }
});

Deno.test("a whole number is an integer, however large; a number with a fraction a float; float() makes a whole one", () => {
  const numbers: [Term, string][] = [
    [-0, "6100"],
    [2 ** 31, "6e040000000080"],
    [-(2 ** 31), "6280000000"],
    [2 ** 53, "6e070000000000000020"],
    [2n ** 31n, "6e040000000080"],
    [255n, "61ff"],
    [-1n, "62ffffffff"],
    [-(2n ** 64n) + 1n, "6e0801ffffffffffffffff"],
    [2n ** 64n, "6e0900000000000000000001"],
    [0.5, "463fe0000000000000"],
    [float(1), "463ff0000000000000"],
    [float(-0), "468000000000000000"],
  ];
  for (const [n, hex] of numbers) assert.equal(hexOf(bert.encode(n)), "83" + hex);
  assert.equal(bert.decode(bert.encode(2 ** 60)), 2n ** 60n);
  assert.deepEqual(bert.decode(bert.encode(float(5))), float(5));
});

Deno.test("half a surrogate pair goes out as U+FFFD, in short and long strings alike", () => {
  for (const string of ["a\ud83d", "\ude00b", "\ud83d\ud83d\ude00", "\ud83dя", "x".repeat(100) + "\ud83d"]) {
    const encoded = bert.encode(string);
    assert.deepEqual(encoded.subarray(6), new TextEncoder().encode(string), string);
  }
});

Deno.test("strings of every length and script encode as UTF-8", () => {
  for (const character of ["a", "é", "я", "日", "🚀", "\u07ff", "\u0800", "\uffff", "\u{10ffff}"]) {
    for (const length of [0, 1, 2, 15, 16, 17, 63, 64, 65, 300, 3000]) {
      const string = character.repeat(length);
      const encoded = bert.encode(string);
      assert.deepEqual(encoded.subarray(6), new TextEncoder().encode(string));
      assert.equal(bert.decode(encoded, { strings: true }), string);
    }
  }
});

Deno.test("with strings, binaries that are UTF-8 come as strings, others as bytes", () => {
  for (
    const bad of [
      "ff",
      "c3",
      "c080",
      "eda080",
      "f4908080",
      "e28228",
      "f0808080",
      "80",
      "61c3",
      "e282",
      "f09f9a",
    ]
  ) {
    for (const padding of ["", "61".repeat(20), "61".repeat(400)]) {
      const binary = bytesOf(padding + bad);
      assert.deepEqual(bert.decode(bert.encode(binary), { strings: true }), binary);
      // what follows in the message must not be taken for the rest of a character
      const followed = bert.decode(bert.encode(tuple(binary, Uint8Array.of(0x80, 0x80))), { strings: true });
      assert.deepEqual([...followed as Iterable<Term>][0], binary);
    }
  }
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  assert.equal(bert.decode(bert.encode(mark), { strings: true }), "\ufeffa");
});

Deno.test("a decoded binary is a view of the input, and with copy it is not", () => {
  const input = bert.encode(tuple(atom("file"), bytes(262_144), bytes(10)));
  const [, large, small] = bert.decode(input) as unknown as [Term, Uint8Array, Uint8Array];
  assert.equal(large.buffer, input.buffer);
  assert.equal(small.buffer, input.buffer);
  const [, copied, short] = bert.decode(input, { copy: true }) as unknown as [Term, Uint8Array, Uint8Array];
  input.fill(0);
  assert.deepEqual(copied, bytes(262_144));
  assert.deepEqual(short, bytes(10));
});

Deno.test("input that is a part of a longer buffer, or a Buffer of Node, decodes alike", async () => {
  const { Buffer } = await import("node:buffer");
  const encoded = bert.encode(tuple(bytes(5), "text"));
  const longer = new Uint8Array(encoded.length + 20);
  longer.set(encoded, 7);
  for (const input of [longer.subarray(7, 7 + encoded.length), Buffer.from(encoded)]) {
    const term = bert.decode(input) as unknown as [Uint8Array, Uint8Array];
    assert.deepEqual(term[0], bytes(5));
    assert.equal(term[0].constructor, Uint8Array);
  }
});

Deno.test("the encoder's results do not share bytes, and encode gives a buffer of its own", () => {
  for (const encode of [bert.encode, bert.encodeShared]) {
    const results = Array.from({ length: 300 }, (_, i) => encode(tuple(i, "x".repeat(i * 5))));
    results.forEach((result, i) => assertTerm(bert.decode(result), tuple(i, "x".repeat(i * 5)), String(i)));
  }
  const result = bert.encode("abc");
  assert.equal(result.buffer.byteLength, result.length);
});

Deno.test("encodeInto writes behind an offset, or tells how much room it takes", () => {
  const term = tuple(atom("echo"), bytes(100));
  const expected = bert.encode(term);
  const buffer = new Uint8Array(200).fill(7);
  const end = bert.encodeInto(term, buffer, 10);
  assert.equal(end, 10 + expected.length);
  assert.deepEqual(buffer.subarray(10, end), expected);
  assert.deepEqual(buffer.subarray(0, 10), new Uint8Array(10).fill(7));
  for (const size of [10, 11, 12, 20, 50, 10 + expected.length - 1]) {
    const small = new Uint8Array(size).fill(7);
    assert.equal(bert.encodeInto(term, small, 10), -(10 + expected.length));
    assert.deepEqual(small.subarray(0, 10), new Uint8Array(10).fill(7));
  }
});

Deno.test("encodeInto fills a buffer that the term just fits", () => {
  for (const term of [1, 1000, 2 ** 40, "abc", [1, 2, 300], tuple(), map({ a: 1 }), float(1)]) {
    const expected = bert.encode(term);
    const buffer = new Uint8Array(expected.length);
    assert.equal(bert.encodeInto(term, buffer, 0), expected.length, format(term));
    assert.deepEqual(buffer, expected);
  }
});

Deno.test("a giant message does not make the encoder keep a giant buffer", () => {
  bert.encode(bytes(5_000_000));
  const result = bert.encode(1);
  assert.equal(result.buffer.byteLength, 3);
  assertTerm(bert.decode(bert.encode("after")), "after", "after");
});

Deno.test("JavaScript's Map encodes as a map", () => {
  const encoded = bert.encode(new Map<Term, Term>([[atom("a"), 1], ["b", new Map()]]));
  assertTerm(bert.decode(encoded), map([[atom("a"), 1], ["b", map([])]]), "a map");
});

Deno.test("what is no term is refused, and the error names it", () => {
  const bad: [unknown, RegExp][] = [
    [undefined, /undefined/],
    [null, /null/],
    [() => 1, /function/],
    [Symbol("x"), /symbol/],
    [{ a: 1 }, /Object/],
    [new Date(), /Date/],
    [new Float64Array(1), /Float64Array/],
    [Object.create(null), /no class/],
    [NaN, /NaN/],
    [Infinity, /Infinity/],
    [[1, , 3], /undefined/],
    [tuple(1, undefined as unknown as Term), /undefined/],
    [new Map([[1, null]]), /null/],
  ];
  for (const [value, named] of bad) {
    const error = refuses("bad_term", () => bert.encode(value as Term));
    assert.match(error.message, named);
    assert.equal(error.offset, -1);
  }
  assertTerm(bert.decode(bert.encode(tuple(1))), tuple(1), "the encoder goes on");
});

Deno.test("a term in a circle is refused without a stack overflow", () => {
  const list: Term[] = [];
  list.push(tuple(list));
  refuses("too_deep", () => bert.encode(list));
  const m = new Map<Term, Term>();
  m.set("self", m);
  refuses("too_deep", () => bert.encode(m));
});

Deno.test("nesting is bounded, by default to 512", () => {
  assertTerm(bert.decode(bert.encode(nested(512))), nested(512), "512 deep");
  const error = refuses("too_deep", () => bert.decode(bert.encode(nested(513))));
  assert.equal(error.offset, 1 + 512 * 5);
  refuses("too_deep", () => bert.decode(bert.encode(tuple(tuple())), { maxDepth: 0 }));
});

Deno.test("size is bounded", () => {
  const encoded = bert.encode("x".repeat(100));
  assert.equal(refuses("too_large", () => bert.decode(encoded, { maxBytes: 105 })).value, 106);
  assertTerm(bert.decode(encoded, { maxBytes: 106 }), "x".repeat(100), "just fits");
});

Deno.test("a compressed term is bounded by what it claims before it is inflated", () => {
  let inflated = 0;
  const limits = {
    maxBytes: 1000,
    inflate: (input: Uint8Array, size: number) => (inflated++, inflate(input, size)),
  };
  const { hex } = recorded.compressed.find(({ name }) => name === "compressed binary 1000 zero")!;
  refuses("too_large", () => bert.decode(bytesOf(hex), limits));
  assert.equal(inflated, 0);
  assertTerm(bert.decode(bytesOf(hex), { ...limits, maxBytes: 1005 }), new Uint8Array(1000), "just fits");
});

Deno.test("unknown atoms are bounded by message, known ones are not", () => {
  const named = (from: number, to: number) => {
    const parts = [bytesOf("836c"), new Uint8Array(new Uint32Array([to - from]).buffer).reverse()];
    for (let i = from; i < to; i++) {
      const name = new TextEncoder().encode(`bound_${i}`);
      parts.push(Uint8Array.of(119, name.length, ...name), Uint8Array.of(119, name.length, ...name));
    }
    return Uint8Array.from([...parts.flatMap((part) => [...part]), 106]);
  };
  const twice = (from: number, to: number) => {
    const message = named(from, to);
    new DataView(message.buffer).setUint32(2, 2 * (to - from));
    return message;
  };
  assert.equal((bert.decode(twice(0, 10), { maxAtoms: 10 }) as Term[]).length, 20);
  // the same message is refused however often it comes
  for (let i = 0; i < 3; i++) refuses("too_many_atoms", () => bert.decode(twice(0, 11), { maxAtoms: 10 }));
  assert.equal((bert.decode(twice(5, 15), { maxAtoms: 10 }) as Term[]).length, 20);
  const known = Array.from({ length: 11 }, (_, i) => atom(`bound_${i}`));
  const list = bert.decode(twice(0, 11), { maxAtoms: 0 }) as Term[];
  known.forEach((name, i) => assert.equal(list[2 * i], name));
});

Deno.test("an atom that came from a peer first is the one that the program names later", () => {
  const decoded = bert.decode(bytesOf("83770a66726f6d5f6166746572"));
  assert.equal(decoded, atom("from_after"));
  assert.equal(bert.decode(bytesOf("8364000a66726f6d5f6166746572")), decoded);
});

Deno.test("atoms whose bytes are alike but not their alphabets are told apart", () => {
  const latin1 = bert.decode(bytesOf("837302c3a9"));
  const utf8 = bert.decode(bytesOf("837702c3a9"));
  assert.equal(latin1, atom("Ã©"));
  assert.equal(utf8, atom("é"));
  assert.equal(bert.decode(bytesOf("8373027061")), bert.decode(bytesOf("8377027061")));
  const cyrillic = bert.decode(bytesOf("837702d18b"));
  assert.equal(cyrillic, atom("ы"));
  assert.equal(bert.decode(bytesOf("837302d18b")), atom("Ñ\x8b"));
  refuses("bad_atom", () => bert.decode(bytesOf("837701e9")));
  assert.equal(bert.decode(bytesOf("837301e9")), atom("é"));
  refuses("bad_atom", () => bert.decode(bytesOf("837701e9")));
});

/** The message of an atom of ASCII characters. */
function atomMessage(name: string): Uint8Array {
  const message = new Uint8Array(3 + name.length);
  message.set([131, 119, name.length]);
  new TextEncoder().encodeInto(name, message.subarray(3));
  return message;
}

Deno.test("twenty thousand atoms, of which many must share a place in the cache, are all told apart", () => {
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20_000; i++) {
      const name = `c${i.toString(36)}`;
      const decoded = bert.decode(atomMessage(name)) as { name: string };
      if (decoded.name !== name) assert.fail(`${decoded.name} instead of ${name}`);
    }
  }
});

Deno.test("atoms whose hashes are equal in all bits are told apart", () => {
  const byHash = new Map<number, string>();
  const twins: [string, string][] = [];
  for (let i = 0; twins.length < 2 && i < 1_000_000; i++) {
    const name = `h${(0x100000 + i).toString(16)}`;
    const hash = hashOf(atomMessage(name), 3, name.length);
    const other = byHash.get(hash);
    if (other === undefined) byHash.set(hash, name);
    else twins.push([other, name]);
  }
  assert.equal(twins.length, 2, "a million names have several such pairs");
  for (const [one, other] of twins) {
    for (let round = 0; round < 3; round++) {
      assert.equal(bert.decode(atomMessage(one)), atom(one));
      assert.equal(bert.decode(atomMessage(other)), atom(other));
    }
  }
});

Deno.test("atoms of digits, which V8 puts into one bucket, are told apart, and held ones are the program's", () => {
  const names = Array.from({ length: 4096 }, (_, i) => String(i * 65_536 + 5));
  const message = Uint8Array.from([131, 108, 0, 0, 16, 0].concat(
    names.flatMap((name) => [119, name.length, ...new TextEncoder().encode(name)]),
    106,
  ));
  const decoded = bert.decode(message) as Atom[];
  assert.deepEqual(decoded.map(({ name }) => name), names);
  for (const [i, name] of names.entries()) assert.equal(decoded[i], atom(name));
  assert.deepEqual(bert.decode(message), decoded);
});

Deno.test("true and false are booleans from every tag", () => {
  for (const hex of ["8364000474727565", "83730474727565", "8376000474727565", "83770474727565"]) {
    assert.equal(bert.decode(bytesOf(hex)), true);
  }
  assert.equal(bert.decode(bytesOf("837705" + "66616c7365")), false);
  assert.equal(hexOf(bert.encode([true, false])), "836c000000026400047472756564000566616c73656a");
});

Deno.test("a decoded map finds keys by value and encodes in the order in which it came", () => {
  const m = bert.decode(bert.encode(map([["b", 1], [float(1), 2], [1, 3], [tuple("k"), 4]]))) as TermMap;
  assert.equal(m.get("b"), 1);
  assert.equal(m.get(float(1)), 2);
  assert.equal(m.get(1), 3);
  assert.equal(m.get(tuple("k")), 4);
  const hex = "837400000002610261146101610a";
  assert.equal(hexOf(bert.encode(bert.decode(bytesOf(hex)))), hex);
});

Deno.test("lists whose tails are lists are one list, however often, at a cost that grows with their length", () => {
  const parts = 50_000;
  const message = new Uint8Array(1 + 7 * parts + 1);
  message[0] = 131;
  for (let i = 0; i < parts; i++) message.set([108, 0, 0, 0, 1, 97, i], 1 + 7 * i);
  message[message.length - 1] = 106;
  assert.ok(equal(bert.decode(message), Array.from({ length: parts }, (_, i) => i & 255)));
  assertTerm(bert.decode(bytesOf("836c0000000161016c000000006b0000")), [1], "empty tails");
  assertTerm(
    bert.decode(bytesOf("836c0000000161016c000000016102" + "6103")),
    new ImproperList([1, 2], 3),
    "improper",
  );
});

Deno.test("the formatter sends an ftp record of eleven elements as ftpack, and nothing else changes", async () => {
  interface Encoded {
    readonly name: string;
    readonly value: Tagged;
    readonly hex: string;
    readonly decoded: Tagged;
  }
  const { bert_encode } = await vectors<{ bert_encode: Encoded[] }>("json_formatter");
  assert.equal(bertFormatter.name, "bert");
  assert.equal(bert_encode.length, 5);
  for (const { name, value, hex, decoded } of bert_encode) {
    const term = termOf(value);
    assert.equal(hexOf(bertFormatter.encode(term) as Uint8Array), hex, name);
    assertTerm(bertFormatter.decode(bytesOf(hex)), termOf(decoded), name);
    assert.ok(!isTuple(term, "ftpack", 11) || name.includes("ftpack"), "the term itself does not change");
  }
});

Deno.test("the formatter inflates, unless it is told not to", () => {
  const { hex, value } = recorded.compressed[0];
  assertTerm(bertFormatter.decode(bytesOf(hex)), termOf(value), "inflated");
  refuses("compressed", () => createBertFormatter({ inflate: undefined }).decode(bytesOf(hex)));
  refuses("too_large", () => createBertFormatter({ maxBytes: 5 }).decode(bert.encode("abc")));
});

Deno.test("toBinary follows the original's rules", async () => {
  interface Converted {
    readonly term: string;
    readonly value: Tagged;
    readonly out_hex?: string;
  }
  const { to_binary } = await vectors<{ to_binary: Converted[] }>("json_formatter");
  assert.equal(to_binary.length, 21);
  for (const { term, value, out_hex } of to_binary) {
    const input = "opaque" in value ? new Opaque("export", bytesOf("71")) : termOf(value);
    if (out_hex === undefined) assert.throws(() => toBinary(input), { code: "bad_term" }, term);
    else assert.equal(hexOf(toBinary(input)), out_hex, term);
  }
  assert.equal(hexOf(toBinary(["a", new ImproperList(["b"], "c")])), "616263");
  assert.equal(hexOf(toBinary(true)), "74727565");
});

/** Random numbers that are the same at every run. */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = Math.imul(seed ^ seed >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return ((seed ^ seed >>> 13) >>> 0) % below;
  };
}

function randomTerm(below: (n: number) => number, depth: number): Term {
  const several = () => Array.from({ length: below(5) }, () => randomTerm(below, depth - 1));
  switch (below(depth > 0 ? 15 : 10)) {
    case 0:
      return below(300);
    case 1:
      return below(2 ** 32) - 2 ** 31;
    case 2:
      return (BigInt(below(2 ** 32)) << BigInt(below(300))) * (below(2) ? 1n : -1n);
    case 3:
      return float(below(1000) - 500);
    case 4:
      return (below(2 ** 32) - 2 ** 31) / 1024;
    case 5:
      return atom(["a", "ok", "café", "привет", "", "🚀", "hello world"][below(7)]);
    case 6:
      return below(2) === 1;
    case 7:
      return bytes(below(70));
    case 8:
      return "aя日🚀".repeat(below(30)).slice(below(4));
    case 9:
      return new Charlist(bytes(1 + below(20)));
    case 10:
    case 11:
      return tuple(...several());
    case 12:
      return several();
    case 13:
      return map(several().map((key) => [key, randomTerm(below, depth - 1)] as const));
    default:
      return new ImproperList([1, ...several()], atom("tail"));
  }
}

Deno.test("two thousand random terms come back equal, and encode to the same bytes again", () => {
  const below = random(20_261);
  for (let i = 0; i < 2000; i++) {
    const term = randomTerm(below, 4);
    const encoded = bert.encode(term);
    for (const limits of [{}, { strings: true }, { copy: true }]) {
      const decoded = bert.decode(encoded, limits);
      assertTerm(decoded, term, `${i}`);
      assert.deepEqual(bert.encode(decoded), encoded, format(term));
    }
  }
});
