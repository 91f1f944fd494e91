/**
 * A tunnel: bytes go both ways between a client and a server, as they are.
 *
 * @module
 */
import type { ByteStream } from "./byte_stream.ts";

/** The buffer of a quiet direction, and of one that filled it. */
const SMALL = 4096;
const LARGE = 65_536;

/** A tunnel between a client and a server. */
export class Tunnel {
  #client: ByteStream;
  #server: ByteStream;
  #closed: () => void;
  #over = false;
  /** Directions that have not ended. */
  #open = 2;
  #now: number;
  /** When bytes came last, from either side. */
  #last: number;
  /** Since when the client has been waiting for an answer. */
  #waits: number | undefined;

  /** Hands on what has been read from the client, then everything. `closed` is called once, at its end. */
  constructor(client: ByteStream, server: ByteStream, first: Uint8Array, now: number, closed: () => void) {
    this.#client = client;
    this.#server = server;
    this.#closed = closed;
    this.#now = this.#last = now;
    new Direction(client, server, first, this.#heard, this.#ended);
    new Direction(server, client, new Uint8Array(0), this.#spoke, this.#ended);
  }

  /** Closes it when the server has not answered for `answerMs` what the client has said since, or nobody has said anything for `quietMs`. */
  tick(now: number, answerMs: number, quietMs: number): void {
    this.#now = now;
    const late = this.#waits === undefined ? now - this.#last > quietMs : now - this.#waits > answerMs;
    if (late) this.close();
  }

  /** Closes both ends. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    for (const io of [this.#client, this.#server]) {
      try {
        io.close();
      } catch {
        // It is closed already.
      }
    }
    this.#closed();
  }

  #heard = (): void => {
    this.#last = this.#now;
    this.#waits ??= this.#now;
  };

  #spoke = (): void => {
    this.#last = this.#now;
    this.#waits = undefined;
  };

  #ended = (whole: boolean): void => {
    if (!whole || --this.#open === 0) this.close();
  };
}

/** One direction: a read, then its write, then the next read. */
class Direction {
  #from: ByteStream;
  #to: ByteStream;
  #moved: () => void;
  #ended: (whole: boolean) => void;
  #buffer = new Uint8Array(SMALL);
  #rest: Uint8Array = this.#buffer;

  constructor(
    from: ByteStream,
    to: ByteStream,
    first: Uint8Array,
    moved: () => void,
    ended: (whole: boolean) => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#moved = moved;
    this.#ended = ended;
    if (first.length > 0) {
      moved();
      this.#write(first);
    } else this.#read();
  }

  #read(): void {
    this.#from.read(this.#buffer).then(this.#got, this.#broke);
  }

  #write(bytes: Uint8Array): void {
    this.#rest = bytes;
    this.#to.write(bytes).then(this.#wrote, this.#broke);
  }

  #got = (count: number | null): void => {
    if (count === null) {
      const { closeWrite } = this.#to;
      if (closeWrite === undefined) return this.#ended(false);
      closeWrite.call(this.#to).then(() => this.#ended(true), this.#broke);
      return;
    }
    this.#moved();
    const buffer = this.#buffer;
    if (count === buffer.length) {
      if (count === SMALL) this.#buffer = new Uint8Array(LARGE);
      this.#write(buffer);
    } else {
      this.#write(buffer.subarray(0, count));
      if (count < SMALL && buffer.length === LARGE) this.#buffer = new Uint8Array(SMALL);
    }
  };

  #wrote = (count: number): void => {
    if (count < this.#rest.length) this.#write(this.#rest.subarray(count));
    else this.#read();
  };

  #broke = (): void => this.#ended(false);
}
