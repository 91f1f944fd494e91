/** Waiting for what happens, without sleeping. */
import type { Client, ClientEvents, Room, RoomEvents } from "@n2o/n2o/client";

const GIVE_UP_MS = 60_000;

/** Something that changes, and lets others wait for how it should be. */
export class Changes {
  #waiting = new Set<() => void>();

  /** Says that something has changed. */
  changed(): void {
    for (const check of this.#waiting) check();
  }

  /** Resolves as soon as the condition holds; rejects with its description after a minute. */
  until(what: string, condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#waiting.delete(check);
      reject(new Error(`waited in vain until ${what}`));
    }, GIVE_UP_MS);
    const check = (): void => {
      if (!condition()) return;
      clearTimeout(timer);
      this.#waiting.delete(check);
      resolve();
    };
    this.#waiting.add(check);
    return promise;
  }
}

/** The next event of that type that the condition takes. */
export function event<K extends keyof ClientEvents>(
  source: Client,
  type: K,
  condition?: (event: ClientEvents[K]) => boolean,
): Promise<ClientEvents[K]>;
/** The next event of a room. */
export function event<K extends keyof RoomEvents>(
  source: Room,
  type: K,
  condition?: (event: RoomEvents[K]) => boolean,
): Promise<RoomEvents[K]>;
export function event(
  source: { on(type: never, listener: (event: unknown) => void): () => void },
  type: string,
  condition: (event: never) => boolean = () => true,
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => {
    off();
    reject(new Error(`waited in vain for the event ${type}`));
  }, GIVE_UP_MS);
  const off = source.on(type as never, (event) => {
    if (!condition(event as never)) return;
    clearTimeout(timer);
    off();
    resolve(event);
  });
  return promise;
}
