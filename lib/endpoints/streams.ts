/**
 * All streams of an application, and what they share.
 *
 * @module
 */
import type { ConnectionHost } from "../connection.ts";
import { type Frame, SharedFrame } from "../frame.ts";
import type { Framing } from "../framing/mod.ts";
import { Output } from "../framing/output.ts";
import { Buffers } from "./buffers.ts";

/** A stream whose socket is open. */
export interface OpenStream {
  /** Bytes taken and not sent yet. */
  readonly buffered: number;
  /** Looks at its deadlines. */
  tick(): void;
  /** Asks the other end for a sign of life. */
  sendPing(): void;
  /** Closes at once. */
  abort(): void;
}

/** Ticks come once a second at least. */
const LONGEST_TICK_MS = 2_000;

/** So many pings go out before others get their turn. */
const PINGS_A_TURN = 128;
/** How long the end of the application waits for peers to hang up, in milliseconds. */
const LINGER_MS = 100;

/** All streams of an application. */
export class Streams {
  /** Takes their connections. */
  readonly host: ConnectionHost;
  /** Their buffers. */
  readonly buffers: Buffers = new Buffers();
  /** Those whose socket is open. */
  readonly open = new Set<OpenStream>();
  /**
   * A clock of ticks, in milliseconds, for what is to be expected of a peer. While this process stood still, its peers' answers could not
   * be read: then it hardly moves on.
   */
  now = 0;
  #ticked = performance.now();
  /** What was joined last: subscribers of the same topics are often sent the same frames in a turn. */
  #form = "";
  #due: OpenStream[] = [];
  #pings = new Map<string, Uint8Array>();
  #frames: Frame[] = [];
  #joined: Uint8Array | undefined;

  /** Made by `createN2O`. */
  constructor(host: ConnectionHost) {
    this.host = host;
  }

  /** Looks at each stream's deadlines. Called with each tick. */
  tick(): void {
    const now = performance.now();
    this.now += Math.min(LONGEST_TICK_MS, now - this.#ticked);
    this.#ticked = now;
    for (const stream of this.open) stream.tick();
    // It is of no use any more, and may be long.
    this.#frames = [];
    this.#joined = undefined;
  }

  /** Has a stream ask its other end for a sign of life; thousands that are due at once do so in turns. */
  due(stream: OpenStream): void {
    this.#due.push(stream);
    if (this.#due.length === 1) setTimeout(this.#ping, 0);
  }

  #ping = (): void => {
    for (const stream of this.#due.splice(0, PINGS_A_TURN)) stream.sendPing();
    if (this.#due.length > 0) setTimeout(this.#ping, 0);
  };

  /** A ping as it stands on the wire; not to be changed. */
  ping(framing: Framing): Uint8Array {
    const known = this.#pings.get(framing.form);
    if (known !== undefined) return known;
    const output = new Output();
    framing.ping(output);
    const bytes = output.bytes();
    this.#pings.set(framing.form, bytes);
    return bytes;
  }

  /** The frames of a turn as they stand on the wire, if others may be sent the same; not to be changed. */
  joined(frames: readonly Frame[], count: number, framing: Framing): Uint8Array | undefined {
    const { form } = framing;
    if (form === "") return undefined;
    const last = this.#frames;
    if (this.#form === form && last.length === count) {
      let at = 0;
      while (at < count && frames[at] === last[at]) at++;
      if (at === count) return this.#joined;
    }
    for (let i = 0; i < count; i++) if (!(frames[i] instanceof SharedFrame)) return undefined;
    const output = new Output();
    for (let i = 0; i < count; i++) output.append(this.wire(frames[i] as SharedFrame, framing));
    this.#form = form;
    this.#frames = frames.slice(0, count);
    return this.#joined = output.bytes();
  }

  /** A shared frame as it stands on the wire. */
  wire(frame: SharedFrame, framing: Framing): Uint8Array {
    const { form } = framing;
    const known = form === "" ? undefined : frame.wire(form);
    if (known !== undefined) return known;
    const output = new Output();
    framing.write(frame.payload, output);
    const wire = output.bytes();
    if (form !== "") frame.remember(form, wire);
    return wire;
  }

  /** Closes what is still open: what is being sent gets so many milliseconds for it. */
  async close(graceMs: number): Promise<void> {
    await this.#until(graceMs, () => this.open.values().every((stream) => stream.buffered === 0));
    // Whoever answers a good-bye at all does so by then, and what it sent before that has been read.
    await this.#until(Math.min(graceMs, LINGER_MS), () => this.open.size === 0);
    for (const stream of this.open) stream.abort();
  }

  async #until(ms: number, condition: () => boolean): Promise<void> {
    const end = performance.now() + ms;
    while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
