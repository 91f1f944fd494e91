/**
 * Group 9: long messages, many fragments, small pieces, many messages.
 *
 * | numbers | rows |
 * |---|---|
 * | 9.1.1 to 9.1.6, 9.2.1 to 9.2.6 | messages of 64 KiB to 16 MiB; text, binary |
 * | 9.3.1 to 9.3.9, 9.4.1 to 9.4.9 | 4 MiB in fragments of 64 bytes to 4 MiB; text, binary |
 * | 9.5.1 to 9.5.6, 9.6.1 to 9.6.6 | 1 MiB in pieces of 64 to 2048 bytes; text, binary |
 * | 9.7.1 to 9.7.6, 9.8.1 to 9.8.6 | messages of 0 to 4096 bytes one after the other; text, binary. 100 here, not 1000 |
 *
 * @module
 */
import { type Case, fragments, frame, goodbye, heard, type Step } from "./case.ts";

const KIB = 1024;
const MIB = 1_048_576;
const ROUNDS = 100;
/** What is repeated: characters of one and, so that pieces and fragments cut through them, of more bytes; bytes that are no text. */
const patterns = {
  text: new TextEncoder().encode("BAsd7&jh23µ€𤭢"),
  binary: Uint8Array.of(0, 0xfe, 0x23, 0xfa, 0xf0),
};
type Kind = keyof typeof patterns;
const kinds: readonly Kind[] = ["text", "binary"];

/** So many bytes of a pattern; a text ends with a whole character. */
function filled(kind: Kind, length: number): Uint8Array {
  const pattern = patterns[kind];
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += pattern.length) bytes.set(pattern.subarray(0, length - at), at);
  if (kind === "text") bytes.fill(0x2a, length - length % pattern.length);
  return bytes;
}

/** The two rows of a length: one for texts, one for binary messages. */
function both(
  group: number,
  row: number,
  title: string,
  length: number,
  send: (kind: Kind, payload: Uint8Array) => readonly Step[],
  more: { chop?: number; rounds?: number } = {},
): Case[] {
  const { rounds = 1, ...rest } = more;
  return kinds.map((kind, at) => {
    const payload = () => filled(kind, length);
    return {
      id: `9.${group + at}.${row + 1}`,
      title: `${kind}: ${title}`,
      ...rest,
      send: () => send(kind, payload()),
      hears: () => Array(rounds).fill(heard(kind, payload())),
      end: goodbye,
    };
  });
}

/** The cases of group 9. */
export const limitCases: readonly Case[] = [
  ...[64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB].flatMap((length, row) =>
    both(1, row, `${length / KIB} KiB in one frame`, length, (kind, payload) => [frame(kind, payload)])
  ),
  ...[64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB].flatMap((size, row) =>
    both(3, row, `4 MiB in fragments of ${size}`, 4 * MIB, (kind, payload) => fragments(kind, payload, size))
  ),
  ...[64, 128, 256, 512, 1024, 2048].flatMap((chop, row) =>
    both(5, row, `1 MiB in pieces of ${chop}`, MIB, (kind, payload) => [frame(kind, payload)], { chop })
  ),
  ...[0, 16, 64, 256, 1024, 4096].flatMap((length, row) =>
    both(
      7,
      row,
      `${length} bytes, ${ROUNDS} times, each after the echo of the one before`,
      length,
      (kind, payload) => {
        const sent = frame(kind, payload);
        return Array.from({ length: ROUNDS }, (_, i) => [{ heard: i }, sent]).flat();
      },
      { rounds: ROUNDS },
    )
  ),
];
