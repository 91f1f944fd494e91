/**
 * WebSocket frames, RFC 6455 and RFC 7692.
 *
 * @module
 */
import { readText, writeText } from "../utf8.ts";
import { Gathered } from "./gathered.ts";
import { unmask } from "./mask.ts";
import type { FrameSink, Framing } from "./mod.ts";
import type { Output } from "./output.ts";
import { closePayload, isCloseCode, NO_CODE } from "./websocket_close.ts";

/** Compresses the messages of one connection, as RFC 7692 has it. */
export interface MessageDeflate {
  /** What its messages look like: those of one form may be sent to every connection of the same. Empty where each depends on those before. */
  readonly form: string;
  /** Whether a message of so many bytes is worth it. */
  applies(bytes: number): boolean;
  /** Compresses a message. */
  compress(payload: Uint8Array): Uint8Array;
  /** Gives what was compressed, if that has no more than `maxBytes`. */
  inflate(compressed: Uint8Array, maxBytes: number): Uint8Array | "too_big" | "bad";
}

/** Options of {@linkcode WebSocketFraming}. */
export interface WebSocketFramingOptions {
  /** The longest message, in bytes; a longer one is violation 1009. */
  readonly maxBytes: number;
  /** Compresses, where that was agreed on. */
  readonly deflate?: MessageDeflate | undefined;
}

const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const FIN = 128, COMPRESSED = 64, RESERVED = 112, MASKED = 128;
/** A few bytes can stand for many: after so many inflated ones others get their turn. */
const INFLATED_A_TURN = 262_144;
/** No head is longer, nor is one of a server's. */
const MAX_HEAD = 14;
const PROTOCOL_ERROR = 1002, BAD_DATA = 1007, TOO_BIG = 1009;

/** The server's side of one WebSocket. */
export class WebSocketFraming implements Framing {
  readonly form: string;
  /** As it was for the frame before, since what a connection sends is often alike. What may be compressed has to be written. */
  gap: number;
  /** Whether it has inflated so much that others should get their turn. */
  paused = false;
  #inflatedBytes = 0;
  #maxBytes: number;
  #deflate: MessageDeflate | undefined;
  #over = false;
  /** The message that has begun and not ended: its opcode, or 0. */
  #opcode = 0;
  #compressed = false;
  /** What has come of it, and what looks whether that is a text. */
  #gathered: Gathered | undefined;
  #decoder: TextDecoder | undefined;
  /** The frame that has begun and not ended. */
  #rest = 0;
  #final = false;
  #mask = 0;
  #phase = 0;

  /** Begins behind the handshake. */
  constructor(options: WebSocketFramingOptions) {
    this.#maxBytes = options.maxBytes;
    this.#deflate = options.deflate;
    this.form = options.deflate === undefined ? "websocket" : options.deflate.form;
    this.gap = options.deflate === undefined ? 2 : -1;
  }

