import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  atom,
  bert,
  createN2O,
  format,
  handled,
  heart,
  isTuple,
  type N2OOptions,
  type Protocol,
  reply,
  room,
  session,
  type Term,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine, type Running, until } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, t } from "./speech.ts";

/** Does what a message says. */
const doing: Protocol = {
  name: "doing",
  info(message, cx) {
    if (isTuple(message, "text", 2)) return reply("text", `got ${text(message[1])}`);
    if (!isTuple(message, "do", 2)) return unknown;
    switch (text(message[1])) {
      case "nothing":
        return handled;
      case "throw":
        throw new Error("a secret of the server");
      case "later":
        return new Promise((resolve) => setTimeout(() => resolve(reply("bert", tuple(atom("late")))), 20));
      case "reject":
        return Promise.reject(new Error("a secret of the server"));
      case "json":
        return reply("json", tuple(atom("io"), "", ""));
      case "push":
        cx.push(reply("text", "pushed"));
        return reply("text", "answered");
      case "close":
        cx.close(4000, "enough");
        return reply("text", "answered");
      default:
        return unknown;
    }
  },
};

function start(engine: Engine, more: Partial<N2OOptions> = {}): Running {
  const protocols = [heart, session, sessionProto, echoProto, room, doing];
  return engine.start({ protocols, log: keepLog().log, ...more });
}

interface Answer {
  readonly status: number;
  readonly said: string;
  readonly headers: Headers;
}

