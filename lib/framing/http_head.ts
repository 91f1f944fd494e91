/**
 * The head of an HTTP/1 request, read strictly and within bounds: what two servers could understand differently is refused.
 *
 * @module
 */

/** Gives the value of a header by its name in lower case, several of them joined; `Headers` do too. */
export interface HeaderReader {
  /** The value, or `null` when there is none. */
  get(name: string): string | null;
}

/** The head of a request. */
export interface RequestHead {
  /** The method, as it stands there. */
  readonly method: string;
  /** What is asked for, as it stands there: `/path?query`, a whole URL, `host:port` or `*`. */
  readonly target: string;
  /** The target up to its question mark. */
  readonly path: string;
  /** What stands behind the target's question mark. */
  readonly query: string;
  /** The version: 1.0, 1.1, or 2 for what begins HTTP/2 without asking. */
  readonly version: "1.0" | "1.1" | "2";
  /** The headers. */
  readonly headers: HeadHeaders;
  /** How many bytes the head has, with the empty line. */
  readonly size: number;
}

/** Why a head is refused. */
export interface HeadFault {
  /** The status to answer with. */
  readonly status: 400 | 414 | 431;
  /** What is wrong. */
  readonly code: "bad_request" | "path_too_long" | "headers_too_big";
}

/** Bounds of a head, in bytes. */
export interface HeadLimits {
  /** All header lines together. */
  readonly maxHeaderBytes: number;
  /** The target. */
  readonly maxPathBytes: number;
}

/** No method is longer. */
const MAX_METHOD = 24;
/** What stands in a request's line besides method and target. */
const LINE_EXTRA = " ".length + " HTTP/1.1".length;
/** As many headers as `Deno.serve` takes. */
const MAX_FIELDS = 100;
/** The first line of a client that speaks HTTP/2 without asking; an empty line follows. */
const HTTP2 = "PRI * HTTP/2.0";
const TAB = 9, LF = 10, CR = 13, SPACE = 32, HASH = 35, COLON = 58, DEL = 127;
/** Shorter texts are read faster one by one. */
const SHORT = 32;

const BAD: HeadFault = { status: 400, code: "bad_request" };
const LONG: HeadFault = { status: 414, code: "path_too_long" };
const BIG: HeadFault = { status: 431, code: "headers_too_big" };

/** The characters of a token, by their codes (RFC 9110, 5.6.2). */
const TOKEN = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[char.charCodeAt(0)] = 1;
}

/** A name, or an address in brackets, and perhaps a port: nothing that would shift where a URL's path begins. */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?$/;

/** The headers of a head, in their order, with names in lower case. */
export class HeadHeaders implements HeaderReader, Iterable<[string, string]> {
  #names: string[] = [];
  #values: string[] = [];

  /** Puts a header behind the others; the name in lower case. */
  append(name: string, value: string): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  /** The value of a header, several joined as RFC 9110 has it. */
  get(name: string): string | null {
    const names = this.#names;
    let at = names.indexOf(name);
    if (at === -1) return null;
    let value = this.#values[at];
    while ((at = names.indexOf(name, at + 1)) !== -1) {
      value += (name === "cookie" ? "; " : ", ") + this.#values[at];
    }
    return value;
  }

  /** Whether there is such a header. */
  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Each header with its value. */
  *[Symbol.iterator](): Iterator<[string, string]> {
    for (let i = 0; i < this.#names.length; i++) yield [this.#names[i], this.#values[i]];
  }
}

/**
 * Reads one head, however its bytes come. What it says does not depend on where they were split.
 *
 * @example
 * ```ts
 * import { HeadParser } from "./http_head.ts";
 *
 * const parser = new HeadParser({ maxHeaderBytes: 16_384, maxPathBytes: 4096 });
 * const bytes = new TextEncoder().encode("GET /ws/?a=1 HTTP/1.1\r\nHost: example.com\r\n\r\n");
 * if (parser.read(bytes, 0, 20) !== undefined) throw new Error("too early");
 * const head = parser.read(bytes, 0, bytes.length);
 * if (head === undefined || "status" in head || head.path !== "/ws/") throw new Error("not read");
 * ```
 */
export class HeadParser {
  /** The longest head that it takes, in bytes. */
  readonly maxBytes: number;
  #maxPath: number;
  #maxHeaders: number;
  /** How far it has looked, and where the line begins that it looks at, both from the head's start. */
  #seen = 0;
  #line = 0;
  /** Where the header lines begin; 0 while the request's line is being read. */
  #fields = 0;
  #blank = false;
  #fault: HeadFault | undefined;
  #methodEnd = 0;
  #targetEnd = 0;
  #version: RequestHead["version"] = "1.1";
  /** Of each header: where its name begins and ends, then its value. */
  #places: number[] = [];
  #hosts = 0;

  /** Reads a head within these bounds. */
  constructor({ maxHeaderBytes, maxPathBytes }: HeadLimits) {
    this.#maxPath = maxPathBytes;
    this.#maxHeaders = maxHeaderBytes;
    this.maxBytes = MAX_METHOD + LINE_EXTRA + maxPathBytes + maxHeaderBytes + 8;
  }

