/** Terms from text: what Erlang's syntax says, what `format` writes, and what is wrong with what is no term. */
import assert from "node:assert/strict";
import { bert } from "../lib/formats/bert.ts";
import { N2OError } from "../lib/error.ts";
import {
  atom,
  Bits,
  Charlist,
  equal,
  float,
  format,
  ImproperList,
  map,
  type Term,
  tuple,
} from "../lib/term.ts";
import { parseTerm, TermSyntaxError } from "../lib/term_parse.ts";
import { skip } from "./command.ts";
import { bytesOf, hexOf, type Tagged, termOf, vectors } from "./vector_term.ts";

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

interface Row {
  readonly name: string;
  readonly term: string;
  readonly hex: string;
  readonly value: Tagged;
}
const { cases, opaque } = await vectors<{ cases: Row[]; opaque: Row[] }>("bert");

function refused(text: string, limits = {}): TermSyntaxError {
  try {
    parseTerm(text, limits);
  } catch (error) {
    assert.ok(error instanceof TermSyntaxError, `${text}: ${error}`);
    assert.ok(error instanceof N2OError);
    return error;
  }
  assert.fail(`${text} is taken`);
}

Deno.test("a text gives the term that Erlang reads in it", () => {
  const table: readonly (readonly [string, Term])[] = [
    ["ok", atom("ok")],
    ["true", true],
    ["'false'", false],
    ["'two words'", atom("two words")],
    ["'it\\'s'", atom("it's")],
    ["'привет'", atom("привет")],
    ["éa@_9", atom("éa@_9")],
    ["''", atom("")],
    ["0", 0],
    ["-0", 0],
    ["1_000_000", 1_000_000],
    ["- 5", -5],
    ["+5", 5],
    ["16#fF", 255],
    ["-2#1010", -10],
    ["36#Zz_1", 35 * 1296 + 35 * 36 + 1],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740992", 9007199254740992n],
    ["-16#10000000000000000", -(2n ** 64n)],
    ["$a", 97],
    ["$\\n", 10],
    ["$ ", 32],
    ["$😀", 0x1f600],
    ["-$a", -97],
    ["1.0", float(1)],
    ["-0.0", float(-0)],
    ["1.5e-3", 0.0015],
    ["1.0E+3", float(1000)],
    ["1_0.2_5", 10.25],
    ['"abc"', new Charlist(latin1("abc"))],
    ['""', []],
    ['"a" "b"\n"c"', new Charlist(latin1("abc"))],
    ['"ж😀"', [0x436, 0x1f600]],
    ['"\\x{436}\\x41\\101\\^A\\e\\s\\d\\q\\"\\\\"', [0x436, 65, 65, 1, 27, 32, 127, 113, 34, 92]],
    ["<<>>", new Uint8Array()],
    ['<<"text">>', latin1("text")],
    ['<<"é">>', latin1("é")],
    ['<<"ж"/utf8>>', "ж"],
    ['<<"a" "b", 1, $c, -1>>', latin1("ab\x01c\xff")],
    ["<<1:4>>", new Bits(Uint8Array.of(0x10), 4)],
    ["<<1:1, 0:7>>", Uint8Array.of(0x80)],
    ["<<5:16>>", Uint8Array.of(0, 5)],
    ["<<5:16/little>>", Uint8Array.of(5, 0)],
    ["<<2748:12/little-unsigned>>", new Bits(Uint8Array.of(0xbc, 0xa0), 12)],
    ["<<1.5:32/float, 2/float>>", bytesOf("3fc000004000000000000000")],
    ['<<"ж"/utf16, "ж"/utf16-little, "ж"/utf32>>', bytesOf("0436360400000436")],
    ["<<1:2/unit:4>>", Uint8Array.of(1)],
    ["[]", []],
    ["[1, 2]", [1, 2]],
    ["[a | b]", new ImproperList([atom("a")], atom("b"))],
    ["[a | [b | [c | []]]]", [atom("a"), atom("b"), atom("c")]],
    ["[a | [b | c]]", new ImproperList([atom("a"), atom("b")], atom("c"))],
    ['[a | "bc"]', [atom("a"), 98, 99]],
    ['[a | "ж"]', [atom("a"), 0x436]],
    ["[a | {b}]", new ImproperList([atom("a")], tuple(atom("b")))],
    ["{}", tuple()],
    ["{ ok , { } }", tuple(atom("ok"), tuple())],
    ["#{}", map({})],
    ["#{a => 1, 2 => #{} }", map([[atom("a"), 1], [2, map({})]])],
    ["#{a => 1, a => 2}", map({ a: 2 })],
    ["% comment\n{a, % one\n b}. % the end", tuple(atom("a"), atom("b"))],
    ["1.", 1],
    ["\t1.5.\n", 1.5],
  ];
  for (const [text, term] of table) {
    const read = parseTerm(text);
    assert.ok(equal(read, term), `${text}: ${format(read)} instead of ${format(term)}`);
    assert.equal(hexOf(bert.encode(read)), hexOf(bert.encode(term)), text);
  }
});

