/** A small server that speaks the client's wire and does as the test says. */
import { atom, bert, isTuple, type Term, text, type Tuple, tuple } from "../../lib/client/mod.ts";
import { Changes } from "./until.ts";

/** One room's messages. */
interface MockRoom {
  epoch: string;
  first: number;
  messages: Tuple[];
}

/** One WebSocket. */
export interface MockConnection {
  readonly socket: WebSocket;
  /** The address that it came for: path and query. */
  readonly path: string;
  /** Every frame that came, in order: texts and terms. */
  readonly received: (string | Term)[];
  user: string;
  rooms: Set<string>;
  open: boolean;
}

/** How the server misbehaves. */
export interface Mischief {
  /** Answers every upgrade with 503. */
  noWebSocket?: boolean;
  /** Answers every POST with this status. */
  postStatus?: number;
  /** Takes frames of these kinds (a tuple's name, `N2O`, `PING`) and never answers; the effects happen. */
  mute?: Set<string>;
  /** How long the answer to `N2O,` is under way, in milliseconds. */
  greetMs?: number;
  /** Called before a term is handled; true when it was handled there. */
  intercept?: (term: Tuple, connection: MockConnection | undefined) => boolean;
}

const tokenLength = 8;

/** A server with sessions that are tokens, rooms that are arrays, and a log of what it got. */
export class MockServer extends Changes {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly connections: MockConnection[] = [];
  readonly rooms = new Map<string, MockRoom>();
  /** The addresses of all WebSockets, in order. */
  readonly paths: string[] = [];
  /** The `N2O,` frames' tokens, in order. */
  readonly tokens: string[] = [];
  /** Requests by POST: their frames and their headers. */
  readonly posts: { frame: string | Term; authorization: string | null; cookie: string | null }[] = [];
  /** How many messages a room keeps. */
  history = 1000;
  mischief: Mischief = {};
  /** Files to serve by GET, for tests in a browser: path to type and body. */
  readonly files = new Map<string, { type: string; body: string; headers?: Record<string, string> }>();
  #lastToken = 0;

