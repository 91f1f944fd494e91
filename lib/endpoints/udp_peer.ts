/**
 * A peer: an address and a port that datagrams come from, as a connection's transport.
 *
 * @module
 */
import { Connection, type ConnectionHost } from "../connection.ts";
import type { Frame } from "../frame.ts";
import type { Transport } from "../transport.ts";
import { datagramOf } from "./udp_frame.ts";
import type { DatagramSocket } from "./udp_socket.ts";

/** What peers share. */
export interface UdpPeerHome {
  /** Takes their connections. */
  readonly host: ConnectionHost;
  /** Sends their answers. */
  readonly socket: DatagramSocket;
  /** Whether there may be one more connection; counts a refusal when not. */
  hasRoom(): boolean;
  /** The peer is to be remembered no more. */
  forget(peer: UdpPeer): void;
}

/** What an address that has not proved itself may be sent for each of its datagrams, in bytes. */
const UNPROVEN_BYTES = 20;
/** The longest frame of such an address, in bytes, and how many may wait for a protocol that is busy. */
const UNPROVEN_FRAME = 4096;
const UNPROVEN_WAITING = 16;
/** A peer that has proved its address, or one that has not. */
export class UdpPeer implements Transport {
  /** A datagram may be forged even where the address is proven: a malformed one tells nothing about the peer. */
  readonly lossy = true;
  /** The address. */
  readonly address: string;
  /** The port. */
  readonly port: number;
  /** Whether it has shown that it receives what is sent there. */
  readonly proven: boolean;
  /** When it was heard last, in milliseconds since 1970. */
  seen: number;
  #home: UdpPeerHome;
  #connection: Connection | undefined;
  /** The session to go on with, while there is no connection. */
  #token = "";
  /** How many answers an unproven peer may still be sent: one for each datagram. */
  #owed = 0;
  #opened = 0;
  #count = 0;

  /** Remembers a peer; its connection begins with its first frame. */
  constructor(home: UdpPeerHome, address: string, port: number, proven: boolean) {
    this.#home = home;
    this.address = address;
    this.port = port;
    this.proven = proven;
    this.seen = this.#opened = home.host.now;
  }

  /** What waits in the socket that all peers share. */
  get buffered(): number {
    return this.#home.socket.waiting;
  }

  /** Counts a datagram; gives how many came since `spanMs` began. */
  heard(spanMs: number): number {
    const { now } = this.#home.host;
    if (now - this.#opened > spanMs) {
      this.#opened = now;
      this.#count = 0;
    }
    this.seen = now;
    this.#owed++;
    return ++this.#count;
  }

  /** Takes a text frame. */
  text(text: string): void {
    const connection = this.#ready(text.length);
    if (connection === undefined) return;
    connection.receive(text);
    connection.flush();
  }

  /** Takes a binary frame, of which nothing is kept. */
  binary(bytes: Uint8Array): void {
    const connection = this.#ready(bytes.length);
    if (connection === undefined) return;
    connection.receiveFrom(bytes, 0, bytes.length);
    connection.flush();
  }

  /** Sends frames, each a datagram. */
  write(frames: readonly Frame[], count: number): void {
    const { socket } = this.#home;
    for (let i = 0; i < count; i++) {
      const payload = datagramOf(frames[i]);
      if (this.proven || this.#mayHave(payload)) socket.send(payload, this.address, this.port);
    }
  }

  /**
   * The connection ends. For idleness it makes room, and the peer goes on with its next frame in the same session; whatever else ends it
   * ends what was known of the peer.
   */
  close(code: number, reason: string): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (!this.proven || code !== 1000 || reason !== "idle" || connection === undefined) {
      return this.#home.forget(this);
    }
    const { session } = connection.cx;
    if (session.issued) this.#token = this.#home.host.application.sessions.token(session);
  }

  /** Ends it, and its connection. */
  end(code: number, reason: string): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#home.forget(this);
    connection?.drop(code, reason);
  }

  /** The connection to take a frame of that size; `undefined` when the frame is one too many, which does not end the others. */
  #ready(size: number): Connection | undefined {
    const connection = this.#connection ?? this.#open();
    if (connection === undefined) return undefined;
    const isMuch = this.proven
      ? connection.crowded
      : size > UNPROVEN_FRAME || connection.waiting >= UNPROVEN_WAITING;
    if (!isMuch) return connection;
    this.#home.host.application.counters.mailboxesFull++;
    return undefined;
  }

  #open(): Connection | undefined {
    const { host } = this.#home;
    if (!this.#home.hasRoom()) return undefined;
    return this.#connection = new Connection(host, this, {
      route: "",
      query: "",
      peer: { address: plain(this.address), secure: false, transport: "udp" },
      session: this.#token === "" ? undefined : host.application.sessions.find(this.#token),
    });
  }

  /** Whoever has forged the address must not have more sent there than was received. */
  #mayHave(payload: Uint8Array): boolean {
    if (this.#owed > 0 && payload.length <= UNPROVEN_BYTES) {
      this.#owed--;
      return true;
    }
    this.#home.host.application.counters.datagramsDropped++;
    return false;
  }
}

/** An IPv4 address as such where an IPv6 socket shows it as one of its own. */
function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
