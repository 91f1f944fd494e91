/**
 * The TCP endpoint: connections over TCP, TLS and Unix domain sockets.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { LineFraming } from "../framing/line.ts";
import type { Framing } from "../framing/mod.ts";
import { Output } from "../framing/output.ts";
import { PacketFraming } from "../framing/packet.ts";
import { acceptAll, hangUp } from "./accept.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import { formatIp, parseIp } from "./ip.ts";
import type { Listener } from "./listen.ts";
import { listenError } from "./listen_error.ts";
import { Stream } from "./stream.ts";
import type { Streams } from "./streams.ts";
import { listenUnix } from "./unix_listen.ts";

/** How frames stand in a stream: behind a length of 4 or of 2 bytes, or as lines of text. */
export type TcpFraming = "packet4" | "packet2" | "line";

/** Options of `N2O.listenTcp`. */
export interface TcpListenOptions {
  /** The port; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** The address to listen on; `0.0.0.0` and `::` are all of the machine's. @default "127.0.0.1" */
  readonly hostname?: string;
  /** The path of a Unix domain socket, in place of port and hostname. */
  readonly path?: string;
  /** The TLS certificate chain, PEM. With `key`. */
  readonly cert?: string;
  /** The TLS key, PEM. With `cert`. */
  readonly key?: string;
  /** How frames stand in the stream. @default "packet4" */
  readonly framing?: TcpFraming;
}

const FRAMINGS: readonly string[] = ["packet4", "packet2", "line"] satisfies TcpFraming[];
/** So many of those who cannot come in are told why, and have so long to hear it, in milliseconds. */
const MAX_REFUSALS = 64;
const REFUSAL_MS = 1_000;
const GOING_AWAY = 1001, TRY_LATER = 1013;

/**
 * Listens for connections over TCP, TLS or a Unix domain socket. `door` counts them, with those of the other endpoints.
 *
 * @throws {N2OError} `bad_framing`, `bad_tls`, `port_taken`, `port_forbidden`, `bad_port`, `bad_host`; with a path `path_taken`,
 * `path_forbidden`, `bad_path`.
 */
export async function listenTcp(
  streams: Streams,
  door: Doorkeeper,
  options: TcpListenOptions = {},
): Promise<Listener> {
  const { framing = "packet4", path, cert, key } = options;
  if (!FRAMINGS.includes(framing)) {
    throw new N2OError(
      "bad_framing",
      `no framing is named "${framing}": use ${FRAMINGS.join(", ")}`,
      framing,
    );
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new N2OError("bad_tls", "TLS needs both a certificate and its key");
  }
  if (path !== undefined && (cert !== undefined || options.port !== undefined)) {
    throw new N2OError("bad_path", "a Unix domain socket has neither a port nor TLS", path);
  }
  const listener = path === undefined ? listenNet(options) : await listenUnix(path);
  return new TcpListener(streams, door, listener, framing, cert !== undefined);
}

function listenNet({ port = 0, hostname = "127.0.0.1", cert, key }: TcpListenOptions): Deno.Listener {
  try {
    return cert === undefined || key === undefined
      ? Deno.listen({ port, hostname })
      : Deno.listenTls({ port, hostname, cert, key });
  } catch (error) {
    throw listenError(error, hostname, port);
  }
}

class TcpListener implements Listener {
  readonly hostname: string;
  readonly port: number;
  readonly url: string;
  readonly finished: Promise<void>;
  #streams: Streams;
  #door: Doorkeeper;
  #listener: Deno.Listener;
  #framing: TcpFraming;
  #secure: boolean;
  #closed = false;
  /** Those that are shaking hands or being refused. */
  #outside = new Set<Deno.Conn>();
  #refusals = 0;