Deno.test("an integer is never minus zero, and a number while it is safe", () => {
  assert.ok(Object.is(parseTerm("-0"), 0));
  assert.equal(typeof parseTerm("16#1FFFFFFFFFFFFF"), "number");
  assert.equal(typeof parseTerm("16#20000000000000"), "bigint");
});

Deno.test("what is no term is refused with a code, its place and what was expected", () => {
  const table: readonly (readonly [text: string, code: string, at: number, expected: string])[] = [
    ["", "unexpected_end", 0, "a term"],
    ["  % nothing", "unexpected_end", 11, "a term"],
    ["{ok, ", "unexpected_end", 0, "a term"],
    ["[1, {ok", "unexpected_end", 4, ", or }"],
    ["#{a", "unexpected_end", 0, "=>"],
    ["[a | b", "unexpected_end", 0, "]"],
    ['{"ab}', "unexpected_end", 1, 'another "'],
    ["'ab", "unexpected_end", 0, "another '"],
    ["<<1", "unexpected_end", 3, ", or >>"],
    ["<<", "unexpected_end", 2, "a string or a number"],
    ["$", "unexpected_end", 1, "a character"],
    ['"\\', "unexpected_end", 2, "a character"],
    ["{ok,}", "unexpected", 4, "a term"],
    ["[1 2]", "unexpected", 3, ", | or ]"],
    ["[|a]", "unexpected", 1, "a term"],
    ["[a | b, c]", "unexpected", 6, "]"],
    ["{a | b}", "unexpected", 3, ", or }"],
    ["#{a := 1}", "unexpected", 4, "=>"],
    ["{a]", "unexpected", 2, ", or }"],
    ["--5", "unexpected", 1, "a number"],
    ["<<a>>", "unexpected", 2, "a string or a number"],
    ["#record{}", "unexpected", 0, "a term"],
    ["a b", "left_over", 2, "the end"],
    ["a.b", "left_over", 1, "the end"],
    ["'a' 'b'", "left_over", 4, "the end"],
    ["1. 2.", "left_over", 3, "the end"],
    ["{Name}", "variable", 1, "a term; 'Name' is an atom"],
    ["_", "variable", 0, "a term; '_' is an atom"],
    ["{end}", "reserved_word", 1, "'end' for the atom"],
    ["<0.83.0>", "opaque_term", 0, "a term"],
    ["{#pid<5864>}", "opaque_term", 1, "a term"],
    ["#Ref<0.1.2.3>", "opaque_term", 0, "a term"],
    ["#Fun<erl_eval.6.1>", "opaque_term", 0, "a term"],
    ["#Port<0.5>", "opaque_term", 0, "a term"],
    ["fun lists:map/2", "opaque_term", 0, "a term"],
    ["привет", "bad_atom", 0, "'…' round the atom"],
    ["aж", "bad_atom", 1, "'…' round the atom"],
    ["a".repeat(256), "bad_atom", 0, "255 characters at most"],
    ["1e3", "bad_float", 1, "1.0 before the exponent"],
    ["1.0e", "bad_float", 3, "a digit, or the float's end"],
    ["1.0e400", "bad_float", 0, "up to 1.7976931348623157e308"],
    ["1__0", "bad_integer", 1, "a digit, or the integer's end"],
    ["37#1", "bad_integer", 0, "a base from 2 to 36"],
    ["2#1_2", "bad_integer", 4, "digits of base 2"],
    ["16#", "bad_integer", 3, "digits of base 16"],
    ['"\\x1"', "bad_escape", 1, "\\xHH or \\x{H…}"],
    ['"\\x{110000}"', "bad_escape", 1, "up to 10FFFF, no surrogate"],
    ['"\\x{D800}"', "bad_escape", 1, "up to 10FFFF, no surrogate"],
    ['"\\^ж"', "bad_escape", 1, "\\^A to \\^Z"],
    ['"a\ud800"', "bad_character", 2, "a character"],
    ['<<"ж">>', "bad_binary", 2, "/utf8 behind the string"],
    ["<<256>>", "bad_binary", 2, "a size that fits, such as :16"],
    ["<<-129>>", "bad_binary", 2, "a size that fits, such as :16"],
    ["<<1.5>>", "bad_binary", 2, "/float behind it"],
    ["<<1/binary>>", "bad_binary", 4, "integer, float, utf8, utf16, utf32, little or big"],
    ["<<1:7/float>>", "bad_binary", 11, "a size of 32 or 64"],
    ["<<1:x>>", "bad_binary", 4, "a number of bits"],
    ["<<1/unit:8>>", "bad_binary", 4, ":SIZE/unit:UNIT"],
    ["<<1:8/utf8>>", "bad_binary", 10, "one of the two"],
    ["<<16#D800/utf8>>", "bad_binary", 2, "up to 16#10FFFF, no surrogate"],
  ];
  for (const [text, code, at, expected] of table) {
    const error = refused(text);
    assert.deepEqual([error.code, error.offset, error.expected], [code, at, expected], text);
    assert.match(error.message, / at line \d+, column \d+; expected /);
  }
});

