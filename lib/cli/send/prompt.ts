/**
 * A prompt, where somebody sits at a terminal.
 *
 * @module
 */

const encoder = new TextEncoder();
const PROMPT = encoder.encode("> ");
const CLEAR = encoder.encode("\r\x1b[K");
const NEWLINE = encoder.encode("\n");

/** Asks for messages, and keeps out of the way of what is printed; in a pipe it does nothing. */
export class Prompt {
  /** Whether it was shown. */
  used = false;
  readonly #possible = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();

  /** Asks. */
  show(): void {
    if (!this.#possible) return;
    this.used = true;
    write(PROMPT);
  }

  /** Prints something above it. */
  above(print: () => void): void {
    if (this.used) write(CLEAR);
    print();
    if (this.used) write(PROMPT);
  }

  /** Goes away. */
  end(): void {
    if (this.used) write(NEWLINE);
    this.used = false;
  }
}

function write(bytes: Uint8Array): void {
  try {
    Deno.stdout.writeSync(bytes);
  } catch {
    // nobody is there to be asked
  }
}