  constructor(
    streams: Streams,
    door: Doorkeeper,
    listener: Deno.Listener,
    framing: TcpFraming,
    secure: boolean,
  ) {
    this.#streams = streams;
    this.#door = door;
    this.#listener = listener;
    this.#framing = framing;
    this.#secure = secure;
    const { addr } = listener;
    if ("hostname" in addr) {
      this.hostname = addr.hostname;
      this.port = addr.port;
      const shown = addr.hostname.includes(":") ? `[${addr.hostname}]` : addr.hostname;
      this.url = `${secure ? "tls" : "tcp"}://${shown}:${addr.port}`;
    } else {
      this.hostname = "";
      this.port = 0;
      this.url = `unix:${(addr as Deno.UnixAddr).path}`;
    }
    const { log } = streams.host.application;
    this.finished = acceptAll(listener, (conn) => this.#take(conn), () => this.#closed, log);
  }

  /** Connections that are open already go on; the application closes them. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
      for (const conn of this.#outside) hangUp(conn);
    }
    await this.finished;
  }

  #take(conn: Deno.Conn): void {
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    const { closing, application } = this.#streams.host;
    if (closing) {
      this.#refuse(conn, GOING_AWAY, "going away");
      return;
    }
    const address = addressOf(conn.remoteAddr);
    const refusal = this.#door.enter(address);
    if (refusal !== undefined) {
      application.counters.connectionsRefused++;
      this.#refuse(conn, TRY_LATER, refusal.code);
    } else if (this.#secure) this.#shake(conn as Deno.TlsConn, address);
    else this.#begin(conn, address);
  }

  #begin(conn: Deno.Conn, address: string): void {
    const peer = { address, secure: this.#secure, transport: "tcp" };
    const leave = () => this.#door.leave(address);
    const { maxFrameBytes } = this.#streams.host.application.limits;
    new Stream(this.#streams, conn, this.#newFraming(maxFrameBytes), { route: "", query: "", peer }, {
      courteous: false,
      leave,
    });
  }

  #newFraming(maxBytes: number): Framing {
    const bert = this.#streams.host.application.formatters.default.name === "bert";
    if (this.#framing === "line") return new LineFraming({ maxBytes, bert });
    return new PacketFraming({ head: this.#framing === "packet4" ? 4 : 2, maxBytes, bert });
  }

  async #shake(conn: Deno.TlsConn, address: string): Promise<void> {
    const { handshakeTimeoutMs } = this.#streams.host.application.limits;
    const timer = setTimeout(() => hangUp(conn), handshakeTimeoutMs);
    this.#outside.add(conn);
    let shaken = false;
    try {
      await conn.handshake();
      shaken = !this.#closed;
    } catch {
      // Whoever speaks no TLS, or too slowly, is told nothing.
    }
    clearTimeout(timer);
    this.#outside.delete(conn);
    if (shaken) return this.#begin(conn, address);
    hangUp(conn);
    this.#door.leave(address);
  }

  /** Says why, unless that takes a handshake or too many are being told already; then hangs up. */
  async #refuse(conn: Deno.Conn, code: number, reason: string): Promise<void> {
    if (this.#secure || this.#refusals >= MAX_REFUSALS) return hangUp(conn);
    this.#refusals++;
    this.#outside.add(conn);
    const timer = setTimeout(() => hangUp(conn), REFUSAL_MS);
    try {
      const output = new Output();
      this.#newFraming(0).close(code, reason, output);
      await conn.write(output.bytes());
      await conn.closeWrite();
      // A socket that is closed with unread bytes loses what it sent last.
      const buffer = new Uint8Array(1024);
      while (await conn.read(buffer) !== null);
    } catch {
      // It has gone, or its time is up.
    }
    clearTimeout(timer);
    hangUp(conn);
    this.#outside.delete(conn);
    this.#refusals--;
  }
}

function addressOf(addr: Deno.Addr): string {
  if (!("hostname" in addr)) return "";
  const bytes = parseIp(addr.hostname);
  return bytes === undefined ? addr.hostname : formatIp(bytes);
}
