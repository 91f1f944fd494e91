/**
 * The bus within one process.
 *
 * @module
 */
import type { Term } from "../term.ts";
import type { Bus, Subscriber } from "./mod.ts";
import { SharedMessage } from "./message.ts";

/**
 * Makes a bus within one process.
 *
 * @example
 * ```ts
 * import { localBus } from "@n2o/n2o";
 *
 * const bus = localBus();
 * const heard: unknown[] = [];
 * bus.reg("news", { deliver: (message) => heard.push(message.term) });
 * bus.send("news", "hello");
 * if (heard[0] !== "hello") throw new Error("not heard");
 * ```
 */
export function localBus(): Bus {
  return new LocalBus();
}

class LocalBus implements Bus {
  readonly driver = "local";
  #topics = new Map<string, Set<Subscriber>>();

  reg(topic: string, subscriber: Subscriber): void {
    let subscribers = this.#topics.get(topic);
    if (subscribers === undefined) this.#topics.set(topic, subscribers = new Set());
    subscribers.add(subscriber);
  }

  unreg(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers?.delete(subscriber) && subscribers.size === 0) this.#topics.delete(topic);
  }

  send(topic: string, term: Term): number {
    const subscribers = this.#topics.get(topic);
    if (subscribers === undefined) return 0;
    const message = new SharedMessage(topic, term);
    for (const subscriber of subscribers) subscriber.deliver(message);
    return subscribers.size;
  }

  count(topic: string): number {
    return this.#topics.get(topic)?.size ?? 0;
  }

  get size(): number {
    return this.#topics.size;
  }

  close(): Promise<void> {
    this.#topics.clear();
    return Promise.resolve();
  }
}
