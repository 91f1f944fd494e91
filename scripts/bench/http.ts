/**
 * Plain requests on the port that takes WebSockets, against a bare `Deno.serve`.
 *
 * @module
 */

import { compare } from "./compare.ts";
import { inTurn, type Measurement } from "./measure.ts";
import { NET, startOurs } from "./ours.ts";
import { beside, Server } from "./server.ts";
import type { Round } from "./under_load.ts";

/** `GET /n2o/health` on 50 connections that stay open. */
export const http: Measurement = {
  name: "http",
  how:
    "`wrk -t1 -c50 http://…/n2o/health`: 50 connections that stay open, on the port where the stream engine takes WebSockets. The " +
    "peer is `bare_http.ts`, which answers the same. N2O with the engine serve stands beside.",
  async run({ rounds, seconds }) {
    try {
      await new Deno.Command("wrk", { args: ["-v"] }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      console.log("http is left out: there is no wrk here; on Debian: apt-get install wrk");
      return [];
    }
    await using stream = await startOurs({ engine: "stream" });
    await using serve = await startOurs({ engine: "serve" });
    await using peer = await Server.start([NET, beside("bare_http.ts")]);
    const round = (server: Server) => () => requests(server, Math.ceil(seconds));
    const [ofStream, ofPeer, ofServe] = await inTurn(rounds, [round(stream), round(peer), round(serve)]);
    return compare("plain HTTP, engine stream", { ours: ofStream, peer: ofPeer }, {
      goal: { ratio: 0.42, cpu: false },
      unit: "requests/s",
      beside: [{ name: "N2O, engine serve", rounds: ofServe }],
    });
  },
};

async function requests(server: Server, seconds: number): Promise<Round> {
  const before = server.cpuUs();
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", "-c50", `-d${seconds}s`, `http://127.0.0.1:${server.port}/n2o/health`],
  }).output();
  const said = new TextDecoder().decode(stdout);
  const rate = Number(/^Requests\/sec: +([\d.]+)$/m.exec(said)?.[1]);
  const failed = /Non-2xx.*|Socket errors.*/.exec(said)?.[0];
  if (!(rate > 0) || failed !== undefined) throw new Error(`the requests failed: ${failed ?? said}`);
  const done = Number(/^ +(\d+) requests in /m.exec(said)?.[1]);
  return { rate, cpuUs: (server.cpuUs() - before) / done };
}
