/**
 * Group 7: the closing handshake.
 *
 * | numbers | rows |
 * |---|---|
 * | 7.1.1 to 7.1.6 | a message before a close frame; a close frame, ping, message, fragment after one |
 * | 7.3.1 to 7.3.6 | close frames of 0, 1, 2, 14, 125 and 126 bytes |
 * | 7.5.1 | a reason that is no UTF-8 |
 * | 7.7.1 to 7.7.13 | codes that may stand in a close frame |
 * | 7.9.1 to 7.9.9 | codes that may not |
 * | 7.13.1, 7.13.2 | codes beyond all ranges, which the list leaves open: here they may not either |
 *
 * @module
 */
import { answered, bytesOf, type Case, close, frame, goodbye, heard, last, text, textStart } from "./case.ts";

const legal = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const illegal = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const long = bytesOf("BAsd7&jh23".repeat(26_215)).subarray(0, 262_144);
/** A text in Greek, then half a surrogate pair, then ASCII. */
const notText = Uint8Array.fromHex("cebae1bdb9cf83cebcceb5" + "eda080" + "656469746564");

const afterClose = [
  ["7.1.2", "a second close frame", [close(1000), frame("close")]],
  ["7.1.3", "a ping after a close frame", [close(1000), frame("ping")]],
  ["7.1.4", "a text after a close frame", [close(1000), text("Hello, world!")]],
  ["7.1.5", "a close frame between two fragments", [textStart("fragment1"), close(1000), last("fragment2")]],
  ["+7.1", "bytes that are no frame after a close frame", [close(1000), new Uint8Array(64).fill(255)]],
] as const;

/** A close frame that is wrong is answered with the code of what is wrong. */
function refused(id: string, title: string, sent: Uint8Array, ...codes: number[]): Case {
  return { id, title, send: [sent], hears: [], end: answered(...codes) };
}

/** The cases of group 7. */
export const closeCases: readonly Case[] = [
  {
    id: "7.1.1",
    title: "a text, then a good-bye",
    send: [text("Hello World!")],
    hears: [heard("text", "Hello World!")],
    end: goodbye,
  },
  ...afterClose.map(([id, title, send]): Case => ({
    id,
    title: `${title} is passed over`,
    send,
    hears: [],
    end: answered(1000),
  })),
  {
    id: "7.1.6",
    title: "256 KiB, a text, a close frame and a ping: what came before the close frame is answered",
    send: [text(long), text("Hello World!"), close(1000), frame("ping")],
    hears: [heard("text", long), heard("text", "Hello World!")],
    end: answered(1000),
  },
  {
    id: "7.3.1",
    title: "an empty close frame",
    send: [close()],
    hears: [],
    end: answered(1000, "none"),
  },
  refused("7.3.2", "a close frame of one byte", frame("close", "a"), 1002),
  { id: "7.3.3", title: "a close frame with a code", send: [close(1000)], hears: [], end: answered(1000) },
  {
    id: "7.3.4",
    title: "a close frame with a reason",
    send: [close(1000, "Hello World!")],
    hears: [],
    end: answered(1000),
  },
  {
    id: "7.3.5",
    title: "a close frame with the longest reason",
    send: [close(1000, "*".repeat(123))],
    hears: [],
    end: answered(1000),
  },
  refused("7.3.6", "a close frame with too long a reason", close(1000, "*".repeat(124)), 1002),
  refused("7.5.1", "a reason that is no UTF-8", close(1000, notText), 1007),
  ...legal.map((code, at): Case => ({
    id: `7.7.${at + 1}`,
    title: `close code ${code} is given back`,
    send: [close(code)],
    hears: [],
    end: answered(code),
  })),
  ...illegal.map((code, at) => refused(`7.9.${at + 1}`, `close code ${code}`, close(code), 1002)),
  ...[5000, 65_535].map((code, at) => refused(`7.13.${at + 1}`, `close code ${code}`, close(code), 1002)),
  ...[1012, 1013, 1014].map((code): Case => ({
    id: `+7.${code}`,
    title: `the registered close code ${code} is given back`,
    send: [close(code)],
    hears: [],
    end: answered(code),
  })),
  refused("+7.1015", "close code 1015", close(1015), 1002),
  refused("+7.2", "a reason that ends within a character", close(1000, Uint8Array.of(0xe2, 0x82)), 1007),
];
