/**
 * The application: puts the parts together and owns their lifetimes.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Application } from "./application.ts";
import { localBus } from "./bus/local.ts";
import type { Bus } from "./bus/mod.ts";
import { type Cache, createCache } from "./cache.ts";
import { Commits } from "./commits.ts";
import { checkProtocols } from "./chain.ts";
import { Host } from "./host.ts";
import { Counters } from "./counters.ts";
import { endConnections } from "./end_connections.ts";
import { N2OError } from "./error.ts";
import { clientScript } from "./endpoints/client_script.ts";
import { trustProxy } from "./endpoints/forwarded.ts";
import { HttpEndpoint, type HttpRequest, type RequestInfo } from "./endpoints/http.ts";
import { Doorkeeper } from "./endpoints/doorkeeper.ts";
import { Admission } from "./endpoints/admission.ts";
import type { Listener, ListenOptions, TickingListener } from "./endpoints/listen.ts";
import { listenServe } from "./endpoints/listen_serve.ts";
import { listenServeTls } from "./endpoints/listen_serve_tls.ts";
import { listenStream } from "./endpoints/listen_stream.ts";
import { listenTcp, type TcpListenOptions } from "./endpoints/tcp.ts";
import { upgrade } from "./endpoints/upgrade.ts";
import { listenUdp, type UdpListener, type UdpListenOptions } from "./endpoints/udp.ts";
import { parseOrigins } from "./endpoints/origin.ts";
import { Streams } from "./endpoints/streams.ts";
import { type DeflateSettings, deflateSettings } from "./framing/deflate_settings.ts";
import { createBertFormatter } from "./formats/bert_formatter.ts";
import { createJsonFormatter } from "./formats/json.ts";
import { Formatters } from "./formats/mod.ts";
import { binaryFormatter, textFormatter } from "./formats/raw.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import { createLogger, type Logger } from "./log.ts";
import type { CloseOptions, N2OOptions, ReplaceOptions } from "./n2o_options.ts";
import type { Protocol } from "./protocol.ts";
import { Rooms } from "./rooms.ts";
import { createSecret, type Secret } from "./secret.ts";
import { Sessions } from "./sessions.ts";
import { memoryStore } from "./store/memory.ts";
import type { Commit, Store } from "./store/mod.ts";
import type { Term } from "./term.ts";

/** Sessions and rooms that nobody uses are let go so often, in milliseconds. */
const SWEEP_MS = 10_000;

/**
 * Makes an application: the protocols, and around them bus, store, sessions, rooms and the HTTP endpoint. Everything
 * hangs on what this returns, so that several applications live in one process.
 *
 * @throws {N2OError} with a code for each option that is not possible.
 *
 * @example
 * ```ts
 * import { bert, createN2O, isTuple, reply, tuple, atom, unknown } from "@n2o/n2o";
 *
 * const n2o = createN2O({
 *   protocols: [{
 *     name: "hello",
 *     info: (message) => isTuple(message, "hello", 2) ? reply("bert", tuple(atom("hi"), message[1])) : unknown,
 *   }],
 * });
 * const body = bert.encode(tuple(atom("hello"), "Bob"));
 * const answer = await n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body: new Uint8Array(body) }));
 * if (!isTuple(bert.decode(await answer.bytes()), "hi", 2)) throw new Error("no greeting");
 * await n2o.close();
 * ```
 */
export function createN2O(options: N2OOptions): N2O {
  return new N2O(options);
}

/**
 * An application, made by {@linkcode createN2O}.
 *
 * @example
 * ```ts
 * import { createN2O, heart, type N2O } from "@n2o/n2o";
 *
 * const n2o: N2O = createN2O({ protocols: [heart] });
 * const listener = n2o.listen({ port: 0 });
 * const health = await fetch(`${listener.url}n2o/health`);
 * if (!health.ok) throw new Error(await health.text());
 * await health.body?.cancel();
 * await n2o.close({ drainMs: 100 });
 * ```
 */
export class N2O implements Application {
  /** Topics, and who hears them. */
  readonly bus: Bus;
  /** Expiring tables in memory. */
  readonly cache: Cache;
  /** Durable bytes. */
  readonly store: Store;
  /** Makes and reads tokens. */
  readonly secret: Secret;
  /** The visitors' sessions. */
  readonly sessions: Sessions;
  /** Rooms with history. */
  readonly rooms: Rooms;
  /** How terms become frames. */
  readonly formatters: Formatters;
  /** The limits in force. */
  readonly limits: Limits;
  /** What has been counted. */
  readonly counters: Counters = new Counters();
  /** The log. */
  readonly log: Logger;
  #host: Host;
  #admission: Admission;
  #deflate: DeflateSettings | undefined;
  #http: HttpEndpoint;
  #streams: Streams;
  #door: Doorkeeper;
  #listeners = new Set<Pick<Listener, "close">>();
  #ticking = new Set<{ tick(now: number): void }>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #swept = 0;
  #closing: Promise<void> | undefined;
  #forget: () => void;

