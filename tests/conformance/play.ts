/**
 * Plays a case against a server.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Address } from "../raw_socket.ts";
import {
  type Case,
  close,
  fragments,
  frame,
  type Heard,
  hearsOf,
  type Message,
  type Step,
  stepsOf,
  wrongByNow,
} from "./case.ts";
import type { Codec } from "./codec.ts";
import { Wire } from "./wire.ts";

/** What came of a case. */
export interface Outcome {
  readonly hears: readonly Heard[];
  /** The close frame's code, `none`, or `dropped`; with `, reset` where TCP broke after it. */
  readonly end: string;
  /** Whether the server waited for the rest of what was wrong already. */
  readonly late: boolean;
}

/** Frames of more bytes are not copied to be sent together. */
const LARGE = 65_536;
/** What a server that looks at messages as they come has noticed after so long, in milliseconds. */
const NOTICE_MS = 150;

/** Where a case stands. */
class Progress {
  over = false;
  late = false;
  #heard = 0;
  #wake: (() => void) | undefined;

  heard(): number {
    this.#heard++;
    this.#wake?.();
    return this.#heard;
  }

  end(): void {
    this.over = true;
    this.#wake?.();
  }

  /** Waits for so many messages, or the end. */
  async until(count: number): Promise<void> {
    while (!this.over && this.#heard < count) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  /** Waits for the end, but no longer than so many milliseconds. */
  async ending(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
    await Promise.race([enough, this.until(Infinity)]);
    clearTimeout(timer);
  }
}

/** Plays a case. A server that is `late` may read what is wrong to its end before it says so. */
export async function play(address: Address, one: Case, late = false): Promise<Outcome> {
  await using wire = await Wire.open(address, one.offer);
  if (one.offer !== undefined && wire.codec === undefined) {
    throw new Error(`${one.offer} was not agreed to`);
  }
  const expected = hearsOf(one).length;
  const progress = new Progress();
  const says = new Speaker(wire, one, progress, late);
  let saidClose = one.end.by === "answer";
  const goodbye = () => {
    saidClose = true;
    says.last(close(1000));
  };
  if (expected === 0 && one.end.by === "goodbye") goodbye();
  const hears: Heard[] = [];
  for (;;) {
    const next = await wire.next();
    if (next === undefined) {
      progress.end();
      await says.done;
      return { hears, end: "dropped", late: progress.late };
    }
    if (next.op === "ping") says.last(frame("pong", next.payload));
    else if (next.op !== "close") {
      hears.push(next);
      if (progress.heard() === expected && one.end.by === "goodbye") goodbye();
    } else {
      progress.end();
      if (!saidClose) says.last(frame("close", next.payload));
      const { rest, how } = await wire.ended();
      await says.done;
      const end = codeOf(next.payload) + (how === "reset" ? ", reset" : "") +
        (rest === "" ? "" : `, then ${rest}`);
      return { hears, end, late: progress.late };
    }
  }
}

/** Sends the steps of a case. */
class Speaker {
  /** Resolves when everything is sent, or the server takes no more. */
  done: Promise<void>;
  #wire: Wire;
  #progress: Progress;

  constructor(wire: Wire, one: Case, progress: Progress, late: boolean) {
    this.#wire = wire;
    this.#progress = progress;
    this.done = this.#say(stepsOf(one), one.chop, late).catch(() => {});
  }

  /** Sends bytes behind everything else. */
  last(bytes: Uint8Array): void {
    this.done = this.done.then(() => this.#wire.write(bytes)).catch(() => {});
  }

  async #say(steps: readonly Step[], chop: Case["chop"], late: boolean): Promise<void> {
    let waiting: Uint8Array[] = [];
    const flush = async () => {
      const bytes = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
      waiting = [];
      await this.#wire.write(bytes);
    };
    for (const step of steps) {
      if (this.#progress.over) return;
      if (step === wrongByNow) {
        await flush();
        await (late ? this.#progress.ending(NOTICE_MS) : this.#progress.until(Infinity));
        if (this.#progress.over) return;
        this.#progress.late = true;
      } else if (step instanceof Uint8Array || "op" in step) {
        for (const bytes of step instanceof Uint8Array ? [step] : await framesOf(step, this.#wire.codec)) {
          if (typeof chop === "number") await this.#chopped(bytes, chop);
          else {
            waiting.push(bytes);
            if (chop === "frames" || bytes.length > LARGE || waiting.length > 1024) await flush();
          }
        }
      } else {
        await flush();
        await this.#progress.until(step.heard);
      }
    }
    await flush();
  }

  async #chopped(bytes: Uint8Array, size: number): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#progress.over; at += size) {
      await this.#wire.write(bytes.subarray(at, at + size));
    }
  }
}

const COMPRESSED = 4;

async function framesOf(
  { op, payload, fragmentBytes, plain }: Message,
  codec: Codec | undefined,
): Promise<Uint8Array[]> {
  if (codec === undefined || plain) return fragments(op, payload, fragmentBytes ?? Infinity);
  const compressed = await codec.deflate(payload);
  const size = fragmentBytes ?? Infinity;
  const rest = size < compressed.length ? fragments("cont", compressed.subarray(size), size) : [];
  const first = frame(op, compressed.subarray(0, size), { fin: rest.length === 0, rsv: COMPRESSED });
  return [first, ...rest];
}

function codeOf(payload: Uint8Array): string {
  return payload.length < 2 ? "none" : String(payload[0] << 8 | payload[1]);
}

/** Whether the same came back. */
export function same(a: readonly Heard[], b: readonly Heard[]): boolean {
  return a.length === b.length &&
    a.every(({ op, payload }, at) => op === b[at].op && Buffer.compare(payload, b[at].payload) === 0);
}

/** What came back, short enough for an error message. */
export function show(hears: readonly Heard[]): string {
  return hears.map(({ op, payload }) =>
    `${op}[${payload.length}] ${Buffer.from(payload.subarray(0, 24)).toString("hex")}`
  ).join(", ") || "nothing";
}
