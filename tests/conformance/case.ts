/**
 * What a case of the conformance tables is: what a client sends, what comes back, and how the connection ends.
 *
 * @module
 */
import { clientFrame, type Op, type SendOptions } from "../raw_socket.ts";

/** A frame, or a message, as it comes back. */
export interface Heard {
  readonly op: Op;
  readonly payload: Uint8Array;
}

/** A message to send, compressed where that was agreed on. */
export interface Message extends Heard {
  /** Frames of so many bytes; all in one when it is left out. */
  readonly fragmentBytes?: number;
  /** Sends it as it is, whatever was agreed on. */
  readonly plain?: boolean;
}

/** Goes on when so many messages or pongs have come. */
export interface After {
  readonly heard: number;
}

/** The bytes so far are wrong already: the server has to say so without the rest. */
export const wrongByNow = Symbol("wrong by now");

/** One thing that a client does. */
export type Step = Uint8Array | Message | After | typeof wrongByNow;

/**
 * How a connection ends. `goodbye`: the client closes with 1000 once everything expected has come. `answer`: a close frame is
 * among what is sent. `failure`: the server closes by itself.
 */
export interface End {
  readonly by: "goodbye" | "answer" | "failure";
  /** The close frame's code; `none` for a frame without one, `dropped` when the connection ends without a close frame. One of them. */
  readonly codes: readonly string[];
}

/** One case. */
export interface Case {
  /** Its number in the list of the Autobahn fuzzing client; `+` begins those that this project adds. */
  readonly id: string;
  /** What it shows. */
  readonly title: string;
  /** What the client does; made when it is needed where it is long. */
  readonly send: readonly Step[] | (() => readonly Step[]);
  /** How the bytes go out: a write for each frame, or for so many bytes of a frame. @default all that can, in one write */
  readonly chop?: "frames" | number;
  /** What comes back, in order. */
  readonly hears: readonly Heard[] | (() => readonly Heard[]);
  readonly end: End;
  /** The extension header to offer. */
  readonly offer?: string;
}

const encoder = new TextEncoder();

/** A text's bytes, or bytes. */
export function bytesOf(payload: Uint8Array | string): Uint8Array {
  return typeof payload === "string" ? encoder.encode(payload) : payload;
}

/** A frame with any opcode. */
export function frame(op: Op | number, payload: Uint8Array | string = "", options?: SendOptions): Uint8Array {
  return clientFrame(op, bytesOf(payload), options);
}

/** A text frame that is a message. */
export function text(payload: Uint8Array | string = ""): Uint8Array {
  return frame("text", payload);
}

/** A text frame that begins a message. */
export function textStart(payload: Uint8Array | string = ""): Uint8Array {
  return frame("text", payload, { fin: false });
}

/** A frame that goes on with a message. */
export function more(payload: Uint8Array | string = ""): Uint8Array {
  return frame("cont", payload, { fin: false });
}

/** A frame that ends a message. */
export function last(payload: Uint8Array | string = ""): Uint8Array {
  return frame("cont", payload);
}

/** A close frame; without a code, an empty one. */
export function close(code?: number, reason: Uint8Array | string = ""): Uint8Array {
  if (code === undefined) return frame("close");
  return frame("close", Uint8Array.of(code >> 8, code & 255, ...bytesOf(reason)));
}

/** What is heard: a message or a pong. */
export function heard(op: Op, payload: Uint8Array | string = ""): Heard {
  return { op, payload: bytesOf(payload) };
}

/** A message in frames of so many bytes. */
export function fragments(op: Op, payload: Uint8Array, size: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let at = 0;
  do {
    const end = at + size;
    frames.push(frame(at === 0 ? op : "cont", payload.subarray(at, end), { fin: end >= payload.length }));
    at = end;
  } while (at < payload.length);
  return frames;
}

/** The client says good-bye, and is answered. */
export const goodbye: End = { by: "goodbye", codes: ["1000"] };

/** The client's close frame is answered with one of these codes. */
export function answered(...codes: (number | "none")[]): End {
  return { by: "answer", codes: codes.map(String) };
}

/** The server ends the connection with one of these codes. */
export function failed(...codes: number[]): End {
  return { by: "failure", codes: codes.map(String) };
}

/** The steps of a case. */
export function stepsOf({ send }: Case): readonly Step[] {
  return typeof send === "function" ? send() : send;
}

/** What comes back in a case. */
export function hearsOf({ hears }: Pick<Case, "hears">): readonly Heard[] {
  return typeof hears === "function" ? hears() : hears;
}
