/** The client over TCP, TLS and Unix domain sockets. */
import { strict as assert } from "node:assert";
import { fileURLToPath } from "node:url";
import {
  atom,
  bert,
  type Client,
  ClientError,
  type ClientOptions,
  createClient,
  equal,
  isTuple,
  type Term,
  text,
  tuple,
} from "@n2o/n2o/client";
import { heart, type Limits, type Protocol, reply, session, unknown } from "@n2o/n2o";
import { TcpSocket, tcpSockets } from "@n2o/n2o/client/tcp";
import type { TcpListenOptions } from "../lib/endpoints/tcp.ts";
import chat from "../protocols/chat/mod.ts";
import { certificate } from "./certificate.ts";
import { Gate } from "./client/gate.ts";
import { event } from "./client/until.ts";
import { freePort } from "./free_port.ts";
import { keepLog } from "./log.ts";
import { startTcp, type TcpRunning, wire } from "./tcp_peer.ts";

const echo = (value: Term): Term => tuple(atom("echo"), value);
const isEcho = (term: Term): boolean => isTuple(term, "echo", 2);

/** `{echo, T}` comes back, `{end, Code, Reason}` ends the connection, `{close, Code, Reason}` is answered by itself, `{flood, N}` by N bytes. */
const server: Protocol = {
  name: "server",
  info(message, cx) {
    if (isTuple(message, "echo", 2) || isTuple(message, "close", 3)) return reply("bert", message);
    if (isTuple(message, "flood", 2)) return reply("bert", new Uint8Array(Number(message[1])));
    if (isTuple(message, "say", 2)) return reply("text", text(message[1])!);
    if (!isTuple(message, "end", 3)) return unknown;
    cx.close(Number(message[1]), text(message[2])!);
    return reply("bert", tuple(atom("ending")));
  },
};

function start(tcp: TcpListenOptions = {}, limits: Partial<Limits> = {}): Promise<TcpRunning> {
  return startTcp({ protocols: [...chat, server], limits, log: keepLog().log, tcp });
}

/** A client that is closed at the end of its test. */
class Held implements Disposable {
  readonly client: Client;

