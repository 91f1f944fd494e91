/**
 * UTF-8 for short texts, faster than `TextEncoder` and `TextDecoder`, which cost a call out of JavaScript.
 *
 * @module
 */

/** From so many on the platform's own are faster. */
const LONG_UNITS = 48;
const LONG_BYTES = 320;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const char = String.fromCharCode;

/**
 * Writes a text in UTF-8, half surrogate pairs as U+FFFD; gives the offset behind it. The buffer must have room for three
 * bytes a unit.
 */
export function writeText(text: string, buffer: Uint8Array, at: number): number {
  const length = text.length;
  if (length >= LONG_UNITS) {
    const rest = new Uint8Array(buffer.buffer, buffer.byteOffset + at, buffer.length - at);
    return at + encoder.encodeInto(text, rest).written;
  }
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i), b = text.charCodeAt(i + 1), c = text.charCodeAt(i + 2), d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 127) break;
    buffer[at] = a;
    buffer[at + 1] = b;
    buffer[at + 2] = c;
    buffer[at + 3] = d;
    at += 4;
  }
  for (; i < length; i++) {
    let unit = text.charCodeAt(i);
    if (unit < 0x80) {
      buffer[at++] = unit;
      continue;
    }
    if (unit < 0x800) {
      buffer[at++] = 0xc0 | unit >> 6;
      buffer[at++] = 0x80 | unit & 0x3f;
      continue;
    }
    if ((unit & 0xf800) === 0xd800) {
      const next = text.charCodeAt(i + 1);
      if (unit < 0xdc00 && (next & 0xfc00) === 0xdc00) {
        i++;
        const point = 0x10000 + ((unit & 0x3ff) << 10 | next & 0x3ff);
        buffer[at++] = 0xf0 | point >> 18;
        buffer[at++] = 0x80 | point >> 12 & 0x3f;
        buffer[at++] = 0x80 | point >> 6 & 0x3f;
        buffer[at++] = 0x80 | point & 0x3f;
        continue;
      }
      unit = 0xfffd;
    }
    buffer[at++] = 0xe0 | unit >> 12;
    buffer[at++] = 0x80 | unit >> 6 & 0x3f;
    buffer[at++] = 0x80 | unit & 0x3f;
  }
  return at;
}

/** The text in the bytes from `at` up to but without `end`; `undefined` when they are not UTF-8. They must be there. */
export function readText(bytes: Uint8Array, at: number, end: number): string | undefined {
  if (end - at >= LONG_BYTES) return decoded(bytes, at, end);
  let text = "";
  for (; end - at >= 16; at += 16) {
    const a = bytes[at], b = bytes[at + 1], c = bytes[at + 2], d = bytes[at + 3];
    const e = bytes[at + 4], f = bytes[at + 5], g = bytes[at + 6], h = bytes[at + 7];
    const i = bytes[at + 8], j = bytes[at + 9], k = bytes[at + 10], l = bytes[at + 11];
    const m = bytes[at + 12], n = bytes[at + 13], o = bytes[at + 14], p = bytes[at + 15];
    if ((a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p) > 127) break;
    text += char(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  }
  for (; end - at >= 4; at += 4) {
    const a = bytes[at], b = bytes[at + 1], c = bytes[at + 2], d = bytes[at + 3];
    if ((a | b | c | d) > 127) break;
    text += char(a, b, c, d);
  }
  while (at < end) {
    const a = bytes[at++];
    if (a < 0x80) {
      text += char(a);
      continue;
    }
    // a cut-off sequence reads on: what lies behind the end is checked last
    const b = bytes[at++];
    if ((b & 0xc0) !== 0x80 || a < 0xc2 || a > 0xf4) return undefined;
    if (a < 0xe0) {
      if (at > end) return undefined;
      text += char((a & 0x1f) << 6 | b & 0x3f);
      continue;
    }
    const c = bytes[at++];
    if ((c & 0xc0) !== 0x80) return undefined;
    let point = (a & 0x0f) << 12 | (b & 0x3f) << 6 | c & 0x3f;
    if (a < 0xf0) {
      if (at > end || point < 0x800 || (point & 0xf800) === 0xd800) return undefined;
      text += char(point);
      continue;
    }
    const d = bytes[at++];
    if (at > end || (d & 0xc0) !== 0x80) return undefined;
    point = (a & 0x07) << 18 | (b & 0x3f) << 12 | (c & 0x3f) << 6 | d & 0x3f;
    if (point < 0x10000 || point > 0x10ffff) return undefined;
    text += char(0xd800 + (point - 0x10000 >> 10), 0xdc00 | point & 0x3ff);
  }
  return text;
}

function decoded(bytes: Uint8Array, at: number, end: number): string | undefined {
  try {
    return decoder.decode(bytes.subarray(at, end));
  } catch {
    return undefined;
  }
}
