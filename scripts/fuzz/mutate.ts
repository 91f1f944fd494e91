/**
 * Valid input made invalid, a little at a time.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import type { Random } from "./random.ts";

/** A part of a valid input, such as a frame. */
export interface Piece {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** How many bytes at its beginning say how long it is. */
  readonly head: number;
}

/** A piece without a head. */
export function plain(bytes: Uint8Array): Piece {
  return { bytes, head: 0 };
}

/** The pieces in a row, mostly with something wrong. */
export function mutated(pieces: readonly Piece[], random: Random): Uint8Array<ArrayBuffer> {
  const all = pieces.map(({ bytes, head }): Piece => ({ bytes: bytes.slice(), head }));
  for (let times = random.pick([0, 0, 1, 1, 1, 2, 4]); times > 0 && all.length > 0; times--) {
    mutateOne(all, random);
  }
  return joined(all.map(({ bytes }) => bytes));
}

function mutateOne(pieces: Piece[], random: Random): void {
  const index = random.below(pieces.length);
  const { bytes, head } = pieces[index];
  const at = random.below(bytes.length + 1);
  const put = (...parts: Uint8Array[]) => pieces[index] = { bytes: joined(parts), head };
  switch (random.below(11)) {
    case 0: // A bit.
      if (at < bytes.length) bytes[at] ^= 1 << random.below(8);
      return;
    case 1: // A byte.
      if (at < bytes.length) bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
      return;
    case 2: // What is announced.
    case 3:
      if (head > 0) {
        bytes[random.below(Math.min(head, bytes.length))] = random.pick([0, 0x7f, 0xff, random.below(256)]);
      }
      return;
    case 4: // What comes after the end.
      put(bytes, random.bytes(1 + random.below(8)));
      return;
    case 5: // The end.
      put(bytes.subarray(0, at));
      return;
    case 6: // Something within.
      put(bytes.subarray(0, at), random.bytes(1 + random.below(4)), bytes.subarray(at));
      return;
    case 7:
      put(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.below(8))));
      return;
    case 8: // The same again.
      pieces.splice(random.below(pieces.length + 1), 0, { bytes: bytes.slice(), head });
      return;
    case 9: // Nothing.
      pieces.splice(index, 1);
      return;
    case 10: // Another order.
      pieces.push(...pieces.splice(index, 1));
  }
}