  constructor(url: string, options: ClientOptions = {}) {
    this.client = createClient({ url, WebSocket: TcpSocket, reconnect: { minMs: 1, maxMs: 5 }, ...options });
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}

/** What a socket tells, one after another. */
function listenTo(socket: TcpSocket): { next(): Promise<string> } {
  const told: string[] = [];
  let wake: (() => void) | undefined;
  const tell = (what: string): void => {
    told.push(what);
    wake?.();
  };
  socket.onopen = () => tell("open");
  socket.onmessage = ({ data }: { data: string | ArrayBuffer }) => {
    tell(
      typeof data === "string"
        ? `text ${data}`
        : `binary ${new Uint8Array(data).toHex().slice(0, 80)}`.trim(),
    );
  };
  socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
    tell(`close ${code} ${reason}`.trim());
  return {
    async next() {
      while (told.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return told.shift()!;
    },
  };
}

/** A server that does with each of its connections as it is told. */
async function withServer(
  serve: (conn: Deno.Conn) => Promise<void>,
  run: (url: string) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns = new Set<Deno.Conn>();
  const serving = (async () => {
    for await (const conn of listener) {
      conns.add(conn);
      serve(conn).catch(() => {});
    }
  })();
  try {
    await run(`tcp://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    for (const conn of conns) {
      try {
        conn.close();
      } catch {
        // The test has closed it.
      }
    }
    await serving;
  }
}

Deno.test("the client shakes hands, asks and is answered over TCP as over WebSocket", async () => {
  await using running = await start();
  using held = new Held(running.listener.url);
  const { client } = held;
  client.connect();
  const { token } = await event(client, "open");
  assert.ok(token.length > 20);
  assert.equal(client.state, "open");
  for (const value of ["", "ыыы", atom("ыыы"), ["¶"], 1.5, [1, [2]], new Uint8Array(100_000).fill(7)]) {
    const answer = await client.request(echo(value), { match: isEcho });
    assert.ok(isTuple(answer) && equal(bert.encode(answer[1]), bert.encode(value)));
  }
  const said = event(client, "text");
  client.send(tuple(atom("say"), "привет"));
  assert.equal(await said, "привет");
});

Deno.test("framing=packet2 in the URL speaks with lengths of two bytes", async () => {
  await using running = await start({ framing: "packet2" });
  using held = new Held(`${running.listener.url}?framing=packet2`);
  held.client.connect();
  assert.ok(isEcho(await held.client.request(echo("hi"), { match: isEcho })));
});

Deno.test("rooms work over TCP: two users, posts in order", async () => {
  await using running = await start();
  using ann = new Held(running.listener.url);
  using bob = new Held(running.listener.url);
  for (const [{ client }, name] of [[ann, "Ann"], [bob, "Bob"]] as const) {
    client.connect();
    await client.request(tuple(atom("login"), name), { match: (term) => isTuple(term, "login", 2) });
  }
  const heard: string[] = [];
  const room = bob.client.join("lobby");
  const joined = event(room, "joined");
  room.on("message", ({ from, body }) => heard.push(`${from}: ${body}`));
  await joined;
  const own = ann.client.join("lobby");
  for (const body of ["один", "two", "3"]) await own.post(body);
  while (heard.length < 3) await event(room, "message");
  assert.deepEqual(heard, ["Ann: один", "Ann: two", "Ann: 3"]);
});

Deno.test("a connection that breaks is made again with the same token, and what waits is sent then", async () => {
  await using running = await start();
  const gate = new Gate(running.listener.port);
  try {
    using held = new Held(`tcp://127.0.0.1:${gate.port}`);
    const { client } = held;
    client.connect();
    const { token } = await event(client, "open");
    const closed = event(client, "close");
    const again = event(client, "open");
    gate.cut();
    const { code } = await closed;
    assert.ok(code === 1006 || code === 1000, String(code));
    const answer = client.request(echo("meanwhile"), { match: isEcho });
    assert.equal((await again).token, token);
    assert.ok(isEcho(await answer));
    assert.equal(gate.accepted, 2);
  } finally {
    gate.close();
  }
});

Deno.test("why the server closes comes as the close code", async () => {
  await using running = await start();
  using held = new Held(running.listener.url);
  const { client } = held;
  client.connect();
  await event(client, "open");
  for (const [code, reason] of [[4000, "because"], [1008, ""], [1011, "ы"], [1000, ""]] as const) {
    const closed = event(client, "close");
    const opened = event(client, "open");
    client.send(tuple(atom("end"), code, reason));
    assert.deepEqual(await closed, { code, reason });
    await opened;
  }
});

Deno.test("a server that goes away says so, and its successor is found", async () => {
  const first = await start();
  const { port } = first.listener;
  using held = new Held(first.listener.url);
  held.client.connect();
  await event(held.client, "open");
  const closed = event(held.client, "close");
  await first[Symbol.asyncDispose]();
  assert.deepEqual(await closed, { code: 1001, reason: "going away" });
  await using _second = await start({ port });
  assert.ok(isEcho(await held.client.request(echo("again"), { match: isEcho })));
});

Deno.test("a term that reads like a good-bye is one only at the end", async () => {
  await using running = await start();
  using held = new Held(running.listener.url);
  held.client.connect();
  await event(held.client, "open");
  const isClose = (term: Term): boolean => isTuple(term, "close", 3);
  const term = tuple(atom("close"), 4000, "mine");
  assert.ok(isClose(await held.client.request(term, { match: isClose })));
  const terms: Term[] = [];
  held.client.on("term", (term) => terms.push(term));
  held.client.send(term);
  assert.ok(isEcho(await held.client.request(echo("behind it"), { match: isEcho })));
  assert.deepEqual(terms.map((term) => isClose(term)), [true, false], "in order");
  assert.equal(held.client.state, "open");
});

Deno.test("a session that ends elsewhere ends here, and the client stays closed", async () => {
  await using running = await start();
  using one = new Held(running.listener.url);
  one.client.connect();
  await one.client.request(tuple(atom("login"), "Ann"), { match: (term) => isTuple(term, "login", 2) });
  using other = new Held(running.listener.url, { token: one.client.token });
  other.client.connect();
  await event(other.client, "open");
  const ended = event(other.client, "logout");
  const closed = event(other.client, "state", ({ state }) => state === "closed");
  one.client.send(tuple(atom("logout")));
  await ended;
  await closed;
});

Deno.test("a server that stays silent counts as dead, at the handshake and after a PING", async () => {
  let answers = 0;
  await withServer(async (conn) => {
    const buffer = new Uint8Array(1000);
    while (await conn.read(buffer) !== null) {
      // Every other connection shakes hands, and says nothing after that.
      if (++answers === 2) await conn.write(wire("packet4", ""));
    }
  }, async (url) => {
    using held = new Held(url, { silenceMs: 50, heartbeatMs: 10 });
    held.client.connect();
    await event(held.client, "open");
    assert.deepEqual(await event(held.client, "close"), { code: 4000, reason: "no answer" });
  });
});

Deno.test("there is no POST to fall back to", async () => {
  let posts = 0;
  using held = new Held(`tcp://127.0.0.1:${freePort()}`, {
    fallback: true,
    fetch: () => Promise.reject(posts++),
  });
  held.client.connect();
  for (let i = 0; i < 5; i++) await event(held.client, "state", ({ state }) => state === "waiting");
  assert.equal(posts, 0);
});

Deno.test("a URL for TCP needs a class that speaks it, and one that leads nowhere is refused by it", async () => {
  for (const url of ["tcp://127.0.0.1:1", "tls://127.0.0.1:1", "unix:/run/n2o.sock"]) {
    assert.throws(() => createClient({ url }), { code: "bad_url" });
  }
  assert.throws(() => createClient({ url: "ftp://127.0.0.1:1", WebSocket: TcpSocket }), { code: "bad_url" });
  const bad = [
    "tcp://127.0.0.1",
    "tcp://:80",
    "tcp:",
    "tcp:///path",
    "ws://127.0.0.1:1",
    "unix:",
    "unix://host/path",
    "nowhere",
  ];
  for (const url of [...bad, "tcp://127.0.0.1:1?framing=line", "unix:/a%00b", "unix:/%"]) {
    assert.throws(
      () => new TcpSocket(url),
      (error) => error instanceof ClientError && error.code === "bad_url",
      url,
    );
  }
  using held = new Held("tcp://127.0.0.1", { reconnect: false });
  const closed = event(held.client, "state", ({ state }) => state === "closed");
  held.client.connect();
  await closed;
});

Deno.test("TLS: a certificate that is trusted lets the client in, another does not", async () => {
  const pem = await certificate();
  if (pem === undefined) return console.log("skipped: no openssl to make a certificate with");
  await using running = await start(pem);
  const url = `tls://localhost:${running.listener.port}`;
  using held = new Held(url, { WebSocket: tcpSockets({ ca: pem.cert }) });
  held.client.connect();
  await event(held.client, "open");
  assert.ok(isEcho(await held.client.request(echo("secret"), { match: isEcho })));
  const closed = event(held.client, "close");
  held.client.send(tuple(atom("end"), 4000, "over TLS"));
  assert.deepEqual(await closed, { code: 4000, reason: "over TLS" });
  const told = listenTo(new TcpSocket(url));
  assert.match(await told.next(), /^close 1006 .*(certificate|issuer)/i);
});

Deno.test("a Unix domain socket, by its path", async () => {
  if (Deno.build.os === "windows") return console.log("skipped: no Unix domain sockets here");
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/n 2 o.sock`;
    await using running = await start({ path });
    for (const url of [`unix:${encodeURI(path)}`, `unix://${encodeURI(path)}?framing=packet4`]) {
      using held = new Held(url);
      held.client.connect();
      assert.ok(isEcho(await held.client.request(echo("near"), { match: isEcho })));
    }
    assert.equal(running.listener.url, `unix:${path}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the socket alone: open, frames of both kinds, close", async () => {
  await using running = await startTcp({ protocols: [heart, session, server], log: keepLog().log });
  const socket = new TcpSocket(running.listener.url);
  assert.equal(socket.readyState, 0);
  socket.send("dropped: it is not open");
  const told = listenTo(socket);
  assert.equal(await told.next(), "open");
  assert.equal(socket.readyState, 1);
  for (let i = 0; i < 3; i++) socket.send("PING");
  assert.ok(socket.bufferedAmount >= 24, "written, and not left yet");
  for (let i = 0; i < 3; i++) assert.equal(await told.next(), "text PONG");
  assert.equal(socket.bufferedAmount, 0);
  socket.send(new Uint8Array(bert.encode(echo(1))));
  assert.equal(await told.next(), `binary ${bert.encode(echo(1)).toHex()}`);
  socket.send("nobody takes it");
  assert.equal(await told.next(), "binary", "an empty frame says that");
  socket.send("PING");
  socket.close(4001, "enough");
  assert.equal(socket.readyState, 2);
  assert.equal(await told.next(), "text PONG", "what was written is still answered");
  assert.equal(await told.next(), "close 4001 enough");
  assert.equal(socket.readyState, 3);
  socket.send("dropped: it is closed");
  socket.close();
});

Deno.test("a socket that is closed while it connects, or that nobody answers, ends", async () => {
  await withServer(async () => {}, async (url) => {
    const hasty = new TcpSocket(url);
    const hastily = listenTo(hasty);
    hasty.close();
    assert.equal(await hastily.next(), "close 1000");
    // TCP answers at once; TLS waits for a handshake that does not come.
    const late = new (tcpSockets({ connectTimeoutMs: 50 }))(url.replace("tcp:", "tls:")) as TcpSocket;
    assert.equal(await listenTo(late).next(), "close 1006 not connected in time");
  });
  const refused = new TcpSocket("tcp://127.0.0.1:1");
  assert.match(await listenTo(refused).next(), /^close 1006 .*refused/i);
});

Deno.test("frames come out the same however the bytes come, and an end in the middle of one is a break", async () => {
  const long = new Uint8Array(40_000).fill(131);
  const frames = [wire("packet4", "один"), wire("packet4", Uint8Array.of(131, 97, 1)), wire("packet4", long)];
  const bytes = new Uint8Array(frames.flatMap((frame) => [...frame]));
  const ends: [number, string][] = [[bytes.length, "close 1000"], [bytes.length - 1, "close 1006"], [
    2,
    "close 1006",
  ]];
  for (const size of [1, 3, 7, 1000, 60_000]) {
    for (const [length, close] of size === 1 ? ends.slice(2) : ends) {
      await withServer(async (conn) => {
        (conn as Deno.TcpConn).setNoDelay(true);
        for (let at = 0; at < length; at += size) {
          await conn.write(bytes.subarray(at, Math.min(length, at + size)));
        }
        conn.close();
      }, async (url) => {
        const told = listenTo(new TcpSocket(url));
        assert.equal(await told.next(), "open");
        if (length > 2) {
          assert.equal(await told.next(), "text один");
          assert.equal(await told.next(), "binary 836101");
        }
        if (length === bytes.length) assert.equal(await told.next(), `binary ${long.toHex().slice(0, 80)}`);
        assert.equal((await told.next()).slice(0, 10), close);
      });
    }
  }
});

Deno.test("a server that sends too much, or no text, is hung up on", async () => {
  const cases: [Uint8Array, string][] = [
    [Uint8Array.of(0x40, 0, 0, 0), "close 1009 message too big"],
    [wire("packet4", new Uint8Array(1001).fill(131)), "close 1009 message too big"],
    [wire("packet4", Uint8Array.of(0xff)), "close 1007 bad_utf8"],
  ];
  for (const [bytes, close] of cases) {
    await withServer(async (conn) => void await conn.write(bytes), async (url) => {
      const told = listenTo(new (tcpSockets({ maxFrameBytes: 1000 }))(url) as TcpSocket);
      assert.equal(await told.next(), "open");
      assert.equal(await told.next(), close);
    });
  }
});

Deno.test("a frame that is too long for lengths of two bytes closes with 1009", async () => {
  await withServer(async () => {}, async (url) => {
    const socket = new TcpSocket(`${url}?framing=packet2`);
    const told = listenTo(socket);
    assert.equal(await told.next(), "open");
    socket.send("x".repeat(65_536));
    assert.equal(await told.next(), "close 1009 frame too long");
  });
});

Deno.test("one program runs in Node, through drops", async () => {
  await using running = await start();
  const gate = new Gate(running.listener.port);
  const said = await node(
    `
    const url = "tcp://127.0.0.1:${gate.port}";
    const client = createClient({ url, WebSocket: TcpSocket, reconnect: { minMs: 1, maxMs: 5 } });
    const next = (type) => new Promise((resolve) => { const off = client.on(type, (event) => { off(); resolve(event); }); });
    client.connect();
    const { token } = await next("open");
    const isEcho = (term) => isTuple(term, "echo", 2);
    const ask = async (value) => (await client.request(tuple(atom("echo"), value), { match: isEcho }))[1];
    const answers = [text(await ask("привет")), await ask(2n ** 70n) === 2n ** 70n, (await ask(new Uint8Array(100_000))).length];
    const closed = next("close");
    client.send(tuple(atom("end"), 4000, "again"));
    const { code, reason } = await closed;
    await next("open");
    client.close();
    console.log(JSON.stringify({ answers, code, reason, same: client.token === token }));
  `,
  );
  gate.close();
  if (said === undefined) return;
  assert.deepEqual(JSON.parse(said), {
    answers: ["привет", true, 100_000],
    code: 4000,
    reason: "again",
    same: true,
  });
  assert.equal(gate.accepted, 2);
});

/** Runs a program with the client under Node; `undefined` where that cannot be. */
async function node(code: string): Promise<string | undefined> {
  const missing = (what: string): undefined => void console.log(`skipped: ${what}`);
  const version = await new Deno.Command("node", { args: ["--version"] }).output().catch(() => undefined);
  if (version === undefined) return missing("there is no node in PATH");
  const home = await Deno.makeTempDir();
  const at = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
  try {
    const lines = [
      `import { atom, createClient, isTuple, text, tuple } from ${at("../lib/client/mod.ts")};`,
      `import { TcpSocket } from ${at("../lib/client/tcp.ts")};`,
      `process.on("unhandledRejection", (error) => { throw error; });`,
    ];
    await Deno.writeTextFile(`${home}/program.js`, lines.join("\n") + code);
    const bundle = new Deno.Command(Deno.execPath(), {
      args: ["bundle", "--quiet", "--no-lock", "--platform=deno", "--output=out.mjs", "program.js"],
      cwd: home,
    });
    const { success, stderr } = await bundle.output();
    if (!success) {
      const why = new TextDecoder().decode(stderr);
      if (!/download|getting|fetch|registry|connect/i.test(why)) throw new Error(why);
      return missing("the bundler cannot be had here");
    }
    const run = await new Deno.Command("node", { args: ["out.mjs"], cwd: home }).output();
    assert.ok(run.success, new TextDecoder().decode(run.stderr));
    return new TextDecoder().decode(run.stdout);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
