/**
 * A stream of bytes as a connection's transport: all frames of a read are handled before the next. What it sends is its base class's.
 *
 * @module
 */
import { Connection, type ConnectionOptions } from "../connection.ts";
import type { FrameSink, Framing } from "../framing/mod.ts";
import type { Transport } from "../transport.ts";
import { LARGE, SMALL } from "./buffers.ts";
import type { ByteStream } from "./byte_stream.ts";
import { HIGH_WATER, StreamOutput } from "./stream_output.ts";
import { ANSWERING, CLOSING, GONE, OPEN, SHUT } from "./stream_state.ts";
import type { Streams } from "./streams.ts";

/** What begins a stream. */
export interface StreamStart {
  /** What is written before anything else: the answer to a handshake. */
  readonly greeting?: Uint8Array;
  /** What has been read already. */
  readonly rest?: Uint8Array;
  /** Whether the other end answers pings, and says good-bye before it ends the stream. */
  readonly courteous: boolean;
  /** Called once when the stream is gone. */
  leave(): void;
}

/** Buffers grow and shrink by this factor, and shrink after so many reads that would have fit into the smaller one. */
const STEP = 8;
const CALM = 8;
/** A stream without news for so long waits with a small buffer, in milliseconds; so do all when larger ones hold so many bytes. */
const QUIET_MS = 1000;
const MOST_LENT = 33_554_432;
/** So many bytes may stand before a ping on any line; from there on a slow one takes so many a millisecond. */
const AHEAD = 65_536, SLOW = 16;
/** How long the other end may take to close, in milliseconds. */
const CLOSE_MS = 3_000;
const BROKEN = 1006, GOODBYE = 1000, FAILED = 1011, TOO_LONG = 1009;

/** One stream of bytes as a connection's transport. */
export class Stream extends StreamOutput implements Transport, FrameSink {
  /** It stops reading while its connection has too much to do. */
  readonly waits = true;
  protected readonly connection: Connection;
  #courteous: boolean;
  #leave: () => void;
  #buffer: Uint8Array;
  /** Bytes at the start of the buffer that the framing wants to see again. */
  #have = 0;
  #calm = 0;
  #heard: number;
  #pinged = false;
  /** How much longer than usual the answer to a ping may take that stands behind much else. */
  #slackMs = 0;
  /** The other end has ended its direction. */
  #heardEnd = false;
  #resume: (() => void) | undefined;

  /** Opens a connection over a stream, and reads on until its end. */
  constructor(
    home: Streams,
    io: ByteStream,
    framing: Framing,
    options: ConnectionOptions,
    { greeting, rest, courteous, leave }: StreamStart,
  ) {
    super(home, io, framing);
    this.#courteous = courteous;
    this.#leave = leave;
    this.#buffer = home.buffers.take(SMALL);
    this.#heard = home.now;
    home.open.add(this);
    if (greeting !== undefined) this.out().append(greeting);
    this.connection = new Connection(home.host, this, options);
    this.flush();
    this.#read(rest);
  }

