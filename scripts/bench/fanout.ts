/**
 * Fan-out to a thousand subscribers, against a loop over a bare `Deno.serve`'s sockets.
 *
 * @module
 */

import { compare } from "./echo.ts";
import { HANDSHAKE, tagged } from "./frames.ts";
import { alternate, type Measurement } from "./measure.ts";
import { beside, Server } from "./server.ts";
import { underLoad } from "./under_load.ts";

/** One publisher with eight publications of 64 bytes in flight; every delivery counts. */
export const fanOut: Measurement = {
  name: "fanout",
  how:
    "`FANOUT=1 wsload PORT /ws/ 1000 8 SECONDS …`: 1000 subscribers of one topic, one of which publishes 64 bytes. The " +
    "peer is `bare_fanout.ts`, which keeps its sockets in a set and sends the bytes to each.",
  async run({ rounds, seconds, load }) {
    await using ours = await Server.start(["--allow-net", beside("n2o_echo.ts")]);
    await using peer = await Server.start(["--allow-net", beside("bare_fanout.ts")]);
    const round = (server: Server, frames: string[]) => () =>
      underLoad(load, server, { path: "/ws/", connections: 1000, depth: 8, seconds, fanOut: true, frames });
    const results = await alternate(
      rounds,
      round(ours, [HANDSHAKE, tagged("join"), tagged("publish")]),
      round(peer, [HANDSHAKE, HANDSHAKE, tagged("publish")]),
    );
    return compare("fan-out to 1000, depth 8", results);
  },
};