  /** Reads frames. */
  read(buffer: Uint8Array, start: number, end: number, sink: FrameSink): number {
    let at = start;
    this.paused = false;
    this.#inflatedBytes = 0;
    while (!this.#over) {
      if (this.#inflatedBytes > INFLATED_A_TURN) {
        this.paused = at < end;
        return at;
      }
      if (this.#rest > 0) {
        if (at === end) return at;
        const to = Math.min(end, at + this.#rest);
        this.#rest -= to - at;
        this.#gather(buffer, at, to, sink);
        at = to;
        continue;
      }
      if (end - at < 2) return at;
      const first = buffer[at];
      const second = buffer[at + 1];
      let length = second & 127;
      let from = at + 6;
      if (length === 126) {
        from = at + 8;
        if (end < from) return this.#incomplete(first, second, at, sink);
        length = buffer[at + 2] << 8 | buffer[at + 3];
      } else if (length === 127) {
        from = at + 14;
        if (end < from) return this.#incomplete(first, second, at, sink);
        length = u32(buffer, at + 2) * 0x1_0000_0000 + u32(buffer, at + 6);
      } else if (end < from) return this.#incomplete(first, second, at, sink);
      const mask = u32(buffer, from - 4);
      const to = from + length;
      // Nearly all frames: a whole binary message that is here to its end.
      if (first === (FIN | BINARY) && second >= MASKED && to <= end && this.#opcode === 0) {
        if (length > this.#maxBytes) return this.#violate(sink, TOO_BIG, "message too big", end);
        unmask(buffer, from, to, mask, 0);
        sink.binary(buffer, from, to);
        at = to;
        continue;
      }
      const fault = this.#faultOf(first, second);
      if (fault !== undefined) return this.#violate(sink, PROTOCOL_ERROR, fault, end);
      const opcode = first & 15;
      if (opcode >= CLOSE) {
        if (to > end) return at;
        unmask(buffer, from, to, mask, 0);
        this.#control(opcode, buffer, from, to, sink);
        at = to;
        continue;
      }
      if (opcode !== CONTINUATION) {
        this.#opcode = opcode;
        this.#compressed = (first & COMPRESSED) !== 0;
      }
      // What does not compress is a little longer for it.
      const maxBytes = this.#compressed ? this.#maxBytes + (this.#maxBytes >> 3) + 64 : this.#maxBytes;
      if (length + (this.#gathered?.length ?? 0) > maxBytes) {
        return this.#violate(sink, TOO_BIG, "message too big", end);
      }
      this.#final = first >= FIN;
      this.#mask = mask;
      this.#phase = 0;
      if (first === (FIN | TEXT) && to <= end) {
        unmask(buffer, from, to, mask, 0);
        this.#opcode = 0;
        const text = readText(buffer, from, to);
        if (text === undefined) return this.#violate(sink, BAD_DATA, "bad_utf8", end);
        sink.text(text);
        at = to;
        continue;
      }
      this.#rest = length;
      at = from;
      if (length === 0) this.#gather(buffer, at, at, sink);
    }
    return end;
  }

  /** A stream that ends without a close frame is broken: its connection says so. */
  end(): void {}

  /** A head that is not whole yet may be wrong already. */
  #incomplete(first: number, second: number, at: number, sink: FrameSink): number {
    const fault = this.#faultOf(first, second);
    return fault === undefined ? at : this.#violate(sink, PROTOCOL_ERROR, fault, at);
  }

  #faultOf(first: number, second: number): string | undefined {
    const opcode = first & 15;
    if (second < MASKED) return "unmasked frame";
    if (opcode >= CLOSE) {
      if (opcode > PONG) return "unknown opcode";
      if ((first & RESERVED) !== 0) return "reserved bit";
      if (first < FIN) return "fragmented control frame";
      if ((second & 127) > 125) return "control frame too long";
      return undefined;
    }
    if (opcode > BINARY) return "unknown opcode";
    const compressed = this.#deflate !== undefined && opcode !== CONTINUATION ? COMPRESSED : 0;
    if ((first & RESERVED & ~compressed) !== 0) return "reserved bit";
    if (opcode === CONTINUATION && this.#opcode === 0) return "nothing to continue";
    if (opcode !== CONTINUATION && this.#opcode !== 0) return "message within a message";
    return undefined;
  }

  #violate(sink: FrameSink, code: number, reason: string, end: number): number {
    this.#over = true;
    this.#forget();
    sink.violated(code, reason);
    return end;
  }

  #control(opcode: number, buffer: Uint8Array, start: number, end: number, sink: FrameSink): void {
    if (opcode === PING) return sink.ping(buffer, start, end);
    if (opcode === PONG) return sink.pong();
    if (start === end) return this.#closed(sink, NO_CODE, "");
    const code = buffer[start] << 8 | buffer[start + 1];
    if (end - start === 1 || !isCloseCode(code)) {
      this.#violate(sink, PROTOCOL_ERROR, "bad close frame", end);
      return;
    }
    const reason = readText(buffer, start + 2, end);
    if (reason === undefined) this.#violate(sink, BAD_DATA, "bad_utf8", end);
    else this.#closed(sink, code, reason);
  }

  #closed(sink: FrameSink, code: number, reason: string): void {
    this.#over = true;
    this.#forget();
    sink.closed(code, reason);
  }

