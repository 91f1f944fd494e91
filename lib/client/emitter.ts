/**
 * Typed events whose listeners cannot break the one who tells them.
 *
 * @module
 */

/** A set of listeners for each type of event. */
export class Emitter<Events> {
  #listeners = new Map<keyof Events, Set<{ call(event: never): unknown }>>();

  /** Calls the listener with each event of that type until the returned function is called. */
  on<K extends keyof Events>(type: K, listener: (event: Events[K]) => void): () => void {
    let listeners = this.#listeners.get(type);
    if (listeners === undefined) this.#listeners.set(type, listeners = new Set());
    const entry = { call: listener };
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  /** Calls each listener of that type; what one throws, or rejects with, is reported and stops no other. */
  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        const result = listener.call(event as never);
        if (result instanceof Promise) result.catch(report);
      } catch (error) {
        report(error);
      }
    }
  }
}

function report(error: unknown): void {
  console.error("n2o: a listener failed", error);
}
