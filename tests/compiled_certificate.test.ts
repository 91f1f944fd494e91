/** The `n2o` program takes a renewed certificate over while it serves. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { certificate } from "./certificate.ts";
import { shown } from "./certificate_shown.ts";
import { run, serve, skip, withFolder } from "./command.ts";
import { compiled } from "./compiled.ts";
import { RawSocket } from "./raw_socket.ts";

Deno.test("n2o reload has the program show a renewed certificate, and connections go on", async () => {
  const program = (await compiled())?.program;
  if (program === undefined) return;
  const [first, second] = [await certificate(), await certificate()];
  if (first === undefined || second === undefined) return skip("no openssl to make certificates with");
  if (Deno.build.os === "windows") return skip("Windows has no Unix sockets");
  const certs = [first.cert, second.cert];
  for (const engine of ["stream", "serve"]) {
    await withFolder({ "cert.pem": first.cert, "key.pem": first.key }, async (cwd) => {
      const flags = ["--engine", engine, "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
      await using server = await serve(flags, { cwd, program });
      await using socket = await RawSocket.open({ hostname: "localhost", port: server.port, caCerts: certs });
      const ping = async () => {
        await socket.send("text", "PING");
        strictEqual(new TextDecoder().decode((await socket.frame()).payload), "PONG");
      };
      await ping();
      strictEqual(await shown(server.port, certs), 0);
      Deno.writeTextFileSync(`${cwd}/cert.pem`, second.cert);
      const half = await run(["reload"], { cwd, program });
      deepStrictEqual([half.code, half.stdout], [1, ""]);
      match(half.stderr, /^n2o: --tls-key: key\.pem is not the key of the certificate in cert\.pem\n/);
      strictEqual(await shown(server.port, certs), 0);
      Deno.writeTextFileSync(`${cwd}/key.pem`, second.key);
      const { code, stdout, stderr } = await run(["reload"], { cwd, program });
      strictEqual(code, 0, stderr);
      match(stdout, /the certificate of localhost is in force/);
      strictEqual(await shown(server.port, certs), 1);
      await ping();
    });
  }
});
