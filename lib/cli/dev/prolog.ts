/**
 * Where a script can be put into an HTML document: behind all that may stand before the content of its head.
 *
 * @module
 */

const LESS = 0x3c;
const GREATER = 0x3e;
const MARKS = new Set([0x22, 0x27]);
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0c, 0x0d]);

/**
 * How many bytes of a document are its prolog: byte order mark, white space, comments, the doctype, and the tags `<html>` and `<head>`. What
 * is put there is the head's first child, whether its tag is written or not. `undefined` when more bytes are needed to know.
 *
 * @param bytes The document's beginning, in UTF-8 or any other encoding that has ASCII in its place.
 * @param isAll Whether these are all bytes of it.
 */
export function prologEnd(bytes: Uint8Array, isAll: boolean): number | undefined {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let end = at;
  while (true) {
    while (SPACES.has(bytes[at])) at++;
    if (bytes[at] !== LESS) return at < bytes.length || isAll ? end : undefined;
    const behind = behindMarkup(bytes, at);
    if (behind === undefined) return isAll ? end : undefined;
    if (behind === at) return end;
    if (nameAt(bytes, at + 1) === "head") return behind;
    at = end = behind;
  }
}

/** Where a comment, a doctype, `<html>` or `<head>` ends that begins here; here, when it is something else; `undefined` when more is needed. */
function behindMarkup(bytes: Uint8Array, at: number): number | undefined {
  if (at + 6 > bytes.length && !bytes.subarray(at).includes(GREATER)) return undefined;
  const next = bytes[at + 1];
  if (next === 0x21 && bytes[at + 2] === 0x2d && bytes[at + 3] === 0x2d) return behindComment(bytes, at + 4);
  if (next === 0x21 || next === 0x3f) {
    const close = bytes.indexOf(GREATER, at);
    return close < 0 ? undefined : close + 1;
  }
  const name = nameAt(bytes, at + 1);
  return name === "html" || name === "head" ? behindTag(bytes, at) : at;
}

function behindComment(bytes: Uint8Array, at: number): number | undefined {
  // `<!-->` and `<!--->` are whole comments.
  if (bytes[at] === GREATER) return at + 1;
  if (bytes[at] === 0x2d && bytes[at + 1] === GREATER) return at + 2;
  for (let close = bytes.indexOf(GREATER, at); close >= 0; close = bytes.indexOf(GREATER, close + 1)) {
    const dashes = bytes[close - 1] === 0x21 ? close - 1 : close;
    if (dashes - 2 >= at && bytes[dashes - 1] === 0x2d && bytes[dashes - 2] === 0x2d) return close + 1;
  }
  return undefined;
}

function behindTag(bytes: Uint8Array, at: number): number | undefined {
  let mark = 0;
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i];
    if (mark !== 0) { if (byte === mark) mark = 0; }
    else if (byte === GREATER) return i + 1;
    else if (MARKS.has(byte) && isValue(bytes, i)) mark = byte;
  }
  return undefined;
}

/** Whether a quotation mark begins a value. */
function isValue(bytes: Uint8Array, at: number): boolean {
  let before = at - 1;
  while (SPACES.has(bytes[before])) before--;
  return bytes[before] === 0x3d;
}

function nameAt(bytes: Uint8Array, at: number): string {
  const name = String.fromCharCode(...bytes.subarray(at, at + 5)).toLowerCase();
  return /^(html|head)[\s/>]/.exec(name)?.[1] ?? "";
}