Deno.test("an error tells line and column, a character outside the basic plane being one", () => {
  const error = refused('{"😀",\n  "😀", X}');
  assert.deepEqual([error.line, error.column, error.offset], [2, 8, 15]);
  assert.equal(error.value, "X}");
});

Deno.test("limits hold: size, depth, atoms, digits", () => {
  assert.equal(refused("12345", { maxSize: 4 }).code, "too_large");
  assert.equal(refused("<<0:999999999>>").code, "too_large");
  assert.equal(refused(`<<${'"a"'.repeat(20_000)}:999999>>`).code, "too_large");
  assert.equal(refused("[<<0:80>>,<<0:96>>]", { maxSize: 19 }).code, "too_large");
  assert.equal(refused("9".repeat(70_000)).code, "too_large");
  assert.equal(refused(`16#${"F".repeat(70_000)}`).code, "too_large");
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assert.ok(Array.isArray(parseTerm(nested(512))));
  assert.equal(refused(nested(513)).code, "too_deep");
  assert.equal(refused("{".repeat(1_000_000)).code, "too_deep");
  assert.equal(refused("[a|".repeat(1_000_000)).code, "too_deep");
  assert.equal(refused("{one_of_a_kind_1, one_of_a_kind_2}", { maxAtoms: 1 }).code, "too_many_atoms");
  assert.ok(parseTerm("{one_of_a_kind_1, one_of_a_kind_1}", { maxAtoms: 1 }));
});

Deno.test("a limit of one's own may be deeper than calls can be, and a list of tails costs no more than its length", () => {
  const depth = 200_000;
  let term = parseTerm("{".repeat(depth) + "}".repeat(depth), { maxDepth: depth });
  let levels = 1;
  for (; (term as { length: number }).length === 1; levels++) term = (term as Term[])[0];
  assert.equal(levels, depth);
  const list = parseTerm("[1|".repeat(depth) + "[]" + "]".repeat(depth), { maxDepth: depth + 1 });
  assert.equal((list as Term[]).length, depth);
});

Deno.test("what Erlang has printed of every recorded term is read as that term", () => {
  let read = 0;
  for (const { name, term, hex } of cases) {
    // some were recorded with dots in the place of a part
    if (/\.\.\.|…/.test(term)) continue;
    assert.ok(equal(parseTerm(term), bert.decode(bytesOf(hex))), `${name}: ${term}`);
    read++;
  }
  assert.ok(read > 500, `only ${read}`);
});

Deno.test("what format writes of every recorded term is read as an equal term", () => {
  for (const { name, hex, value } of cases) {
    for (const options of [{}, { utf8: true }]) {
      for (const term of [termOf(value), bert.decode(bytesOf(hex))]) {
        assert.ok(equal(parseTerm(format(term, options)), term), `${name}: ${format(term, options)}`);
      }
    }
  }
});

Deno.test("pids, ports, references and funs are refused by their names", () => {
  const kinds = new Set<string>();
  for (const { hex } of opaque) {
    const term = bert.decode(bytesOf(hex));
    const text = format([term]);
    const error = refused(text);
    assert.deepEqual([error.code, text[error.offset]], ["opaque_term", "#"]);
    kinds.add(/ (\w+), which/.exec(error.message)?.[1] ?? "");
  }
  assert.ok(kinds.size >= 4 && !kinds.has(""), [...kinds].join());
});

