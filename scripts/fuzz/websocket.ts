/**
 * WebSocket frames, with and without compression.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import { constants, deflateRawSync } from "node:zlib";
import { Deflate } from "../../lib/framing/deflate.ts";
import { resolveDeflate } from "../../lib/framing/deflate_settings.ts";
import { WebSocketFraming } from "../../lib/framing/websocket.ts";
import { must, type Target, target } from "./case.ts";
import { feed, mustRead } from "./feed.ts";
import { mutated, type Piece } from "./mutate.ts";
import { payload, utf8Line } from "./payload.ts";
import type { Random } from "./random.ts";
import { readClient } from "./websocket_reader.ts";

const limits = [1, 20, 125, 300, 20_000, 65_536, 65_536, 65_536];

/** Frames of clients. */
export const websocket: Target = target("websocket", (random) => {
  const maxBytes = random.pick(limits);
  return {
    bytes: stream(random, maxBytes),
    about: `maxBytes ${maxBytes}`,
    run: (bytes, random) =>
      mustRead(() => new WebSocketFraming({ maxBytes }), bytes, readClient(bytes, maxBytes), random),
  };
});

/** The same where messages may be compressed. */
export const deflate: Target = target("deflate", (random) => {
  const maxBytes = random.pick(limits);
  const takeover = random.one(2);
  const windowBits = 9 + random.below(7);
  const settings = resolveDeflate({ thresholdBytes: 0, contextTakeover: takeover, windowBits });
  const agreed = {
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
    serverMaxWindowBits: windowBits,
    clientMaxWindowBits: windowBits,
  };
  const client = new Deflate(settings, agreed, "client");
  const compress = (bytes: Uint8Array) =>
    random.one(6) ? oddly(bytes, maxBytes, random) : client.compress(bytes);
  return {
    bytes: stream(random, maxBytes, compress),
    about: `maxBytes ${maxBytes}, windowBits ${windowBits}, contextTakeover ${takeover}`,
    run(bytes, random) {
      const make = () => new WebSocketFraming({ maxBytes, deflate: new Deflate(settings, agreed) });
      // What a message inflates to is for another test to say; here it is that of the whole input, and within its bounds.
      const inflater = new Deflate(settings, agreed);
      const wanted = readClient(bytes, maxBytes, (compressed, opcode) => {
        const result = inflater.inflate(compressed, maxBytes);
        if (result === "too_big") return "violated 1009";
        if (result === "bad") return "violated 1007";
        must(result.length <= maxBytes, `${result.length} bytes came of ${compressed.length}`);
        return opcode === 1 ? utf8Line(result) : `binary ${result.toHex()}`;
      });
      // Each way to cut inflates anew: not all of them.
      if (bytes.length < 80) return mustRead(make, bytes, wanted, random);
      const cuts = () => 1 + random.below(bytes.length - 1);
      for (const places of [[], [cuts()], [cuts(), cuts()].sort((a, b) => a - b)]) {
        const lines = feed(make(), bytes, places, random);
        must(
          lines.join() === wanted.join(),
          `cut at [${places}] it reads ${lines.length} lines of ${wanted.length}`,
        );
      }
      return wanted.at(-1)?.split(" ", 2).join(" ").slice(0, 13) ?? "nothing";
    },
  };
});

/** Compressed otherwise than our own compressor would: other levels, final blocks, bombs, or not at all. */
function oddly(bytes: Uint8Array, maxBytes: number, random: Random): Uint8Array {
  switch (random.below(6)) {
    case 0:
      return new Uint8Array(deflateRawSync(bytes));
    case 1:
      return new Uint8Array(deflateRawSync(new Uint8Array(random.pick([70_000, 1_000_000])))).subarray(0, -1);
    case 2:
      return bytes;
    case 3: {
      const full = new Uint8Array(Math.max(0, maxBytes - 1 + random.below(2)));
      return joined([new Uint8Array(deflateRawSync(full)), new Uint8Array(deflateRawSync(Uint8Array.of(7)))]);
    }
    case 4:
      return new Uint8Array(0);
    default:
      return new Uint8Array(deflateRawSync(bytes, {
        level: random.below(10),
        strategy: random.pick([0, 1, 2, 3, 4]),
        finishFlush: random.pick([constants.Z_SYNC_FLUSH, constants.Z_FULL_FLUSH, constants.Z_BLOCK]),
      })).subarray(0, -4);
  }
}

