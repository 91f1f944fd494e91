/**
 * The load: regulars who echo in batches, subscribers, and visitors who come and go in all the ways that clients have.
 *
 * @module
 */
import { atom, bert, isTuple, type Term, tuple } from "../../mod.ts";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  framed,
  framedByServer,
  Peer,
  PING,
  PONG,
  TEXT,
  type Wire,
} from "./peer.ts";
import type { Subject } from "./subject.ts";

/** What the load has seen. */
export interface Account {
  /** Connections that were opened and have got an answer. */
  opened: number;
  /** Echoes that came back as they were sent. */
  echoes: number;
  /** Messages of the topic that came, in order and without a gap. */
  deliveries: number;
  /** Visits of each kind. */
  readonly visits: Map<string, number>;
  /** What went wrong. */
  readonly faults: string[];
}

const BATCH = 16;
const REGULARS = 24, PACKET_REGULARS = 8, SUBSCRIBERS = 100;
const PUBLISH_MS = 50;
/** Each kind of visitor comes so often, in milliseconds; those who stay long less often. */
const VISIT_MS = 60, LONG_VISIT_MS = 1000;
/** How long a slow reader does not read. */
const SLEEP_MS = 4_000;
/** Nothing that a client waits for takes longer. */
const PATIENCE_MS = 20_000;
/** How much of a core the server is to use: half of what a thread can do. */
const HALF = 0.5;
const PONG_BYTES = 4;
const encoder = new TextEncoder();
const term = (name: string, ...rest: Term[]) => bert.encode(tuple(atom(name), ...rest));
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Loads a server until it is told to stop. */
export class Load {
  /** What it has seen. */
  readonly account: Account = { opened: 0, echoes: 0, deliveries: 0, visits: new Map(), faults: [] };
  #subject: Subject;
  #stopped = false;
  #pauseMs = 5;
  #running = new Map<Promise<void>, string>();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** Begins. */
  start(): void {
    for (let i = 0; i < REGULARS; i++) this.#run("regular", () => this.#regular("websocket"));
    for (let i = 0; i < PACKET_REGULARS; i++) this.#run("regular", () => this.#regular("packet4"));
    for (let i = 0; i < SUBSCRIBERS; i++) {
      this.#run("subscriber", () => this.#subscriber(i % 10 === 0 ? "packet4" : "websocket"));
    }
    this.#run("publisher", () => this.#publisher());
    this.#run("throttle", () => this.#throttle());
    for (const [name, every, visit] of this.#visitors()) {
      this.#run(name, () => this.#visits(name, every, visit));
    }
  }

  /** Ends; everybody has gone when it resolves, or waits for something that does not come. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const end = performance.now() + PATIENCE_MS;
    while (this.#running.size > 0 && performance.now() < end) await pause(100);
    for (const name of new Set(this.#running.values())) this.account.faults.push(`${name}: waits for ever`);
  }

  #run(name: string, work: () => Promise<void>): void {
    const running = work().catch((error) => {
      if (this.account.faults.length < 20) this.account.faults.push(`${name}: ${error.message}`);
    }).finally(() => this.#running.delete(running));
    this.#running.set(running, name);
  }

  /** Opens a connection that is answered. */
  async #open(wire: Wire): Promise<Peer> {
    const peer = await Peer.open(wire, wire === "websocket" ? this.#subject.webPort : this.#subject.tcpPort);
    await peer.send(encoder.encode("PING"), TEXT);
    const { payload } = await peer.frame();
    if (new TextDecoder().decode(payload) !== "PONG") throw new Error("PING was not answered");
    this.account.opened++;
    return peer;
  }

  async #regular(wire: Wire): Promise<void> {
    const peer = await this.#open(wire);
    const payload = term("echo", new Uint8Array(64).fill(42));
    const batch = repeated(framed(wire, payload), BATCH),
      answer = repeated(framedByServer(wire, payload), BATCH);
    try {
      while (!this.#stopped) {
        await peer.write(batch);
        const got = await peer.bytes(answer.length);
        for (let i = 0; i < got.length; i++) if (got[i] !== answer[i]) throw new Error("another echo");
        this.account.echoes += BATCH;
        await pause(this.#pauseMs * (0.5 + Math.random()));
      }
    } finally {
      peer.close();
    }
  }