/** Numbers that look random, the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
    const mixed = Math.imul(state ^ state >>> 13, 0x297a2d39);
    return ((mixed ^ mixed >>> 16) >>> 0) % below;
  };
}

const CHARACTERS = [
  "a",
  "Z",
  "_",
  "@",
  "'",
  '"',
  "\\",
  "\n",
  "\0",
  "\x7f",
  "\x9f",
  "é",
  "ÿ",
  "ж",
  "😀",
  " ",
  "%",
];

function randomTerm(random: (below: number) => number, depth: number): Term {
  const text = () => Array.from({ length: random(6) }, () => CHARACTERS[random(CHARACTERS.length)]).join("");
  const some = () => Array.from({ length: random(4) }, () => randomTerm(random, depth - 1));
  const bytes = () => Uint8Array.from({ length: 1 + random(9) }, () => random(256));
  switch (random(depth > 0 ? 15 : 10)) {
    case 0:
      return random(600) - 300;
    case 1:
      return (random(2) ? 1n : -1n) * 2n ** BigInt(54 + random(400)) + BigInt(random(1000));
    case 2:
      return float(random(7) - 3);
    case 3: {
      const n = new DataView(
        bytesOf(Array.from({ length: 8 }, () => random(256).toString(16).padStart(2, "0")).join("")).buffer,
      )
        .getFloat64(0);
      return Number.isFinite(n) ? Number.isInteger(n) ? float(n) : n : 0.5;
    }
    case 4:
      return random(2) === 0;
    case 5:
      return atom(text());
    case 6:
      return text();
    case 7:
      return bytes();
    case 8:
      return new Charlist(bytes());
    case 9: {
      const content = bytes();
      return new Bits(content, 8 * content.length - 1 - random(7));
    }
    case 10:
      return tuple(...some());
    case 11:
      return some();
    case 12:
      return new ImproperList([randomTerm(random, depth - 1), ...some()], atom(text()));
    case 13:
      return Array.from(text(), (c) => c.codePointAt(0)!);
    default:
      return map(
        Array.from(
          { length: random(20) },
          () => [randomTerm(random, 1), randomTerm(random, depth - 1)] as const,
        ),
      );
  }
}

Deno.test("what format writes of random terms is read as equal terms", () => {
  const random = numbers(4);
  for (let i = 0; i < 4000; i++) {
    const term = randomTerm(random, 4);
    for (const options of [{}, { utf8: true }]) {
      const text = format(term, options);
      assert.ok(equal(parseTerm(text), term), text);
    }
  }
});

Deno.test("texts that are broken anyhow are read, or refused with a TermSyntaxError within the text", () => {
  const random = numbers(5);
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    "<<",
    ">>",
    "#{",
    "=>",
    ",",
    "|",
    '"',
    "'",
    "$",
    "\\",
    ":",
    "/",
    "-",
    ".",
    "%",
    "\n",
    "1",
    "e",
    "X",
    "\ud83d",
    "16#",
  ];
  let taken = 0;
  for (let i = 0; i < 20_000; i++) {
    let text = format(randomTerm(random, 3), { utf8: true });
    for (let changes = 1 + random(3); changes > 0; changes--) {
      const at = random(text.length + 1);
      text = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(3));
    }
    try {
      const term = parseTerm(text);
      assert.ok(equal(parseTerm(format(term)), term), text);
      taken++;
    } catch (error) {
      assert.ok(error instanceof TermSyntaxError, `${text}: ${error}`);
      assert.ok(error.offset <= text.length && error.line >= 1 && error.column >= 1);
    }
  }
  assert.ok(taken > 0);
});

/** Texts for both parsers; those with `no` are terms for neither. */
const SHARED: readonly string[] = [
  "ok",
  "'a b'",
  "a@b_C1",
  "ßa",
  "éa",
  "'ж'",
  "'\\x{436}'",
  "''",
  "'true'",
  "maybe",
  "'\\n'",
  "'é'",
  "0",
  "-0",
  "- 5",
  "+5",
  "1_000",
  "16#F_F",
  "36#Zz",
  "2#1010",
  "-16#FFFFFFFFFFFFFFFFFF",
  "007",
  "123456789012345678901234567890",
  "2147483647",
  "2147483648",
  "-2147483648",
  "-2147483649",
  "255",
  "256",
  "$a",
  "-$a",
  "$\\n",
  "$\\^a",
  "$\\^?",
  "$\\^[",
  "$\\^1",
  "$\\x41",
  "$\\x{1F600}",
  "$\\101",
  "$\\7",
  "$\\8",
  "$\\q",
  "$\\s",
  "$ ",
  "$$",
  "$'",
  "1.0",
  "-0.0",
  "1_0.5_0e1_0",
  "1.0E3",
  "1.0e+5",
  "1.0e-400",
  "01.50",
  "0.1",
  "1.7976931348623157e308",
  '""',
  '"abc"',
  '"a" "b"',
  '"a\nb"',
  '"a\\\nb"',
  '"ж"',
  '"\\400"',
  '"\\x{436}\\e\\d"',
  '"\u0001"',
  "<<>>",
  '<<"">>',
  '<<"text">>',
  '<<"é">>',
  '<<"ж"/utf8>>',
  "<<1,2,255>>",
  "<<-1>>",
  "<<-1:4>>",
  "<<1:4>>",
  "<<5:16>>",
  '<<"a",1,2>>',
  '<<"ab":16>>',
  '<<"ab":16/little>>',
  '<<"ab"/utf16>>',
  '<<"ab"/utf16-little>>',
  '<<"😀"/utf16>>',
  '<<"😀"/utf32-little>>',
  "<<1024/utf8>>",
  "<<1.5/float>>",
  "<<1.5:32/float>>",
  "<<1/float>>",
  "<<1:1,0:7>>",
  "<<1:1,2:7,3:3>>",
  "<<0:0>>",
  "<<1:2/unit:4>>",
  "<<258:16/little>>",
  "<<5:12/little>>",
  "<<2748:12/little>>",
  "<<16#FF, $a>>",
  "<<1/signed-little-integer>>",
  '<<"a" "b">>',
  "<<123456789:77>>",
  "[]",
  "[1,2]",
  "[a|b]",
  "[a|[b]]",
  "[a|[b|c]]",
  '[a|"bc"]',
  "[1000, 2]",
  "{}",
  "{a}",
  '{ok, <<"hi">>, [x]}',
  "#{}",
  "#{a=>1,a=>2}",
  "#{1 => a, a => 2, {} => 3, [] => 4}",
  "{a, % b\n c}",
  "{a,\n\tb}",
  '[{a, "b", 1.5}, #{k => [v]}]',
  "\u00a0a",
];
const REFUSED: readonly string[] = [
  "1__0",
  "1_",
  "1e3",
  "1.0e400",
  "--5",
  "'a' 'b'",
  "<<1.5>>",
  "<<1/integer-unit:8>>",
  "#{a:=1}",
  "end",
  "{end}",
  "_a",
  "X",
  "жa",
  "[|a]",
  "[a,]",
  "[a|b,c]",
  "37#1",
  "1#0",
  "2#12",
  "16#",
  "16#-1",
  '"\\x{D800}"',
  '"\\x1"',
  '"\\x{}"',
  '"\\x{110000}"',
  "1.a",
  "{1. }",
  "a.b",
  "<<1:-1>>",
  "<<55296/utf8>>",
  "#a{}",
  "<0.1.0>",
  "<<a>>",
  "<<1,>>",
  "1.0e",
  "?MODULE",
  "a:b",
  "1 2",
  "{",
  "",
  "=<",
];

