import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { atom, bert, map, type Term, tuple } from "@n2o/n2o";
import { LineFraming } from "../lib/framing/line.ts";
import { type Framing, MAX_WANTED } from "../lib/framing/mod.ts";
import { Output } from "../lib/framing/output.ts";
import { Feed, joined, numbers, type Told, written } from "./framing_feed.ts";

const MAX_BYTES = 100_000;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function framing(maxBytes = MAX_BYTES, bert = true): LineFraming {
  return new LineFraming({ maxBytes, bert });
}

function read(bytes: Uint8Array, sizes: number[] = [], maxBytes = MAX_BYTES): Told[] {
  return new Feed(framing(maxBytes)).pieces(bytes, sizes).end().told;
}

/** What stands on the wire, as text. */
function wrote(payload: string | Uint8Array): string {
  const output = new Output();
  output.append(bytesOf("|"));
  framing().write(payload, output);
  return new TextDecoder().decode(output.bytes()).slice(1);
}

Deno.test("lines come out exact at every split of the bytes, without CR and without U+FFFD (F24)", () => {
  const bytes = bytesOf("привет 😀\r\nN2O,\n\r\n\nPING\r\nтри\rи half");
  const whole = ["привет 😀", "N2O,", "", "", "PING", "три\rи half"].map((line) => `text ${line}`);
  deepStrictEqual(read(bytes), whole);
  deepStrictEqual(read(bytes, Array(bytes.length).fill(1)), whole, "one byte at a time");
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = 0; second <= bytes.length - first; second++) {
      deepStrictEqual(read(bytes, [first, second]), whole, `split at ${first} and ${second} later`);
    }
  }
});

Deno.test("CR and LF in different reads end a line, and CR alone ends none", () => {
  deepStrictEqual(read(bytesOf("a\r\nb\r\r\nc\rd\n"), [2, 3]), ["text a", "text b\r", "text c\rd"]);
  const feed = new Feed(framing()).give(bytesOf("ab\r"));
  deepStrictEqual(feed.told, []);
  deepStrictEqual(feed.give(bytesOf("\n")).told, ["text ab"]);
  deepStrictEqual(feed.give(bytesOf("cd\r")).give(bytesOf("e\n")).told, ["text ab", "text cd\re"]);
});

Deno.test("two lines and a half in one read: the half waits for its end", () => {
  const feed = new Feed(framing()).give(bytesOf("one\ntwo\r\nthr"));
  deepStrictEqual(feed.told, ["text one", "text two"]);
  deepStrictEqual(feed.give(bytesOf("ee\n")).told, ["text one", "text two", "text three"]);
  deepStrictEqual(feed.end().told.length, 3);
});

Deno.test("the last line counts without its end, and half an end is none of it", () => {
  deepStrictEqual(read(bytesOf("a\nb")), ["text a", "text b"]);
  deepStrictEqual(read(bytesOf("a\nb\r")), ["text a", "text b"]);
  deepStrictEqual(read(bytesOf("a\n")), ["text a"]);
  deepStrictEqual(read(bytesOf("")), []);
  const long = "x".repeat(3 * MAX_WANTED);
  deepStrictEqual(read(bytesOf(long), [MAX_WANTED, 2 * MAX_WANTED]), [`text ${long}`]);
});

Deno.test("lines of every size at its edges are whole, in one piece and in many", () => {
  const sizes = [
    0,
    1,
    2,
    125,
    126,
    127,
    319,
    320,
    321,
    1023,
    1024,
    1025,
    65_535,
    65_536,
    MAX_BYTES - 1,
    MAX_BYTES,
  ];
  for (const size of [...sizes, MAX_WANTED - 2, MAX_WANTED - 1, MAX_WANTED, MAX_WANTED + 1]) {
    const line = "x".repeat(size);
    for (const end of ["\n", "\r\n"]) {
      const bytes = bytesOf(`${line}${end}PING\n`);
      for (const piece of [bytes.length, size + 1, MAX_WANTED, 1000]) {
        const pieces = Array(Math.ceil(bytes.length / piece)).fill(piece);
        deepStrictEqual(
          read(bytes, pieces),
          [`text ${line}`, "text PING"],
          `${size} bytes in pieces of ${piece}`,
        );
      }
    }
  }
});

Deno.test("a line over the limit is refused as soon as it is over, whether it ends or not", () => {
  const refused = ["violated 1009 message too big"];
  for (const maxBytes of [1, 10, 1000, MAX_WANTED, 3 * MAX_WANTED]) {
    const fits = "x".repeat(maxBytes);
    deepStrictEqual(read(bytesOf(`${fits}\r\n`), [maxBytes, 1], maxBytes), [`text ${fits}`]);
    for (const line of [`${fits}x`, `${fits}x\n`, `${fits}x\r\n`, `${fits}\r\r\n`, `${fits}\rx`]) {
      deepStrictEqual(read(bytesOf(line), [], maxBytes), refused);
      deepStrictEqual(read(bytesOf(line), [maxBytes, 1], maxBytes), refused);
      deepStrictEqual(read(bytesOf(`${line}PING\n`), [1, maxBytes - 1], maxBytes), refused);
    }
    const feed = new Feed(framing(maxBytes)).give(bytesOf(fits));
    deepStrictEqual(feed.told, []);
    deepStrictEqual(feed.give(bytesOf("x")).told, refused);
    deepStrictEqual(feed.give(bytesOf("PING\n")).end().told, refused);
  }
});

