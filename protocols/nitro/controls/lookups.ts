/**
 * The lookups of one connection that have been used of late.
 *
 * @module
 */
import type { Search } from "./search.ts";

/** A lookup that is in use. */
export interface Lookup {
  /** Its id. */
  readonly id: string;
  /** Its search. */
  readonly search: Search;
  /** The feed's name, as the browser has it. */
  readonly feed: string;
  /** The module's name, as the browser has it. */
  readonly delegate: string;
  /** The rows that were sent to it, by their bound terms. */
  readonly offered: Map<string, unknown>;
}

/** The lookups of one connection: so many and no more. */
export class Lookups {
  readonly #maxLookups: number;
  readonly #maxRows: number;
  readonly #byId = new Map<string, Lookup>();

  /** Keeps so many lookups, and so many rows of each. */
  constructor(maxLookups: number, maxRows: number) {
    this.#maxLookups = maxLookups;
    this.#maxRows = maxRows;
  }

  /** The lookup with an id. */
  get(id: string): Lookup | undefined {
    return this.#byId.get(id);
  }

  /** Keeps a lookup, in place of what had its id, and if need be of the one that began its search the longest ago. */
  set(id: string, lookup: Lookup): void {
    this.#drop(id);
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size < this.#maxLookups) break;
      this.#drop(oldest);
    }
    this.#byId.set(id, lookup);
  }

  /** Notes a row that is sent. */
  offer({ offered }: Lookup, bind: string, row: unknown): void {
    offered.delete(bind);
    offered.set(bind, row);
    if (offered.size <= this.#maxRows) return;
    for (const oldest of offered.keys()) {
      offered.delete(oldest);
      return;
    }
  }

  /** Ends all. */
  clear(): void {
    for (const id of [...this.#byId.keys()]) this.#drop(id);
  }

  #drop(id: string): void {
    this.#byId.get(id)?.search.abort();
    this.#byId.delete(id);
  }
}
