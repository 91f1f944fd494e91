/**
 * Requests that wait for their answers.
 *
 * @module
 */
import type { Term } from "../term.ts";
import { isAbout, refusalOf } from "./answers.ts";
import { ClientError } from "./error.ts";
import type { Entry } from "./outbox.ts";

/** One request. */
export interface Pending {
  readonly request: Term;
  readonly entry: Entry;
  match(answer: Term): boolean;
  /** Settles its promise, once. */
  resolve(answer: Term): void;
  reject(error: unknown): void;
}

/** All requests of a client that are not answered, oldest first. */
export class Requests {
  #all = new Set<Pending>();

  /** Adds a request. */
  add(pending: Pending): void {
    this.#all.add(pending);
  }

  /** Forgets a request. */
  delete(pending: Pending): void {
    this.#all.delete(pending);
  }

  /** Settles the oldest request that the term answers. */
  answer(term: Term): void {
    if (this.#all.size === 0) return;
    const refusal = refusalOf(term);
    for (const pending of this.#all) {
      try {
        if (!pending.match(term) && !(refusal !== undefined && isAbout(refusal.about, pending.request))) {
          continue;
        }
      } catch (error) {
        pending.reject(error);
        continue;
      }
      if (refusal === undefined) pending.resolve(term);
      else {pending.reject(
          new ClientError(refusal.code, `the server refused: ${refusal.code}`, refusal.about),
        );}
      return;
    }
  }

  /** The connection ended: what was written and has no id to be written again with came to nothing, as far as anyone can tell. */
  lost(): void {
    for (const pending of this.#all) {
      if (pending.entry.written && pending.entry.id === undefined) {
        pending.reject(new ClientError("lost", "the connection ended before the answer"));
      }
    }
  }

  /** Gives up every request. */
  clear(code: string, message: string): void {
    for (const pending of this.#all) pending.reject(new ClientError(code, message));
  }
}