  constructor() {
    super();
    this.#server = Deno.serve(
      {
        hostname: "127.0.0.1",
        port: 0,
        onListen: () => {},
        onError: () => new Response(null, { status: 500 }),
      },
      (request) => this.#serve(request),
    );
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** Where clients connect. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}/ws/app/index.htm`;
  }

  /** The newest connection. */
  get last(): MockConnection {
    return this.connections[this.connections.length - 1];
  }

  /** Connections that are open now. */
  get open(): MockConnection[] {
    return this.connections.filter((connection) => connection.open);
  }

  /** Every term and text of every connection whose name is that. */
  received(name: string): (string | Term)[] {
    return this.connections.flatMap(({ received }) => received).filter((frame) =>
      typeof frame === "string" ? frame.startsWith(name) : isTuple(frame, name)
    );
  }

  /** Posts in a room, as if somebody else did. */
  say(room: string, body: string, from = "Eve", id: string = crypto.randomUUID()): number {
    const { messages, first } = this.#room(room);
    const known = messages.find((message) => text(message[3]) === id);
    if (known !== undefined) return known[2] as number;
    const offset = first + messages.length;
    const message = tuple(atom("message"), room, offset, id, from, 1_700_000_000_000 + offset, body);
    messages.push(message);
    if (messages.length > this.history) {
      messages.shift();
      this.#room(room).first++;
    }
    for (const connection of this.open) {
      if (connection.rooms.has(room)) this.send(connection, message);
    }
    return offset;
  }

  /** What a room has heard. */
  bodies(room: string): string[] {
    return this.#room(room).messages.map((message) => text(message[6]) ?? "");
  }

  /** Sends a term. */
  send(connection: MockConnection, term: Term): void {
    if (connection.socket.readyState === WebSocket.OPEN) {
      connection.socket.send(bert.encode(term) as Uint8Array<ArrayBuffer>);
    }
  }

  /** Starts a room anew, as a lost store would. */
  restartRoom(name: string): void {
    this.rooms.delete(name);
    this.#room(name).epoch = crypto.randomUUID();
  }

  /** Stops it. */
  async close(): Promise<void> {
    for (const { socket } of this.open) socket.close(1001);
    await this.#server.shutdown();
  }

  #room(name: string): MockRoom {
    let room = this.rooms.get(name);
    if (room === undefined) this.rooms.set(name, room = { epoch: "e1", first: 1, messages: [] });
    return room;
  }

  async #serve(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") return this.#upgrade(request);
    if (request.method === "POST") return await this.#post(request);
    const file = this.files.get(url.pathname);
    if (file === undefined) return new Response(null, { status: 404 });
    return new Response(file.body, { headers: { "content-type": file.type, ...file.headers } });
  }

  #upgrade(request: Request): Response {
    if (this.mischief.noWebSocket) return new Response(null, { status: 503 });
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = "arraybuffer";
    const { pathname, search } = new URL(request.url);
    const path = pathname + search;
    const connection: MockConnection = { socket, path, received: [], user: "", rooms: new Set(), open: true };
    this.connections.push(connection);
    this.paths.push(path);
    socket.onmessage = ({ data }) => {
      const frame: string | Term = typeof data === "string" ? data : bert.decode(new Uint8Array(data));
      connection.received.push(frame);
      this.#handle(frame, connection, (answer) => {
        if (socket.readyState !== WebSocket.OPEN) return;
        socket.send(typeof answer === "string" ? answer : bert.encode(answer) as Uint8Array<ArrayBuffer>);
      });
      this.changed();
    };
    socket.onerror = () => {};
    socket.onclose = () => {
      connection.open = false;
      for (const room of connection.rooms) this.#presence(room, [], [connection.user]);
      this.changed();
    };
    return response;
  }

  async #post(request: Request): Promise<Response> {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const frame: string | Term = bytes[0] === 131 ? bert.decode(bytes) : new TextDecoder().decode(bytes);
    const { headers } = request;
    this.posts.push({ frame, authorization: headers.get("authorization"), cookie: headers.get("cookie") });
    this.changed();
    const { postStatus } = this.mischief;
    if (postStatus !== undefined) return new Response("internal", { status: postStatus });
    // The last frame is the answer; a token pushed before it goes into the head.
    let answer: string | Term | undefined;
    const given: Record<string, string> = {};
    this.#handle(frame, undefined, (next) => {
      if (isTuple(answer, "io", 3) && isTuple(answer[2], "Token", 2)) {
        given["x-auth-token"] = text(answer[2][1])!;
      }
      answer = next;
    });
    if (answer === undefined) return new Response(null, { status: 204 });
    if (typeof answer === "string") {
      return new Response(answer, {
        headers: { "content-type": "text/plain; charset=utf-8" },
      });
    }
    const body = bert.encode(answer) as Uint8Array<ArrayBuffer>;
    return new Response(body, { headers: { "content-type": "application/octet-stream", ...given } });
  }

  #handle(
    frame: string | Term,
    connection: MockConnection | undefined,
    answer: (term: string | Term) => void,
  ): void {
    const { mute, greetMs, intercept } = this.mischief;
    if (typeof frame === "string") {
      if (frame.startsWith("N2O,")) {
        const token = frame.slice(4) || `token-${String(++this.#lastToken).padStart(tokenLength, "0")}`;
        this.tokens.push(frame.slice(4));
        const greeting = tuple(atom("io"), "throw 'evaluated'", tuple(atom("Token"), token));
        if (greetMs !== undefined) setTimeout(() => connection?.open && answer(greeting), greetMs);
        else if (!mute?.has("N2O")) answer(greeting);
      } else if (frame === "PING") {
        if (!mute?.has("PING")) answer("PONG");
      } else answer(frame);
      return;
    }
    if (!isTuple(frame) || intercept?.(frame, connection)) return;
    const name = text(frame[0]) ?? "";
    const say = (term: Term): void => {
      if (!mute?.has(name)) answer(term);
    };
    const room = text(frame[1] ?? "") ?? "";
    if (isTuple(frame, "join", 4)) {
      const { epoch, first, messages } = this.#room(room);
      const from = frame[3] as number;
      const known = text(frame[2]) === epoch;
      const complete = known ? from + 1 >= first : text(frame[2]) === "";
      const missed = complete ? messages.slice(Math.max(0, from - first + 1)) : messages;
      say(tuple(atom("joined"), room, epoch, first + messages.length - 1, missed, complete));
      if (connection === undefined) return;
      connection.rooms.add(room);
      if (!mute?.has("presence")) {
        const users = this.open.filter(({ rooms }) => rooms.has(room)).map(({ user }) => user);
        this.send(connection, tuple(atom("presence"), room, [...new Set(users)], []));
      }
      this.#presence(room, [connection.user], [], connection);
    } else if (isTuple(frame, "leave", 2)) {
      connection?.rooms.delete(room);
      say(tuple(atom("left"), room));
      if (connection !== undefined) this.#presence(room, [], [connection.user]);
    } else if (isTuple(frame, "post", 4)) {
      const id = text(frame[2]) ?? "";
      const offset = this.say(room, text(frame[3]) ?? "", connection?.user ?? "", id);
      say(tuple(atom("posted"), room, id, offset));
    } else if (isTuple(frame, "login", 2)) {
      if (room === "taken") return say(tuple(atom("error"), atom("name_in_use"), tuple(atom("login"), room)));
      if (connection !== undefined) connection.user = room;
      const token = `login-${String(++this.#lastToken).padStart(tokenLength, "0")}`;
      say(tuple(atom("io"), new Uint8Array(), tuple(atom("Token"), token)));
      say(tuple(atom("login"), room));
    } else if (isTuple(frame, "logout", 1)) {
      say(tuple(atom("logout")));
      for (const other of this.open) {
        if (other === connection) continue;
        this.send(other, tuple(atom("logout")));
        other.socket.close(4001, "logged out");
      }
    } else if (isTuple(frame, "echo", 2)) say(frame);
    else if (!isTuple(frame, "silent")) say(tuple(atom("error"), atom("bad_request"), new Uint8Array()));
  }

  #presence(room: string, joined: string[], left: string[], except?: MockConnection): void {
    for (const other of this.open) {
      if (other !== except && other.rooms.has(room)) {
        this.send(other, tuple(atom("presence"), room, joined, left));
      }
    }
  }
}
