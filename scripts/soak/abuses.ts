/**
 * What hostile clients do, over and over until they are told to stop. Each is one client.
 *
 * @module
 */
import { deflateRawSync } from "node:zlib";
import { atom, bert, tuple } from "../../mod.ts";
import { BINARY, CONTINUATION, framed, framedByServer, Peer, PING, TEXT } from "./peer.ts";

/** Where to do it. */
export interface Scene {
  readonly webPort: number;
  readonly tcpPort: number;
  /** Whether to stop. */
  over(): boolean;
}

/** Something that clients do to servers. */
export interface Abuse {
  readonly name: string;
  /** How many do it at once. */
  readonly clients: number;
  /** Does it once, or until it is over. It may fail when the server hangs up. */
  run(scene: Scene): Promise<void>;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const encoder = new TextEncoder();
const MIB = 1_048_576;
/** Each writes so often, in milliseconds: the other end is to be tried, not this machine's other half. */
const BEAT_MS = 5;
/** Each comes again after so long, in milliseconds. */
const VISIT_MS = 40;

/** Writes the same again and again. */
async function pour(peer: Peer, piece: Uint8Array, scene: Scene): Promise<void> {
  while (!scene.over()) {
    await peer.write(piece);
    await pause(BEAT_MS);
  }
}

/** Opens a WebSocket, does something, closes. */
function web(work: (peer: Peer, scene: Scene) => Promise<void>): Abuse["run"] {
  return async (scene) => {
    const peer = await Peer.open("websocket", scene.webPort);
    // Whoever waits for a server that reads no more would wait beyond the end.
    const watch = setInterval(() => scene.over() && peer.close(), 50);
    try {
      await work(peer, scene);
    } finally {
      clearInterval(watch);
      peer.close();
    }
  };
}

function many(frame: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(times * frame.length);
  for (let i = 0; i < times; i++) all.set(frame, i * frame.length);
  return all;
}

/** What clients do that mean no harm; it goes on all the time, so that abuse is measured against a server with something to do. */
export const usual: Abuse = {
  name: "usual",
  clients: 10,
  run: web(async (peer, { over }) => {
    const payload = bert.encode(tuple(atom("echo"), new Uint8Array(64)));
    const batch = many(framed("websocket", payload), 16);
    const answer = 16 * framedByServer("websocket", payload).length;
    while (!over()) {
      await peer.write(batch);
      await peer.bytes(answer);
      await pause(BEAT_MS);
    }
  }),
};

/** The repertory. */
export const abuses: readonly Abuse[] = [
  {
    name: "heads that come byte by byte",
    clients: 200,
    async run({ webPort, over }) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: webPort });
      try {
        for (const byte of encoder.encode(`GET /ws/ HTTP/1.1\r\nX: ${"x".repeat(10_000)}`)) {
          if (over()) return;
          await conn.write(Uint8Array.of(byte));
          await pause(50);
        }
      } finally {
        conn.close();
      }
    },
  },
  {
    name: "frames in writes of one byte",
    clients: 20,
    run: web(async (peer, scene) => {
      const frame = framed("websocket", bert.encode(tuple(atom("echo"), new Uint8Array(500))));
      while (!scene.over()) {
        for (const byte of frame) {
          await peer.write(Uint8Array.of(byte));
          await pause(1);
        }
      }
    }),
  },
  {
    name: "a gigabyte announced",
    clients: 20,
    async run({ tcpPort }) {
      const peer = await Peer.open("packet4", tcpPort);
      await peer.write(Uint8Array.of(0x40, 0, 0, 0, 131, 109));
      await peer.drain();
      peer.close();
      await pause(VISIT_MS);
    },
  },
  {
    name: "the largest message announced, and its end held back",
    clients: 200,
    run: web(async (peer, { over }) => {
      await peer.write(framed("websocket", new Uint8Array(MIB)).subarray(0, 50_000));
      while (!over()) await pause(20);
    }),
  },
  {
    name: "compression bombs",
    clients: 3,
    async run({ webPort }) {
      const peer = await Peer.open("websocket", webPort, "permessage-deflate");
      await peer.write(bomb);
      await peer.drain();
      peer.close();
      await pause(20);
    },
  },
  {
    name: "pings",
    clients: 5,
    run: web((peer, scene) => pour(peer, many(framed("websocket", new Uint8Array(125), PING), 100), scene)),
  },
  {
    name: "fragments without end",
    clients: 5,
    run: web(async (peer, scene) => {
      await peer.send(new Uint8Array(0), TEXT, false);
      await pour(peer, many(framed("websocket", encoder.encode("x"), CONTINUATION, false), 500), scene);
    }),
  },
  {
    name: "much asked, nothing read",
    clients: 10,
    run: web((peer, scene) =>
      pour(
        peer,
        framed("websocket", bert.encode(tuple(atom("echo"), new Uint8Array(100_000))), BINARY),
        scene,
      )
    ),
  },
  {
    name: "comings and goings",
    clients: 20,
    run: web(async (peer) => {
      await peer.send(bert.encode(tuple(atom("echo"), 1)));
      await pause(VISIT_MS);
    }),
  },
];

/** A message that would inflate to 64 MiB. */
const bomb = (() => {
  const frame = framed("websocket", new Uint8Array(deflateRawSync(new Uint8Array(64 * MIB))));
  frame[0] |= 0x40;
  return frame;
})();
