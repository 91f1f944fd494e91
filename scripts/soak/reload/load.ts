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
/** So often a visitor comes, in milliseconds. */
const VISIT_MS = 50;
/** Nobody waits longer for an answer, in milliseconds. */
const PATIENCE_MS = 60_000;

type Open = (name: string, wire: Wire) => Promise<Client>;

/** Connections that ask. */
export class Load {
  readonly account: Account;
  readonly clients: readonly Client[];
  /** How late the beats were, in whole milliseconds: what this machine, and not the server, adds. */
  readonly lateness: Uint32Array = new Uint32Array(1_000);
  #rate: number;
  #burst: number;
  #open: Open;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #visiting: ReturnType<typeof setInterval> | undefined;
  #visits = new Set<Promise<void>>();

  private constructor(clients: readonly Client[], account: Account, options: LoadOptions, open: Open) {
    this.clients = clients;
    this.account = account;
    this.#rate = options.rate;
    this.#burst = options.burst ?? 4;
    this.#open = open;
  }

  /** Opens the connections. */
  static async open(options: LoadOptions): Promise<Load> {
    const { webPort, tcpPort, wires } = options;
    const account = new Account();
    const open = (name: string, wire: Wire) =>
      Client.open(`${name}, ${wire}`, wire, wire === "websocket" ? webPort : tcpPort, account);
    const clients: Client[] = [];
    for (const [index, wire] of wires.entries()) clients.push(await open(`client ${index + 1}`, wire));
    return new Load(clients, account, options, open);
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
      }
      due = performance.now() + BEAT_MS;
      this.#timer = setTimeout(beat, BEAT_MS);
    };
    this.#timer = setTimeout(beat, BEAT_MS);
    let visitors = 0;
    this.#visiting = setInterval(() => {
      const visit = this.#visit(++visitors).finally(() => this.#visits.delete(visit));
      this.#visits.add(visit);
    }, VISIT_MS);
  }

  /** Somebody comes, asks a little and goes: at some of the swaps there is always one who has just begun. */
  async #visit(number: number): Promise<void> {
    try {
      const visitor = await this.#open(`visitor ${number}`, number % 2 === 0 ? "websocket" : "packet4");
      visitor.ask(this.#burst);
      visitor.finish();
      await inTime(visitor.over);
      visitor.close();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.account.fault("connections closed", `visitor ${number}: ${why}`);
    }
  }

  /** Has each connection ask once more, so that all have seen the last swap; waits for the last answers, closes. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearInterval(this.#visiting);
    for (const client of this.clients) {
      client.ask(1);
      client.finish();
    }
    await inTime(Promise.all([...this.clients.map(({ over }) => over), ...this.#visits]));
    for (const client of this.clients) client.close();
  }
}

/** Waits, but not for ever. */
async function inTime(work: Promise<unknown>): Promise<void> {
  let patience: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => patience = setTimeout(resolve, PATIENCE_MS));
  await Promise.race([work, late]);
  clearTimeout(patience);
}