Deno.test("a line must be UTF-8, wherever it is broken", () => {
  for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    for (const size of [0, 500, 2 * MAX_WANTED]) {
      const bytes = joined("good\n", "x".repeat(size), Uint8Array.from(bad), "\nPING\n");
      deepStrictEqual(read(bytes), ["text good", "violated 1007 bad_utf8"]);
      deepStrictEqual(read(bytes, Array(40).fill(1000)), ["text good", "violated 1007 bad_utf8"]);
    }
  }
  deepStrictEqual(read(Uint8Array.of(0xd0)), ["violated 1007 bad_utf8"], "cut short by the end");
});

Deno.test("random streams come out as a slow reader reads them", () => {
  const random = numbers(7);
  const pieces = ["a", "\r", "\n", "\r\n", "ы", "😀", "x".repeat(200), "y".repeat(9000)];
  for (let round = 0; round < 200; round++) {
    let text = "";
    for (let i = random(40); i > 0; i--) text += pieces[random(pieces.length)];
    const bytes = bytesOf(text);
    const most = [bytes.length < 1000 ? 3 : 300, 1000, 30_000][random(3)];
    const sizes = Array.from({ length: bytes.length }, () => random(most));
    const lines = text.split("\n");
    const last = lines.pop()!;
    if (last !== "") lines.push(last);
    const told = lines.map((line) => `text ${line.replace(/\r$/, "")}`);
    deepStrictEqual(read(bytes, sizes, 1_000_000), told, JSON.stringify(text).slice(0, 300));
  }
});

Deno.test("bytes without sense never throw, and are read the same at every split", () => {
  const random = numbers(8);
  const some = [0x0a, 0x0d, 0x61, 0xd1, 0x8b, 0xf0, 0x9f, 0x98, 0x80, 0xff];
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from({ length: random(40) }, () => some[random(random(8) === 0 ? 10 : 9)]);
    const whole = read(bytes, [], 20);
    deepStrictEqual(read(bytes, Array(bytes.length).fill(1), 20), whole, bytes.toHex());
    deepStrictEqual(read(bytes, [random(40), random(40)], 20), whole, bytes.toHex());
  }
});

Deno.test("a text goes out as it is, so that one with line ends in it is several lines", () => {
  strictEqual(wrote("PONG"), "PONG\n");
  strictEqual(wrote(""), "\n");
  strictEqual(wrote("привет 😀"), "привет 😀\n");
  strictEqual(wrote("two\nlines"), "two\nlines\n");
  strictEqual(wrote("ы".repeat(5000)), "ы".repeat(5000) + "\n");
});

Deno.test("a term goes out as one line of Erlang's syntax, whatever is in it", () => {
  const terms: [Term, string][] = [
    [tuple(atom("echo"), "hi"), `{echo,<<"hi">>}`],
    [tuple(atom("echo"), "привет\n"), `{echo,<<"привет\\n"/utf8>>}`],
    [[97, 10, 98], `"a\\nb"`],
    [map([[atom("a\n"), 1.5]]), `#{'a\\n' => 1.5}`],
    [new Uint8Array(0), "<<>>"],
  ];
  for (const [term, line] of terms) strictEqual(wrote(bert.encode(term)), line + "\n");
  let deep: Term = 1;
  for (let i = 0; i < 5000; i++) deep = tuple(deep);
  strictEqual(wrote(bert.encode(deep)), "{".repeat(5000) + "1" + "}".repeat(5000) + "\n");
});

Deno.test("other bytes go out as text, and nothing as an empty line", () => {
  strictEqual(wrote(bytesOf('{"a":"ы"}')), '{"a":"ы"}\n');
  strictEqual(wrote(new Uint8Array(0)), "\n");
  strictEqual(wrote(Uint8Array.of(131, 255, 1)), "��\x01\n", "no BERT, although it begins so");
});

Deno.test("a connection says in its last line why it ends, and 1000 needs no word", () => {
  const last = (code: number, reason: string, bert = true) =>
    new TextDecoder().decode(
      Uint8Array.fromHex(written((output) => framing(10, bert).close(code, reason, output))),
    );
  strictEqual(last(1000, "idle"), "");
  strictEqual(last(1008, "too many messages"), `{close,1008,<<"too many messages">>}\n`);
  strictEqual(last(1009, "message\r\ntoo big", false), "close 1009 message  too big\n");
});

Deno.test("every frame is written, none is encoded in place, and there are no pings", () => {
  const lines: Framing = framing();
  strictEqual(lines.gap, -1);
  ok(written((output) => (lines.ping(output), lines.pong(new Uint8Array(1), output))) === "");
});
