/**
 * Frames: what a connection hands to its transport.
 *
 * @module
 */

/**
 * A payload that goes to many connections, with its wire form in each framing that it was sent in.
 *
 * @example
 * ```ts
 * import { SharedFrame } from "@n2o/n2o";
 *
 * const frame = new SharedFrame("hello");
 * frame.remember("websocket", Uint8Array.of(0x81, 5, 104, 101, 108, 108, 111));
 * if (frame.wire("websocket")?.length !== 7 || frame.wire("packet4") !== undefined) throw new Error("forgotten");
 * ```
 */
export class SharedFrame {
  /** A text frame's text, or a binary frame's bytes. */
  readonly payload: string | Uint8Array;
  /** The payload as runtimes like to take it: the same bytes as a buffer of their own. */
  readonly body: string | ArrayBuffer;
  #form = "";
  #wire: Uint8Array | undefined;
  #others: Map<string, Uint8Array> | undefined;

  /** Makes a shared frame of a payload. */
  constructor(payload: string | Uint8Array) {
    this.payload = payload;
    this.body = typeof payload === "string" ? payload : wholeBuffer(payload);
  }

  /** The frame as it stands on the wire in a framing of that form; made once by the first connection that sends it. */
  wire(form: string): Uint8Array | undefined {
    return this.#form === form ? this.#wire : this.#others?.get(form);
  }

  /** Remembers the wire form for the other connections. */
  remember(form: string, wire: Uint8Array): void {
    if (this.#wire === undefined) {
      this.#form = form;
      this.#wire = wire;
    } else (this.#others ??= new Map()).set(form, wire);
  }
}

/** A frame on its way out: a text, bytes, or either of them shared. */
export type Frame = string | Uint8Array | SharedFrame;

/** The payload of a frame. */
export function payloadOf(frame: Frame): string | Uint8Array {
  return frame instanceof SharedFrame ? frame.payload : frame;
}

/** The size that a frame counts for in queues: its bytes, or the UTF-16 units of a text. */
export function sizeOf(frame: Frame): number {
  return frame instanceof SharedFrame ? frame.payload.length : frame.length;
}

function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  return whole.buffer as ArrayBuffer;
}
