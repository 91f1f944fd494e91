/**
 * Clients that make durable sessions as fast as they are let: each shakes hands with an empty token, sets the session's
 * first variable, waits until that is acknowledged, and begins anew. Prints one line of JSON.
 *
 *     deno run --allow-net session_load.ts PORT CLIENTS SECONDS
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

function client(port: number, until: number, times: number[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/`);
  socket.binaryType = "arraybuffer";
  let started = 0;
  let greeted = false;
  const begin = () => {
    started = performance.now();
    greeted = false;
    socket.send("N2O,");
  };
  socket.onopen = begin;
  socket.onmessage = () => {
    if (!greeted) {
      greeted = true;
      return socket.send(SET);
    }
    const now = performance.now();
    times.push(now - started);
    if (now < until) return begin();
    resolve();
    socket.close();
  };
  socket.onclose = ({ code, reason }) => reject(new Error(`closed by the server: ${code} ${reason}`));
  return promise;
}

if (import.meta.main) {
  const [port, clients, seconds] = Deno.args.map(Number);
  const times: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(Array.from({ length: clients }, () => client(port, until, times)));
  const rate = times.length / ((performance.now() - started) / 1000);
  times.sort((a, b) => a - b);
  const result: SessionLoad = { rate, p99Ms: times[Math.floor(times.length * 0.99)] };
  console.log(JSON.stringify(result));
}
