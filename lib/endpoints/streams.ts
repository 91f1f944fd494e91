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
import type { Stream } from "./stream.ts";

/** All streams of an application. */
export class Streams {
  /** Takes their connections. */
  readonly host: ConnectionHost;
  /** Their buffers. */
  readonly buffers: Buffers = new Buffers();
  /** Those whose socket is open. */
  readonly open = new Set<Stream>();
  /** What was joined last: subscribers of the same topics are often sent the same frames in a turn. */
  #form = "";
  #frames: Frame[] = [];
  #joined: Uint8Array | undefined;

  /** Made by `createN2O`. */
  constructor(host: ConnectionHost) {
    this.host = host;
  }

  /** Looks at each stream's deadlines. Called with each tick. */
  tick(now: number): void {
    for (const stream of this.open) stream.tick(now);
    // It is of no use any more, and may be long.
    this.#frames = [];
    this.#joined = undefined;
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

  /** Closes what is still open after so many milliseconds. */
  async close(graceMs: number): Promise<void> {
    const end = performance.now() + graceMs;
    while (this.open.size > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const stream of this.open) stream.abort();
  }
}
