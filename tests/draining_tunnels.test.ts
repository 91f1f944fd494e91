/** What is being answered through a tunnel while the application closes reaches its client whole. */
import { ok, strictEqual } from "node:assert/strict";
import { createN2O, type EngineName } from "@n2o/n2o";
import { certificate } from "./certificate.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";

const SIZE = 4 * 1_048_576;
const CHUNKED = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
const cases: [what: string, engine: EngineName, isSecure: boolean][] = [
  ["the engine stream, a body in chunks", "stream", false],
  ["the engine stream with TLS, a body in chunks", "stream", true],
  ["the engine serve with TLS", "serve", true],
];

for (const [what, engine, isSecure] of cases) {
  Deno.test(`${what}: an answer that is on its way when the application closes comes whole`, async () => {
    const pem = isSecure ? await certificate() : undefined;
    if (isSecure && pem === undefined) return console.log("SKIPPED: no openssl to make a certificate with");
    const [came, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<Response>()];
    const n2o = createN2O({
      protocols: [],
      log: keepLog().log,
      files: [() => {
        came.resolve();
        return asked.promise;
      }],
    });
    const { port } = n2o.listen({ port: 0, engine, ...pem });
    const address = { hostname: "127.0.0.1", port, ...(pem && { caCerts: [pem.cert] }) };
    await using socket = await RawSocket.connect(address);
    await socket.write(CHUNKED);
    await came.promise;
    const closing = n2o.close({ drainMs: 10_000 });
    asked.resolve(new Response(new Uint8Array(SIZE)));
    const { rest, how } = await socket.ended();
    strictEqual(new TextDecoder().decode(rest.subarray(0, 12)), "HTTP/1.1 200");
    ok(rest.length > SIZE, `${rest.length} bytes`);
    strictEqual(how, "end");
    socket.close();
    await closing;
  });
}