  /** Reads on. */
  resume(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  /** Closes after what was taken. */
  close(code: number, reason: string): void {
    if (this.state > ANSWERING) return;
    this.framing.close(code, reason, this.out());
    this.#finish();
  }

  /** Closes at once. */
  abort(): void {
    if (this.state === GONE) return;
    this.state = GONE;
    this.home.open.delete(this);
    this.resume();
    try {
      this.io.close();
    } catch {
      // It is closed already.
    }
    this.#leave();
    this.connection.end(BROKEN, "");
  }

  /** Looks at the deadlines: a peer that is gone answers no ping, one that was told to go may not go. */
  tick(): void {
    const { now } = this.home;
    const { silenceTimeoutMs, idleTimeoutMs, postTimeoutMs } = this.home.host.application.limits;
    switch (this.state) {
      case OPEN: {
        if (!this.#courteous || this.#resume !== undefined) return;
        const silent = now - this.#heard;
        if (this.#pinged) {
          if (silent > silenceTimeoutMs + Math.min(idleTimeoutMs, this.#slackMs)) this.abort();
          return;
        }
        // Later than clients ping that keep to N2O's 5 seconds, with the default: most need not be asked.
        if (3 * silent < 2 * silenceTimeoutMs) return;
        this.#pinged = true;
        this.home.due(this);
        return;
      }
      case ANSWERING:
        if (now - this.since > postTimeoutMs) this.#answered();
        return;
      case CLOSING:
      case SHUT:
        if (now - this.since > CLOSE_MS) this.abort();
    }
  }

  /** Asks the other end for a sign of life. */
  sendPing(): void {
    if (this.state !== OPEN) return;
    this.#slackMs = Math.max(0, this.sentSince + this.buffered - AHEAD) / SLOW | 0;
    if (this.buffered === 0) return this.send(this.home.ping(this.framing));
    this.framing.ping(this.out());
    this.flush();
  }

  /** A text frame. */
  text(text: string): void {
    this.connection.receive(text);
  }

  /** A binary frame. */
  binary(buffer: Uint8Array, start: number, end: number): void {
    this.connection.receiveFrom(buffer, start, end);
  }

  /** A binary frame that came in pieces. */
  whole(bytes: Uint8Array): void {
    this.connection.receive(bytes);
  }

  /** A ping; whoever does not read its answers gets no more of them. */
  ping(buffer: Uint8Array, start: number, end: number): void {
    if (this.state !== OPEN || !this.connection.heard() || this.buffered > HIGH_WATER) return;
    this.framing.pong(buffer.subarray(start, end), this.out());
  }

  /** A pong: that something came is all it says. */
  pong(): void {}

  /** The other end says good-bye: it gets what is ready, and its good-bye back. */
  closed(code: number, reason: string): void {
    if (this.state > ANSWERING) return;
    this.connection.flush();
    this.connection.end(code, reason);
    this.close(code, "");
  }

  /** The bytes break the rules of the framing. */
  violated(code: number, reason: string): void {
    const { counters, log } = this.home.host.application;
    counters.malformed++;
    log.debug("framing_violated", { code, reason });
    // The original's close frames for these have no reason.
    const bare = this.#courteous && code !== TOO_LONG;
    this.connection.close(code, bare ? "" : reason);
  }

  async #read(rest: Uint8Array | undefined): Promise<void> {
    try {
      if (rest !== undefined && rest.length > 0) this.#took(rest, 0, rest.length);
      while (this.state !== GONE) {
        if (this.state === OPEN && this.connection.crowded) {
          await new Promise<void>((resolve) => this.#resume = resolve);
          continue;
        }
        if (this.framing.paused === true && this.state !== SHUT) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          this.#took(this.#buffer, this.#have, this.#have);
          continue;
        }
        const have = this.#have;
        const buffer = this.#buffer;
        const count = await this.io.read(have === 0 ? buffer : buffer.subarray(have));
        if (count === null) {
          this.#ended();
          break;
        }
        this.#took(buffer, have, have + count);
      }
    } catch {
      this.abort();
    }
    this.home.buffers.give(this.#buffer);
  }

  /** Handles what came: the bytes of a buffer, up to `end`, of which the last ones are new. */
  #took(buffer: Uint8Array, have: number, end: number): void {
    const { now } = this.home;
    const quiet = now - this.#heard >= QUIET_MS;
    this.#heard = now;
    this.#pinged = false;
    this.sentSince = 0;
    let at = end;
    if (this.state !== SHUT) {
      try {
        at = this.framing.read(buffer, 0, end, this);
      } catch (error) {
        this.home.host.application.log.error("connection_failed", { error });
        this.connection.close(FAILED, "failed");
      }
    }
    const left = end - at;
    this.#resize(end - have, end, left, quiet);
    // A buffer that was given back is nobody else's before this has returned.
    if (left > 0 && (at > 0 || buffer !== this.#buffer)) this.#buffer.set(buffer.subarray(at, end));
    this.#have = left;
    this.connection.flush();
    // The connection may have ended within; what it said before still goes out.
    this.flush();
  }

  /** Chooses the buffer for the next read. */
  #resize(came: number, end: number, left: number, quiet: boolean): void {
    const { buffers } = this.home;
    const size = this.#buffer.length;
    let wanted = size;
    if (end >= size) {
      if (size < LARGE) wanted = size * STEP;
      this.#calm = 0;
    } else if (quiet) wanted = SMALL;
    else if (came * STEP > size || size === SMALL) this.#calm = 0;
    else if (++this.#calm > CALM) wanted = size / STEP;
    if (wanted > SMALL && left === 0 && buffers.lent > MOST_LENT) wanted = SMALL;
    // What the framing wants to see again needs as much room behind it.
    while (wanted < 2 * left) wanted *= STEP;
    if (wanted === size) return;
    this.#calm = 0;
    buffers.give(this.#buffer);
    this.#buffer = buffers.take(wanted);
  }

  /** The other end has ended its direction: it still gets its answers. */
  #ended(): void {
    this.#heardEnd = true;
    if (this.state === SHUT) return this.abort();
    if (this.state !== OPEN) return;
    this.framing.end(this.#buffer.subarray(0, this.#have), this);
    if (this.state !== OPEN) return;
    this.state = ANSWERING;
    this.since = this.home.now;
    // Whoever should have said good-bye is gone; who need not may be waiting.
    if (this.#courteous) this.#answered();
    else this.connection.idle().then(() => this.#answered());
  }

  #answered(): void {
    if (this.state !== ANSWERING) return;
    this.connection.flush();
    this.connection.end(this.#courteous ? BROKEN : GOODBYE, "");
    this.#finish();
  }

  /** Nothing more is taken: what was, goes out. */
  #finish(): void {
    this.state = CLOSING;
    this.since = this.home.now;
    this.resume();
    this.flush();
    if (this.buffered === 0) this.shut();
  }

  /** Ends the sending direction, and waits a little for the other end to do the same: a socket that is closed with unread bytes loses what it sent last. */
  protected shut(): void {
    if (this.state >= SHUT) return;
    this.state = SHUT;
    const { closeWrite } = this.io;
    if (closeWrite === undefined || this.#heardEnd) return this.abort();
    closeWrite.call(this.io).catch(() => this.abort());
  }
}
