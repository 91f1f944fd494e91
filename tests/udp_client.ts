/**
 * A client that sends datagrams and reads what comes back.
 *
 * @module
 */
import { createSocket, type Socket } from "node:dgram";
import { bert, format, isTuple, type Term, text } from "@n2o/n2o";

const PATIENCE_MS = 60_000;
const decoder = new TextDecoder();

/** Where a server listens. */
export interface UdpAddress {
  readonly hostname: string;
  readonly port: number;
}

/** A socket of its own, and what it has received. */
export class UdpClient implements Disposable {
  /** Datagrams received and not read yet. */
  readonly waiting: Uint8Array[] = [];
  #socket: Socket;
  #to: UdpAddress;
  #arrived: (() => void) | undefined;

  private constructor(socket: Socket, to: UdpAddress) {
    this.#socket = socket;
    this.#to = to;
    socket.on("message", (bytes: Uint8Array) => {
      this.waiting.push(Uint8Array.from(bytes));
      this.#arrived?.();
    });
    socket.on("error", () => {});
  }

  /** Binds a socket to a free port. */
  static async open(to: UdpAddress): Promise<UdpClient> {
    const isSix = to.hostname.includes(":");
    const socket = createSocket(isSix ? "udp6" : "udp4");
    await new Promise<void>((resolve) => socket.bind(0, isSix ? "::1" : "127.0.0.1", resolve));
    return new UdpClient(socket, to);
  }

  /** The port that it sends from. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends a datagram: a text, bytes, or a term in BERT. Resolves when it is on its way. */
  send(what: string | Uint8Array | { readonly term: Term }): Promise<void> {
    const bytes = typeof what === "string" || what instanceof Uint8Array ? what : bert.encode(what.term);
    return new Promise((resolve, reject) => {
      this.#socket.send(
        bytes,
        this.#to.port,
        this.#to.hostname,
        (error) => error ? reject(error) : resolve(),
      );
    });
  }

  /** The next datagram. */
  async next(): Promise<Uint8Array> {
    while (this.waiting.length === 0) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timer = setTimeout(
        () => reject(new Error(`nothing came within ${PATIENCE_MS} ms`)),
        PATIENCE_MS,
      );
      this.#arrived = resolve;
      await promise.finally(() => clearTimeout(timer));
    }
    return this.waiting.shift()!;
  }

  /** The next datagram as text, or as a term in Erlang's syntax. */
  async hear(): Promise<string> {
    return read(await this.next());
  }

  /** Sends, and gives the next datagram. */
  async ask(what: string | Uint8Array | { readonly term: Term }): Promise<string> {
    await this.send(what);
    return await this.hear();
  }

  /** Makes sure that nothing has come: what it sends to itself is the very next datagram. */
  async nothing(): Promise<void> {
    const { address, port } = this.#socket.address();
    this.#socket.send("to myself", port, address);
    const next = await this.hear();
    if (next !== "to myself") throw new Error(`not nothing: ${next}`);
  }

  /** Says PING and expects PONG as the very next datagram: what was sent before it was answered by nothing. */
  async quiet(): Promise<void> {
    const answer = await this.ask("PING");
    if (answer !== "PONG") throw new Error(`not quiet: ${answer}`);
  }

  /** The digits that the server gives this address. */
  async digits(token = ""): Promise<string> {
    const answer = await this.ask(`N2O,${token}`);
    const digits = /^N2O\?([0-9a-f]{16})$/.exec(answer)?.[1];
    if (digits === undefined) throw new Error(`no digits: ${answer}`);
    return digits;
  }

  /** Proves the address; gives the token to go on with. */
  async prove(token = ""): Promise<string> {
    await this.send(`N2O,${token},${await this.digits(token)}`);
    return tokenOf(await this.next());
  }

  /** Closes the socket. */
  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A datagram as a test reads it. */
export function read(bytes: Uint8Array): string {
  return bytes[0] === 131 ? format(bert.decode(bytes), { utf8: true }) : decoder.decode(bytes);
}

/** The token of `{io, <<>>, {'Token', Token}}`. */
export function tokenOf(bytes: Uint8Array): string {
  const io = bert.decode(bytes);
  if (!isTuple(io, "io", 3) || !isTuple(io[2], "Token", 2)) throw new Error(`no token: ${format(io)}`);
  return text(io[2][1])!;
}
