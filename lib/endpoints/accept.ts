/**
 * Taking connections from a listener, whatever happens.
 *
 * @module
 */
import type { Logger } from "../log.ts";

/** What connections are taken from; every `Deno.Listener` is one. */
export interface Acceptor {
  /** The next connection. */
  accept(): Promise<Deno.Conn>;
}

/** The shortest and the longest wait after a failure, in milliseconds: when descriptors are used up, asking at once helps nobody. */
const MIN_WAIT_MS = 10;
const MAX_WAIT_MS = 1_000;

/** Takes connections until `closed`. What fails is logged; a connection that cannot be taken is closed. */
export async function acceptAll(
  listener: Acceptor,
  take: (conn: Deno.Conn) => void,
  closed: () => boolean,
  log: Logger,
): Promise<void> {
  let wait = 0;
  while (!closed()) {
    let conn: Deno.Conn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (closed()) return;
      if (wait === 0) log.error("accept_failed", { error });
      wait = Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, 2 * wait));
      await new Promise((resolve) => setTimeout(resolve, wait));
      continue;
    }
    wait = 0;
    try {
      take(conn);
    } catch (error) {
      log.error("connection_failed", { error });
      hangUp(conn);
    }
  }
}

/** Closes a connection that may be closed already. */
export function hangUp(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is.
  }
}
