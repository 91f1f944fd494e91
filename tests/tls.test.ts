import { strictEqual, throws } from "node:assert/strict";
import { createN2O, heart, type Protocol, reply, session, unknown } from "@n2o/n2o";
import { certificate } from "./certificate.ts";
import { echoProto } from "./echo_proto.ts";
import { engines } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { handshake, RawSocket } from "./raw_socket.ts";
import { ask, hear, hello, t } from "./speech.ts";

const secure: Protocol = {
  name: "secure",
  info: (message, cx) =>
    String((message as { 1?: unknown })[1]) === "secure" ? reply("bert", cx.peer.secure) : unknown,
};

/** Who the client is, as the protocols know it. */
const whereabouts: Protocol = {
  name: "whereabouts",
  info(_message, cx) {
    const { address, secure, transport } = cx.peer;
    return reply("text", `${address} ${secure} ${transport}`);
  },
};

for (const engine of engines) {
  Deno.test(`${engine.name}: everything works over TLS, and the protocols know of it`, async () => {
    const pem = await certificate();
    if (pem === undefined) {
      console.log("SKIPPED: no openssl to make a certificate with");
      return;
    }
    const protocols = [heart, session, secure, echoProto];
    await using running = engine.start({ protocols, listen: pem, log: keepLog().log });
    const address = { hostname: "localhost", port: running.port, caCerts: [pem.cert] };
    await using neighbour = await Neighbour.move(address);
    await using socket = await RawSocket.open(address);
    await socket.quiet();
    const token = await hello(socket);
    strictEqual(await hello(socket, token), token);
    await socket.send("text", "secure");
    strictEqual(await hear(socket), "true");
    strictEqual(await ask(socket, t("echo", 1)), "{echo,1}");
    const origin = (scheme: string) => handshake("/ws/", [["Origin", `${scheme}://127.0.0.1`]]);
    for (const [scheme, status] of [["https", 101], ["http", 403]] as const) {
      await using other = await RawSocket.connect(address);
      strictEqual((await other.request(origin(scheme))).status, status, scheme);
    }
    // What is no TLS ends, and nobody else notices.
    for (const junk of ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\0".repeat(1_000)]) {
      await using plain = await RawSocket.connect(running);
      await plain.write(junk);
      await plain.ended();
    }
    await using silent = await RawSocket.connect(running);
    await neighbour.undisturbed();
    silent.close();
  });
}

for (const engine of engines) {
  Deno.test(`${engine.name}: over TLS there is HTTP/2 too, bodies of any size pass, and protocols know who speaks`, async () => {
    const pem = await certificate();
    if (pem === undefined) return console.log("SKIPPED: no openssl to make a certificate with");
    const size = 5_000_000;
    await using running = engine.start({
      protocols: [whereabouts],
      listen: pem,
      limits: { maxConnectionsPerAddress: 8 },
      files: [async (request) => {
        const got = (await request.bytes()).length;
        return new Response(new Uint8Array(got), {
          headers: { "x-got": `${got} ${new URL(request.url).protocol}` },
        });
      }],
    });
    for (const http2 of [true, false]) {
      const client = Deno.createHttpClient({ caCerts: [pem.cert], http2, http1: !http2 });
      const url = `https://localhost:${running.port}`;
      const asked = await fetch(`${url}/ws/`, { method: "POST", body: "where", client });
      strictEqual(await asked.text(), "127.0.0.1 true post");
      const answers = await Promise.all(Array.from({ length: 4 }, async () => {
        const response = await fetch(`${url}/body`, { method: "POST", body: new Uint8Array(size), client });
        return `${response.headers.get("x-got")} ${(await response.bytes()).length}`;
      }));
      for (const answer of answers) strictEqual(answer, `${size} https: ${size}`);
      client.close();
    }
    await using socket = await RawSocket.open({
      hostname: "localhost",
      port: running.port,
      caCerts: [pem.cert],
    });
    await socket.send("text", "where");
    strictEqual(await hear(socket), "text 127.0.0.1 true websocket");
  });
}

Deno.test("a certificate or key that is none is an error with a code", async () => {
  const n2o = createN2O({ protocols: [] });
  for (const pem of [{ cert: "nonsense", key: "nonsense" }, { cert: "only one" }, { key: "only one" }]) {
    throws(() => n2o.listen({ port: 0, ...pem }), { code: "bad_tls" });
  }
  await n2o.close();
});
