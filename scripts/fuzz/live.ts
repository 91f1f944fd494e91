/**
 * The same streams against an application that listens, over real sockets.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import {
  atom,
  createN2O,
  heart,
  isTuple,
  type N2O,
  type N2OOptions,
  type Protocol,
  reply,
  session,
  tuple,
  unknown,
} from "../../mod.ts";
import { type Case, must, type Target } from "./case.ts";
import { newHead } from "./http_head.ts";
import { mutated } from "./mutate.ts";
import { packet } from "./packet.ts";
import { payload } from "./payload.ts";
import type { Random } from "./random.ts";
import { frame, stream } from "./websocket.ts";

/** Where a stream listens. */
export interface LiveAddress {
  readonly hostname: string;
  readonly port: number;
}

/** An application that is fuzzed, and where its streams listen. */
export interface LiveApplication {
  readonly n2o: N2O;
  readonly websocket: LiveAddress;
  readonly packet4: LiveAddress;
  readonly line: LiveAddress;
}

const echo: Protocol = {
  name: "echo",
  info: (message) => isTuple(message, "echo", 2) ? reply("bert", tuple(atom("echo"), message[1])) : unknown,
};
const maxFrameBytes = 20_000;
/** Nothing that a peer waits for takes longer, in milliseconds. */
const PATIENCE_MS = 20_000;
const HANDSHAKE = "GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const encoder = new TextEncoder();

/** Options of an application to be fuzzed; what it logs as an error goes to `complain`. */
export function applicationOptions(complain: (event: string) => void): N2OOptions {
  const quiet = () => {};
  return {
    protocols: [heart, session, echo],
    limits: { maxFrameBytes, maxMessagesPerSecond: 1e9, idleTimeoutMs: 30_000 },
    log: {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: (event, fields) => complain(`${event} ${fields?.error}`),
    },
  };
}

/** Starts an application that listens with the engine over streams. */
export async function startLive(): Promise<LiveTarget> {
  const complaints: string[] = [];
  const n2o = createN2O(applicationOptions((event) => complaints.push(event)));
  const where = { hostname: "127.0.0.1", port: 0 };
  const web = { ...where, engine: "stream" } as const;
  const websocket = n2o.listen(web);
  const packet4 = await n2o.listenTcp({ ...where, framing: "packet4" });
  const line = await n2o.listenTcp({ ...where, framing: "line" });
  return await LiveTarget.start({ n2o, websocket, packet4, line }, complaints);
}

/** Streams to an application; a neighbour on each of its ports has to be answered between any two. */
export class LiveTarget implements Target {
  readonly name = "live";
  #application: LiveApplication;
  #complaints: readonly string[];
  #neighbours: Neighbour[];

  private constructor(application: LiveApplication, complaints: readonly string[], neighbours: Neighbour[]) {
    this.#application = application;
    this.#complaints = complaints;
    this.#neighbours = neighbours;
  }

  /** Lets the neighbours move in. */
  static async start(application: LiveApplication, complaints: readonly string[]): Promise<LiveTarget> {
    const { websocket, packet4, line } = application;
    const ping = packet(encoder.encode("PING"), 4).bytes, pong = packet(encoder.encode("PONG"), 4).bytes;
    const neighbours = [
      await Neighbour.move(
        websocket,
        Uint8Array.of(0x81, 0x84, 0, 0, 0, 0, 80, 73, 78, 71),
        Uint8Array.of(0x81, 4, 80, 79, 78, 71),
      ),
      await Neighbour.move(packet4, ping, pong),
      await Neighbour.move(line, encoder.encode("PING\n"), encoder.encode("PONG\n")),
    ];
    return new LiveTarget(application, complaints, neighbours);
  }

  make(random: Random): Case {
    const port = random.pick(["http", "websocket", "websocket", "packet4", "line"] as const);
    const address = this.#application[port === "http" ? "websocket" : port];
    return {
      bytes: port === "http" ? mutated(newHead(random), random) : newStream(port, random),
      about: `to the port of ${port}`,
      run: async (bytes, random) => {
        const got = await talk(address, port === "websocket", bytes, random);
        await this.#check();
        return `${port} ${got}`;
      },
    };
  }

