import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { heart, type N2OOptions, type Protocol, reply, session, tuple, unknown } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { type Address, handshake, RawSocket, type WireResponse } from "./raw_socket.ts";
import { hear } from "./speech.ts";

function start(engine: Engine, more: Partial<N2OOptions> = {}): Running {
  return engine.start({ protocols: [heart, session, echoProto, whereabouts], log: keepLog().log, ...more });
}

/** `where` is answered by what the application knows of the client. */
const whereabouts: Protocol = {
  name: "whereabouts",
  info(message, cx) {
    if (!Array.isArray(message) && String((message as { 1?: unknown })[1]) !== "where") return unknown;
    const { address, secure, transport } = cx.peer;
    return reply("text", `${address} ${secure} ${transport} ${cx.route} ${cx.query}`);
  },
};

/** One request on a connection of its own. */
async function request(address: Address, text: string): Promise<WireResponse> {
  await using socket = await RawSocket.connect(address);
  return await socket.request(text);
}

function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, "Host: 127.0.0.1", ...headers].join("\r\n") + "\r\n\r\n";
}

function errorOf({ body }: WireResponse): string {
  const text = new TextDecoder().decode(body);
  match(text, /^\{"error":"[a-z_]+"\}\n$/);
  return JSON.parse(text).error;
}

const upgrade = handshake().split("\r\n").slice(2, 6);

each("a path over the limit is answered with 414, the longest one is taken", async (engine) => {
  await using running = start(engine);
  await using neighbour = await Neighbour.move(running);
  const longest = `/ws/${"p".repeat(4096 - 4)}`;
  strictEqual((await request(running, get(longest, ...upgrade))).status, 101);
  const response = await request(running, get(longest + "p", ...upgrade));
  strictEqual(response.status, 414);
  strictEqual(errorOf(response), "path_too_long");
  strictEqual((await request(running, get(`/ws/?${"q".repeat(4092)}`, ...upgrade))).status, 414);
  strictEqual((await request(running, get(`/static/${"p".repeat(5000)}`))).status, 414);
  ok((await request(running, get(`/${"p".repeat(100_000)}`))).status >= 400);
  await neighbour.undisturbed();
});

each("headers over the limit are answered with 431", async (engine) => {
  await using running = start(engine);
  await using neighbour = await Neighbour.move(running);
  for (
    const headers of [
      [`X-Long: ${"x".repeat(16_384)}`],
      [`Cookie: X-Auth-Token=${"x".repeat(16_384)}`],
      [`Authorization: Bearer ${"x".repeat(16_384)}`],
      Array.from({ length: 80 }, (_, i) => `X-${i}: ${"x".repeat(250)}`),
    ]
  ) {
    for (const [path, ...more] of [["/ws/"], ["/n2o/health", ...upgrade], ["/file", ...upgrade]]) {
      const response = await request(running, get(path, ...more, ...headers));
      strictEqual(response.status, 431);
      strictEqual(errorOf(response), "headers_too_big");
    }
  }
  const handshake = async (header: string) =>
    (await request(running, get("/ws/", ...upgrade, header))).status;
  for (const name of ["Cookie", "Authorization", "Origin", "User-Agent", "X-Forwarded-For"]) {
    strictEqual(await handshake(`${name}: ${"x".repeat(16_384)}`), 431, name);
  }
  strictEqual(await handshake(`Cookie: a=${"x".repeat(15_000)}`), 101);
  // A handshake's unusual headers are the runtime's to bound: counting them would cost each idle connection memory.
  const serve = engine.name === "serve";
  strictEqual(await handshake(`X-Long: ${"x".repeat(16_384)}`), serve ? 101 : 431);
  // The runtime's own bounds: a hundred headers, and half a megabyte.
  for (const headers of [Array<string>(150).fill("X: y"), [`X: ${"y".repeat(500_000)}`]]) {
    strictEqual((await request(running, get("/ws/", ...upgrade, ...headers))).status, serve ? 400 : 431);
  }
  await neighbour.undisturbed();
});

