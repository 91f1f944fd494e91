import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { bert, createN2O, heart, type N2O, room, session } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { until } from "./engines.ts";
import { keepLog } from "./log.ts";
import { type Address, handshake, RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

function make(): N2O {
  return createN2O({ protocols: [heart, session, sessionProto, room, echoProto], log: keepLog().log });
}

interface Host extends Address, AsyncDisposable {
  readonly url: string;
}

/** Somebody else's server. */
function host(
  handler: (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>,
): Host {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  const { hostname, port } = server.addr as Deno.NetAddr;
  return {
    hostname,
    port,
    url: `http://${hostname}:${port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function status(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  return `${response.status} ${(await response.text()).trim()}`;
}

Deno.test("n2o.fetch serves WebSockets, posts and health inside a server of somebody else", async () => {
  const n2o = make();
  {
    await using outer = host((request, info) => {
      const { pathname } = new URL(request.url);
      return pathname === "/own" ? new Response("own") : n2o.fetch(request, info);
    });
    await using socket = await RawSocket.open(outer);
    await socket.quiet();
    const token = await hello(socket);
    strictEqual(await ask(socket, t("echo", 1)), "{echo,1}");
    strictEqual(await status(`${outer.url}/own`), "200 own");
    strictEqual(await status(`${outer.url}/ws/`, { method: "POST", body: "PING" }), "200 PONG");
    match(await status(`${outer.url}/n2o/health`), /^200 \{"status":"ok","connections":1,/);
    strictEqual(await status(`${outer.url}/else`), '404 {"error":"not_found"}');
    await using again = await RawSocket.open(outer, "/ws/", [["Cookie", `X-Auth-Token=${token}`]]);
    strictEqual(await hello(again, token), token);
    await n2o.close();
    strictEqual(await hear(socket), "close 1001 going away");
    strictEqual(await hear(again), "close 1001 going away");
    // The other server goes on.
    strictEqual(await status(`${outer.url}/own`), "200 own");
    strictEqual(
      await status(`${outer.url}/ws/`, { method: "POST", body: "PING" }),
      '503 {"error":"draining"}',
    );
    for (const one of [socket, again]) one.close();
  }
});

Deno.test("a server that tells nothing about its sockets is served all the same", async () => {
  const n2o = make();
  {
    await using outer = host((request) => n2o.fetch(request));
    await using socket = await RawSocket.open(outer);
    await socket.quiet();
  }
  const answer = await n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body: "PING" }));
  strictEqual(await answer.text(), "PONG");
  await n2o.close();
});

// F06
Deno.test("in a Hono app behind middleware that touches headers the upgrade works and nothing is uncaught", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-env", new URL("./embedding_app.ts", import.meta.url).href],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const errors = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  while (!/port \d+\n/.test(output)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(await errors);
    output += value;
  }
  const address = { hostname: "127.0.0.1", port: Number(/port (\d+)/.exec(output)![1]) };
  const url = `http://127.0.0.1:${address.port}`;
  try {
    await using socket = await RawSocket.open(address, "/ws/app/index.htm?room=x");
    await socket.quiet();
    await hello(socket);
    for (let i = 0; i < 100; i++) strictEqual(await ask(socket, t("echo", i)), `{echo,${i}}`);
    await using other = await RawSocket.open(address);
    await ask(other, t("sub", "news"));
    strictEqual(await ask(socket, t("pub", "news", "x")), "nothing");
    strictEqual(await hear(other), '{deliver,<<"news">>,<<"x">>}');
    const posted = await fetch(`${url}/ws/`, { method: "POST", body: "PING" });
    strictEqual(await posted.text(), "PONG");
    strictEqual(posted.headers.get("x-powered-by"), "Hono");
    strictEqual(posted.headers.get("access-control-allow-origin"), "*");
    strictEqual(await status(`${url}/`), "200 somebody else's");
    match(await status(`${url}/n2o/n2o.js`), /^200 .*createClient/s);
    match(await status(`${url}/n2o/health`), /^200 \{"status":"ok"/);
    const refused = await RawSocket.connect(address);
    strictEqual((await refused.request(handshake("/ws/", [["Origin", "http://evil.example"]]))).status, 403);
    refused.close();
    await child.stdin.close();
    strictEqual(await hear(socket), "close 1001 going away");
    strictEqual(await hear(other), "close 1001 going away");
    for (const one of [socket, other]) await one.send("close", new Uint8Array([0x03, 0xe9]));
  } finally {
    await child.stdin.close().catch(() => {});
  }
  const { code } = await child.status;
  await reader.cancel();
  strictEqual(await errors, "");
  strictEqual(code, 0);
});

Deno.test("two applications in one process do not see each other", async () => {
  const [a, b] = [make(), make()];
  const at = [a.listen({ port: 0 }), b.listen({ port: 0 })];
  await using inA = await RawSocket.open(at[0]);
  await using inB = await RawSocket.open(at[1]);
  const token = await hello(inA);
  await say(inA, t("login", "maxim"));
  const user = tokenOf(await inA.frame());
  await hear(inA);
  for (const socket of [inA, inB]) await ask(socket, t("sub", "news"));
  strictEqual(a.send("news", t("deliver", "news", "a")), 1);
  strictEqual(await hear(inA), '{deliver,<<"news">>,<<"a">>}');
  await inB.quiet();
  for (const one of [token, user]) {
    await using stranger = await RawSocket.open(at[1], "/ws/", [["Cookie", `X-Auth-Token=${one}`]]);
    strictEqual(await ask(stranger, t("whoami")), "none");
  }
  ok((await ask(inA, t("post", "lobby", "1", "x"))).startsWith("{posted,"));
  ok((await ask(inB, t("join", "lobby", "", 0))).includes(",0,[],true}"));
  await hear(inB);
  strictEqual(a.counters.connections, 1);
  await until(() => b.counters.connections === 1, "the strangers are gone");
  strictEqual(b.counters.connectionsTotal, 3);
  deepStrictEqual([a.bus.size, b.bus.size], [1, 2]);
  const closing = a.close();
  strictEqual(await hear(inA), "close 1001 going away");
  inA.close();
  await closing;
  await inB.quiet();
  strictEqual(await ask(inB, t("echo", bert.encode(1))), "{echo,<<131,97,1>>}");
  inB.close();
  await b.close();
});
