/** The runtime's variable DENO_SERVE_ADDRESS leads the first `Deno.serve` of a process elsewhere; what N2O has behind its port is not meant. */
import { match, rejects, strictEqual } from "node:assert/strict";
import { certificate } from "./certificate.ts";
import { download, serve, withFolder } from "./command.ts";
import { freePort } from "./free_port.ts";
import { RawSocket } from "./raw_socket.ts";

const everything = ["run", "--no-prompt", "-A"];
const environments: [deno: string[] | undefined, what: string][] = [
  [everything, "may read the variable"],
  [undefined, "may not read the variable"],
];

for (const [deno, what] of environments) {
  Deno.test(`a server that ${what} serves where its settings say, whatever the variable says`, async () => {
    await withFolder({}, async (cwd) => {
      const [other, own] = [freePort(), freePort()];
      const unix = Deno.build.os === "windows" ? [] : [`unix:${cwd}/socket`];
      const addresses = [
        `tcp:127.0.0.1:${other}`,
        `duplicate,tcp:127.0.0.1:${other}`,
        `tcp:127.0.0.1:${own}`,
        "tcp:192.0.2.1:80",
        "nonsense",
        ...unix,
      ];
      for (const address of addresses) {
        const env = { DENO_SERVE_ADDRESS: address };
        await using server = await serve(["--port", String(own), "--store", "memory"], { cwd, env, deno });
        strictEqual(server.port, own);
        match(await download(`${server.url}/n2o/health`), /"ok"/);
        const posted = await fetch(`${server.url}/ws/`, { method: "POST", body: "N2O," });
        strictEqual(posted.status, 200, address);
        await posted.body?.cancel();
        await using socket = await RawSocket.open({ hostname: "127.0.0.1", port: own });
        await socket.send("text", "PING");
        await rejects(
          RawSocket.connect({ hostname: "127.0.0.1", port: other }),
          Deno.errors.ConnectionRefused,
        );
      }
    });
  });
}

Deno.test("with TLS it is the same for the engine serve", async () => {
  const pem = await certificate();
  if (pem === undefined) return console.log("SKIPPED: no openssl to make a certificate with");
  await withFolder({ "cert.pem": pem.cert, "key.pem": pem.key }, async (cwd) => {
    const other = freePort();
    const flags = ["--port", "0", "--store", "memory", "--engine", "serve", "--tls-cert", "cert.pem"];
    await using server = await serve([...flags, "--tls-key", "key.pem"], {
      cwd,
      env: { DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${other}` },
    });
    const address = { hostname: "localhost", port: server.port, caCerts: [pem.cert] };
    await using socket = await RawSocket.open(address);
    await socket.send("text", "PING");
    await rejects(RawSocket.connect({ hostname: "127.0.0.1", port: other }), Deno.errors.ConnectionRefused);
  });
});

Deno.test("without TLS the engine serve is the runtime's: it serves where the variable says, and tells so", async () => {
  await withFolder({}, async (cwd) => {
    const other = freePort();
    const flags = ["--port", "0", "--store", "memory", "--engine", "serve"];
    await using server = await serve(flags, { cwd, env: { DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${other}` } });
    strictEqual(server.port, other);
    match(await download(`${server.url}/n2o/health`), /"ok"/);
  });
  if (Deno.build.os === "windows") return;
  await withFolder({}, async (cwd) => {
    const flags = ["--port", "0", "--store", "memory", "--engine", "serve"];
    await using server = await serve(flags, {
      cwd,
      env: { DENO_SERVE_ADDRESS: `unix:${cwd}/socket` },
      deno: everything,
    });
    match(server.line, / at unix:\S+socket /);
    const client = Deno.createHttpClient({ proxy: { transport: "unix", path: `${cwd}/socket` } });
    match(await (await fetch("http://localhost/n2o/health", { client })).text(), /"ok"/);
    client.close();
  });
});
