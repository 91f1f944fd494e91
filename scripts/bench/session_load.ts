/**
 * Clients that make durable sessions: each shakes hands with an empty token, sets the session's first variable, waits
 * until that is acknowledged, and begins anew, at once or when its turn comes. Prints one line of JSON.
 *
 *     deno run --allow-net session_load.ts PORT CLIENTS SECONDS [RATE]
 *
 * RATE is how many sessions a second all clients together begin; without it as many as the server bears. A session that
 * begins late, because its client still waits for the one before, is timed from when it was due.
 *
 * @module
 */

import { atom, bert, tuple } from "../../mod.ts";

/** What the clients counted. */
export interface SessionLoad {
  /** Sessions a second. */
  readonly rate: number;
  /** The 99th percentile of the time from the handshake to the acknowledgement, in milliseconds. */
  readonly p99Ms: number;
}

const SET = new Uint8Array(bert.encode(tuple(atom("set"), "name", "someone")));

interface Turns {
  /** When the first session is due. */
  readonly first: number;
  /** From one session to the next, in milliseconds; 0 begins the next one at once. */
  readonly periodMs: number;
  /** When no more are begun. */
  readonly until: number;
}

function client(port: number, { first, periodMs, until }: Turns, times: number[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/`);
  socket.binaryType = "arraybuffer";
  let due = first;
  let greeted = false;
  const begin = () => {
    greeted = false;
    socket.send("N2O,");
  };
  const beginWhenDue = () => {
    const wait = due - performance.now();
    if (wait > 0) setTimeout(begin, wait);
    else begin();
  };
  socket.onopen = beginWhenDue;
  socket.onmessage = () => {
    if (!greeted) {
      greeted = true;
      return socket.send(SET);
    }
    const now = performance.now();
    times.push(now - due);
    due = periodMs > 0 ? due + periodMs : now;
    if (Math.max(due, now) < until) return beginWhenDue();
    resolve();
    socket.close();
  };
  socket.onclose = ({ code, reason }) => reject(new Error(`closed by the server: ${code} ${reason}`));
  return promise;
}

if (import.meta.main) {
  const [port, clients, seconds, wanted = 0] = Deno.args.map(Number);
  const times: number[] = [];
  // the time that all clients need to connect is nobody's latency
  const started = performance.now() + 300;
  const periodMs = wanted > 0 ? clients / wanted * 1000 : 0;
  const turns = (index: number) => ({
    first: started + periodMs * index / clients,
    periodMs,
    until: started + seconds * 1000,
  });
  await Promise.all(Array.from({ length: clients }, (_, index) => client(port, turns(index), times)));
  const rate = times.length / ((performance.now() - started) / 1000);
  times.sort((a, b) => a - b);
  const result: SessionLoad = { rate, p99Ms: times[Math.floor(times.length * 0.99)] };
  console.log(JSON.stringify(result));
}