  /** Takes a piece of a message that does not come in one. */
  #gather(buffer: Uint8Array, start: number, end: number, sink: FrameSink): void {
    unmask(buffer, start, end, this.#mask, this.#phase);
    this.#phase += end - start;
    const last = this.#final && this.#rest === 0;
    if (this.#opcode === TEXT && !this.#compressed) {
      try {
        // Only to look: a text put together of many short ones would take many times its bytes.
        this.#decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        this.#decoder.decode(buffer.subarray(start, end), { stream: !last });
      } catch {
        this.#violate(sink, BAD_DATA, "bad_utf8", end);
        return;
      }
    }
    const gathered = this.#gathered ??= new Gathered();
    gathered.add(buffer, start, end, this.#final ? this.#rest : 0);
    if (!last) return;
    const opcode = this.#opcode;
    const compressed = this.#compressed;
    this.#forget();
    if (compressed) this.#inflated(opcode, gathered.bytes(), sink);
    else if (opcode === TEXT) sink.text(readText(gathered.buffer, 0, gathered.length)!);
    else if (sink.whole !== undefined) sink.whole(gathered.bytes());
    else sink.binary(gathered.buffer, 0, gathered.length);
  }

  #inflated(opcode: number, compressed: Uint8Array, sink: FrameSink): void {
    const payload = this.#deflate!.inflate(compressed, this.#maxBytes);
    if (payload === "too_big") this.#violate(sink, TOO_BIG, "message too big", 0);
    else if (payload === "bad") this.#violate(sink, BAD_DATA, "bad_compressed", 0);
    else this.#deliver(opcode, payload, sink);
  }

  #deliver(opcode: number, payload: Uint8Array, sink: FrameSink): void {
    this.#inflatedBytes += payload.length;
    if (opcode === BINARY) sink.binary(payload, 0, payload.length);
    else {
      const text = readText(payload, 0, payload.length);
      if (text === undefined) this.#violate(sink, BAD_DATA, "bad_utf8", 0);
      else sink.text(text);
    }
  }

  #forget(): void {
    this.#opcode = 0;
    this.#rest = 0;
    this.#gathered = undefined;
    this.#decoder = undefined;
  }

  /** Writes a frame. */
  write(payload: string | Uint8Array, output: Output): void {
    const deflate = this.#deflate;
    if (deflate !== undefined && deflate.applies(payload.length)) {
      const text = typeof payload === "string";
      const compressed = deflate.compress(text ? new TextEncoder().encode(payload) : payload);
      return append(FIN | COMPRESSED | (text ? TEXT : BINARY), compressed, output);
    }
    if (typeof payload !== "string") return append(FIN | BINARY, payload, output);
    const buffer = output.reserve(MAX_HEAD + 3 * payload.length);
    const start = output.used;
    const gap = headBytes(payload.length);
    const end = writeText(payload, buffer, start + gap);
    output.used = sealed(FIN | TEXT, buffer, start, gap, end);
  }

  /** Puts the head of a binary frame before its payload. */
  seal(buffer: Uint8Array, start: number, end: number): number {
    const { gap } = this;
    this.gap = headBytes(end - start - gap);
    return sealed(FIN | BINARY, buffer, start, gap, end);
  }

  /** Writes a ping. */
  ping(output: Output): void {
    append(FIN | PING, NOTHING, output);
  }

  /** Writes a pong. */
  pong(payload: Uint8Array, output: Output): void {
    append(FIN | PONG, payload, output);
  }

  /** Writes a close frame. */
  close(code: number, reason: string, output: Output): void {
    append(FIN | CLOSE, closePayload(code, reason), output);
  }
}

const NOTHING = new Uint8Array(0);

function headBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** Puts a head before a payload; gives the frame's end. */
function sealed(first: number, buffer: Uint8Array, start: number, gap: number, end: number): number {
  const length = end - start - gap;
  const head = headBytes(length);
  if (head !== gap) buffer.copyWithin(start + head, start + gap, end);
  buffer[start] = first;
  if (head === 2) buffer[start + 1] = length;
  else if (head === 4) {
    buffer[start + 1] = 126;
    buffer[start + 2] = length >> 8;
    buffer[start + 3] = length;
  } else {
    buffer[start + 1] = 127;
    new DataView(buffer.buffer, buffer.byteOffset).setBigUint64(start + 2, BigInt(length));
  }
  return start + head + length;
}

function append(first: number, payload: Uint8Array, output: Output): void {
  const { length } = payload;
  const gap = headBytes(length);
  const buffer = output.reserve(gap + length);
  const start = output.used;
  buffer.set(payload, start + gap);
  output.used = sealed(first, buffer, start, gap, start + gap + length);
}

function u32(buffer: Uint8Array, at: number): number {
  return (buffer[at] << 24 | buffer[at + 1] << 16 | buffer[at + 2] << 8 | buffer[at + 3]) >>> 0;
}
