/**
 * Group 5: fragments.
 *
 * | numbers | rows |
 * |---|---|
 * | 5.1, 5.2 | fragmented control frames |
 * | 5.3 to 5.5 | two fragments: at once, frame by frame, byte by byte |
 * | 5.6 to 5.8 | a ping between them, likewise |
 * | 5.9 to 5.11, 5.12 to 5.14 | a continuation of nothing, likewise: one that ends a message, one that does not |
 * | 5.15 to 5.17 | continuations of nothing around good messages |
 * | 5.18 | a message within a message |
 * | 5.19, 5.20 | five fragments and two pings with a pause: at once, frame by frame |
 *
 * @module
 */
import { type Case, failed, frame, goodbye, heard, last, more, type Step, text, textStart } from "./case.ts";

const ways = [["at once", undefined], ["frame by frame", "frames"], ["byte by byte", 1]] as const;

/** The same in each way of sending. */
function each(first: number, title: string, rest: Pick<Case, "send" | "hears" | "end">): Case[] {
  return ways.map(([way, chop], at) => ({
    id: `5.${first + at}`,
    title: `${title}, ${way}`,
    ...(chop === undefined ? {} : { chop }),
    ...rest,
  }));
}

const whole = heard("text", "fragment1fragment2");
const five: readonly Step[] = [
  textStart("fragment1"),
  more("fragment2"),
  frame("ping", "first ping"),
  { heard: 1 },
  more("fragment3"),
  more("fragment4"),
  frame("ping", "second ping"),
  last("fragment5"),
];

/** The cases of group 5. */
export const fragmentCases: readonly Case[] = [
  ...(["ping", "pong"] as const).map((op, at): Case => ({
    id: `5.${at + 1}`,
    title: `a ${op} in two fragments`,
    send: [frame(op, "fragment1", { fin: false }), last("fragment2")],
    hears: [],
    end: failed(1002),
  })),
  ...each(3, "a text in two fragments", {
    send: [textStart("fragment1"), last("fragment2")],
    hears: [whole],
    end: goodbye,
  }),
  ...each(6, "a ping between two fragments is answered before the message", {
    send: [textStart("fragment1"), frame("ping", "between"), last("fragment2")],
    hears: [heard("pong", "between"), whole],
    end: goodbye,
  }),
  ...[last, more].flatMap((continuation, at) =>
    each(9 + 3 * at, `a continuation of nothing that ends ${at === 0 ? "it" : "nothing"}, then a text`, {
      send: [continuation("of nothing"), text("Hello, world!")],
      hears: [],
      end: failed(1002),
    })
  ),
  {
    id: "5.15",
    title: "a text in two fragments, then a continuation of nothing, then a text",
    send: [textStart("fragment1"), last("fragment2"), more("fragment3"), text("fragment4")],
    hears: [whole],
    end: failed(1002),
  },
  ...[more, last].map((continuation, at): Case => ({
    id: `5.${16 + at}`,
    title: `a continuation of nothing that ends ${
      at === 0 ? "nothing" : "it"
    }, then a text in two fragments, twice`,
    send: [1, 2].flatMap(() => [continuation("fragment1"), textStart("fragment2"), last("fragment3")]),
    hears: [],
    end: failed(1002),
  })),
  {
    id: "5.18",
    title: "a text within a fragmented text",
    send: [textStart("fragment1"), text("fragment2")],
    hears: [],
    end: failed(1002),
  },
  ...(["at once", "frame by frame"] as const).map((way, at): Case => ({
    id: `5.${19 + at}`,
    title:
      `five fragments with two pings between, ${way}: the first ping is answered before the rest is sent`,
    send: five,
    ...(at === 1 ? { chop: "frames" } : {}),
    hears: [
      heard("pong", "first ping"),
      heard("pong", "second ping"),
      heard("text", "fragment1fragment2fragment3fragment4fragment5"),
    ],
    end: goodbye,
  })),
  {
    id: "+5.1",
    title: "a binary message within a fragmented text",
    send: [textStart("fragment1"), frame("binary", "fragment2")],
    hears: [],
    end: failed(1002),
  },
  {
    id: "+5.2",
    title: "a close frame in two fragments",
    send: [frame("close", Uint8Array.of(3, 232), { fin: false })],
    hears: [],
    end: failed(1002),
  },
  {
    id: "+5.3",
    title: "fifty pings between two fragments",
    send: [
      textStart("fragment1"),
      ...Array.from({ length: 50 }, (_, i) => frame("ping", `${i}`)),
      last("fragment2"),
    ],
    hears: [...Array.from({ length: 50 }, (_, i) => heard("pong", `${i}`)), whole],
    end: goodbye,
  },
  {
    id: "+5.4",
    title: "a binary message in fragments of one byte, a pong between each",
    send: [0, 1, 2, 3, 4].flatMap((byte) => [
      frame(byte === 0 ? "binary" : "cont", Uint8Array.of(byte), { fin: byte === 4 }),
      frame("pong", "unsolicited"),
    ]),
    hears: [heard("binary", Uint8Array.of(0, 1, 2, 3, 4))],
    end: goodbye,
  },
  // F01
  ...([["+5.5", "ping", ""], ["+5.6", "pong", ""], ["+5.7", "ping", "p".repeat(125)]] as const).map((
    [id, op, payload],
  ): Case => ({
    id,
    title: `a ${op} of ${payload.length} bytes between two fragments, in one write`,
    send: [textStart("hello"), frame(op, payload), last("world")],
    hears: [...(op === "ping" ? [heard("pong", payload)] : []), heard("text", "helloworld")],
    end: goodbye,
  })),
];
