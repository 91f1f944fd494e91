/**
 * Frames behind their length, and lines.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import type { Framing } from "../../lib/framing/mod.ts";
import { LineFraming } from "../../lib/framing/line.ts";
import { PacketFraming } from "../../lib/framing/packet.ts";
import { type Case, type Target, target } from "./case.ts";
import { mustRead } from "./feed.ts";
import { mutated, type Piece } from "./mutate.ts";
import { payload, textLine, utf8Line } from "./payload.ts";
import type { Random } from "./random.ts";

const encoder = new TextEncoder();
const limits = [1, 20, 125, 300, 16_384, 20_000, 65_536, 65_536, 65_536];

/** `{packet, 4}` and `{packet, 2}`. */
export const packets: readonly Target[] = ([4, 2] as const).map((head) =>
  target(`packet${head}`, (random) => {
    const maxBytes = random.pick(limits);
    const bert = !random.one(3);
    const pieces = Array.from({ length: 1 + random.below(6) }, () => packet(payload(random, maxBytes), head));
    return {
      bytes: random.one(8) ? random.bytes(random.below(60)) : mutated(pieces, random),
      about: `maxBytes ${maxBytes}, bert ${bert}`,
      run: (bytes, random) =>
        mustRead(
          () => new PacketFraming({ head, maxBytes, bert }),
          bytes,
          readPackets(bytes, head, maxBytes, bert),
          random,
        ),
    };
  })
);

/** A frame. */
export function packet(bytes: Uint8Array, head: 2 | 4): Piece {
  const whole = new Uint8Array(head + bytes.length);
  whole.set(bytes, head);
  const { length } = bytes;
  if (head === 4) new DataView(whole.buffer).setUint32(0, length);
  else new DataView(whole.buffer).setUint16(0, Math.min(65_535, length));
  return { bytes: whole, head };
}

/** What frames say, by a reader that has all bytes at once. */
export function readPackets(bytes: Uint8Array, head: 2 | 4, maxBytes: number, bert: boolean): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lines: string[] = [];
  for (let at = 0; at + head <= bytes.length;) {
    const length = head === 4 ? view.getUint32(at) : view.getUint16(at);
    if (length > maxBytes) return [...lines, "violated 1009"];
    if (at + head + length > bytes.length) break;
    const line = textLine(bytes.subarray(at + head, at + head + length), bert);
    lines.push(line);
    if (line.startsWith("violated")) break;
    at += head + length;
  }
  return lines;
}

/** Lines of text. */
export const line: Target = target("line", (random) => {
  const maxBytes = random.pick(limits);
  const pieces = Array.from({ length: 1 + random.below(6) }, () => newLine(random, maxBytes));
  return {
    bytes: random.one(8) ? random.bytes(random.below(60)) : mutated(pieces, random),
    about: `maxBytes ${maxBytes}`,
    run: (bytes, random) =>
      mustRead((): Framing => new LineFraming({ maxBytes }), bytes, readLines(bytes, maxBytes), random),
  } satisfies Case;
});

function newLine(random: Random, maxBytes: number): Piece {
  const end = random.pick(["\n", "\n", "\r\n", "\r", "\r\r\n", "\n\n"]);
  const choice = random.below(6);
  const bytes = choice === 0
    ? encoder.encode("PING")
    : choice === 1 && maxBytes <= 300
    ? new Uint8Array(maxBytes - 1 + random.below(3)).fill(120)
    : random.utf8(random.length(maxBytes)).filter((byte) => byte !== 10);
  return { bytes: joined([bytes, encoder.encode(end)]), head: 0 };
}

/** What lines say, by a reader that has all bytes at once. */
export function readLines(bytes: Uint8Array, maxBytes: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(10, at);
    const end = found < 0 ? bytes.length : found;
    const content = bytes.subarray(at, end > at && bytes[end - 1] === 13 ? end - 1 : end);
    if (content.length > maxBytes) return [...lines, "violated 1009"];
    const line = utf8Line(content);
    lines.push(line);
    if (line.startsWith("violated")) break;
    at = end + 1;
  }
  return lines;
}
