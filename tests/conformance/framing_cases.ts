/**
 * Groups 1 and 10: messages in frames of every form of length.
 *
 * | numbers | rows |
 * |---|---|
 * | 1.1.1 to 1.1.8, 1.2.1 to 1.2.8 | lengths 0 to 65536, the last again in pieces of 997 bytes; text, binary |
 * | 10.1.1 | 65536 bytes in fragments of 1300 |
 *
 * @module
 */
import { bytesOf, type Case, failed, fragments, frame, goodbye, heard } from "./case.ts";

const rows: readonly { length: number; chop?: number }[] = [
  ...[0, 125, 126, 127, 128, 65_535, 65_536].map((length) => ({ length })),
  { length: 65_536, chop: 997 },
];
const kinds = [["text", 0x2a], ["binary", 0xfe]] as const;
const long = bytesOf("*".repeat(65_536));

/** A frame of 5 bytes whose length stands in more bytes than it needs. */
const longHead = (extended: string) => Uint8Array.fromHex(`82${extended}00000000` + "0102030405");

/** The cases of groups 1 and 10. */
export const framingCases: readonly Case[] = [
  ...kinds.flatMap(([op, byte], kind) =>
    rows.map(({ length, chop }, row): Case => {
      const payload = new Uint8Array(length).fill(byte);
      return {
        id: `1.${kind + 1}.${row + 1}`,
        title: `a ${op} message of ${length} bytes${chop === undefined ? "" : `, in pieces of ${chop}`}`,
        send: [frame(op, payload)],
        ...(chop === undefined ? {} : { chop }),
        hears: [heard(op, payload)],
        end: goodbye,
      };
    })
  ),
  {
    id: "10.1.1",
    title: "a text message of 65536 bytes in fragments of 1300",
    send: fragments("text", long, 1300),
    hears: [heard("text", long)],
    end: goodbye,
  },
  {
    id: "+1.1",
    title: "an unmasked frame",
    send: [frame("text", "open to all", { mask: false })],
    hears: [],
    end: failed(1002),
  },
  {
    id: "+1.2",
    title: "a mask of zeros, one of ones, one of each",
    send: [[0, 0, 0, 0], [255, 255, 255, 255], [0, 255, 1, 128]].map((mask) =>
      frame("text", "masked", { mask })
    ),
    hears: [heard("text", "masked"), heard("text", "masked"), heard("text", "masked")],
    end: goodbye,
  },
  {
    id: "+1.3",
    title: "a length in two or eight bytes that one would hold: only the sender has to be short",
    send: [longHead("fe0005"), longHead("ff0000000000000005")],
    hears: [1, 2].map(() => heard("binary", Uint8Array.of(1, 2, 3, 4, 5))),
    end: goodbye,
  },
  {
    id: "+1.4",
    title: "a length with its highest bit set",
    send: [Uint8Array.fromHex("82ff" + "8000000000000000" + "12345678")],
    hears: [],
    end: failed(1002, 1009),
  },
];
