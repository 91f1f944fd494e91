/**
 * Groups 2, 3 and 4: pings and pongs, reserved bits, reserved opcodes.
 *
 * | numbers | rows |
 * |---|---|
 * | 2.1 to 2.6 | pings of 0 to 126 bytes |
 * | 2.7 to 2.9 | pongs that nobody asked for |
 * | 2.10, 2.11 | ten pings, at once and byte by byte |
 * | 3.1 to 3.7 | the seven values of the reserved bits |
 * | 4.1.1 to 4.1.5, 4.2.1 to 4.2.5 | opcodes 3 to 7, 11 to 15 |
 *
 * @module
 */
import { type Case, failed, frame, goodbye, heard, text } from "./case.ts";

const bytes = Uint8Array.of(0, 255, 254, 253, 252, 251, 0, 255);
const greeting = "Hello, world!";
const tenPings = Array.from({ length: 10 }, (_, i) => `payload-${i}`);

const pings: readonly (Pick<Case, "id" | "title" | "chop"> & { payload: Uint8Array | string })[] = [
  { id: "2.1", title: "an empty ping", payload: "" },
  { id: "2.2", title: "a ping with a text", payload: greeting },
  { id: "2.3", title: "a ping with bytes that are no text", payload: bytes },
  { id: "2.4", title: "a ping of 125 bytes", payload: new Uint8Array(125).fill(254) },
  { id: "2.6", title: "a ping of 125 bytes, byte by byte", payload: new Uint8Array(125).fill(254), chop: 1 },
];

const pingsAndPongs: readonly Case[] = [
  ...pings.map(({ payload, ...row }): Case => ({
    ...row,
    send: [frame("ping", payload)],
    hears: [heard("pong", payload)],
    end: goodbye,
  })),
  {
    id: "2.5",
    title: "a ping of 126 bytes",
    send: [frame("ping", new Uint8Array(126).fill(254))],
    hears: [],
    end: failed(1002),
  },
  {
    id: "2.7",
    title: "an empty pong that nobody asked for",
    send: [frame("pong")],
    hears: [],
    end: goodbye,
  },
  {
    id: "2.8",
    title: "a pong with a text that nobody asked for",
    send: [frame("pong", "unsolicited")],
    hears: [],
    end: goodbye,
  },
  {
    id: "2.9",
    title: "a pong that nobody asked for, then a ping",
    send: [frame("pong", "unsolicited"), frame("ping", "solicits")],
    hears: [heard("pong", "solicits")],
    end: goodbye,
  },
  ...([["2.10", "at once", undefined], ["2.11", "byte by byte", 1]] as const).map((
    [id, how, chop],
  ): Case => ({
    id,
    title: `ten pings ${how}: each is answered, in order`,
    send: tenPings.map((payload) => frame("ping", payload)),
    ...(chop === undefined ? {} : { chop }),
    hears: tenPings.map((payload) => heard("pong", payload)),
    end: goodbye,
  })),
  {
    id: "+2.1",
    title: "a pong of 126 bytes",
    send: [frame("pong", new Uint8Array(126))],
    hears: [],
    end: failed(1002),
  },
];

/** After a good message, a bad frame, and a ping that nobody answers any more. */
function spoilt(id: string, title: string, bad: Uint8Array, chop?: Case["chop"]): Case {
  return {
    id,
    title: `a message, then ${title}, then a ping`,
    send: [text(greeting), bad, frame("ping")],
    ...(chop === undefined ? {} : { chop }),
    hears: [heard("text", greeting)],
    end: failed(1002),
  };
}

function bad(id: string, title: string, ...send: Uint8Array[]): Case {
  return { id, title, send, hears: [], end: failed(1002) };
}

const reservedBits: readonly Case[] = [
  bad("3.1", "a text with reserved bits 1", frame("text", greeting, { rsv: 1 })),
  spoilt("3.2", "one with reserved bits 2", frame("text", greeting, { rsv: 2 })),
  spoilt("3.3", "one with reserved bits 3, frame by frame", frame("text", greeting, { rsv: 3 }), "frames"),
  spoilt("3.4", "one with reserved bits 4, byte by byte", frame("text", greeting, { rsv: 4 }), 1),
  bad("3.5", "a binary message with reserved bits 5", frame("binary", bytes, { rsv: 5 })),
  bad("3.6", "a binary message with reserved bits 6", frame("binary", greeting, { rsv: 6 })),
  bad("3.7", "a close frame with reserved bits 7", frame("close", "", { rsv: 7 })),
  bad("+3.1", "a ping with reserved bits 4", frame("ping", "", { rsv: 4 })),
  bad(
    "+3.2",
    "a continuation with reserved bits 4",
    frame("text", "a", { fin: false }),
    frame("cont", "b", { rsv: 4 }),
  ),
];

const opcodes: readonly Case[] = [3, 11].flatMap((first, kind) => {
  const id = (row: number) => `4.${kind + 1}.${row}`;
  const name = (row: number) => `opcode ${first + row - 1}`;
  return [
    bad(id(1), `${name(1)}, empty`, frame(first)),
    bad(id(2), `${name(2)} with a payload`, frame(first + 1, "reserved")),
    spoilt(id(3), `${name(3)}, empty`, frame(first + 2)),
    spoilt(id(4), `${name(4)} with a payload`, frame(first + 3, greeting)),
    spoilt(id(5), `${name(5)} with a payload, byte by byte`, frame(first + 4, greeting), 1),
  ];
});

/** The cases of groups 2, 3 and 4. */
export const controlCases: readonly Case[] = [...pingsAndPongs, ...reservedBits, ...opcodes];
