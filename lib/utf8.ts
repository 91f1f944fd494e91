/**
 * UTF-8 for short texts, faster than `TextEncoder` and `TextDecoder`, which cost a call out of JavaScript, and where a text
 * is none, an exception. They do the rest.
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
export function writeText(text: string, buffer: Uint8Array, start: number): number {
  const length = text.length;
  if (length >= LONG_UNITS) return writeLong(text, buffer, start);
  let at = start;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i),
      b = text.charCodeAt(i + 1),
      c = text.charCodeAt(i + 2),
      d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) break;
    buffer[at] = a;
    buffer[at + 1] = b;
    buffer[at + 2] = c;
    buffer[at + 3] = d;
    at += 4;
  }
  for (; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7ff) return writeLong(text, buffer, start);
    if (unit < 0x80) buffer[at++] = unit;
    else {
      buffer[at++] = 0xc0 | unit >> 6;
      buffer[at++] = 0x80 | unit & 0x3f;
    }
  }
  return at;
}

function writeLong(text: string, buffer: Uint8Array, start: number): number {
  const rest = new Uint8Array(buffer.buffer, buffer.byteOffset + start, buffer.length - start);
  return start + encoder.encodeInto(text, rest).written;
}

/** The text in the bytes from `start` up to but without `end`; `undefined` when they are not UTF-8. They must be there. */
export function readText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start >= LONG_BYTES) return readLong(bytes, start, end);
  let text = "";
  let at = start;
  for (; end - at >= 16; at += 16) {
    const a = bytes[at], b = bytes[at + 1], c = bytes[at + 2], d = bytes[at + 3];
    const e = bytes[at + 4], f = bytes[at + 5], g = bytes[at + 6], h = bytes[at + 7];
    const i = bytes[at + 8], j = bytes[at + 9], k = bytes[at + 10], l = bytes[at + 11];
    const m = bytes[at + 12], n = bytes[at + 13], o = bytes[at + 14], p = bytes[at + 15];
    if ((a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p) > 0x7f) break;
    text += char(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  }
  for (; end - at >= 4; at += 4) {
    const a = bytes[at], b = bytes[at + 1], c = bytes[at + 2], d = bytes[at + 3];
    if ((a | b | c | d) > 0x7f) break;
    text += char(a, b, c, d);
  }
  while (at < end) {
    const a = bytes[at++];
    if (a < 0x80) {
      text += char(a);
      continue;
    }
    // what lies behind the end may be read here, but then nothing comes of it
    const b = bytes[at++];
    let point = (a & 0x1f) << 6 | b & 0x3f;
    let least = 0x80;
    if (a >= 0xe0) {
      const c = bytes[at++];
      if ((c & 0xc0) !== 0x80) return undefined;
      point = (point & 0x3ff) << 6 | c & 0x3f;
      least = 0x800;
    }
    if (a >= 0xf0) {
      const d = bytes[at++];
      if ((d & 0xc0) !== 0x80) return undefined;
      point = (point & 0x7fff) << 6 | d & 0x3f;
      least = 0x10000;
    }
    const isBad = (b & 0xc0) !== 0x80 || a < 0xc0 || a > 0xf7 || point < least || point > 0x10ffff ||
      (point & 0x1ff800) === 0xd800;
    if (isBad || at > end) return undefined;
    text += point < 0x10000 ? char(point) : String.fromCodePoint(point);
  }
  return text;
}

function readLong(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}
