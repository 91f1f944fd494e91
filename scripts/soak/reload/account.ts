/**
 * What the load has seen: counts, what went wrong, and when each save was first answered by.
 *
 * @module
 */
import { first, type Versions } from "./application.ts";
import type { Save } from "./saver.ts";

/** What may go wrong, each counted for itself. */
export const wrongs = [
  "lost",
  "doubled",
  "out of order",
  "not an answer",
  "answered by code that never stood on the disk as a whole",
  "answered by an older version than before",
  "state lost, reset or not upgraded in order",
  "connections closed",
] as const;
/** One of them. */
export type Wrong = (typeof wrongs)[number];

/** A good save on its way. */
export interface Arrival {
  readonly save: Save;
  /** When its write had ended, by `performance.now()`; not yet while it is written. */
  wroteAt: number | undefined;
  /** When the first answer of this version, or of a later one, had come. */
  liveAt: number | undefined;
}

/** So many texts of what went wrong are kept. */
const MOST_TEXTS = 12;
/** A good save that is not live by then is never, in milliseconds. */
const PATIENCE_MS = 60_000;

/** The account of a load. */
export class Account {
  sent = 0;
  answered = 0;
  /** Upgrades that connections have not had, since they were busy all the time that a version was in force. */
  skipped = 0;
  broken = 0;
  readonly wrong: Map<Wrong, number> = new Map(wrongs.map((wrong) => [wrong, 0]));
  readonly texts: string[] = [];
  readonly arrivals: Arrival[] = [];
  /** How long each answer took, in milliseconds, in whole ones; the last entry is of all that took longer. */
  readonly delays: Uint32Array = new Uint32Array(10_000);
  #places = new Map<string, number>([[keyOf(first), 0]]);
  #waiting: Arrival[] = [];
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();

  /** Notes what went wrong. */
  fault(wrong: Wrong, text: string): void {
    this.wrong.set(wrong, this.wrong.get(wrong)! + 1);
    if (this.texts.length < MOST_TEXTS) this.texts.push(`${wrong}: ${text}`);
    this.#tell();
  }

  /** How many things went wrong. */
  get faults(): number {
    return this.wrong.values().reduce((sum, count) => sum + count, 0);
  }

  /** A save begins: from now on it may be answered by what it writes. */
  begin(save: Save): Arrival | undefined {
    if (save.breakage !== undefined) {
      this.broken++;
      return undefined;
    }
    const arrival: Arrival = { save, wroteAt: undefined, liveAt: undefined };
    this.#places.set(keyOf(save.versions), this.arrivals.push(arrival));
    this.#waiting.push(arrival);
    return arrival;
  }

  /** An answer by these versions has come: gives their place among all that stood on the disk, `undefined` when they never did. */
  place(versions: Versions, now: number): number | undefined {
    const place = this.#places.get(keyOf(versions));
    if (place === undefined) return undefined;
    let came = false;
    while (this.#waiting.length > 0 && this.#places.get(keyOf(this.#waiting[0].save.versions))! <= place) {
      this.#waiting.shift()!.liveAt = now;
      came = true;
    }
    if (came) this.#tell();
    return place;
  }

  /** Waits until a good save is live; `false`: something went wrong before that, or it takes too long. */
  async live(arrival: Arrival, patienceMs = PATIENCE_MS): Promise<boolean> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#tell();
    }, patienceMs);
    while (arrival.liveAt === undefined && this.faults === 0 && !isLate) await this.#changed.promise;
    clearTimeout(timer);
    return arrival.liveAt !== undefined;
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function keyOf({ module, helper, format }: Versions): string {
  return `${module} ${helper} ${format}`;
}