/** Posts a frame with the usual client of this runtime; terms come back in Erlang's syntax. */
async function post(
  { hostname, port }: Running,
  frame: Term | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = frame instanceof Uint8Array || typeof frame === "string" ? frame : bert.encode(frame);
  const response = await fetch(`http://${hostname}:${port}/ws/app/index.htm`, {
    method: "POST",
    body: body as BodyInit,
    headers,
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const said = bytes[0] === 131 ? format(bert.decode(bytes)) : new TextDecoder().decode(bytes);
  return { status: response.status, said, headers: response.headers };
}

async function says(
  running: Running,
  frame: Term | Uint8Array,
  headers?: Record<string, string>,
): Promise<string> {
  const { status, said } = await post(running, frame, headers);
  return `${status} ${said}`.trimEnd();
}

each("a body is a text frame or a binary one by its first bytes", async (engine) => {
  await using running = start(engine);
  strictEqual(await says(running, "PING"), "200 PONG");
  strictEqual(await says(running, ""), "200");
  strictEqual(await says(running, "PINGS"), "200 got PINGS");
  strictEqual(await says(running, "hello"), "200 got hello");
  strictEqual(await says(running, new Uint8Array([0x84])), "200 got \ufffd");
  strictEqual(await says(running, t("echo", 1)), "200 {echo,1}");
  strictEqual(await says(running, t("text", "PING")), "200 PONG");
  strictEqual(await says(running, "N2O"), "200 got N2O");
  ok((await says(running, "N2O,")).startsWith("200 {io,<<>>,{'Token',"));
});

each("with another default formatter only what N2O names is text", async (engine) => {
  const seen: string[] = [];
  const plain: Protocol = {
    name: "plain",
    info(message, cx) {
      if (cx.source === "client") seen.push(isTuple(message, "text", 2) ? "text" : "term");
      return reply("text", "ok");
    },
  };
  await using running = start(engine, { protocols: [plain], defaultFormatter: "json" });
  for (const body of ['{"a":1}', "PING", "", "N2O,x", "[1]"]) {
    strictEqual(await says(running, body), "200 ok", body);
  }
  deepStrictEqual(seen, ["term", "text", "text", "text", "term"]);
  strictEqual((await post(running, "{no json")).status, 400);
});

each("an answer is text or bytes, nothing is 204", async (engine) => {
  await using running = start(engine);
  const pong = await post(running, "PING");
  strictEqual(pong.headers.get("content-type"), "text/plain; charset=utf-8");
  const term = await post(running, t("echo", 1));
  strictEqual(term.headers.get("content-type"), "application/octet-stream");
  for (const { headers } of [pong, term]) {
    strictEqual(headers.get("cache-control"), "no-store");
    strictEqual(headers.get("x-content-type-options"), "nosniff");
  }
  strictEqual(await says(running, t("do", "nothing")), "204");
  strictEqual(await says(running, t("nobody")), "204");
  strictEqual(await says(running, t("do", "later")), "200 {late}");
  strictEqual(await says(running, t("do", "push")), "200 answered");
  strictEqual(
    await says(running, t("do", "json")),
    '200 {"t":104,"v":[{"t":100,"v":"io"},{"t":109,"v":""},{"t":109,"v":""}]}',
  );
});

each("what fails is 500 or 400 with a code, and nothing of the server", async (engine) => {
  const { log, lines } = keepLog();
  await using running = start(engine, { log });
  for (const what of ["throw", "reject"]) {
    strictEqual(await says(running, t("do", what)), '500 {"error":"protocol_failed"}\n'.trimEnd());
  }
  strictEqual(
    lines.filter(({ event, protocol }) => event === "protocol_failed" && protocol === "doing").length,
    2,
  );
  const malformed = await post(running, new Uint8Array([131, 255]));
  strictEqual(malformed.status, 400);
  ok(/^\{"error":"[a-z_0-9]+"\}\n$/.test(malformed.said), malformed.said);
});

each("a protocol that closes has its answer sent first", async (engine) => {
  await using running = start(engine);
  strictEqual(await says(running, t("do", "close")), "200 answered");
});

each("a body over the limit is answered with 413, whether its length is told or not", async (engine) => {
  await using running = start(engine, { limits: { maxBodyBytes: 1_000 } });
  const head = "POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  const rows: [string, number][] = [
    [`Content-Length: 1000\r\n\r\n${"x".repeat(1_000)}`, 200],
    ["Content-Length: 1001\r\n\r\n", 413],
    ["Content-Length: 99999999999999\r\n\r\n", 413],
    [`Transfer-Encoding: chunked\r\n\r\n3e9\r\n${"x".repeat(1_001)}\r\n0\r\n\r\n`, 413],
    [`Transfer-Encoding: chunked\r\n\r\n3e8\r\n${"x".repeat(1_000)}\r\n0\r\n\r\n`, 200],
    [`Transfer-Encoding: chunked\r\n\r\n${"1\r\nx\r\n".repeat(1_001)}0\r\n\r\n`, 413],
  ];
  for (const [rest, status] of rows) {
    await using socket = await RawSocket.connect(running);
    const response = await socket.request(head + rest);
    strictEqual(response.status, status, rest.slice(0, 60));
    if (status === 413) strictEqual(new TextDecoder().decode(response.body), '{"error":"body_too_big"}\n');
  }
  await running.until(() => running.n2o.counters.connections === 0, "all are gone");
});

each("a body that does not come is answered with 408", async (engine) => {
  await using running = start(engine, { limits: { bodyTimeoutMs: 100 } });
  for (const rest of ["Content-Length: 4\r\n\r\nPI", "Transfer-Encoding: chunked\r\n\r\n4\r\nPI"]) {
    await using socket = await RawSocket.connect(running);
    const response = await socket.request(`POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\n${rest}`);
    strictEqual(response.status, 408);
    strictEqual(new TextDecoder().decode(response.body), '{"error":"body_too_slow"}\n');
  }
});

each("a client that goes in the middle of its body is forgotten", async (engine) => {
  await using running = start(engine, { limits: { maxConnections: 1 } });
  const socket = await RawSocket.connect(running);
  await socket.write("POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nPI");
  // The one place is taken.
  const busy = async () => (await post(running, "PING")).status;
  let status = await busy();
  while (status !== 503) status = await busy();
  socket.close();
  while (status !== 200) status = await busy();
});

each("a session comes by cookie or by bearer, and a login's new token in a header", async (engine) => {
  await using running = start(engine);
  const hi = await post(running, "N2O,");
  const token = /<<"(.+)">>/.exec(hi.said)![1];
  const by: Record<string, (token: string) => Record<string, string>> = {
    cookie: (token) => ({ cookie: `X-Auth-Token=${token}` }),
    bearer: (token) => ({ authorization: `Bearer ${token}` }),
  };
  for (const [name, headers] of Object.entries(by)) {
    strictEqual(await says(running, t("set", name, 1), headers(token)), `200 {ok,<<"${name}">>}`);
    strictEqual(await says(running, t("get", name), headers(token)), "200 1");
    strictEqual(await says(running, t("get", name)), "200 none");
    strictEqual(await says(running, t("get", name), headers(token + "x")), "200 none");
  }
  strictEqual(hi.headers.get("x-auth-token"), null);
  const login = await post(running, t("login", "maxim"), by.bearer(token));
  strictEqual(login.said, '{login,<<"maxim">>}');
  const next = login.headers.get("x-auth-token")!;
  notStrictEqual(next, token);
  strictEqual(await says(running, t("whoami"), by.cookie(next)), '200 <<"maxim">>');
  strictEqual(await says(running, t("whoami"), by.cookie(token)), "200 none");

  // The same session by WebSocket hears of a logout by POST.
  await using socket = await RawSocket.open(running, "/ws/", [["Cookie", `X-Auth-Token=${next}`]]);
  strictEqual(await ask(socket, t("whoami")), '<<"maxim">>');
  strictEqual(await says(running, t("logout"), by.bearer(next)), "200 {logout}");
  strictEqual(await hear(socket), "{logout}");
  strictEqual(await hear(socket), "close 4001 logged out");
  strictEqual(await says(running, t("whoami"), by.bearer(next)), "200 none");
});

each("a bearer token is meant, whatever cookie comes with it", async (engine) => {
  await using running = start(engine);
  const tokens: Record<string, string> = {};
  for (const name of ["by bearer", "by cookie"]) {
    const token = /<<"(.+)">>/.exec((await post(running, "N2O,")).said)![1];
    await post(running, t("set", "who", name), { authorization: `Bearer ${token}` });
    tokens[name] = token;
  }
  const who = (authorization: string, cookie: string) =>
    says(running, t("get", "who"), { authorization, cookie: `X-Auth-Token=${cookie}` });
  const bearer = `Bearer ${tokens["by bearer"]}`;
  strictEqual(await who(bearer, "expired"), '200 <<"by bearer">>');
  strictEqual(await who(bearer, tokens["by cookie"]), '200 <<"by bearer">>');
  strictEqual(await who(`bearer ${tokens["by bearer"]}`, "expired"), '200 <<"by bearer">>');
  // A token that is worth nothing is no session, and what is no token leaves it to the cookie.
  strictEqual(await who("Bearer expired", tokens["by cookie"]), "200 none");
  for (const other of ["Basic dTpw", "Bearer", "Bearer ", "Bearer a b"]) {
    strictEqual(await who(other, tokens["by cookie"]), '200 <<"by cookie">>', other);
  }
});

/** Does not answer before it is told to, and notes why its connections ended. */
function stuck(): { protocol: Protocol; ended: string[]; go(): void } {
  const ended: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const protocol: Protocol = {
    name: "stuck",
    info: (message) => isTuple(message, "stuck", 1) ? promise.then(() => handled) : unknown,
    terminate: (_, reason) => void ended.push(format(reason)),
  };
  return { protocol, ended, go: resolve };
}

each("a post whose client has gone keeps no place", async (engine) => {
  const { protocol, ended, go } = stuck();
  await using running = start(engine, {
    protocols: [heart, protocol],
    limits: { maxConnectionsPerAddress: 3 },
  });
  const { counters } = running.n2o;
  const sockets: RawSocket[] = [];
  const body = bert.encode(t("stuck"));
  for (let i = 1; i <= 3; i++) {
    const socket = await RawSocket.connect(running);
    await socket.write(`POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n`);
    await socket.write(body);
    await running.until(() => counters.connections === i, `${i} wait`);
    sockets.push(socket);
  }
  strictEqual(await says(running, "PING"), '429 {"error":"too_many_connections_from_address"}');
  for (const socket of sockets) socket.close();
  await running.until(() => counters.connections === 0, "all have ended");
  let status = 0;
  while (status !== 200) ({ status } = await post(running, "PING"));
  go();
  await running.until(() => ended.length >= 4, "the protocols have said good-bye");
  strictEqual(ended.filter((reason) => reason === '{close,1006,<<"gone">>}').length, 3);
});

each("a post whose answer does not come in time is 504, and keeps no place", async (engine) => {
  const { protocol, go } = stuck();
  const limits = { maxConnectionsPerAddress: 1, postTimeoutMs: 50 };
  await using running = start(engine, { protocols: [heart, protocol], limits });
  strictEqual(await says(running, t("stuck")), '504 {"error":"too_slow"}');
  strictEqual(await says(running, "PING"), "200 PONG");
  go();
});

Deno.test("a post that waits for the disk is 504 too, and a closing application leaves none without an answer", async () => {
  const store = new HeldStore();
  const n2o = createN2O({
    protocols: [session, sessionProto],
    store,
    log: keepLog().log,
    limits: { postTimeoutMs: 50 },
  });
  const ask = async (frame: Term) => {
    const body = new Uint8Array(bert.encode(frame));
    const answer = await n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body }));
    return `${answer.status} ${(await answer.text()).trim()}`;
  };
  strictEqual(await ask(t("set", "k", 1)), '504 {"error":"too_slow"}');
  store.decideAtOnce();
  await n2o.close();

  const { protocol, go } = stuck();
  const closing = createN2O({ protocols: [protocol], log: keepLog().log });
  const body = new Uint8Array(bert.encode(t("stuck")));
  const answer = closing.fetch(new Request("http://localhost/ws/", { method: "POST", body }));
  await until(() => closing.counters.connections === 1, "it waits");
  const closed = closing.close({ drainMs: 1 });
  const { status } = await answer;
  strictEqual(status, 503);
  go();
  await closed;
});