each("what is no HTTP is answered with 400 or ends, and nobody else notices", async (engine) => {
  const { log, lines } = keepLog();
  await using running = start(engine, { log });
  await using neighbour = await Neighbour.move(running);
  for (
    const text of [
      "\x16\x03\x01\x02\x00\x01\r\n\r\n",
      "GET /ws/\0x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
      "POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -4\r\n\r\n",
      "POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nPINGx",
      "GET /n2o/health HTTP/1.1\r\nHost: a b<>\r\n\r\n",
      "GET /ws/ HTTP/1.1\r\nHost: [::1\r\nOrigin: http://x\r\n" + upgrade.join("\r\n") + "\r\n\r\n",
    ]
  ) {
    strictEqual((await request(running, text)).status, 400, text);
  }
  deepStrictEqual(lines.filter(({ level }) => level === "error"), []);
  await neighbour.undisturbed();
});

each("a path is looked at as it is decoded by the URL standard, once", async (engine) => {
  await using running = start(engine);
  for (
    const [path, status] of [
      ["/ws/../n2o/health", 200],
      ["/ws/%2e%2e/n2o/health", 200],
      ["/n2o/%68ealth", 404],
      ["//n2o/health", 404],
      ["/n2o/health/", 404],
      ["/wsx", 404],
      ["/", 404],
    ] as const
  ) {
    const response = await request(running, get(path));
    strictEqual(response.status, status, path);
    if (status === 404) strictEqual(errorOf(response), "not_found");
  }
});

each("the route and query are what the page's URL says", async (engine) => {
  await using running = start(engine);
  for (
    const [path, seen] of [
      ["/ws", " "],
      ["/ws/", " "],
      ["/ws/app/login.htm", "app/login.htm "],
      ["/ws/app/index.htm?room=a%20b&x", "app/index.htm room=a%20b&x"],
      ["/ws/%ff%zz?%", "%ff%zz %"],
    ]
  ) {
    await using socket = await RawSocket.open(running, path);
    await socket.send("text", "where");
    strictEqual(await hear(socket), `text 127.0.0.1 false websocket ${seen}`);
  }
});

each("a page of another origin may not connect, by WebSocket or by POST", async (engine) => {
  await using running = start(engine);
  const own = `http://127.0.0.1:${running.port}`;
  const host = `Host: 127.0.0.1:${running.port}`;
  const rows: [string, boolean][] = [
    [own, true],
    ["http://evil.example", false],
    [`http://127.0.0.1:${running.port + 1}`, false],
    // A proxy in front may speak TLS.
    [`https://127.0.0.1:${running.port}`, true],
    [`http://127.0.0.1.evil.example:${running.port}`, false],
    ["null", false],
    ["", false],
    ["nonsense", false],
    [`${own}/path`, false],
    [`${own}, http://evil.example`, false],
  ];
  for (const [origin, allowed] of rows) {
    const opened = await request(
      running,
      `GET /ws/ HTTP/1.1\r\n${host}\r\nOrigin: ${origin}\r\n${upgrade.join("\r\n")}\r\n\r\n`,
    );
    strictEqual(opened.status, allowed ? 101 : 403, origin);
    if (!allowed) strictEqual(errorOf(opened), "foreign_origin");
    const posted = await request(
      running,
      `POST /ws/ HTTP/1.1\r\n${host}\r\nOrigin: ${origin}\r\nContent-Length: 4\r\n\r\nPING`,
    );
    strictEqual(posted.status, allowed ? 200 : 403, origin);
    strictEqual(posted.headers.get("access-control-allow-origin"), allowed ? origin : null);
  }
  strictEqual(running.n2o.counters.connectionsRefused, 2 * (rows.length - 2));
});

