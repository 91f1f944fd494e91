/**
 * A stream of bytes to send by: TCP, TLS or a Unix domain socket.
 *
 * @module
 */
import { LineFraming } from "../../framing/line.ts";
import type { FrameSink, Framing } from "../../framing/mod.ts";
import { Output } from "../../framing/output.ts";
import { PacketFraming } from "../../framing/packet.ts";
import type { Channel, ChannelEvents, ChannelOptions, Frame } from "./channel.ts";
import { farewellIn } from "./farewell.ts";
import { NotFramed } from "./failure.ts";
import type { Target } from "./target.ts";

/** The size of the first buffer that is read into, in bytes; it grows while a framing wants to see more at once. */
const READ_SIZE = 65_536;
/** The longest frame that is taken, in bytes. */
const MAX_FRAME = 67_108_864;
/** For so long a frame may be a farewell, in milliseconds: then, with the stream going on, it is one like any other. */
const FAREWELL_MS = 100;
/** How long the other end may take to end its direction, in milliseconds. */
const CLOSE_MS = 2000;

type StreamTarget = Extract<Target, { readonly kind: "stream" | "unix" }>;

/** Opens a stream. `bert`: whether binary frames are BERT, which tells them from texts. */
export async function openStream(
  target: StreamTarget,
  bert: boolean,
  { signal }: ChannelOptions,
  events: ChannelEvents,
): Promise<Channel> {
  const connecting = target.kind === "unix"
    ? Deno.connect({ transport: "unix", path: target.path })
    : target.tls
    ? Deno.connectTls({ hostname: target.hostname, port: target.port })
    : Deno.connect({ hostname: target.hostname, port: target.port });
  const conn: Deno.Conn = await Promise.race([connecting, aborted(signal)]);
  return new StreamChannel(conn, framingOf(target, bert), events);
}

function framingOf({ framing }: StreamTarget, bert: boolean): Framing {
  const options = { maxBytes: MAX_FRAME, bert };
  if (framing === "line") return new LineFraming(options);
  return new PacketFraming({ ...options, head: framing === "packet2" ? 2 : 4 });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

class StreamChannel implements Channel, FrameSink {
  readonly lossy = false;
  readonly live = true;
  readonly #conn: Deno.Conn;
  readonly #framing: Framing;
  readonly #events: ChannelEvents;
  readonly #reading: Promise<void>;
  #output = new Output();
  #writing: Promise<void> | undefined;
  #sending = 0;
  #ended = false;
  /** The frame that may be the last one. */
  #last: Frame | undefined;
  #lastTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(conn: Deno.Conn, framing: Framing, events: ChannelEvents) {
    this.#conn = conn;
    this.#framing = framing;
    this.#events = events;
    this.#reading = this.#read();
  }

  get buffered(): number {
    return this.#output.used + this.#sending;
  }

  write(frame: Frame): void {
    this.#framing.write(frame, this.#output);
    this.#writing ??= this.#drain();
  }

  async end(): Promise<void> {
    await this.#writing;
    this.#ended = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.#conn.closeWrite();
      await Promise.race([
        this.#reading,
        new Promise<void>((resolve) => timer = setTimeout(resolve, CLOSE_MS)),
      ]);
      this.#conn.close();
    } catch {
      // the other end was faster
    }
    clearTimeout(timer);
  }

  text(text: string): void {
    this.#tell(text);
  }

  binary(buffer: Uint8Array, start: number, end: number): void {
    this.#tell(buffer.slice(start, end));
  }

  ping(): void {}

  pong(): void {}

  closed(code: number, reason: string): void {
    this.#close(code, reason);
  }

  violated(_code: number, reason: string): void {
    this.#fail(new NotFramed(reason));
  }

  #tell(frame: Frame): void {
    this.#release();
    if (this.#ended) return;
    if (farewellIn(frame) === undefined) return this.#events.frame(frame);
    this.#last = frame;
    this.#lastTimer = setTimeout(() => this.#release(), FAREWELL_MS);
  }

  /** Tells of the frame that was not the last one. */
  #release(): void {
    clearTimeout(this.#lastTimer);
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined && !this.#ended) this.#events.frame(last);
  }

  #close(code: number, reason: string): void {
    clearTimeout(this.#lastTimer);
    if (this.#ended) return;
    this.#ended = true;
    const told = this.#last === undefined ? undefined : farewellIn(this.#last);
    this.#events.closed(told?.code ?? code, told?.reason ?? reason);
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.failed(error);
  }

  async #drain(): Promise<void> {
    try {
      while (this.#output.used > 0) {
        const bytes = this.#output.bytes();
        this.#output.used = 0;
        this.#sending = bytes.length;
        for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
        this.#sending = 0;
      }
    } catch {
      // the reading ends with the same error, and tells it
    }
    this.#writing = undefined;
  }

  async #read(): Promise<void> {
    let buffer = new Uint8Array(READ_SIZE);
    let used = 0;
    try {
      for (;;) {
        if (used === buffer.length) {
          const longer = new Uint8Array(2 * buffer.length);
          longer.set(buffer);
          buffer = longer;
        }
        const came = await this.#conn.read(buffer.subarray(used));
        if (came === null) break;
        used += came;
        const from = this.#framing.read(buffer, 0, used, this);
        buffer.copyWithin(0, from, used);
        used -= from;
      }
      this.#framing.end(buffer.subarray(0, used), this);
      this.#close(1005, "");
    } catch (error) {
      this.#fail(error);
    }
  }
}