/** Reads lines of hexadecimal digits, the UTF-8 of a term's text, and prints its encoding's, or `no`. */
const ORACLE = `
  Read = fun Read() ->
    case io:get_line("") of
      eof -> halt();
      Line ->
        Text = unicode:characters_to_list(binary:decode_hex(list_to_binary(string:trim(Line)))),
        Term = case erl_scan:string(Text ++ "\\n.\\n") of
          {ok, Tokens, _} -> erl_parse:parse_term(Tokens);
          Other -> Other
        end,
        case Term of
          {ok, Value} -> io:format("~s~n", [string:lowercase(binary:encode_hex(term_to_binary(Value)))]);
          _ -> io:format("no~n")
        end,
        Read()
    end
  end,
  Read().`;

Deno.test("Erlang's own parser gives the same bytes, or refuses, too", async () => {
  const there = await new Deno.Command("erl", { args: ["-version"] }).output().catch(() => undefined);
  if (there?.success !== true) return skip("Erlang is not here; `apt-get install erlang-base` brings it");
  const erl = new Deno.Command("erl", {
    args: ["-noshell", "-eval", ORACLE],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const texts = [...SHARED, ...REFUSED];
  const lines = texts.map((text) => `${hexOf(new TextEncoder().encode(text))}\n`).join("");
  const written = new Response(lines).body!.pipeTo(erl.stdin);
  const answers = (await new Response(erl.stdout).text()).trimEnd().split("\n");
  await Promise.all([written, erl.status]);
  assert.equal(answers.length, texts.length);
  for (const [i, text] of texts.entries()) {
    if (i < SHARED.length) assert.equal(hexOf(bert.encode(parseTerm(text))), answers[i], text);
    else assert.deepEqual([answers[i], refused(text).name], ["no", "TermSyntaxError"], text);
  }
});
