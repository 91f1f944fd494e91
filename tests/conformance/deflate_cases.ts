/**
 * Groups 12 and 13: permessage-deflate.
 *
 * | numbers | rows |
 * |---|---|
 * | 12.1.1 to 12.5.18 | five kinds of content, 18 sizes each, the last 8 in fragments of 256 to 32768 bytes |
 * | 13.1.1 to 13.7.18 | seven offers of parameters, the same sizes each |
 *
 * The list sends a thousand messages a case: here they are 50, fewer where they are long, and never fewer than 5.
 *
 * @module
 */
import { type Case, failed, frame, goodbye, heard, type Message, type Step } from "./case.ts";
import { compress } from "./codec.ts";
import { type Content, contents, records } from "./deflate_content.ts";

const MOST_ROUNDS = 50;
const LEAST_ROUNDS = 5;
const MOST_BYTES = 524_288;

/** Sizes of messages, and of fragments. */
const sizes: readonly (readonly [number, number?])[] = [
  ...[16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072].map((length) => [length] as const),
  ...[8192, 16_384, 32_768, 65_536, 131_072].map((length) => [length, 256] as const),
  ...[1024, 4096, 32_768].map((size) => [131_072, size] as const),
];

/** What a client offers that lets the server choose what the client does. */
export const defaultOffer = "permessage-deflate; client_no_context_takeover; client_max_window_bits";
const asking = (...parameters: string[]) => [defaultOffer, ...parameters].join("; ");
const forgetful = "server_no_context_takeover";

/** The offers of group 13. */
export const offers: readonly string[] = [
  defaultOffer,
  asking(forgetful),
  asking("server_max_window_bits=9"),
  asking("server_max_window_bits=15"),
  asking(forgetful, "server_max_window_bits=9"),
  asking(forgetful, "server_max_window_bits=15"),
  [asking(forgetful, "server_max_window_bits=9"), asking(forgetful), defaultOffer].join(", "),
];

/** The sizes for one offer and one kind of content. */
function section(id: string, title: string, offer: string, content: Content): Case[] {
  return sizes.map(([length, fragmentBytes], row) => {
    const rounds = Math.max(LEAST_ROUNDS, Math.min(MOST_ROUNDS, MOST_BYTES / length));
    const messages = () => content.messages(length, rounds);
    return {
      id: `${id}.${row + 1}`,
      title: `${title}, ${rounds} times ${length}${
        fragmentBytes === undefined ? "" : ` in fragments of ${fragmentBytes}`
      }`,
      offer,
      send: () =>
        messages().flatMap((
          payload,
          i,
        ): Step[] => [{ heard: i }, message(content.op, payload, fragmentBytes)]),
      hears: () => messages().map((payload) => heard(content.op, payload)),
      end: goodbye,
    };
  });
}

function message(op: Message["op"], payload: Uint8Array, fragmentBytes?: number): Message {
  return { op, payload, ...(fragmentBytes === undefined ? {} : { fragmentBytes }) };
}

/** The cases of groups 12 and 13. */
export const deflateCases: readonly Case[] = [
  ...contents.flatMap((content, at) => section(`12.${at + 1}`, content.title, defaultOffer, content)),
  ...offers.flatMap((offer, at) => section(`13.${at + 1}`, offer, offer, records)),
];

const COMPRESSED = { rsv: 4 };
const hex = (digits: string) => Uint8Array.fromHex(digits.replaceAll(" ", ""));
const hello = hex("f248cdc9c90700");

/** A mebibyte of zeros a time, whole for itself each. */
function zeros(mebibytes: number): Uint8Array {
  const one = compress(new Uint8Array(1_048_576));
  const size = one.length + 4;
  const all = new Uint8Array(mebibytes * size);
  for (let i = 0; i < mebibytes; i++) {
    all.set(one, i * size);
    all.set([0, 0, 255, 255], i * size + one.length);
  }
  return all.subarray(0, all.length - 4);
}

const greetings: readonly (readonly [string, Uint8Array[]])[] = [
  ["in one frame", [frame("text", hello, COMPRESSED)]],
  ["in two fragments", [
    frame("text", hello.subarray(0, 3), { fin: false, ...COMPRESSED }),
    frame("cont", hello.subarray(3)),
  ]],
  ["in fragments of which some are empty", [
    frame("text", "", { fin: false, ...COMPRESSED }),
    frame("cont", hello.subarray(0, 3), { fin: false }),
    frame("cont", "", { fin: false }),
    frame("cont", hello.subarray(3), { fin: false }),
    frame("cont"),
  ]],
  ["in a block that is not compressed", [frame("text", hex("00 0500 faff 48656c6c6f 00"), COMPRESSED)]],
  ["in a block that says it is the last", [frame("text", hex("f348cdc9c9070000"), COMPRESSED)]],
  ["in two blocks", [frame("text", hex("f24805000000ffffcac9c90700"), COMPRESSED)]],
  ["as it is", [frame("text", "Hello")]],
];

const violations: readonly (readonly [string, Uint8Array[], ...number[]])[] = [
  ["what is nothing compressed", [frame("binary", hex("ffffffffffff"), COMPRESSED)], 1007, 1002],
  [
    "a reference to before the start",
    [frame("binary", hex("f2c0140200"), COMPRESSED)],
    1007,
    1002,
  ],
  ["compressed bytes that are no text", [frame("text", compress(hex("c328")), COMPRESSED)], 1007],
  ["a continuation that says it is compressed", [
    frame("text", hello.subarray(0, 3), { fin: false, ...COMPRESSED }),
    frame("cont", hello.subarray(3), COMPRESSED),
  ], 1002],
  ["a ping that says it is compressed", [frame("ping", hello, COMPRESSED)], 1002],
  ["a close frame that says it is compressed", [frame("close", hello, COMPRESSED)], 1002],
  ["the second reserved bit", [frame("text", hello, { rsv: 6 })], 1002],
  ["the third reserved bit", [frame("text", hello, { rsv: 5 })], 1002],
  ["128 MiB in few bytes", [frame("binary", zeros(128), COMPRESSED)], 1009],
];

/** What one who compresses may send, and may not. */
export const deflateFrames: readonly Case[] = [
  ...greetings.map(([title, send], at): Case => ({
    id: `+12.${at + 1}`,
    title: `a greeting ${title}, twice`,
    offer: defaultOffer,
    send: [...send, ...send],
    hears: [heard("text", "Hello"), heard("text", "Hello")],
    end: goodbye,
  })),
  {
    id: "+12.empty",
    title: "empty messages, compressed and not",
    offer: defaultOffer,
    send: [
      frame("text", hex("00"), COMPRESSED),
      frame("binary", hex("00"), COMPRESSED),
      frame("text"),
      frame("binary"),
    ],
    hears: [heard("text"), heard("binary"), heard("text"), heard("binary")],
    end: goodbye,
  },
  {
    id: "+12.ping",
    title: "a ping between the fragments of a compressed message",
    offer: defaultOffer,
    send: [
      frame("text", hello.subarray(0, 3), { fin: false, ...COMPRESSED }),
      frame("ping", "between"),
      frame("cont", hello.subarray(3)),
    ],
    hears: [heard("pong", "between"), heard("text", "Hello")],
    end: goodbye,
  },
  ...violations.map(([title, send, ...codes], at): Case => ({
    id: `+13.${at + 1}`,
    title,
    offer: defaultOffer,
    send,
    hears: [],
    end: failed(...codes),
  })),
];
