/**
 * A tunnel: bytes go both ways between a client and a server, as they are.
 *
 * @module
 */
import type { ByteStream } from "./byte_stream.ts";

/** What the server makes of a tunnel. */
export interface TunnelUse {
  /** How many requests are being answered. */
  readonly running: number;
  /** Whether it wants no more of it. */
  readonly over: boolean;
  /** Whether a request has come. */
  readonly begun: boolean;
}

/** A connection to the server. */
export interface Behind {
  /** The connection. */
  readonly server: ByteStream;
  /** What the server makes of it. */
  readonly use: TunnelUse;
  /** Called once, before it is closed. */
  forget(): void;
}

/** How long a tunnel may take, in milliseconds. */
export interface TunnelDeadlines {
  /** For a request's head, from its first byte on. */
  readonly headMs: number;
  /** Without a byte from either side, or with a client that does not read. */
  readonly quietMs: number;
}

/** The buffer of a quiet direction, and of one that filled it. */
const SMALL = 4096;
const LARGE = 65_536;
/** How long the client may take to close when the server has, and the server when it wants no more, in milliseconds. */
const LINGER_MS = 2_000;
const PAUSE_MS = 5;

/** A tunnel between a client and a server. */
export class Tunnel {
  /** Whether the server has ended, and the client has got all that came from it. */
  isHandedOn = false;
  #client: ByteStream;
  #server: ByteStream;
  #use: TunnelUse;
  #forget: () => void;
  #deadlines: TunnelDeadlines;
  #closed: () => void;
  #over = false;
  #up: Direction;
  #down: Direction;
  #now: number;
  /** When bytes came last, from either side, and when from the server. */
  #last: number;
  #spokeLast: number;
  /** Since when there are bytes of the client's that no request was seen in, and no answer to. */
  #waits: number | undefined;
  /** Since when the server has ended. */
  #ended: number | undefined;

  /** Hands on what has been read from the client, then everything. `closed` is called once. */
  constructor(
    client: ByteStream,
    { server, use, forget }: Behind,
    first: Uint8Array,
    deadlines: TunnelDeadlines,
    now: number,
    closed: () => void,
  ) {
    this.#client = client;
    this.#server = server;
    this.#use = use;
    this.#forget = forget;
    this.#deadlines = deadlines;
    this.#closed = closed;
    this.#now = this.#last = this.#spokeLast = now;
    this.#up = new Direction(client, server, {
      moved: this.#heard,
      ended: this.#clientEnded,
      unread: this.close,
      // Whoever is refused before it has sent all is still to read why.
      unwritten: () => this.#up.drop(),
    });
    this.#down = new Direction(server, client, {
      moved: this.#spoke,
      ended: this.#serverEnded,
      unread: this.close,
      unwritten: this.close,
    });
    this.#up.begin(first);
    this.#down.begin();
  }

  /** Closes it when a deadline is over. */
  tick(now: number): void {
    this.#now = now;
    const { headMs, quietMs } = this.#deadlines;
    if (this.#ended !== undefined) {
      if (now - this.#ended > LINGER_MS) this.close();
      return;
    }
    const { running, over } = this.#use;
    const silent = now - this.#spokeLast;
    // An answer that is over for the server may still be on its way here.
    if (over && running === 0 && !this.#down.writing && silent > LINGER_MS) return this.close();
    if (this.#down.writing && silent > quietMs) return this.close();
    if (running > 0) {
      this.#waits = undefined;
      return;
    }
    const late = this.#waits === undefined ? now - this.#last > quietMs : now - this.#waits > headMs;
    if (late) this.close();
  }

  /** Closes both ends. */
  close = (): void => {
    if (this.#over) return;
    this.#over = true;
    // From here on its port may be another program's.
    this.#forget();
    for (const io of [this.#server, this.#client]) {
      try {
        io.close();
      } catch {
        // It is closed already.
      }
    }
    this.#closed();
  };

  #heard = (): void => {
    this.#last = this.#now;
    if (this.#use.running === 0) this.#waits ??= this.#now;
  };

  #spoke = (): void => {
    this.#last = this.#spokeLast = this.#now;
    this.#waits = undefined;
  };

  #clientEnded = (): void => {
    const { closeWrite } = this.#server;
    if (this.#ended !== undefined || closeWrite === undefined) this.close();
    else closeWrite.call(this.#server).catch(this.close);
  };

  #serverEnded = (): void => {
    this.#ended = this.#now;
    const { closeWrite } = this.#client;
    if (this.#up.ended || closeWrite === undefined) return this.close();
    this.#up.drop();
    closeWrite.call(this.#client).then(this.#handedOn, this.close);
  };

  #handedOn = (): void => {
    // Who was sent something just now may still be reading it, and a socket that is closed while its client speaks loses it: the client is to
    // close first.
    this.isHandedOn = this.#spokeLast < this.#now;
  };
}

/** Waits until what servers that have closed sent last has been handed on, at the latest until then, by the clock of `performance`. */
export async function handedOn(tunnels: ReadonlySet<Tunnel>, untilMs: number): Promise<void> {
  while (performance.now() < untilMs && tunnels.values().some(({ isHandedOn }) => !isHandedOn)) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

interface DirectionEvents {
  moved(): void;
  ended(): void;
  unread(): void;
  unwritten(): void;
}

/** One direction: a read, then its write, then the next read. */
class Direction {
  /** Whether all has been read. */
  ended = false;
  /** Whether a write is under way. */
  writing = false;
  #from: ByteStream;
  #to: ByteStream;
  #events: DirectionEvents;
  #buffer = new Uint8Array(SMALL);
  #rest: Uint8Array = this.#buffer;
  #dropping = false;

  constructor(from: ByteStream, to: ByteStream, events: DirectionEvents) {
    this.#from = from;
    this.#to = to;
    this.#events = events;
  }

  /** Begins with what has been read already. */
  begin(first?: Uint8Array): void {
    if (first === undefined || first.length === 0) return this.#read();
    this.#events.moved();
    this.#write(first);
  }

  /** Reads on, for nobody: a socket that is closed with unread bytes loses what it sent last. */
  drop(): void {
    if (this.#dropping) return;
    this.#dropping = true;
    if (this.writing && !this.ended) this.#read();
    this.writing = false;
  }

  #read(): void {
    this.#from.read(this.#buffer).then(this.#got, this.#unread);
  }

  #write(bytes: Uint8Array): void {
    this.writing = true;
    this.#rest = bytes;
    this.#to.write(bytes).then(this.#wrote, this.#unwritten);
  }

  #got = (count: number | null): void => {
    if (count === null) {
      this.ended = true;
      this.#events.ended();
      return;
    }
    if (this.#dropping) return this.#read();
    this.#events.moved();
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
    if (this.#dropping) return;
    if (count < this.#rest.length) return this.#write(this.#rest.subarray(count));
    this.writing = false;
    this.#read();
  };

  #unread = (): void => this.#events.unread();

  #unwritten = (): void => {
    if (!this.#dropping) this.#events.unwritten();
  };
}