each("origins on the list may connect, and a browser may ask first", async (engine) => {
  await using running = start(engine, { origins: ["https://app.example", "https://*.friends.example"] });
  for (
    const [origin, allowed] of [
      ["https://app.example", true],
      ["https://a.friends.example", true],
      ["https://friends.example", false],
      ["http://app.example", false],
      ["https://app.example:444", false],
    ] as const
  ) {
    strictEqual(
      (await request(running, get("/ws/", ...upgrade, `Origin: ${origin}`))).status,
      allowed ? 101 : 403,
    );
    const asked = await request(running, get("/ws/", `Origin: ${origin}`).replace("GET", "OPTIONS"));
    strictEqual(asked.status, allowed ? 204 : 403, origin);
    if (!allowed) continue;
    strictEqual(asked.headers.get("access-control-allow-origin"), origin);
    strictEqual(asked.headers.get("access-control-allow-credentials"), "true");
    match(asked.headers.get("vary")!, /origin/i);
  }
});

each("forwarding headers are believed only of a trusted proxy", async (engine) => {
  const forwarded = [
    "X-Forwarded-For: 203.0.113.7",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: chat.example",
  ];
  const where = async (running: Running, headers: string[]) => {
    await using socket = await RawSocket.connect(running);
    strictEqual((await socket.request(get("/ws/", ...upgrade, ...headers))).status, 101);
    await socket.send("text", "where");
    return await hear(socket);
  };
  {
    await using running = start(engine, { trustProxy: ["127.0.0.0/8"] });
    strictEqual(await where(running, forwarded), "text 203.0.113.7 true websocket  ");
    // The page's origin is compared with what the proxy was asked for.
    strictEqual(
      await where(running, [...forwarded, "Origin: https://chat.example"]),
      "text 203.0.113.7 true websocket  ",
    );
    strictEqual(
      (await request(running, get("/ws/", ...upgrade, ...forwarded, "Origin: http://127.0.0.1"))).status,
      403,
    );
    strictEqual(
      await where(running, ["Forwarded: for=198.51.100.9;proto=https"]),
      "text 198.51.100.9 true websocket  ",
    );
  }
  await using running = start(engine);
  strictEqual(await where(running, forwarded), "text 127.0.0.1 false websocket  ");
  strictEqual(
    (await request(running, get("/ws/", ...upgrade, ...forwarded, "Origin: https://chat.example"))).status,
    403,
  );
});

each("connections over the limits are refused until others have gone", async (engine) => {
  await using running = start(engine, {
    limits: { maxConnections: 3, maxConnectionsPerAddress: 2 },
    trustProxy: ["127.0.0.1"],
  });
  const from = (address: string) => get("/ws/", ...upgrade, `X-Forwarded-For: ${address}`);
  const open = async (address: string) => {
    const socket = await RawSocket.connect(running);
    const response = await socket.request(from(address));
    return { socket, response };
  };
  const sockets = [await open("203.0.113.1"), await open("203.0.113.1")];
  for (const { response } of sockets) strictEqual(response.status, 101);
  const third = await open("203.0.113.1");
  strictEqual(third.response.status, 429);
  strictEqual(errorOf(third.response), "too_many_connections_from_address");
  match(third.response.headers.get("retry-after")!, /^\d+$/);
  sockets.push(await open("203.0.113.2"));
  strictEqual(sockets[2].response.status, 101);
  const fourth = await open("203.0.113.3");
  strictEqual(fourth.response.status, 503);
  strictEqual(errorOf(fourth.response), "too_many_connections");
  const posted = await request(
    running,
    "POST /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.3\r\nContent-Length: 4\r\n\r\nPING",
  );
  strictEqual(posted.status, 503);
  strictEqual((await request(running, get("/n2o/health"))).status, 200);
  strictEqual(running.n2o.counters.connectionsRefused, 3);

  sockets[0].socket.close();
  await running.until(() => running.n2o.counters.connections === 2, "the first is gone");
  const again = await open("203.0.113.1");
  strictEqual(again.response.status, 101);
  for (const { socket } of [...sockets, third, fourth, again]) socket.close();
  await running.until(() => running.n2o.counters.connections === 0, "all are gone");
});

