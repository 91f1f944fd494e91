/**
 * What a stream sends: all output of a turn in one write, and the next write when that is done.
 *
 * @module
 */
import type { Connection } from "../connection.ts";
import type { Formatter } from "../formats/mod.ts";
import { type Frame, SharedFrame } from "../frame.ts";
import type { Framing } from "../framing/mod.ts";
import type { Output } from "../framing/output.ts";
import type { Term } from "../term.ts";
import type { ByteStream } from "./byte_stream.ts";
import { ANSWERING, CLOSING, GONE, OPEN } from "./stream_state.ts";
import type { Streams } from "./streams.ts";

/** A reply is not encoded in place when so much waits to be sent: the connection's queue has bounds and a policy. */
export const HIGH_WATER = 262_144;
/** What an encoder and a head may need beyond the payload. */
const ROOM = 80;
/** The close code for a frame that the framing cannot hold. */
const TOO_LONG = 1009;

/** The part of a stream that sends; a base class, so that a stream is one object. */
export abstract class StreamOutput {
  protected readonly home: Streams;
  protected readonly io: ByteStream;
  protected readonly framing: Framing;
  /** Where it stands: one of `stream_state.ts`. */
  protected state: number = OPEN;
  /** When it began to stand there, or the other end was last seen to take something since. */
  protected since = 0;
  /** How many bytes the system has taken since something came last. */
  protected sentSince = 0;
  #output: Output | undefined;
  /** What is being written: the output that it stands in, unless others share it, and what of it is left. */
  #sent: Output | undefined;
  #sending: Uint8Array | undefined;
  /** What is written next, and others share too; nothing else waits then. */
  #next: Uint8Array | undefined;

  /** Has sent nothing yet. */
  constructor(home: Streams, io: ByteStream, framing: Framing) {
    this.home = home;
    this.io = io;
    this.framing = framing;
  }

  /** Whose frames it sends. */
  protected abstract readonly connection: Connection;
  /** All that was taken is out, and nothing more is. */
  protected abstract shut(): void;
  /** Closes at once. */
  abstract abort(): void;

  /** Bytes taken and not sent yet. */
  get buffered(): number {
    return (this.#sending?.length ?? 0) + (this.#next?.length ?? 0) + (this.#output?.used ?? 0);
  }

  /** Takes frames. */
  write(frames: readonly Frame[], count: number): void {
    if (this.state > ANSWERING) return;
    try {
      if (this.#next === undefined && (this.#output === undefined || this.#output.used === 0)) {
        const joined = this.home.joined(frames, count, this.framing);
        if (joined !== undefined) {
          if (this.#sending === undefined) this.send(joined);
          else this.#next = joined;
          return;
        }
      }
      const output = this.out();
      for (let i = 0; i < count; i++) {
        const frame = frames[i];
        if (frame instanceof SharedFrame) output.append(this.home.wire(frame, this.framing));
        else this.framing.write(frame, output);
      }
    } catch (error) {
      this.home.host.application.log.error("frame_not_written", { error });
      this.connection.close(TOO_LONG, "frame too long");
    }
  }

  /** Has a term encoded where it will be sent. */
  place(formatter: Formatter, term: Term): number {
    const framing = this.framing;
    const { gap } = framing;
    if (gap < 0 || formatter.encodeInto === undefined || this.state > ANSWERING) return -1;
    const output = this.out();
    const start = output.used;
    if (start > HIGH_WATER) return -1;
    let { buffer } = output;
    const from = start + gap;
    let end = formatter.encodeInto(term, buffer, from);
    while (end < 0 || end + ROOM > buffer.length) {
      buffer = output.reserve(Math.abs(end) - start + 2 * ROOM);
      end = formatter.encodeInto(term, buffer, from);
    }
    output.used = framing.seal(buffer, start, end);
    return end - from;
  }

  /** Sends what was written or placed, unless that before it is still under way. */
  flush(): void {
    const output = this.#output;
    if (output === undefined || this.#sending !== undefined || this.state === GONE) return;
    this.#output = undefined;
    if (output.used === 0) return this.home.buffers.sent(output);
    this.#sent = output;
    this.send(output.buffer.subarray(0, output.used));
  }

  /** What is written next. */
  protected out(): Output {
    const output = this.#output ??= this.home.buffers.output();
    if (this.#next !== undefined) {
      output.append(this.#next);
      this.#next = undefined;
    }
    return output;
  }

  /** Sends bytes. Only when nothing is being sent. */
  protected send(bytes: Uint8Array): void {
    this.#sending = bytes;
    this.io.write(bytes).then(this.#wrote, this.#broke);
  }

  #wrote = (count: number): void => {
    const sending = this.#sending!;
    this.sentSince += count;
    // Whoever reads what is left, however slowly, may read it to its end.
    if (this.state === CLOSING) this.since = this.home.now;
    if (count < sending.length) return this.send(sending.subarray(count));
    this.#sending = undefined;
    if (this.#sent !== undefined) {
      this.home.buffers.sent(this.#sent);
      this.#sent = undefined;
    }
    if (this.connection.behind) this.connection.flush();
    const next = this.#next;
    if (next !== undefined && this.state !== GONE) {
      this.#next = undefined;
      this.send(next);
    } else this.flush();
    if (this.state === CLOSING && this.#sending === undefined) this.shut();
  };

  #broke = (): void => this.abort();
}
