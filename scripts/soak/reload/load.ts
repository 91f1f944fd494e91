/**
 * The load: connections that ask in turn, so much in all.
 *
 * @module
 */
import type { Wire } from "../peer.ts";
import { Account } from "./account.ts";
import { Client } from "./client.ts";

/** What kind of load. */
export interface LoadOptions {
  readonly webPort: number;
  readonly tcpPort: number;
  /** How each connection speaks. */
  readonly wires: readonly Wire[];
  /** Messages a second, in all. */
  readonly rate: number;
  /** So many a connection asks at once. @default 4 */
  readonly burst?: number;
}

/** The beat of the load, in milliseconds. */
const BEAT_MS = 2;
/** A connection that waits for so many answers is asked no more for now. */
const MOST_WAITING = 2_000;
/** Nobody waits longer for an answer, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Connections that ask. */
export class Load {
  readonly account: Account;
  readonly clients: readonly Client[];
  /** How late the beats were, in whole milliseconds: what this machine, and not the server, adds. */
  readonly lateness: Uint32Array = new Uint32Array(1_000);
  /** Bursts that were left out, since the connection waited for too many answers. */
  held = 0;
  #rate: number;
  #burst: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(clients: readonly Client[], account: Account, rate: number, burst: number) {
    this.clients = clients;
    this.account = account;
    this.#rate = rate;
    this.#burst = burst;
  }

  /** Opens the connections. */
  static async open({ webPort, tcpPort, wires, rate, burst = 4 }: LoadOptions): Promise<Load> {
    const account = new Account();
    const clients: Client[] = [];
    for (const [index, wire] of wires.entries()) {
      const port = wire === "websocket" ? webPort : tcpPort;
      clients.push(await Client.open(`${wire} ${index + 1}`, wire, port, account));
    }
    return new Load(clients, account, rate, burst);
  }

  /** Begins to ask. */
  start(): void {
    const started = performance.now();
    const bursts = this.#rate / this.#burst / 1_000;
    let done = 0, due = started + BEAT_MS;
    const beat = () => {
      const now = performance.now();
      this.lateness[Math.min(this.lateness.length - 1, Math.max(0, Math.floor(now - due)))]++;
      for (const wanted = (now - started) * bursts; done < wanted; done++) {
        const client = this.clients[done % this.clients.length];
        if (client.waiting < MOST_WAITING) client.ask(this.#burst);
        else this.held++;
      }
      due = performance.now() + BEAT_MS;
      this.#timer = setTimeout(beat, BEAT_MS);
    };
    this.#timer = setTimeout(beat, BEAT_MS);
  }

  /** Has each connection ask once more, so that all have seen the last swap; waits for the last answers, closes. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    for (const client of this.clients) {
      client.ask(1);
      client.finish();
    }
    let patience: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => patience = setTimeout(resolve, PATIENCE_MS));
    await Promise.race([Promise.all(this.clients.map(({ over }) => over)), late]);
    clearTimeout(patience);
    for (const client of this.clients) client.close();
  }
}
