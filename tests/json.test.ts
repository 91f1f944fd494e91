import assert from "node:assert/strict";
import { N2OError } from "../lib/error.ts";
import { createJsonFormatter, JsonError, jsonFormatter } from "../lib/formats/json.ts";
import {
  atom,
  equal,
  Float,
  float,
  format,
  ImproperList,
  map,
  type Term,
  type TermMap,
  tuple,
} from "../lib/term.ts";
import { type Tagged, termOf, vectors } from "./vector_term.ts";

interface Encoded {
  readonly name: string;
  readonly value: Tagged;
  readonly out?: string;
}
interface Decoded {
  readonly name: string;
  readonly in: string;
  readonly value?: Tagged;
}

const recorded = await vectors<{ json_encode: Encoded[]; json_decode: Decoded[] }>("json_formatter");

const decode = (text: string) => jsonFormatter.decode(new TextEncoder().encode(text));

function encode(term: Term): string {
  const bytes = jsonFormatter.encode(term);
  assert.ok(bytes instanceof Uint8Array, "a binary frame");
  return new TextDecoder().decode(bytes);
}

/** Without the digits of floats, which the original writes in its own way. */
const withoutFloats = (json: string) => json.replace(/-?\d+\.\d+(e[-+]?\d+)?/g, "FLOAT");

Deno.test("every recorded term encodes to the original's JSON, or is refused", () => {
  assert.equal(jsonFormatter.name, "json");
  assert.equal(recorded.json_encode.length, 35);
  for (const { name, value, out } of recorded.json_encode) {
    if (out === undefined) {
      assert.throws(
        () => encode(termOf(value)),
        (error) => error instanceof N2OError && error.code === "bad_term",
        name,
      );
      continue;
    }
    const json = encode(termOf(value));
    assert.equal(withoutFloats(json), withoutFloats(out), name);
    assert.deepEqual(JSON.parse(json), JSON.parse(out), name);
  }
});

Deno.test("every recorded JSON text decodes to the original's term, or is refused", () => {
  assert.equal(recorded.json_decode.length, 15);
  for (const { name, in: text, value } of recorded.json_decode) {
    if (value === undefined) {
      assert.throws(
        () => decode(text),
        (error) => error instanceof JsonError && error.code === "bad_json",
        name,
      );
    } else assert.ok(equal(decode(text), termOf(value)), `${name}: ${format(decode(text))}`);
  }
});

Deno.test("floats stay floats", () => {
  const shown = (n: Term) => encode(tuple(atom("n"), n)).replace(/.*"v":/, "").replace("}]}", "");
  assert.equal(shown(float(1)), "1.0");
  assert.equal(shown(float(-0)), "-0.0");
  assert.equal(shown(float(1e21)), "1e+21");
  assert.equal(shown(0.1), "0.1");
  assert.equal(shown(1), "1");
  assert.equal(shown(2 ** 70), "1180591620717411303424");
  for (const n of [float(1), float(1e21), 0.1, 1e-7, float(-0)]) assert.ok(equal(decode(shown(n)), n));
});

Deno.test("numbers with a point or an exponent are floats, others integers of any size", () => {
  assert.deepEqual(decode("1.0"), new Float(1));
  assert.deepEqual(decode("1E2"), new Float(100));
  assert.equal(decode("-1.5e-3"), -0.0015);
  assert.equal(decode("-0"), 0);
  assert.equal(Object.is(decode("-0"), 0), true);
  assert.equal(decode("9007199254740993"), 9007199254740993n);
});

Deno.test("strings decode with every escape, names too", () => {
  assert.equal(decode('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u041f\\uD83D\\uDE80 я"'), '"\\/\b\f\n\r\t\u041f🚀 я');
  assert.ok(equal(decode('{"\\u0061":"","":[]}'), map([["a", ""], ["", []]])));
});

Deno.test("of equal names the first counts, among few and among many, whatever V8 makes of the names", () => {
  for (const count of [1, 7, 8, 9, 10, 20_000]) {
    const names = Array.from({ length: count }, (_, i) => String(i * 65_536 + 5));
    const members = [...names, ...names].map((name, i) => `"${name}":${i}`);
    const decoded = decode(`{${members.join()}}`) as TermMap;
    assert.deepEqual(decoded.pairs, names.flatMap((name, i) => [name, i]));
  }
  assert.deepEqual([...decode('{"__proto__":1,"constructor":2,"__proto__":3}') as TermMap], [
    ["__proto__", 1],
    ["constructor", 2],
  ]);
});

