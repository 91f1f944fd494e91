/**
 * A reader of WebSocket frames that has all bytes at once, written for nothing but to be compared with.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import { constants, inflateRawSync } from "node:zlib";
import { utf8Line } from "./payload.ts";

/** A frame of a server. */
export interface ServerFrame {
  readonly opcode: number;
  readonly compressed: boolean;
  readonly payload: Uint8Array;
}

/** Reads what a server wrote: whole frames without masks, each in its shortest form. Throws when they are none. */
export function readServer(bytes: Uint8Array): ServerFrame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const frames: ServerFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = view.getUint8(at), short = view.getUint8(at + 1);
    if ((first & 0xb0) !== 0x80) throw new Error(`a frame begins with ${first}`);
    if (short > 127) throw new Error("a server's frame has a mask");
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    const length = head === 4
      ? view.getUint16(at + 2)
      : head === 10
      ? Number(view.getBigUint64(at + 2))
      : short;
    if (length < (head === 10 ? 65_536 : head === 4 ? 126 : 0)) {
      throw new Error(`${length} bytes behind a head of ${head}`);
    }
    if (at + head + length > bytes.length) throw new Error("a frame is cut");
    frames.push({
      opcode: first & 15,
      compressed: (first & 0x40) !== 0,
      payload: bytes.subarray(at + head, at + head + length),
    });
    at += head + length;
  }
  return frames;
}

/** Inflates a message of a server; `past` is what stood before it. */
export function inflated(compressed: Uint8Array, past: Uint8Array): Uint8Array {
  return new Uint8Array(inflateRawSync(joined([stored(past), compressed, Uint8Array.of(0, 0, 255, 255)]), {
    finishFlush: constants.Z_SYNC_FLUSH,
  })).subarray(past.length);
}

function stored(past: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < past.length; at += 65_535) {
    const piece = past.subarray(at, at + 65_535);
    const { length } = piece;
    blocks.push(Uint8Array.of(0, length, length >> 8, ~length, ~length >> 8), piece);
  }
  return joined(blocks);
}

/** What a compressed message comes to, `undefined` where that is for the subject alone to say. */
export type InflateLine = (compressed: Uint8Array, opcode: number) => string;

/** What the frames of a client say. */
export function readClient(bytes: Uint8Array, maxBytes: number, inflate?: InflateLine): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lines: string[] = [];
  const broken = (code: number) => [...lines, `violated ${code}`];
  let message: { opcode: number; compressed: boolean; parts: Uint8Array[]; length: number } | undefined;
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = view.getUint8(at), second = view.getUint8(at + 1);
    const fin = first > 127, opcode = first & 15, short = second & 127;
    if (second < 128 || ![0, 1, 2, 8, 9, 10].includes(opcode)) return broken(1002);
    const mayCompress = inflate !== undefined && (opcode === 1 || opcode === 2);
    if ((first & 0x70 & (mayCompress ? ~0x40 : 0xff)) !== 0) return broken(1002);
    if (opcode > 7 ? !fin || short > 125 : (opcode === 0) !== (message !== undefined)) return broken(1002);
    const head = short === 126 ? 8 : short === 127 ? 14 : 6;
    if (at + head > bytes.length) break;
    const length = head === 8
      ? view.getUint16(at + 2)
      : head === 14
      ? Number(view.getBigUint64(at + 2))
      : short;
    const from = at + head;
    const whole = from + length <= bytes.length;
    const payload = bytes.slice(from, from + length);
    for (let i = 0; i < payload.length; i++) payload[i] ^= bytes[from - 4 + i % 4];
    if (opcode > 7) {
      if (!whole) break;
      if (opcode === 9) lines.push(`ping ${payload.toHex()}`);
      if (opcode === 10) lines.push("pong");
      if (opcode === 8) return [...lines, goodbye(payload)];
      at = from + length;
      continue;
    }
    message ??= { opcode, compressed: (first & 0x40) !== 0, parts: [], length: 0 };
    if (length + message.length > (message.compressed ? compressedMax(maxBytes) : maxBytes)) {
      return broken(1009);
    }
    message.parts.push(payload);
    message.length += payload.length;
    const all = joined(message.parts);
    if (message.opcode === 1 && !message.compressed && !isUtf8(all, !(whole && fin))) return broken(1007);
    if (!whole) break;
    if (fin) {
      const line = message.compressed
        ? inflate!(all, message.opcode)
        : message.opcode === 1
        ? utf8Line(all)
        : `binary ${all.toHex()}`;
      lines.push(line);
      if (line.startsWith("violated")) break;
      message = undefined;
    }
    at = from + length;
  }
  return lines;
}

/** How long a message of so many bytes may get by compression that fails. */
function compressedMax(bytes: number): number {
  return bytes + Math.floor(bytes / 8) + 64;
}

function goodbye(payload: Uint8Array): string {
  if (payload.length === 0) return "closed 1005 ";
  const code = payload[0] * 256 + payload[1];
  const known = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].includes(code);
  if (payload.length === 1 || !(known || code >= 3000 && code <= 4999)) return "violated 1002";
  const line = utf8Line(payload.subarray(2));
  return line.startsWith("violated") ? line : `closed ${code} ${line.slice("text ".length)}`;
}

function isUtf8(bytes: Uint8Array, goesOn: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: goesOn });
    return true;
  } catch {
    return false;
  }
}
