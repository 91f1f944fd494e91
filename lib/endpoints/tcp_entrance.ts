/**
 * How a socket becomes a connection of the TCP endpoint.
 *
 * @module
 */
import { LineFraming } from "../framing/line.ts";
import type { Framing } from "../framing/mod.ts";
import { Output } from "../framing/output.ts";
import { PacketFraming } from "../framing/packet.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import type { Gate, Refusal } from "./gate.ts";
import { Stream } from "./stream.ts";
import type { Streams } from "./streams.ts";

/** How frames stand in a stream: behind a length of 4 or of 2 bytes, or as lines of text. */
export type TcpFraming = "packet4" | "packet2" | "line";

const GOING_AWAY: Refusal = { code: 1001, reason: "going away" };
const TRY_LATER = 1013;

/** Lets sockets of one listener in. */
export class Entrance implements Gate {
  readonly #streams: Streams;
  readonly #door: Doorkeeper;
  readonly #framing: TcpFraming;

  /** Lets sockets in whose frames stand in them like that; `door` counts them, with those of the other endpoints. */
  constructor(streams: Streams, door: Doorkeeper, framing: TcpFraming) {
    this.#streams = streams;
    this.#door = door;
    this.#framing = framing;
  }

  /** The application's parts that listeners need. */
  get application(): Streams["host"]["application"] {
    return this.#streams.host.application;
  }

  /** Lets a client of that address in, or says why not. Each one let in must begin or {@linkcode Entrance.leave}. */
  enter(address: string): Refusal | undefined {
    if (this.#streams.host.closing) return GOING_AWAY;
    const refusal = this.#door.enter(address);
    if (refusal === undefined) return undefined;
    this.application.counters.connectionsRefused++;
    return { code: TRY_LATER, reason: refusal.code };
  }

  /** A client that was let in has gone without a connection. */
  leave(address: string): void {
    this.#door.leave(address);
  }

  /** Opens the connection of a client that was let in. */
  begin(io: ByteStream, address: string, secure: boolean): void {
    const options = { route: "", query: "", peer: { address, secure, transport: "tcp" } };
    const leave = () => this.#door.leave(address);
    new Stream(this.#streams, io, this.#newFraming(), options, { courteous: false, leave });
  }

  /** The bytes that say why somebody cannot come in. */
  farewell({ code, reason }: Refusal): Uint8Array {
    const output = new Output();
    this.#newFraming().close(code, reason, output);
    return output.bytes();
  }

  #newFraming(): Framing {
    const { limits, formatters } = this.application;
    const options = { maxBytes: limits.maxFrameBytes, bert: formatters.default.name === "bert" };
    if (this.#framing === "line") return new LineFraming(options);
    return new PacketFraming({ head: this.#framing === "packet4" ? 4 : 2, ...options });
  }
}
