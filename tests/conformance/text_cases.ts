/**
 * Group 6: texts are UTF-8, and what is none is refused, at once where it goes wrong.
 *
 * | numbers | rows |
 * |---|---|
 * | 6.1.1 to 6.1.3 | empty texts and fragments |
 * | 6.2.1 to 6.2.4 | texts in one frame, cut between characters, cut into single bytes |
 * | 6.3.1, 6.3.2 | a text with half a surrogate pair, in one frame and in single bytes |
 * | 6.4.1 to 6.4.4 | what goes wrong in the middle, as fragments and as pieces of one frame |
 * | 6.5.1 to 6.23.7 | the {@linkcode textTable}, one section a group |
 * | +6.… .bytes | its texts, and what only stops too early, in fragments of one byte |
 * | +6.… .early | its other rows, refused at the first byte that no text could have there |
 *
 * @module
 */
import {
  bytesOf,
  type Case,
  failed,
  fragments,
  frame,
  goodbye,
  heard,
  last,
  more,
  text,
  textStart,
  wrongByNow,
} from "./case.ts";
import { textTable, wrongAt } from "./text_table.ts";

const words = "Hello-µ@ßöäüàá-UTF-8!!";
const greek = bytesOf("κ\u1f79σμε");
const ascii = bytesOf("edited");
const surrogate = concat(greek, Uint8Array.of(0xed, 0xa0, 0x80), ascii);
const beyond = concat(greek, Uint8Array.of(0xf4, 0x90, 0x80, 0x80), ascii);
/** Where the byte stands with which the number gets too large. */
const WRONG = 12;

const long = text(concat(bytesOf("x"), Uint8Array.of(0xff), bytesOf("x".repeat(100_000))));

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What comes back as it was sent. */
function echoed(id: string, title: string, payload: Uint8Array | string, send = [text(payload)]): Case {
  return { id, title, send, hears: [heard("text", payload)], end: goodbye };
}

function refused(id: string, title: string, send: Case["send"]): Case {
  return { id, title, send, hears: [], end: failed(1007) };
}

/** One frame with pieces of its payload that are sent apart. */
function pieces(payload: Uint8Array, ...cuts: number[]): Uint8Array[] {
  const whole = text(payload);
  const head = whole.length - payload.length;
  const ends = [...cuts.map((cut) => head + cut), whole.length];
  return ends.map((end, at) => whole.subarray(at === 0 ? 0 : ends[at - 1], end));
}

const [first, wrong, rest] = pieces(beyond, greek.length, greek.length + 4);
const [before, byte, after] = pieces(beyond, WRONG, WRONG + 1);

const table = textTable.flatMap(({ title, rows }, section): Case[] =>
  rows.flatMap((payload, row) => {
    const id = `6.${section + 5}.${row + 1}`;
    const name = `${title}: ${payload.toHex()}`;
    const at = wrongAt(payload);
    const single = fragments("text", payload, 1);
    if (at === undefined) {
      return [
        echoed(id, name, payload),
        echoed(`+${id}.bytes`, `${name}, in fragments of one byte`, payload, single),
      ];
    }
    const plain = refused(id, name, [text(payload)]);
    if (at === payload.length) {
      return [plain, refused(`+${id}.bytes`, `${name}, in fragments of one byte`, single)];
    }
    return [plain, {
      id: `+${id}.early`,
      title: `${name}, refused at its byte ${at}`,
      send: [
        textStart(payload.subarray(0, at)),
        frame("ping", "so far so good"),
        { heard: 1 },
        more(payload.subarray(at, at + 1)),
        wrongByNow,
        last(payload.subarray(at + 1)),
      ],
      hears: [heard("pong", "so far so good")],
      end: failed(1007),
    }];
  })
);

/** The cases of group 6. */
export const textCases: readonly Case[] = [
  echoed("6.1.1", "an empty text", ""),
  echoed("6.1.2", "three empty fragments", "", [textStart(), more(), last()]),
  echoed("6.1.3", "a fragment between two empty ones", "middle", [textStart(), more("middle"), last()]),
  echoed("6.2.1", "a text with characters of two bytes", words),
  echoed("6.2.2", "the same in two fragments, cut between characters", words, [
    textStart(words.slice(0, 11)),
    last(words.slice(11)),
  ]),
  echoed("6.2.3", "the same in fragments of one byte", words, fragments("text", bytesOf(words), 1)),
  echoed("6.2.4", "a Greek word in fragments of one byte", greek, fragments("text", greek, 1)),
  refused("6.3.1", "half a surrogate pair within a text", [text(surrogate)]),
  refused("6.3.2", "the same in fragments of one byte", fragments("text", surrogate, 1)),
  refused("6.4.1", "a number over U+10FFFF as the second of three fragments is refused there", [
    textStart(greek),
    more(beyond.subarray(greek.length, greek.length + 4)),
    wrongByNow,
    last(ascii),
  ]),
  refused("6.4.2", "the same when the second fragment ends with the first wrong byte", [
    textStart(beyond.subarray(0, WRONG)),
    more(beyond.subarray(WRONG, WRONG + 1)),
    wrongByNow,
    last(beyond.subarray(WRONG + 1)),
  ]),
  refused("6.4.3", "the same number within one frame whose rest is not sent", [
    first,
    wrong,
    wrongByNow,
    rest,
  ]),
  refused("6.4.4", "the same when what is sent ends with the first wrong byte", [
    before,
    byte,
    wrongByNow,
    after,
  ]),
  ...table,
  echoed("+6.1", "a byte order mark stays where it is", "\ufefftext\ufeff"),
  echoed(
    "+6.2",
    "the same in fragments of one byte",
    "\ufefftext",
    fragments("text", bytesOf("\ufefftext"), 1),
  ),
  {
    id: "+6.3",
    title: "a binary message need not be UTF-8",
    send: [frame("binary", surrogate)],
    hears: [heard("binary", surrogate)],
    end: goodbye,
  },
  refused("+6.4", "a long text with one wrong byte at its end", [
    text(concat(bytesOf("x".repeat(5_000)), Uint8Array.of(0xff))),
  ]),
  refused("+6.5", "a wrong byte early in a long frame whose rest is not sent", [
    long.subarray(0, 1_000),
    wrongByNow,
    long.subarray(1_000),
  ]),
];
