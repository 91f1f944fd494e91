/**
 * The `Range` header, for one range of bytes.
 *
 * @module
 */

/** A range of bytes: from `start` to before `end`. */
export interface ByteRange {
  /** The first byte. */
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
}

/**
 * Reads a `Range` header for a content of `size` bytes (RFC 9110, section 14.2).
 *
 * @returns The range; `"unsatisfiable"` when it begins behind the content (the answer is 416); `undefined` when the
 * header is to be ignored: another unit, several ranges, a backwards one, or anything malformed.
 */
export function parseRange(header: string, size: number): ByteRange | "unsatisfiable" | undefined {
  if (header.slice(0, 6).toLowerCase() !== "bytes=") return undefined;
  const spec = header.slice(6).trim();
  const dash = spec.indexOf("-");
  if (dash === -1) return undefined;
  const first = digits(spec.slice(0, dash));
  const last = digits(spec.slice(dash + 1));
  if (first === undefined || last === undefined) return undefined;
  if (first === "") {
    if (last === "") return undefined;
    if (last === 0) return "unsatisfiable";
    return size === 0 ? undefined : { start: Math.max(0, size - last), end: size };
  }
  if (last !== "" && last < first) return undefined;
  if (first >= size) return "unsatisfiable";
  return { start: first, end: last === "" ? size : Math.min(last + 1, size) };
}

/** A number, `""` where there is none, `undefined` for anything but digits. */
function digits(text: string): number | "" | undefined {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return undefined;
  }
  return text === "" ? "" : Number(text);
}
