/**
 * The TCP echo's peer: what `Deno.listen` alone does. Writes back what it reads.
 *
 * @module
 */

import { announce } from "./listening.ts";

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
announce(listener.addr);

for await (const conn of listener) echo(conn);

async function echo(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay(true);
  const buffer = new Uint8Array(65_536);
  try {
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) break;
      for (let at = 0; at < count;) at += await conn.write(buffer.subarray(at, count));
    }
  } catch {
    // The client has gone.
  }
  conn.close();
}
