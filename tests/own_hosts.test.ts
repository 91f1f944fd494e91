/** A server that answers to its own names alone: `n2o dev` on a loopback address, and what it is made of. */
import { heart, staticFiles } from "@n2o/n2o";
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { ownHosts } from "../lib/cli/dev/own_hosts.ts";
import { certificate } from "./certificate.ts";
import { serve, type Server, skip, start, withFolder } from "./command.ts";
import { each } from "./engines.ts";
import { keepLog } from "./log.ts";
import { handshake, RawSocket, type WireResponse } from "./raw_socket.ts";

type Place = Parameters<typeof RawSocket.connect>[0];

async function request(place: Place, text: string): Promise<WireResponse> {
  await using socket = await RawSocket.connect(place);
  return await socket.request(text);
}

const get = (path: string, host: string) =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const post = (path: string, host: string) =>
  `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nConnection: close\r\n\r\nPING`;
const enter = (path: string, host: string) =>
  handshake(path, [["Origin", `http://${host}`]]).replace("127.0.0.1", host);

/** What the paths of an application are answered with for a host. */
async function statuses(place: Place, host: string): Promise<number[]> {
  const all: number[] = [];
  for (
    const text of [
      get("/", host),
      get("/n2o/n2o.js", host),
      get("/n2o/health", host),
      post("/ws/", host),
      enter("/ws/", host),
      enter("/ws/app/index.htm", host),
    ]
  ) all.push((await request(place, text)).status);
  return all;
}

const GOOD = [200, 200, 200, 200, 101, 101];
const BAD = [403, 403, 403, 403, 403, 403];

each("files, posts, WebSockets and health are for who calls the server by its own names", async (engine) => {
  const asked: string[] = [];
  await using app = engine.start({
    protocols: [heart],
    files: [staticFiles({ "index.html": { body: "<p>Hello" } })],
    allowHost: (name) => asked.push(name) > 0 && name === "own.example",
  });
  deepStrictEqual(await statuses(app, "own.example"), GOOD);
  deepStrictEqual(await statuses(app, "OWN.example.:8001"), GOOD);
  deepStrictEqual(new Set(asked), new Set(["own.example"]));
  deepStrictEqual(await statuses(app, "own.example.evil.example"), BAD);
  deepStrictEqual(await statuses(app, "[::1]:80"), BAD);
  strictEqual(asked.at(-1), "[::1]");
  const refused = await request(app, get("/", "evil.example"));
  strictEqual(new TextDecoder().decode(refused.body), '{"error":"foreign_host"}\n');
  // What a request says of itself in its first line does not help, either.
  const whole = "GET http://own.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
  strictEqual((await request(app, whole)).status, 403);
});

each("without a rule every name is its own", async (engine) => {
  await using app = engine.start({
    protocols: [heart],
    files: [staticFiles({ "index.html": { body: "<p>Hello" } })],
  });
  deepStrictEqual(await statuses(app, "any.example"), GOOD);
});

each("over HTTP/2, where the address alone names the host, it is the same", async (engine) => {
  const pem = await certificate();
  if (pem === undefined) return skip("no openssl to make a certificate with");
  let own = "localhost";
  await using app = engine.start({
    protocols: [heart],
    files: [staticFiles({ "index.html": { body: "<p>Hello" } })],
    listen: pem,
    allowHost: (name) => name === own,
  });
  using client = Deno.createHttpClient({ caCerts: [pem.cert], http1: false, http2: true });
  const url = `https://localhost:${app.port}`;
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, { ...init, client });
    await answer.body?.cancel();
    return answer.status;
  };
  const say = (origin: string) => ask("/ws/", { method: "POST", body: "PING", headers: { origin } });
  strictEqual(await ask("/"), 200);
  strictEqual(await say(url), 200);
  strictEqual(await say("https://evil.example"), 403);
  own = "other.example";
  strictEqual(await ask("/"), 403);
  strictEqual(await say(url), 403);
});

