/**
 * The ports that guides name, each in the place of a free one while it is run.
 *
 * @module
 */
import { freePort } from "../free_port.ts";

/** The ports that guides may name. */
const NAMED = ["8001", "8002", "8003", "8010", "8080", "80", "443"];
/** Where a number is a port: four or five digits always, fewer only behind a flag or an address. */
const PORT = /\b\d{4,5}\b|(?<=--port |127\.0\.0\.1:|0\.0\.0\.0:)\d{2,3}\b/g;

/** Free ports for those of one guide. */
export class Ports {
  readonly #free: ReadonlyMap<string, string>;
  readonly #named: ReadonlyMap<string, string>;

  /** Takes free ports. */
  constructor() {
    const free = new Set<string>();
    while (free.size < NAMED.length) free.add(String(freePort()));
    this.#free = new Map([...free].map((port, at) => [NAMED[at], port]));
    this.#named = new Map([...free].map((port, at) => [port, NAMED[at]]));
  }

  /** What a guide says, with the ports that are free. */
  free(text: string): string {
    return text.replace(PORT, (number) => this.#free.get(number) ?? number);
  }

  /** What a command says, with the ports that the guide names. */
  named(text: string): string {
    return text.replace(PORT, (number) => this.#named.get(number) ?? number);
  }

  /** The free port in the place of a named one. */
  of(name: number): number {
    return Number(this.#free.get(String(name)));
  }
}
