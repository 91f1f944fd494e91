/**
 * WebSocket echo through the whole loop, against a bare `Deno.serve`.
 *
 * @module
 */

import { HANDSHAKE, tagged } from "./frames.ts";
import { alternate, type Measurement, median, type Row } from "./measure.ts";
import { beside, Server } from "./server.ts";
import { type Round, underLoad } from "./under_load.ts";

/** `{echo, <<64 bytes>>}` on 50 connections, one and sixteen frames in flight on each. */
export const echo: Measurement = {
  name: "echo",
  how:
    "`wsload PORT /ws/ 50 DEPTH SECONDS 1:N2O, 2:{echo, <<64 bytes>>}`: 50 connections. Ours decodes the term, asks " +
    "the chain (heart, session, echo) and encodes the answer; the peer is `bare_echo.ts`, which sends the bytes back.",
  async run({ rounds, seconds, load }) {
    await using ours = await Server.start(["--allow-net", beside("n2o_echo.ts")]);
    await using peer = await Server.start(["--allow-net", beside("bare_echo.ts")]);
    const rows: Row[] = [];
    for (const depth of [1, 16]) {
      const round = (server: Server) => () =>
        underLoad(load, server, {
          path: "/ws/",
          connections: 50,
          depth,
          seconds,
          frames: [HANDSHAKE, tagged("echo")],
        });
      rows.push(...compare(`echo, depth ${depth}`, await alternate(rounds, round(ours), round(peer))));
    }
    return rows;
  },
};

/** The rows of two servers under the same load: the goal is 0.85 of the peer, in rate or in processor time. */
export function compare(name: string, results: { ours: Round[]; peer: Round[] }): Row[] {
  const rate = {
    ours: median(results.ours, (round) => round.rate),
    peer: median(results.peer, (round) => round.rate),
  };
  const cpu = {
    ours: median(results.ours, (round) => round.cpuUs),
    peer: median(results.peer, (round) => round.cpuUs),
  };
  const met = rate.ours / rate.peer >= 0.85 || cpu.peer / cpu.ours >= 0.85;
  const row = (unit: string, of: { ours: number; peer: number }): Row => ({
    name,
    unit,
    less: of === cpu,
    ours: of.ours,
    peer: { name: "bare Deno.serve", figure: of.peer },
    goal: "≥ 0.85 of the peer in rate or CPU",
    met,
  });
  return [row("messages/s", rate), row("µs of CPU a message", cpu)];
}