  /**
   * Looks at the bytes of `buffer` from `start` up to `end`: those of the calls before, with more behind them. Gives the head, or
   * what is wrong with it, or `undefined` while it is not complete.
   */
  read(buffer: Uint8Array, start: number, end: number): RequestHead | HeadFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    let at = start + this.#seen;
    while (at < end) {
      const bound = this.#bound() + start;
      const to = Math.min(end, bound);
      while (at < to && buffer[at] >= SPACE && buffer[at] !== DEL) at++;
      if (at >= bound) return this.#fail(this.#fields === 0 ? LONG : BIG);
      if (at === end) break;
      const byte = buffer[at];
      if (byte === TAB && this.#fields > 0) {
        at++;
        continue;
      }
      if (byte !== CR) return this.#fail(BAD);
      if (at + 1 === end) break;
      if (buffer[at + 1] !== LF) return this.#fail(BAD);
      const line = start + this.#line;
      this.#line = at + 2 - start;
      at += 2;
      if (line === at - 2) {
        if (this.#fields > 0) return this.#complete(buffer, start);
        // A client may have put an empty line behind the body before.
        if (this.#blank) return this.#fail(BAD);
        this.#blank = true;
      } else {
        const fault = this.#fields === 0
          ? this.#request(buffer, line, at - 2, start)
          : this.#field(buffer, line, at - 2, start);
        if (fault !== undefined) return this.#fail(fault);
        if (this.#fields === 0) this.#fields = this.#line;
      }
    }
    this.#seen = at - start;
    return undefined;
  }

  /** Whether something of a head has come. */
  get begun(): boolean {
    return this.#seen > 0;
  }

  /** The first offset that the line may not reach. */
  #bound(): number {
    return this.#fields === 0
      ? this.#line + MAX_METHOD + LINE_EXTRA + this.#maxPath + 1
      : this.#fields + this.#maxHeaders + 1;
  }

  #fail(fault: HeadFault): HeadFault {
    return this.#fault = fault;
  }

  #request(buffer: Uint8Array, start: number, end: number, base: number): HeadFault | undefined {
    let at = start;
    while (at < end && TOKEN[buffer[at]] === 1) at++;
    if (at === start || at - start > MAX_METHOD || buffer[at] !== SPACE) return BAD;
    this.#methodEnd = at - base;
    const from = at + 1;
    at = from;
    // A fragment is the client's own affair, and other characters stand percent-encoded.
    while (at < end && buffer[at] > SPACE && buffer[at] < DEL && buffer[at] !== HASH) at++;
    if (at === from || buffer[at] !== SPACE) return BAD;
    if (at - from > this.#maxPath) return LONG;
    this.#targetEnd = at - base;
    switch (textOf(buffer, at + 1, Math.min(end, at + 16))) {
      case "HTTP/1.1":
        this.#version = "1.1";
        return undefined;
      case "HTTP/1.0":
        this.#version = "1.0";
        return undefined;
      case "HTTP/2.0":
        this.#version = "2";
        return !this.#blank && textOf(buffer, start, end) === HTTP2 ? undefined : BAD;
    }
    return BAD;
  }

  #field(buffer: Uint8Array, start: number, end: number, base: number): HeadFault | undefined {
    if (this.#version === "2") return BAD;
    let at = start;
    while (at < end && TOKEN[buffer[at]] === 1) at++;
    if (at === start || at === end || buffer[at] !== COLON) return BAD;
    let from = at + 1;
    let to = end;
    while (from < to && (buffer[from] === SPACE || buffer[from] === TAB)) from++;
    while (to > from && (buffer[to - 1] === SPACE || buffer[to - 1] === TAB)) to--;
    const places = this.#places;
    if (places.length === 4 * MAX_FIELDS) return BIG;
    places.push(start - base, at - base, from - base, to - base);
    if (at - start === 4 && textOf(buffer, start, at).toLowerCase() === "host") {
      if (this.#hosts++ > 0) return BAD;
      if (!HOST.test(textOf(buffer, from, to))) return BAD;
    }
    return undefined;
  }

  #complete(buffer: Uint8Array, base: number): RequestHead | HeadFault {
    if (this.#version === "1.1" && this.#hosts === 0) return this.#fail(BAD);
    const text = textOf(buffer, base, base + this.#line);
    const places = this.#places;
    const headers = new HeadHeaders();
    for (let i = 0; i < places.length; i += 4) {
      headers.append(
        text.slice(places[i], places[i + 1]).toLowerCase(),
        text.slice(places[i + 2], places[i + 3]),
      );
    }
    const target = text.slice(this.#methodEnd + 1, this.#targetEnd);
    const mark = target.indexOf("?");
    return {
      method: text.slice(this.#blank ? 2 : 0, this.#methodEnd),
      target,
      path: mark === -1 ? target : target.slice(0, mark),
      query: mark === -1 ? "" : target.slice(mark + 1),
      version: this.#version,
      headers,
      size: this.#line,
    };
  }
}

/**
 * Whether a list of tokens, such as the value of `Connection`, names this one, which is given in lower case.
 *
 * @example
 * ```ts
 * import { hasToken } from "./http_head.ts";
 *
 * if (!hasToken("keep-alive, Upgrade", "upgrade")) throw new Error("not found");
 * ```
 */
export function hasToken(list: string | null, token: string): boolean {
  return list !== null && list.split(",").some((entry) => entry.trim().toLowerCase() === token);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as characters of the same codes, as headers have them. */
function textOf(buffer: Uint8Array, start: number, end: number): string {
  let text = "";
  if (end - start < SHORT) {
    for (let i = start; i < end; i++) text += String.fromCharCode(buffer[i]);
    return text;
  }
  for (let i = start; i < end; i++) {
    if (buffer[i] > DEL) {
      return [...buffer.subarray(start, end)].map((byte) => String.fromCharCode(byte)).join("");
    }
  }
  return decoder.decode(buffer.subarray(start, end));
}