each("a context lives for one request", async (engine) => {
  const ended: string[] = [];
  const noting: Protocol = {
    name: "noting",
    init: (cx) => void ended.push(`init ${cx.peer.transport} ${cx.route}`),
    info: () => unknown,
    terminate: () => void ended.push("terminate"),
  };
  await using running = start(engine, { protocols: [noting, echoProto] });
  strictEqual(await says(running, t("sub", "news")), '200 {sub,<<"news">>}');
  await running.until(() => ended.length === 2, "it has ended");
  deepStrictEqual(ended, ["init post app/index.htm", "terminate"]);
  strictEqual(running.n2o.bus.count("news"), 0);
  strictEqual(running.n2o.counters.connections, 0);
});

each("rooms answer a POST with what was missed, and take nobody in", async (engine) => {
  await using running = start(engine);
  await using member = await RawSocket.open(running);
  await hello(member);
  await ask(member, t("join", "lobby", "", 0));
  await hear(member);
  strictEqual(await says(running, t("post", "lobby", "id1", "hi")), '200 {posted,<<"lobby">>,<<"id1">>,1}');
  ok((await hear(member)).startsWith('{message,<<"lobby">>,1,<<"id1">>'));
  const joined = await says(running, t("join", "lobby", "", 0));
  ok(/^200 \{joined,<<"lobby">>,<<"\w+">>,1,\[\{message,<<"lobby">>,1,.*\],true\}$/.test(joined), joined);
  const epoch = /<<"(\w+)">>,1/.exec(joined)![1];
  strictEqual(
    await says(running, t("join", "lobby", epoch, 1)),
    `200 {joined,<<"lobby">>,<<"${epoch}">>,1,[],true}`,
  );
  await member.quiet();
});

each("a logged-in user who polls is not shown as coming and going", async (engine) => {
  await using running = start(engine);
  await using member = await RawSocket.open(running);
  await hello(member);
  await ask(member, t("join", "lobby", "", 0));
  await hear(member);
  const token = /<<"(.+)">>/.exec((await post(running, "N2O,")).said)![1];
  const login = await post(running, t("login", "poller"), { authorization: `Bearer ${token}` });
  const headers = { authorization: `Bearer ${login.headers.get("x-auth-token")}` };
  for (let i = 0; i < 3; i++) {
    ok((await says(running, t("join", "lobby", "", 0), headers)).startsWith("200 {joined,"));
  }
  await member.quiet();
});

each("other methods are refused with what is allowed", async (engine) => {
  await using running = start(engine);
  for (const method of ["PUT", "DELETE", "PATCH", "HEAD"]) {
    const response = await fetch(`http://${running.hostname}:${running.port}/ws/`, { method });
    await response.body?.cancel();
    strictEqual(response.status, 405, method);
    strictEqual(response.headers.get("allow"), "GET, POST");
  }
});