/** First bytes of frames that are rare, or that there are none of. */
const ODD = [0x88, 0x89, 0x8a, 0x08, 0x09, 0x0a, 0x83, 0x8b, 0x91, 0xc2, 0xc9, 0x80, 0x00];

/** What a client may send, mostly with something wrong. */
export function stream(
  random: Random,
  maxBytes: number,
  compress?: (bytes: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (random.one(12)) return random.bytes(random.below(60));
  const pieces: Piece[] = [];
  for (let count = random.below(4); count >= 0; count--) {
    pieces.push(...message(random, maxBytes, compress));
  }
  if (random.one(6)) {
    pieces.push(
      frame(random.pick([...ODD, random.below(256)]), random.bytes(random.pick([0, 1, 125, 126])), random),
    );
  }
  if (random.one(3)) pieces.push(close(random));
  return mutated(pieces, random);
}

function message(random: Random, maxBytes: number, compress?: (bytes: Uint8Array) => Uint8Array): Piece[] {
  const text = random.one(2);
  const plain = text ? random.utf8(random.length(maxBytes)) : payload(random, maxBytes);
  const compressed = compress !== undefined && !random.one(3);
  const bytes = compressed ? compress(plain) : plain;
  const pieces: Piece[] = [];
  for (let at = 0, index = 0;; index++) {
    const last = random.one(2) || index > 5;
    const to = last ? bytes.length : at + random.below(bytes.length - at + 1);
    const opcode = index > 0 ? 0 : text ? 1 : 2;
    const rsv = compressed && index === 0 ? 0x40 : 0;
    pieces.push(frame((last ? 0x80 : 0) | rsv | opcode, bytes.subarray(at, to), random));
    if (last) return pieces;
    at = to;
    if (random.one(3)) {
      pieces.push(frame(0x80 | random.pick([9, 10]), random.bytes(random.pick([0, 1, 4, 125])), random));
    }
  }
}

function close(random: Random): Piece {
  const code = random.pick([
    1000,
    1001,
    1002,
    1005,
    1006,
    1012,
    1015,
    2999,
    3000,
    4999,
    5000,
    random.below(65_536),
  ]);
  const reason = new TextEncoder().encode(random.text(random.below(20)));
  const bytes = new Uint8Array(2 + reason.length);
  bytes[0] = code >> 8;
  bytes[1] = code;
  bytes.set(reason, 2);
  return frame(0x88, bytes.subarray(0, random.pick([0, 1, 2, bytes.length])), random);
}

/** A frame of a client: seldom with a longer length than its payload needs, which the RFC forbids and nobody minds. */
export function frame(first: number, payload: Uint8Array, random: Random): Piece {
  const { length } = payload;
  const control = (first & 8) !== 0;
  const extended = length > 65_535 || !control && random.one(30)
    ? 8
    : length > 125 || !control && random.one(20)
    ? 2
    : 0;
  const head = 2 + extended + 4;
  const bytes = new Uint8Array(head + length);
  const view = new DataView(bytes.buffer);
  bytes[0] = first;
  bytes[1] = 0x80 | (extended === 8 ? 127 : extended === 2 ? 126 : length);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  view.setUint32(head - 4, random.one(8) ? 0 : random.bits());
  for (let i = 0; i < length; i++) bytes[head + i] = payload[i] ^ bytes[head - 4 + i % 4];
  return { bytes, head: head - 4 };
}