Deno.test("a server of this machine answers to localhost, addresses, and hosts of origins that may connect", () => {
  const { log, lines } = keepLog();
  const origins = ["http://dev.example:3000", "https://*.tunnel.example", "app://box", "null"];
  const own = ownHosts({ host: "127.0.0.1", origins }, log)!;
  const names = [
    "localhost",
    "a.localhost",
    "a.b.localhost",
    "127.0.0.1",
    "[::1]",
    "192.168.1.7",
    "[fe80::1]",
  ];
  for (const name of [...names, "dev.example", "my.tunnel.example", "box"]) {
    strictEqual(own(name), true, name);
  }
  deepStrictEqual(lines, []);
  const others = [
    "evil.example",
    "localhost.evil.example",
    "evillocalhost",
    "tunnel.example",
    "null",
    "",
    "127.1",
  ];
  for (const name of others) strictEqual(own(name), false, name);
  const told = lines.map(({ host }) => host);
  deepStrictEqual(told, others.filter((name) => name !== ""));
  deepStrictEqual(lines[0], {
    level: "warn",
    event: "foreign_host_refused",
    host: "evil.example",
    advice: "if it is yours, give --origin http://evil.example",
  });
  // Each is told once, and not without end.
  for (const name of others) own(name);
  strictEqual(lines.length, told.length);
  for (let i = 0; i < 1000; i++) own(`${i}.example`);
  strictEqual(lines.length, 20);
  strictEqual(ownHosts({ host: "::1", origins: ["*"] }, log)!("any.example"), true);
  for (const host of ["localhost", "LOCALHOST", "app.localhost", "127.8.8.8", "0:0:0:0:0:0:0:1"]) {
    strictEqual(typeof ownHosts({ host, origins: [] }, log), "function", host);
  }
  for (const host of ["0.0.0.0", "::", "192.168.1.7", "box.example", "127.example"]) {
    strictEqual(ownHosts({ host, origins: [] }, log), undefined, host);
  }
});

const FILES = {
  "protocols/a.ts": `export default { name: "a", info: () => undefined };\n`,
  "pages/index.ts": `export default { document: { title: "one", body: "one" } };\n`,
  "static/a.html": "<!doctype html><p>a",
};
const PATHS = ["/", "/a.html", "/n2o/dev.js", "/nothing"];

async function told(server: Server, host: string): Promise<number[]> {
  const place = { hostname: "127.0.0.1", port: server.port };
  const all: number[] = [];
  for (const path of PATHS) all.push((await request(place, get(path, host))).status);
  for (const path of ["/ws/n2o/dev", "/ws/"]) all.push((await request(place, enter(path, host))).status);
  return all;
}

for (const engine of ["stream", "serve"]) {
  Deno.test(`${engine}: n2o dev is not for pages whose name was made to lead to it, and says what to do`, async () => {
    await withFolder(FILES, async (folder) => {
      const args = ["dev", ".", "--port", "0", "--store", "memory", "--engine", engine];
      await using server = await start([...args, "--origin", "http://mine.example"], { cwd: folder });
      const { port } = server;
      deepStrictEqual(await told(server, `localhost:${port}`), [200, 200, 200, 404, 101, 101]);
      deepStrictEqual(await told(server, `mine.example:${port}`), [200, 200, 200, 404, 101, 101]);
      deepStrictEqual(await told(server, `evil.example:${port}`), [403, 403, 403, 403, 403, 403]);
      const line = await server.logged("foreign_host_refused");
      match(line, /WARN/i);
      match(line, /evil\.example.*--origin http:\/\/evil\.example/);
      strictEqual(server.log.filter((line) => line.includes("foreign_host_refused")).length, 1);
    });
  });
}

Deno.test("n2o dev for other machines answers to whatever they call it, and so does n2o serve", async () => {
  await withFolder(FILES, async (folder) => {
    await using open = await start(["dev", ".", "--port", "0", "--store", "memory", "--host", "0.0.0.0"], {
      cwd: folder,
    });
    deepStrictEqual(await told(open, "box.example"), [200, 200, 200, 404, 101, 101]);
    await using served = await serve([".", "--store", "memory"], { cwd: folder });
    deepStrictEqual(await told(served, "box.example"), [200, 200, 404, 404, 101, 101]);
  });
});
