/**
 * The end of all connections of an application.
 *
 * @module
 */
import type { Listener } from "./endpoints/listen.ts";
import type { Streams } from "./endpoints/streams.ts";
import type { Host } from "./host.ts";

/** How long the protocols may take to say good-bye after the drain, in milliseconds. */
const FAREWELL_MS = 1_000;
/** The close code of a server that goes away: clients connect again. */
const GOING_AWAY = 1001;

/**
 * Ends all connections, each once what was received has been answered and stored, and closes what listens.
 *
 * @param drainMs How long they may take.
 */
export async function endConnections(
  host: Host,
  streams: Streams,
  listeners: Iterable<Pick<Listener, "close">>,
  drainMs: number,
): Promise<void> {
  host.closing = true;
  const { connections } = host;
  // Each goes as soon as it has nothing left to do: one that is stuck keeps nobody else.
  for (const connection of connections) {
    connection.idle().then(() => connection.close(GOING_AWAY, "going away"));
  }
  const end = Date.now() + drainMs;
  while (connections.size > 0 && Date.now() < end) await pause();
  for (const connection of connections) connection.drop(GOING_AWAY, "going away");
  const farewell = Date.now() + FAREWELL_MS;
  while (host.tracked > 0 && Date.now() < farewell) await pause();
  // The close frames go out in a turn of their own, before the server's end closes what is left.
  await pause();
  const grace = Math.max(0, end - Date.now());
  await streams.close(grace);
  const stopped = await Promise.allSettled([...listeners].map((listener) => listener.close(grace)));
  for (const { status, reason } of stopped as PromiseRejectedResult[]) {
    if (status === "rejected") host.application.log.error("listener_not_closed", { error: reason });
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