  async #subscriber(wire: Wire): Promise<void> {
    const peer = await this.#open(wire);
    try {
      await peer.send(term("join", "soak"));
      await peer.frame();
      for (let last = 0; !this.#stopped;) {
        const { payload } = await peer.frame();
        if (payload.length === PONG_BYTES) continue;
        const message = bert.decode(payload);
        if (!isTuple(message, "published", 3)) throw new Error("no message of the topic");
        const number = Number(message[1]);
        if (last !== 0 && number !== last + 1) throw new Error(`number ${number} came after ${last}`);
        last = number;
        this.account.deliveries++;
        // Whoever says nothing for a minute is closed.
        if (number % 200 === 0) await peer.send(encoder.encode("PING"), TEXT);
      }
    } finally {
      peer.close();
    }
  }

  async #publisher(): Promise<void> {
    const peer = await this.#open("websocket");
    const body = new Uint8Array(1000);
    // Subscribers wait for a last message to notice the end.
    for (let number = 1, rest = 20; rest > 0; number++) {
      if (this.#stopped) rest--;
      await peer.send(term("publish", number, body));
      if (number % 100 === 0) await this.#ask(peer);
      await pause(PUBLISH_MS);
    }
    peer.close();
  }

  /** Holds the server at half of a core. */
  async #throttle(): Promise<void> {
    let before = this.#subject.cpuSeconds(), at = performance.now();
    while (!this.#stopped) {
      await pause(1000);
      const now = performance.now(), cpu = this.#subject.cpuSeconds();
      const used = (cpu - before) / ((now - at) / 1000);
      before = cpu;
      at = now;
      const factor = Math.min(1.5, Math.max(0.7, used / HALF));
      this.#pauseMs = Math.min(500, Math.max(0.5, this.#pauseMs * factor));
    }
  }

  async #visits(name: string, everyMs: number, visit: (peer: Peer) => Promise<void>): Promise<void> {
    for (let count = 0; !this.#stopped; count++) {
      const wire = count % 3 === 2 ? "packet4" : "websocket";
      this.#run(name, async () => {
        const peer = await this.#open(wire);
        try {
          await visit(peer);
        } finally {
          peer.close();
        }
        this.account.visits.set(name, (this.account.visits.get(name) ?? 0) + 1);
      });
      await pause(everyMs * (0.5 + Math.random()));
    }
  }

  async #ask(peer: Peer, data: Uint8Array = Uint8Array.of(1)): Promise<void> {
    const payload = term("echo", data);
    await peer.send(payload);
    await this.#answered(peer, payload);
  }

  async #answered(peer: Peer, payload: Uint8Array): Promise<void> {
    const got = (await peer.frame()).payload;
    if (got.length !== payload.length || got.some((byte, at) => byte !== payload[at])) {
      throw new Error("another echo");
    }
    this.account.echoes++;
  }

  /** The kinds of visitors: what they are called, how often they come, what they do before they go. */
  #visitors(): [string, number, (peer: Peer) => Promise<void>][] {
    return [
      ["says good-bye", VISIT_MS, async (peer) => {
        await this.#ask(peer);
        if (peer.wire === "packet4") return;
        await peer.send(Uint8Array.of(3, 232), CLOSE);
        const { opcode } = await peer.frame();
        if (opcode !== CLOSE) throw new Error("no good-bye");
      }],
      ["ends its direction", VISIT_MS, async (peer) => {
        const payload = term("echo", new Uint8Array(5000));
        await peer.send(payload);
        await peer.finish();
        await this.#answered(peer, payload);
        await peer.drain();
      }],
      ["vanishes", VISIT_MS, (peer) => this.#ask(peer)],
      ["resets", VISIT_MS, async (peer) => {
        await peer.send(term("echo", new Uint8Array(50_000)));
        await peer.bytes(1);
      }],
      ["breaks off within a frame", VISIT_MS, async (peer) => {
        await peer.write(framed(peer.wire, new Uint8Array(100_000)).subarray(0, 30_000));
      }],
      ["pings", VISIT_MS, async (peer) => {
        if (peer.wire === "packet4") return await this.#ask(peer);
        for (let i = 0; i < 20; i++) await peer.send(Uint8Array.of(i), PING);
        for (let i = 0; i < 20; i++) {
          const { opcode, payload } = await peer.frame();
          if (opcode !== PONG || payload[0] !== i) throw new Error("another pong");
        }
      }],
      ["has much to say", 4 * VISIT_MS, async (peer) => {
        const payload = term("echo", crypto.getRandomValues(new Uint8Array(60_000)));
        if (peer.wire === "packet4") await peer.send(payload);
        else {
          await peer.send(payload.subarray(0, 20_000), BINARY, false);
          await peer.send(payload.subarray(20_000, 20_001), CONTINUATION, false);
          await peer.send(payload.subarray(20_001), CONTINUATION, true);
        }
        await this.#answered(peer, payload);
        await this.#ask(peer, new Uint8Array(1_000_000));
      }],
      ["subscribes and goes", VISIT_MS, async (peer) => {
        await peer.send(term("join", "soak"));
        await peer.frame();
        await peer.frame();
      }],
      ["reads late", LONG_VISIT_MS, async (peer) => {
        const payload = term("echo", new Uint8Array(200_000));
        const sending = repeatedly(20, () => peer.send(payload));
        await pause(SLEEP_MS);
        for (let i = 0; i < 20; i++) await this.#answered(peer, payload);
        await sending;
      }],
      ["never reads", LONG_VISIT_MS, async (peer) => {
        const payload = term("echo", new Uint8Array(200_000));
        const sending = repeatedly(60, () => peer.send(payload)).catch(() => {});
        await pause(SLEEP_MS);
        peer.close();
        await sending;
      }],
    ];
  }
}

async function repeatedly(times: number, work: () => Promise<void>): Promise<void> {
  for (let i = 0; i < times; i++) await work();
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}
