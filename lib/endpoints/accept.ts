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

/** What a system says that has no room for one more connection; anything else is about one connection that has gone before it was taken. */
const NO_ROOM = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);
/** The shortest and the longest wait for room, in milliseconds: asking at once helps nobody. */
const MIN_WAIT_MS = 10;
const MAX_WAIT_MS = 1_000;
/** After so many connections that had gone others get their turn. */
const GONE_A_TURN = 64;

/** Takes connections until `closed`. A lack of room is logged and waited for; a connection that cannot be taken is closed. */
export async function acceptAll(
  listener: Acceptor,
  take: (conn: Deno.Conn) => void,
  closed: () => boolean,
  log: Logger,
): Promise<void> {
  let wait = 0;
  let gone = 0;
  while (!closed()) {
    let conn: Deno.Conn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (closed()) return;
      if (error instanceof Deno.errors.BadResource) {
        log.error("accept_failed", { error });
        return;
      }
      if (NO_ROOM.has((error as { code?: string }).code ?? "")) {
        // Without the stack: to read it takes descriptors, too.
        if (wait === 0) log.error("accept_failed", { code: (error as { code?: string }).code ?? "" });
        wait = Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, 2 * wait));
        await new Promise((resolve) => setTimeout(resolve, wait));
      } else if (++gone % GONE_A_TURN === 0) {
        log.debug("accept_failed", { error });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
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