Deno.test("white space may stand between all parts", () => {
  assert.ok(equal(decode(' \n\t\r{ "a" : [ 1 , 2 , { } , [ ] ] } '), map([["a", [1, 2, map([]), []]]])));
});

Deno.test("what is no JSON is refused with its place", () => {
  const bad = [
    ...[
      "[1,]",
      "[,1]",
      "[1 2]",
      "{,}",
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      "{a:1}",
      "01",
      "1.",
      ".5",
      "+1",
      "1e",
      "-",
      "--1",
    ],
    ...[
      "tru",
      "nulL",
      "True",
      "'a'",
      '"a',
      '"\\x"',
      '"\\u12g4"',
      '"\\u12',
      '"\n"',
      '"\0"',
      '"\\ud83d"',
      '"\\ude80\\ud83d"',
    ],
    ...[
      "]",
      "}",
      ":",
      "[",
      "{",
      "[1",
      '{"a":1',
      "1 1",
      "[]]",
      "{}{}",
      "NaN",
      "Infinity",
      "1e999",
      "-1e999",
      "\ufeff\ufeff1",
    ],
    ...["// x\n1", "[1]/**/", "\u00a01"],
  ];
  for (const text of bad) {
    assert.throws(() => decode(text), (error) => {
      assert.ok(error instanceof JsonError && error.code === "bad_json", `${text}: ${error}`);
      assert.ok(error.offset >= 0 && error.offset <= text.length, `${text}: ${error.offset}`);
      return true;
    }, text);
  }
  assert.throws(() => jsonFormatter.decode(Uint8Array.of(0x22, 0xff, 0x22)), { code: "bad_json" });
});

Deno.test("length, depth and digits are bounded", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.throws(() => createJsonFormatter({ maxBytes: 3 }).decode(bytes("1234")), { code: "too_large" });
  assert.equal(createJsonFormatter({ maxBytes: 4 }).decode(bytes("1234")), 1234);
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assert.ok(Array.isArray(decode(nested(512))));
  assert.throws(() => decode(nested(513)), { code: "too_deep", offset: 512 });
  assert.throws(() => decode("[".repeat(1_000_000)), { code: "too_deep" });
  assert.throws(() => createJsonFormatter({ maxDepth: 1 }).decode(bytes('{"a":{}}')), { code: "too_deep" });
  assert.equal(typeof decode("9".repeat(4096)), "bigint");
  assert.throws(() => decode("9".repeat(4097)), { code: "too_large" });
});

Deno.test("ten thousand depth of a reply, and what JSON cannot hold, are refused", () => {
  let deep: Term = 1;
  for (let i = 0; i < 10_000; i++) deep = [deep];
  for (
    const term of [
      deep,
      new ImproperList([1], 2),
      map([[1, 2]]),
      NaN,
      Uint8Array.of(0xff),
    ]
  ) {
    assert.throws(() => encode(tuple(atom("x"), term)), { code: "bad_term" });
  }
});

Deno.test("strings and binaries alike are text, half a surrogate pair is U+FFFD", () => {
  assert.equal(
    encode(tuple(atom("x"), "é/")),
    '{"t":104,"v":[{"t":100,"v":"x"},{"t":109,"v":"\\u00e9\\/"}]}',
  );
  assert.equal(
    encode(tuple(atom("x"), "\ud83d")),
    '{"t":104,"v":[{"t":100,"v":"x"},{"t":109,"v":"\\ufffd"}]}',
  );
});

Deno.test("random changes of a text make the decoder throw nothing but a JsonError", () => {
  const original = '{"t":104,"v":[{"a":-1.5e3,"b":["x\\u041f\\n",true,null,12345678901234567890]},{}]}';
  let seed = 3;
  const below = (n: number) => (seed = seed * 48_271 % 2_147_483_647) % n;
  for (let i = 0; i < 20_000; i++) {
    const characters = [...original];
    for (let changes = below(3); changes >= 0; changes--) {
      characters[below(characters.length)] = '{}[]",:\\0e.-tux '[below(16)];
    }
    try {
      decode(characters.join(""));
    } catch (error) {
      assert.ok(error instanceof JsonError, `${error}`);
    }
  }
});
