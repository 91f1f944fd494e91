/**
 * TCP: where it listens, and what is wrong with where it cannot.
 */
import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { createN2O, heart, N2OError } from "@n2o/n2o";
import type { TcpListenOptions } from "../lib/endpoints/tcp.ts";
import { certificate } from "./certificate.ts";
import { keepLog } from "./log.ts";
import { startTcp, TcpPeer } from "./tcp_peer.ts";

const options = { protocols: [heart], log: keepLog().log };

/** Runs a test with a folder for sockets, where the system has such. */
function unix(name: string, test: (folder: string) => Promise<void>): void {
  Deno.test(name, async () => {
    if (Deno.build.os === "windows") return console.log("skipped: no Unix domain sockets here");
    const folder = await Deno.makeTempDir();
    try {
      await test(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function refused(tcp: TcpListenOptions, code: string): Promise<N2OError> {
  const n2o = createN2O(options);
  let refusal: unknown;
  try {
    await rejects(n2o.listenTcp(tcp), (error) => {
      refusal = error;
      return error instanceof N2OError && error.code === code;
    });
  } finally {
    await n2o.close();
  }
  return refusal as N2OError;
}

Deno.test("a listener tells where clients find it", async () => {
  await using running = await startTcp(options);
  const { hostname, port, url } = running.listener;
  deepStrictEqual([hostname, url], ["127.0.0.1", `tcp://127.0.0.1:${port}`]);
  const six = await running.n2o.listenTcp({ hostname: "::1" }).catch(() => undefined);
  if (six === undefined) return console.log("skipped: no IPv6 here");
  strictEqual(six.url, `tcp://[::1]:${six.port}`);
  await using peer = await TcpPeer.connect(six);
  strictEqual(await peer.ask("PING"), "text PONG");
});

Deno.test("an address that is taken, wrong or not this machine's is an error that says so", async () => {
  await using running = await startTcp(options);
  const { port } = running.listener;
  const pem = await certificate();
  for (const tls of pem === undefined ? [{}] : [{}, pem]) {
    match((await refused({ port, ...tls }, "port_taken")).message, new RegExp(`127.0.0.1:${port} is taken`));
    await refused({ port: 70_000, ...tls }, "bad_port");
    await refused({ port: -1, ...tls }, "bad_port");
    await refused({ port: 1.5, ...tls }, "bad_port");
    await refused({ hostname: "192.0.2.1", ...tls }, "bad_host");
    await refused({ hostname: "no.such.name.invalid", ...tls }, "bad_host");
  }
});

Deno.test("a framing that is none is an error", async () => {
  match(
    (await refused({ framing: "packet3" as "packet4" }, "bad_framing")).message,
    /packet4, packet2, line/,
  );
});

Deno.test("a certificate or key that is none, or another's, is an error", async () => {
  await refused({ cert: "only one" }, "bad_tls");
  await refused({ key: "only one" }, "bad_tls");
  await refused({ cert: "nonsense", key: "nonsense" }, "bad_tls");
  const [one, other] = await Promise.all([certificate(), certificate()]);
  if (one === undefined || other === undefined) return console.log("skipped: no openssl");
  await refused({ cert: one.cert, key: other.key }, "bad_tls");
});

Deno.test("a closed application listens no more, and a closed listener takes nobody", async () => {
  const pem = await certificate();
  for (const tls of pem === undefined ? [{}] : [{}, pem]) {
    const n2o = createN2O(options);
    const listener = await n2o.listenTcp(tls);
    await using peer = await TcpPeer.connect(listener, tls);
    strictEqual(await peer.ask("PING"), "text PONG");
    await listener.close();
    await listener.close();
    await listener.finished;
    await rejects(Deno.connect(listener), Deno.errors.ConnectionRefused);
    strictEqual(await peer.ask("PING"), "text PONG", "who is in goes on");
    peer.socket.close();
    await n2o.close();
    await rejects(n2o.listenTcp(), { code: "closed" });
  }
});

unix("a Unix domain socket: its file is there while it listens, and gone afterwards", async (folder) => {
  const path = `${folder}/n2o.sock`;
  {
    await using running = await startTcp({ ...options, tcp: { path } });
    const { hostname, port, url } = running.listener;
    deepStrictEqual([hostname, port, url], ["", 0, `unix:${path}`]);
    strictEqual((await Deno.lstat(path)).isSocket, true);
    await using peer = await running.connect();
    strictEqual(await peer.ask("PING"), "text PONG");
  }
  await rejects(Deno.lstat(path), Deno.errors.NotFound);
});

unix("a socket that a killed program has left behind is taken over, one in use is not", async (folder) => {
  const path = `${folder}/n2o.sock`;
  // who is killed does not tidy up
  const killed = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `Deno.listen({ transport: "unix", path: ${JSON.stringify(path)} }); Deno.kill(Deno.pid, "SIGKILL");`,
    ],
    stdout: "null",
    stderr: "null",
  });
  strictEqual((await killed.output()).signal, "SIGKILL");
  strictEqual((await Deno.lstat(path)).isSocket, true);
  await using running = await startTcp({ ...options, tcp: { path } });
  await refused({ path }, "path_taken");
  await using peer = await running.connect();
  strictEqual(await peer.ask("PING"), "text PONG");
});

unix("a path that cannot be a socket is an error, and a file there stays as it is", async (folder) => {
  const file = `${folder}/file`;
  await Deno.writeTextFile(file, "mine");
  await refused({ path: file }, "path_taken");
  strictEqual(await Deno.readTextFile(file), "mine");
  for (
    const path of ["", "a\0b", `${folder}/none/n2o.sock`, `${file}/n2o.sock`, `${folder}/${"x".repeat(200)}`]
  ) {
    await refused({ path }, "bad_path");
  }
  await refused({ path: `${folder}/n2o.sock`, port: 1 }, "bad_path");
  await refused({ path: `${folder}/n2o.sock`, cert: "a", key: "b" }, "bad_path");
});