  async #check(): Promise<void> {
    for (const neighbour of this.#neighbours) await neighbour.ask();
    must(this.#complaints.length === 0, `the log says ${this.#complaints}`);
    const { connections, protocolErrors } = this.#application.n2o.counters;
    must(protocolErrors === 0, `${protocolErrors} errors of protocols`);
    must(connections < 50, `${connections} connections are open`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const neighbour of this.#neighbours) neighbour.close();
    await this.#application.n2o.close({ drainMs: 1_000 });
  }
}

function newStream(port: "websocket" | "packet4" | "line", random: Random): Uint8Array {
  if (port === "websocket") {
    if (random.one(3)) return stream(random, maxFrameBytes);
    const frames = Array.from(
      { length: 1 + random.below(6) },
      () => frame(0x82, payload(random, maxFrameBytes), random),
    );
    return mutated(frames, random);
  }
  if (port === "line") {
    const lines = Array.from(
      { length: 1 + random.below(6) },
      () => `${random.text(random.length(200) % 1000)}\n`,
    );
    return mutated(lines.map((text) => ({ bytes: encoder.encode(text), head: 0 })), random);
  }
  return mutated(
    Array.from({ length: 1 + random.below(6) }, () => packet(payload(random, maxFrameBytes), 4)),
    random,
  );
}

/** Sends the bytes in some pieces and goes in one of the ways that peers have; gives in a word what came. */
async function talk(
  address: LiveAddress,
  upgrade: boolean,
  bytes: Uint8Array,
  random: Random,
): Promise<string> {
  const conn = await Deno.connect(address);
  conn.setNoDelay(true);
  const all = upgrade ? joined([encoder.encode(HANDSHAKE), bytes]) : bytes;
  const way = random.pick(["vanish", "half-close", "half-close", "stay"]);
  const received = receive(conn);
  try {
    let at = 0;
    while (at < all.length) {
      const to = random.one(2) ? all.length : Math.min(all.length, at + 1 + random.below(200));
      while (at < to) at += await conn.write(all.subarray(at, to));
    }
    if (way === "half-close") {
      await conn.closeWrite();
      await patient(received.end, "the other end closes");
    } else if (way === "stay") await patient(received.first, "an answer, or the end", 20);
  } catch (error) {
    // A server that has had enough may not wait for the rest.
    if (error instanceof Late) throw error;
  } finally {
    close(conn);
  }
  return received.got() ? "something" : "nothing";
}

class Late extends Error {}

async function patient(promise: Promise<unknown>, what: string, mayTakeMs?: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) =>
    timer = setTimeout(() => resolve(true), mayTakeMs ?? PATIENCE_MS)
  );
  const isLate = await Promise.race([promise.then(() => false), late]);
  clearTimeout(timer);
  if (isLate && mayTakeMs === undefined) throw new Late(`never: ${what}`);
}

/** Reads on until the end. */
function receive(conn: Deno.Conn): { first: Promise<void>; end: Promise<void>; got(): boolean } {
  let came = false;
  const first = Promise.withResolvers<void>();
  const read = async () => {
    const buffer = new Uint8Array(65_536);
    try {
      while (await conn.read(buffer) !== null) {
        came = true;
        first.resolve();
      }
    } catch {
      // Reset, or closed here.
    }
    first.resolve();
  };
  return { first: first.promise, end: read(), got: () => came };
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}

/** A peer that behaves. */
class Neighbour {
  #conn: Deno.Conn;
  #ping: Uint8Array;
  #pong: Uint8Array;

  private constructor(conn: Deno.Conn, ping: Uint8Array, pong: Uint8Array) {
    this.#conn = conn;
    this.#ping = ping;
    this.#pong = pong;
  }

  static async move(address: LiveAddress, ping: Uint8Array, pong: Uint8Array): Promise<Neighbour> {
    const conn = await Deno.connect(address);
    const neighbour = new Neighbour(conn, ping, pong);
    if (ping[0] !== 0x81) return neighbour;
    await conn.write(encoder.encode(HANDSHAKE));
    let head = "";
    while (!head.endsWith("\r\n\r\n")) head += String.fromCharCode((await neighbour.#read(1))[0]);
    must(head.startsWith("HTTP/1.1 101 "), head);
    return neighbour;
  }

  /** Asks, and must be answered; pings of the server come between. */
  async ask(): Promise<void> {
    await this.#conn.write(this.#ping);
    await patient(this.#answer(), "a neighbour is answered");
  }

  async #answer(): Promise<void> {
    let got = await this.#read(2);
    while (got[0] === 0x89 && got[1] === 0) {
      await this.#conn.write(Uint8Array.of(0x8a, 0x80, 0, 0, 0, 0));
      got = await this.#read(2);
    }
    const rest = await this.#read(this.#pong.length - 2);
    must(
      joined([got, rest]).toHex() === this.#pong.toHex(),
      `a neighbour is answered ${got.toHex()}${rest.toHex()}`,
    );
  }

  async #read(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const came = await this.#conn.read(bytes.subarray(at));
      must(came !== null, "a neighbour's connection has ended");
      at += came;
    }
    return bytes;
  }

  close(): void {
    close(this.#conn);
  }
}
