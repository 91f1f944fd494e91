/**
 * A socket for datagrams: bound to a port, with a bound to what it has not sent yet.
 *
 * @module
 */
import type { RemoteInfo, Socket } from "node:dgram";
import type { Counters } from "../counters.ts";
import type { Logger } from "../log.ts";
import { Pace } from "./udp_pace.ts";

/** Takes a datagram, whose bytes are its own for the time of the call only. */
export type TakeDatagram = (bytes: Uint8Array, address: string, port: number) => void;

/** The longest payload that fits into a datagram, in bytes. */
const MOST_BYTES = 65_507;
/** What may wait for the kernel, in bytes, and what a datagram counts for besides its own. */
const MOST_WAITING = 33_554_432;
const OVERHEAD = 256;
/** How long what is on its way may hold up the end, in milliseconds. */
const DRAIN_MS = 1_000;

/** A socket for datagrams, made by `bindDatagrams`. */
export class DatagramSocket {
  /** The address in force. */
  readonly hostname: string;
  /** The port in force. */
  readonly port: number;
  /** Bytes that the kernel has not taken yet. */
  waiting = 0;
  #socket: Socket;
  #log: Logger;
  #counters: Counters;
  #datagrams = 0;
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  /** An error may come with every datagram: one line a second tells enough. */
  #lines = new Pace(1);

  /** Goes on with a socket that is bound. */
  constructor(socket: Socket, take: TakeDatagram, log: Logger, counters: Counters) {
    const { address, port } = socket.address();
    this.hostname = address;
    this.port = port;
    this.#socket = socket;
    this.#log = log;
    this.#counters = counters;
    // Whatever goes wrong with one datagram, the next one is received.
    socket.on("error", (error) => this.#warn("datagram_not_received", { error }));
    socket.on("message", (bytes: Uint8Array, from: RemoteInfo) => {
      if (this.#closing !== undefined) return;
      try {
        // Not the runtime's `Buffer`, whose slices keep all that a datagram could have been in memory.
        take(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), from.address, from.port);
      } catch (error) {
        log.error("datagram_failed", { error });
      }
    });
  }

  /** Sends a datagram, or drops and counts it when it is too long, or too much waits. Never throws. */
  send(payload: Uint8Array, address: string, port: number): void {
    if (this.#closing !== undefined) return;
    if (payload.length > MOST_BYTES) {
      this.#counters.datagramsDropped++;
      return this.#warn("datagram_too_long", { bytes: payload.length, most: MOST_BYTES });
    }
    if (this.waiting > MOST_WAITING) {
      this.#counters.datagramsDropped++;
      return this.#warn("datagrams_wait", { bytes: this.waiting });
    }
    this.waiting += payload.length + OVERHEAD;
    this.#datagrams++;
    try {
      this.#socket.send(payload, port, address, this.#sent);
    } catch (error) {
      this.#sent(error as Error);
    }
  }

  /** Receives no more, waits for what is on its way, and frees the port. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    if (this.#datagrams > 0) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
        timer = setTimeout(resolve, DRAIN_MS);
      });
      clearTimeout(timer);
    }
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  /** One for all datagrams; of one that failed the size is not told, and an average does. */
  #sent = (error: Error | null, bytes?: number): void => {
    this.waiting -= error ? this.waiting / this.#datagrams : bytes! + OVERHEAD;
    this.#datagrams--;
    if (this.#datagrams === 0) {
      this.waiting = 0;
      this.#drained?.();
    }
    if (!error) return;
    this.#counters.datagramsDropped++;
    this.#warn("datagram_not_sent", { error });
  };

  #warn(event: string, fields: Record<string, unknown>): void {
    if (this.#lines.admits(Math.floor(performance.now() / 1000))) this.#log.warn(event, fields);
  }
}