each("health tells whether the server takes connections", async (engine) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  let entered = () => {};
  const inside = new Promise<void>((resolve) => entered = resolve);
  const slow: Protocol = {
    name: "slow",
    info: async () => {
      entered();
      await held;
      return reply("bert", tuple("done"));
    },
  };
  const running = start(engine, { protocols: [heart, slow] });
  const healthy = await request(running, get("/n2o/health"));
  strictEqual(healthy.status, 200);
  strictEqual(healthy.headers.get("cache-control"), "no-store");
  const { status, connections, uptimeMs } = JSON.parse(new TextDecoder().decode(healthy.body));
  strictEqual(status, "ok");
  strictEqual(connections, 0);
  ok(uptimeMs >= 0);
  const head = await RawSocket.connect(running);
  await head.write(get("/n2o/health", "Connection: close").replace("GET", "HEAD"));
  match(new TextDecoder().decode((await head.ended()).rest), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
  head.close();
  strictEqual((await request(running, get("/n2o/health").replace("GET", "PUT"))).status, 405);

  await using socket = await RawSocket.open(running);
  await using keepAlive = await RawSocket.connect(running);
  await keepAlive.request(get("/n2o/health"));
  await socket.send("text", "go");
  await inside;
  const closing = running.n2o.close();
  const draining = await keepAlive.request(get("/n2o/health"));
  strictEqual(draining.status, 503);
  strictEqual(JSON.parse(new TextDecoder().decode(draining.body)).status, "draining");
  release();
  await hear(socket);
  // On a machine that stalls the runtime of the engine serve may say it in its own words.
  match(await hear(socket), engine.name === "serve" ? /^close 1001 / : /^close 1001 going away$/);
  socket.close();
  keepAlive.close();
  await closing;
});

each("broken cookies hurt nobody, and the right one among them is found", async (engine) => {
  await using running = start(engine);
  for (
    const cookie of [
      "broken;;=; a=b",
      "=",
      ";",
      "X-Auth-Token",
      "X-Auth-Token=",
      "X-Auth-Token=;;",
      '"',
      "a=\xff\xfe",
    ]
  ) {
    await using socket = await RawSocket.open(running, "/ws/", [["Cookie", cookie]]);
    await socket.quiet();
  }
});

each("a request for a WebSocket that its server never upgrades is forgotten in time", async (engine) => {
  let now = Date.now();
  await using running = start(engine, {
    clock: () => now,
    limits: { maxConnections: 1, handshakeTimeoutMs: 1_000, idleTimeoutMs: 4_000 },
  });
  // Its server, if it has one, keeps the answer for itself.
  const headers = {
    "upgrade": "websocket",
    "connection": "upgrade",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  };
  strictEqual((await running.n2o.fetch(new Request("http://127.0.0.1/ws/", { headers }))).status, 101);
  strictEqual((await request(running, handshake())).status, 503);
  now += 1_001;
  const end = performance.now() + 60_000;
  for (;;) {
    await using socket = await RawSocket.connect(running);
    const { status } = await socket.request(handshake());
    if (status === 101) return await socket.quiet();
    strictEqual(status, 503);
    ok(performance.now() < end, "it is remembered");
  }
});

each("a file handler that fails is answered with 500 and a code, and logged", async (engine) => {
  const { log, lines } = keepLog();
  await using running = start(engine, {
    log,
    files: [
      (asked) => asked.url.endsWith("/none") ? undefined : Promise.resolve(undefined),
      (asked) => {
        if (asked.url.endsWith("/throws")) throw new Error("a path of the server");
        return asked.url.endsWith("/rejects") ? Promise.reject(new Error("a path of the server")) : undefined;
      },
      (asked) => asked.url.endsWith("/there") ? new Response("there") : undefined,
    ],
  });
  for (const path of ["/throws", "/rejects"]) {
    const response = await request(running, get(path));
    strictEqual(response.status, 500);
    strictEqual(errorOf(response), "internal");
  }
  strictEqual(new TextDecoder().decode((await request(running, get("/there"))).body), "there");
  strictEqual((await request(running, get("/none"))).status, 404);
  deepStrictEqual(lines.map(({ event }) => event), ["request_failed", "request_failed"]);
});
