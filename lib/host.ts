/**
 * What connections need of their application, and nobody else.
 *
 * @module
 */
import type { Application } from "./application.ts";
import type { Chain } from "./chain.ts";
import type { Commits } from "./commits.ts";
import type { Connection, ConnectionHost } from "./connection.ts";
import type { Frame } from "./frame.ts";
import type { Protocol } from "./protocol.ts";
import { Scheduler } from "./scheduler.ts";
import { systemMessage } from "./system_message.ts";
import type { Term } from "./term.ts";

/** The chains that an application begins with. */
export interface Chains {
  /** The one of all routes that have none of their own. */
  readonly protocols: readonly Protocol[];
  /** Those of some routes. */
  readonly chains?: Readonly<Record<string, readonly Protocol[]>>;
}

/** So many connections go over to another chain before messages have their turn again. */
const PORTION = 256;

/** The connections of an application, their clock and their chains. */
export class Host implements ConnectionHost {
  /** The application. */
  readonly application: Application;
  /** Runs connections that have messages waiting. */
  readonly scheduler: Scheduler;
  /** What messages changed or read. */
  readonly commits: Commits;
  /** The open connections. */
  readonly connections: Set<Connection> = new Set();
  /** Those that wait for the store. */
  readonly holding: Set<Connection> = new Set();
  /** Arrays of queues that are empty. */
  readonly spares: Frame[][] = [];
  /** The chain in force, for all routes that have none of their own. */
  chain: Chain;
  /** Whether nobody comes in any more. */
  closing: boolean = false;
  /** The time of the last tick, in milliseconds since 1970. */
  now: number = 0;
  #chains: Map<string, Chain>;
  #replaced = 0;
  #clock: () => number;
  #tracked = new Set<Promise<void>>();

  /** Begins without connections. */
  constructor(
    application: Application,
    { protocols, chains = {} }: Chains,
    commits: Commits,
    clock: () => number,
  ) {
    this.application = application;
    this.chain = { protocols: [...protocols] };
    this.#chains = new Map(Object.entries(chains).map(([route, own]) => [route, { protocols: [...own] }]));
    this.commits = commits;
    this.#clock = clock;
    this.scheduler = new Scheduler((error) => application.log.error("connection_failed", { error }));
    this.tick();
  }

  /** Moves the clock. */
  tick(): void {
    this.now = this.#clock();
  }

  /** The chain for connections of a route. */
  chainOf(route: string): Chain {
    return this.#chains.get(route) ?? this.chain;
  }

  /** Replaces the chain of all routes that have none of their own. */
  replace(protocols: readonly Protocol[], tell: Term | undefined): void {
    this.chain = this.chain.next = { protocols: [...protocols] };
    if (tell !== undefined) {
      const message = systemMessage(tell);
      for (const connection of this.connections) {
        if (!this.#chains.has(connection.cx.route)) connection.deliver(message);
      }
    }
    this.#catchUp([...this.connections], ++this.#replaced);
  }

  /** Has the silent connections go over, in portions between which messages are handled; a later replacement sees to all of them itself. */
  async #catchUp(connections: readonly Connection[], turn: number): Promise<void> {
    // Not within the message of a protocol that has replaced the chain.
    await null;
    for (let i = 0; i < connections.length && turn === this.#replaced; i++) {
      if (i % PORTION === PORTION - 1) await new Promise((resolve) => setTimeout(resolve, 0));
      connections[i].catchUp();
    }
  }

  /** The number of the present second. */
  get second(): number {
    return Math.floor(this.#clock() / 1000);
  }

  /** Notes the good-byes of a connection that has ended. */
  track(work: Promise<void>): void {
    this.#tracked.add(work);
    work.finally(() => this.#tracked.delete(work));
  }

  /** How many good-byes are under way. */
  get tracked(): number {
    return this.#tracked.size;
  }
}
