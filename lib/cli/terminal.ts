/**
 * Writing to stdout and stderr, whose reader may be slow or gone.
 *
 * @module
 */

/** What is written to; `Deno.stdout` and `Deno.stderr` fit. */
export interface Sink {
  /** Writes some of the bytes and tells how many. */
  writeSync(bytes: Uint8Array): number;
  /** Whether a person reads it. */
  isTerminal(): boolean;
}

const encoder = new TextEncoder();

/** An output that never throws: what cannot be written is lost, since nobody is there to be told. */
export class Output {
  /** How many lines have been lost since the last one that was written. */
  lost = 0;
  #sink: Sink;
  #gone = false;

  /** Takes where to write. */
  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Whether the reader has gone. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Whether text may be coloured. */
  get colours(): boolean {
    return !Deno.noColor && this.#sink.isTerminal();
  }

  /** How many columns a terminal has; no end where it is none. */
  get columns(): number {
    try {
      return this.#sink.isTerminal() ? Deno.consoleSize().columns || Infinity : Infinity;
    } catch {
      return Infinity;
    }
  }

  /** Writes a line. */
  line(text: string): void {
    if (this.#gone) return;
    const bytes = encoder.encode(`${text}\n`);
    try {
      for (let sent = 0; sent < bytes.length;) sent += this.#sink.writeSync(bytes.subarray(sent));
      this.lost = 0;
    } catch (error) {
      // In a full pipe that somebody made non-blocking, or on a full disk, there may be room again later.
      this.lost++;
      if (error instanceof Deno.errors.BrokenPipe) this.#gone = true;
    }
  }
}

/** The process's stdout. */
export const stdout = new Output(Deno.stdout);
/** The process's stderr. */
export const stderr = new Output(Deno.stderr);

/** A text in bold red, where colours are wanted. */
export function red(text: string, colours: boolean): string {
  return colours ? `\x1b[1;31m${text}\x1b[0m` : text;
}

/** A text in bold, where colours are wanted. */
export function bold(text: string, colours: boolean): string {
  return colours ? `\x1b[1m${text}\x1b[0m` : text;
}