  /** Use {@linkcode createN2O}. */
  constructor(options: N2OOptions) {
    checkProtocols(options?.protocols);
    for (const chain of Object.values(options.chains ?? {})) checkProtocols(chain);
    this.limits = resolveLimits(options.limits);
    this.log = options.log ?? createLogger({ level: "warn" });
    const { maxFrameBytes: maxBytes } = this.limits;
    this.formatters = new Formatters([
      createBertFormatter({ maxBytes }),
      createJsonFormatter({ maxBytes }),
      textFormatter,
      binaryFormatter,
    ]);
    for (const formatter of options.formatters ?? []) this.formatters.add(formatter);
    this.formatters.setDefault(options.defaultFormatter ?? "bert");
    this.bus = options.bus ?? localBus();
    const now = options.clock ?? Date.now;
    this.cache = options.cache ?? createCache({ now });
    this.store = options.store ?? memoryStore({ now });
    this.secret = options.secret ?? createSecret();
    const commits = new Commits(this.store);
    const { store, bus, secret, log } = this;
    this.sessions = new Sessions({ secret, store, commits, log, now }, options.session);
    this.rooms = new Rooms({ store, bus, commits, now }, options.rooms);
    this.#host = new Host(this, options, commits, now);
    this.#deflate = deflateSettings(options.deflate ?? false);
    this.#door = new Doorkeeper(this.limits);
    this.#streams = new Streams(this.#host);
    this.#admission = new Admission({
      host: this.#host,
      door: this.#door,
      origins: parseOrigins(options.origins ?? []),
      trust: trustProxy(options.trustProxy ?? []),
      allowHost: options.allowHost,
    });
    this.#http = new HttpEndpoint({
      host: this.#host,
      admission: this.#admission,
      files: [clientScript(), ...(options.files ?? [])],
    });
    this.#forget = this.store.onCommit((commit) => this.#settle(commit));
  }

  /** The chain in force. */
  get protocols(): readonly Protocol[] {
    return this.#host.chain.protocols;
  }

  /**
   * Replaces the chain for all connections at once. A message that is being handled is finished by the old chain; the next one of its
   * connection goes through the new one. Before that, a connection's protocols that are gone get `terminate` with `{removed}`, those in
   * whose place another one of the same name has come have their state (`cx.state[name]`) go through its `upgrade`, and new ones get
   * `init`; after several replacements, step by step. Connections that are silent go over in portions, soon. The chains of
   * {@linkcode N2OOptions.chains} stay.
   *
   * @throws {N2OError} `bad_protocol` when one of them is none, and nothing is replaced; `closed` after {@linkcode close}.
   *
   * @example
   * ```ts
   * import { atom, createN2O, type Protocol, reply } from "@n2o/n2o";
   *
   * const version = (number: number): Protocol => ({ name: "version", info: () => reply("text", String(number)) });
   * const n2o = createN2O({ protocols: [version(1)] });
   * n2o.replace([version(2)], { tell: atom("renewed") });
   * const answer = await n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body: "which?" }));
   * if (await answer.text() !== "2") throw new Error("the old chain");
   * await n2o.close();
   * ```
   */
  replace(protocols: readonly Protocol[], options: ReplaceOptions = {}): void {
    checkProtocols(protocols);
    if (this.#closing !== undefined) {
      throw new N2OError("closed", "a closed application takes no other protocols");
    }
    this.#host.replace(protocols, options.tell);
  }

  /**
   * Answers a request as `Deno.serve` hands it over: WebSockets and posts under `/ws/`, `/n2o/health`, the client's script
   * `/n2o/n2o.js`, and the files. Anything else is 404. An answer that upgrades to a WebSocket must be returned to the server as it is.
   */
  fetch = (request: Request, info?: RequestInfo): Promise<Response> => {
    this.#start();
    return this.#http.fetch(request, info);
  };

  /**
   * Takes a WebSocket from a server of `node:http`, and so of Express and the like: `server.on("upgrade", n2o.upgrade)`. What is
   * no handshake for `/ws/` is answered with an error; whoever has other WebSockets too asks for the path first.
   *
   * @param request The request, of `node:http`'s `IncomingMessage`.
   * @param socket Its socket, which is this application's from now on.
   * @param head What came behind the request.
   */
  upgrade = (request: IncomingMessage, socket: Duplex, head: Uint8Array): void => {
    this.#start();
    const parts = { admission: this.#admission, streams: this.#streams, deflate: this.#deflate };
    upgrade(parts, request, socket, head);
  };

  /**
   * Listens for HTTP and WebSocket.
   *
   * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_port`, `bad_host`, `bad_tls`, each with what to do; `loopback_forbidden`,
   * `bad_engine`, `bad_deflate`; `closed` after {@linkcode close}.
   */
  listen(options: ListenOptions = {}): Listener {
    this.#mayListen();
    const { engine = "stream", port = 8001, hostname = "127.0.0.1", cert, key } = options;
    if (engine === "serve") {
      if (cert === undefined || key === undefined) {
        return this.#opened(listenServe(this.fetch, { port, hostname, cert, key }, this.log));
      }
      return this.#ticked(listenServeTls(this, this.#streams, this.fetch, { cert, key }, options));
    }
    if (engine !== "stream") throw new N2OError("bad_engine", `no engine is named "${engine}"`, engine);
    const parts = {
      application: this,
      fetch: (request: Request, info: RequestInfo) => this.#http.fetchBehind(request, info),
      answer: (request: HttpRequest) => this.#http.answer(request),
      admission: this.#admission,
      streams: this.#streams,
      deflate: this.#deflate,
    };
    return this.#ticked(listenStream(parts, options));
  }

  /**
   * Listens for TCP, TLS or on a Unix domain socket: frames behind a length, or lines.
   *
   * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_port`, `bad_host`, `bad_tls`, `bad_framing`, for a path `path_taken`,
   * `path_forbidden`, `bad_path`, each with what to do; `closed` after {@linkcode close}.
   */
  async listenTcp(options: TcpListenOptions = {}): Promise<Listener> {
    this.#mayListen();
    return this.#opened(await listenTcp(this.#streams, this.#door, options));
  }

  /**
   * Listens for UDP: one datagram, one frame.
   *
   * @throws {N2OError} `port_taken`, `port_forbidden`, `bad_port`, `bad_host`, each with what to do; `closed` after {@linkcode close}.
   */
  async listenUdp(options: UdpListenOptions = {}): Promise<UdpListener> {
    this.#mayListen();
    return this.#ticked(await listenUdp(this.#host, options, this.log));
  }

  #mayListen(): void {
    if (this.#closing !== undefined) throw new N2OError("closed", "a closed application listens no more");
    this.#start();
  }

  #ticked<L extends Pick<TickingListener, "close" | "tick">>(listener: L): L {
    this.#ticking.add(this.#opened(listener));
    return listener;
  }

  /** Keeps a listener for {@linkcode close}, which may have been called meanwhile. */
  #opened<L extends Pick<Listener, "close">>(listener: L): L {
    if (this.#closing !== undefined) {
      listener.close();
      throw new N2OError("closed", "a closed application listens no more");
    }
    this.#listeners.add(listener);
    return listener;
  }

  /** Sends a term to all connections that registered for a topic; gives the number of those in this process. */
  send(topic: string, message: Term): number {
    return this.bus.send(topic, message);
  }

  /**
   * Closes: nobody comes in any more, what was received is answered and stored, every connection gets 1001, the protocols
   * their `terminate`; then the store, bus and cache are closed. A second call waits for the first.
   */
  close(options: CloseOptions = {}): Promise<void> {
    return this.#closing ??= this.#close(options.drainMs ?? 5_000);
  }

  async #close(drainMs: number): Promise<void> {
    this.#admission.draining = true;
    await endConnections(this.#host, this.#streams, this.#listeners, drainMs);
    clearInterval(this.#timer);
    this.#host.scheduler.close();
    try {
      await this.store.close();
    } catch (error) {
      this.log.error("store_not_closed", { error });
    }
    this.#forget();
    await this.bus.close();
    this.cache.close();
  }

  #start(): void {
    if (this.#timer !== undefined || this.#closing !== undefined) return;
    const { idleTimeoutMs, silenceTimeoutMs } = this.limits;
    const period = Math.max(
      10,
      Math.min(1000, Math.floor(idleTimeoutMs / 40), Math.floor(silenceTimeoutMs / 8)),
    );
    this.#host.tick();
    this.#timer = setInterval(() => this.#tick(), period);
    Deno.unrefTimer(this.#timer);
  }

  #tick(): void {
    this.#host.tick();
    const { now, connections } = this.#host;
    for (const connection of connections) connection.tick();
    this.#http.tick(now);
    this.#streams.tick();
    for (const listener of this.#ticking) listener.tick(now);
    this.sessions.prolongDue();
    if (now - this.#swept < SWEEP_MS) return;
    this.#swept = now;
    this.sessions.sweep();
    this.rooms.sweep();
    this.cache.sweep();
  }

  #settle(commit: Commit): void {
    if (commit.error !== undefined) this.log.error("commit_failed", { error: commit.error });
    this.rooms.settle(commit);
    if (commit.failedFrom !== undefined) {
      for (const connection of this.#host.connections) connection.spoil();
    }
    for (const connection of this.#host.holding) connection.settle(commit);
  }
}
