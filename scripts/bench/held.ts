/**
 * Whether ten thousand idle connections slow the others down.
 *
 * @module
 */

import { compare } from "./compare.ts";
import { HANDSHAKE, tagged } from "./frames.ts";
import { alternate, type Measurement } from "./measure.ts";
import { startOurs } from "./ours.ts";
import type { Server } from "./server.ts";
import { underLoad } from "./under_load.ts";

const HELD = 10_000;
/** What the server and the generator have open besides. */
const SPARE_FILES = 200;

/** 50 connections echo while 10 000 others are open, against the same without these. */
export const held: Measurement = {
  name: "held",
  how:
    `${HELD} connections from another loopback address have shaken hands and are silent but for answers to pings (\`FROM=127.0.0.2 ` +
    `wsload PORT /ws/ ${HELD} 0 …\`), while 50 echo as above at depth 16. The peer is the same engine in another process, without them.`,
  async run({ rounds, seconds, load }) {
    const files = openFiles();
    if (files < HELD + SPARE_FILES) {
      console.log(`held is left out: ${files} files may be open here; raise it with: ulimit -n ${2 * HELD}`);
      return [];
    }
    await using ours = await startOurs({ engine: "stream" });
    await using peer = await startOurs({ engine: "stream" });
    const frames = [HANDSHAKE, tagged("echo")];
    const round = (server: Server) => () =>
      underLoad(load, server, { path: "/ws/", connections: 50, depth: 16, seconds, frames });
    await using _ = await load.hold({
      port: ours.port,
      path: "/ws/",
      connections: HELD,
      from: "127.0.0.2",
      frames,
    });
    const results = await alternate(rounds, round(ours), round(peer));
    return compare(`echo, depth 16, beside ${HELD} idle connections`, results, {
      peer: "without them",
      goal: { ratio: 0.9, cpu: false },
    });
  },
};

/** How many files a process of this user may open. */
function openFiles(): number {
  const limit = /^Max open files +\S+ +(\S+)/m.exec(Deno.readTextFileSync("/proc/self/limits"));
  return limit?.[1] === "unlimited" ? Infinity : Number(limit?.[1]);
}
