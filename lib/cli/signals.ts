/**
 * Signals to a server.
 *
 * @module
 */

/** What a server does about signals. */
export interface SignalHandlers {
  /** It is to end. Called once. */
  stop(signal: Deno.Signal): void;
  /** It is to read again what it has read at its start. Signals that come before this is over come to one more call after it. */
  reread(): void | Promise<void>;
}

const ENDINGS: readonly (readonly [Deno.Signal, number])[] = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGBREAK", 149],
];

/**
 * Listens for signals. The first one that asks for the end lets the server end well, a second one ends the process at once.
 * SIGHUP means that a terminal was closed where the server runs in one, and else that files are to be read again.
 */
export function listenForSignals(handlers: SignalHandlers): void {
  let stopping = false;
  const end = (signal: Deno.Signal, code: number) => {
    if (stopping) Deno.exit(code);
    stopping = true;
    handlers.stop(signal);
  };
  const reread = oneAtATime(() => handlers.reread());
  const inTerminal = Deno.stdin.isTerminal();
  for (const [signal, code] of ENDINGS) on(signal, () => end(signal, code));
  on("SIGHUP", () => inTerminal ? end("SIGHUP", 129) : reread());
}

/** What changed after a run had looked is seen by one more. */
function oneAtATime(work: () => void | Promise<void>): () => void {
  let running = false;
  let again = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        await work();
      }
    } finally {
      running = false;
    }
  };
}

function on(signal: Deno.Signal, handler: () => void): void {
  try {
    Deno.addSignalListener(signal, handler);
  } catch (error) {
    // Not every system has every signal.
    if (!(error instanceof TypeError)) throw error;
  }
}
