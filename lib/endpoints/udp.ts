/**
 * The UDP endpoint: one datagram, one frame.
 *
 * @module
 */
import type { ConnectionHost } from "../connection.ts";
import { isText } from "../framing/payload.ts";
import type { Logger } from "../log.ts";
import { readText } from "../utf8.ts";
import { bindDatagrams } from "./udp_bind.ts";
import { Pace } from "./udp_pace.ts";
import { UdpPeers } from "./udp_peers.ts";
import { Proof, readGreeting } from "./udp_proof.ts";
import type { DatagramSocket } from "./udp_socket.ts";

/** Options of `N2O.listenUdp`. */
export interface UdpListenOptions {
  /** The port; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** The address to listen on; `0.0.0.0` and `::` are all of the machine's. @default "127.0.0.1" */
  readonly hostname?: string;
}

/** A socket on which datagrams are received. */
export interface UdpListener {
  /** The address in force. */
  readonly hostname: string;
  /** The port in force. */
  readonly port: number;
  /** Where clients find it. */
  readonly url: string;
  /** How many peers are remembered. */
  readonly peers: number;
  /** Resolves when it listens no more. */
  readonly finished: Promise<void>;
  /** Forgets who has been silent for too long. Called with each tick of the application. */
  tick(now: number): void;
  /** Stops listening; its connections end. */
  close(): Promise<void>;
}

/**
 * Listens for datagrams.
 *
 * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_host`, `bad_port`.
 */
export async function listenUdp(
  host: ConnectionHost,
  options: UdpListenOptions,
  log: Logger,
): Promise<UdpListener> {
  const { port = 0, hostname = "127.0.0.1" } = options;
  let endpoint: UdpEndpoint | undefined;
  const socket = await bindDatagrams(
    hostname,
    port,
    (bytes, address, port) => endpoint?.take(bytes, address, port),
    log,
    host.application.counters,
  );
  return endpoint = new UdpEndpoint(host, socket);
}

const encoder = new TextEncoder();

class UdpEndpoint implements UdpListener {
  readonly hostname: string;
  readonly port: number;
  readonly url: string;
  readonly finished: Promise<void>;
  #host: ConnectionHost;
  #socket: DatagramSocket;
  #peers: UdpPeers;
  #proof = new Proof();
  #greetings: Pace;
  #isBert: boolean;
  #finish: () => void;
  #closing: Promise<void> | undefined;

  constructor(host: ConnectionHost, socket: DatagramSocket) {
    const { limits, formatters } = host.application;
    this.hostname = socket.hostname;
    this.port = socket.port;
    const shown = socket.hostname.includes(":") ? `[${socket.hostname}]` : socket.hostname;
    this.url = `udp://${shown}:${socket.port}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#finish = resolve;
    this.#host = host;
    this.#socket = socket;
    this.#peers = new UdpPeers(host, socket);
    this.#greetings = new Pace(limits.maxMessagesPerSecond);
    this.#isBert = formatters.default.name === "bert";
  }

  get peers(): number {
    return this.#peers.size;
  }

  /** Takes a datagram. */
  take(bytes: Uint8Array, address: string, port: number): void {
    const { counters, limits } = this.#host.application;
    // Nothing can be sent to port 0: such a datagram is forged.
    if (port === 0) return;
    if (bytes.length > limits.maxFrameBytes) {
      counters.malformed++;
      return;
    }
    let text: string | undefined;
    if (isText(bytes, 0, bytes.length, this.#isBert)) {
      text = readText(bytes, 0, bytes.length);
      if (text === undefined) {
        counters.malformed++;
        return;
      }
      if (text.startsWith("N2O,")) return this.#greet(text, address, port);
    }
    const peer = this.#peers.proven(address, port) ?? this.#peers.unproven(address, port);
    if (text === undefined) peer?.binary(bytes);
    else peer?.text(text);
  }

  /** An address proves itself by repeating the digits that were sent there; until then a token is answered with these. */
  #greet(text: string, address: string, port: number): void {
    const { token, digits } = readGreeting(text);
    const { second, closing, application } = this.#host;
    let peer = this.#peers.proven(address, port);
    if (peer === undefined) {
      if (closing) return;
      if (!this.#greetings.admits(second)) {
        application.counters.rateExceeded++;
        return;
      }
      if (digits === undefined || !this.#proof.holds(digits, address, port, second)) {
        const answer = encoder.encode(`N2O?${this.#proof.digits(address, port, second)}`);
        return this.#socket.send(answer, address, port);
      }
      peer = this.#peers.prove(address, port);
    }
    peer?.text(`N2O,${token}`);
  }

  tick(now: number): void {
    this.#peers.tick(now);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#peers.end(1001, "going away");
    await this.#socket.close();
    this.#finish();
  }
}
