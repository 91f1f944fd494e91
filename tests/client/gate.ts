/** A TCP relay in front of a server, to make a network of any quality. */
import { Changes } from "./until.ts";

/** One connection through the gate. */
interface Pair {
  inner: Deno.Conn;
  outer: Deno.Conn;
}

/** A relay that can cut its connections, swallow what they carry, and refuse new ones. */
export class Gate extends Changes {
  readonly #listener: Deno.TcpListener;
  readonly #target: { hostname: string; port: number };
  #pairs = new Set<Pair>();
  #stall: Promise<void> | undefined;
  #unstall: (() => void) | undefined;
  /** Connections that came so far, refused ones too. */
  accepted = 0;
  /** Whether new connections are closed at once. */
  refusing = false;

  /** Opens a gate before a port of this machine. */
  constructor(port: number) {
    super();
    this.#target = { hostname: "127.0.0.1", port };
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accept();
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Ends every connection without a word of the protocol that it carries. */
  cut(): void {
    for (const pair of this.#pairs) this.#end(pair);
  }

  /** Keeps every byte to itself, both ways, until {@linkcode release}. */
  hold(): void {
    this.#stall ??= new Promise((resolve) => this.#unstall = resolve);
  }

  /** Lets the bytes go again. */
  release(): void {
    this.#unstall?.();
    this.#stall = undefined;
  }

  /** Closes the gate and all that goes through it. */
  close(): void {
    this.#listener.close();
    this.release();
    this.cut();
  }

  async #accept(): Promise<void> {
    for await (const outer of this.#listener) {
      this.accepted++;
      if (this.refusing) outer.close();
      else await this.#relay(outer);
      this.changed();
    }
  }

  async #relay(outer: Deno.Conn): Promise<void> {
    try {
      const pair = { outer, inner: await Deno.connect(this.#target) };
      this.#pairs.add(pair);
      this.#copy(pair, pair.outer, pair.inner);
      this.#copy(pair, pair.inner, pair.outer);
    } catch {
      outer.close();
    }
  }

  async #copy(pair: Pair, from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
        await this.#stall;
        for (let at = 0; at < n;) at += await to.write(buffer.subarray(at, n));
      }
    } catch {
      // Cut, here or at either end.
    }
    this.#end(pair);
  }

  #end(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    pair.inner.close();
    pair.outer.close();
    this.changed();
  }
}
