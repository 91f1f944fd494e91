/**
 * The peers of a socket for datagrams: those that have proved their address, and few that have not.
 *
 * @module
 */
import type { ConnectionHost } from "../connection.ts";
import { Doorkeeper } from "./doorkeeper.ts";
import { Pace } from "./udp_pace.ts";
import { UdpPeer, type UdpPeerHome } from "./udp_peer.ts";
import type { DatagramSocket } from "./udp_socket.ts";

/** Unproven peers in all, how many of them may be new in a second, and how long one is remembered that says nothing. */
const MOST_UNPROVEN = 1024;
const NEW_A_SECOND = 1024;
const UNPROVEN_MS = 10_000;
/**
 * What an unproven peer may say in a minute. Two servers that somebody has made take each other for clients would answer each
 * other's answers for ever; here the first that is not answered ends it.
 */
const MOST_IN_SPAN = 2048;
const SPAN_MS = 60_000;

/** The peers of one socket. */
export class UdpPeers implements UdpPeerHome {
  /** Takes their connections. */
  readonly host: ConnectionHost;
  /** Sends their answers. */
  readonly socket: DatagramSocket;
  #proven = new Map<string, UdpPeer>();
  /** In the order in which they were heard. */
  #unproven = new Map<string, UdpPeer>();
  #door: Doorkeeper;
  #porch: Doorkeeper;
  #pace: Pace;
  #newPace = new Pace(NEW_A_SECOND);

  /** Nobody yet. */
  constructor(host: ConnectionHost, socket: DatagramSocket) {
    const { limits } = host.application;
    this.host = host;
    this.socket = socket;
    this.#door = new Doorkeeper(limits);
    this.#porch = new Doorkeeper(limits);
    this.#pace = new Pace(limits.maxMessagesPerSecond);
  }

  /** How many are remembered. */
  get size(): number {
    return this.#proven.size + this.#unproven.size;
  }

  /** The peer at an address that has proved it; a datagram has come from there. */
  proven(address: string, port: number): UdpPeer | undefined {
    const peer = this.#proven.get(keyOf(address, port));
    if (peer !== undefined) peer.seen = this.host.now;
    return peer;
  }

  /** Takes an address for proven; `undefined` when there is no room. What was said there before may have been anybody's: it is over. */
  prove(address: string, port: number): UdpPeer | undefined {
    const key = keyOf(address, port);
    this.#unproven.get(key)?.end(1000, "proven");
    if (this.#door.enter(address) !== undefined) return this.#refuse();
    const peer = new UdpPeer(this, address, port, true);
    this.#proven.set(key, peer);
    return peer;
  }

  /** The peer at an address that has not proved it; a datagram has come from there. `undefined` when it is too many. */
  unproven(address: string, port: number): UdpPeer | undefined {
    const { host } = this;
    const { counters } = host.application;
    if (!this.#pace.admits(host.second)) {
      counters.rateExceeded++;
      return undefined;
    }
    const key = keyOf(address, port);
    const known = this.#unproven.get(key);
    const peer = known ?? this.#meet(address, port);
    if (peer === undefined) return undefined;
    if (known !== undefined) this.#unproven.delete(key);
    this.#unproven.set(key, peer);
    if (peer.heard(SPAN_MS) <= MOST_IN_SPAN) return peer;
    counters.rateExceeded++;
    return undefined;
  }

  #meet(address: string, port: number): UdpPeer | undefined {
    if (!this.#newPace.admits(this.host.second)) return this.#refuse();
    if (this.#unproven.size >= MOST_UNPROVEN) this.#oldest()!.end(1013, "too many peers");
    if (this.#porch.enter(address) !== undefined) return this.#refuse();
    return new UdpPeer(this, address, port, false);
  }

  /** Lets a peer go. */
  forget(peer: UdpPeer): void {
    const key = keyOf(peer.address, peer.port);
    const peers = peer.proven ? this.#proven : this.#unproven;
    if (peers.get(key) !== peer) return;
    peers.delete(key);
    (peer.proven ? this.#door : this.#porch).leave(peer.address);
  }

  /** Forgets who has been silent for too long. Called with each tick. */
  tick(now: number): void {
    for (
      let peer = this.#oldest();
      peer !== undefined && now - peer.seen > UNPROVEN_MS;
      peer = this.#oldest()
    ) {
      peer.end(1000, "idle");
    }
    const { ttlMs } = this.host.application.sessions;
    for (const peer of this.#proven.values()) {
      if (now - peer.seen > ttlMs) peer.end(1000, "idle");
    }
  }

  /** Ends all of them. */
  end(code: number, reason: string): void {
    for (const peers of [this.#proven, this.#unproven]) {
      for (const peer of peers.values()) peer.end(code, reason);
    }
  }

  #oldest(): UdpPeer | undefined {
    return this.#unproven.values().next().value;
  }

  /** Whether there may be one more connection: those of other endpoints count, too. */
  hasRoom(): boolean {
    const { connections, application } = this.host;
    if (connections.size < application.limits.maxConnections && !this.host.closing) return true;
    application.counters.connectionsRefused++;
    return false;
  }

  #refuse(): undefined {
    this.host.application.counters.connectionsRefused++;
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}
