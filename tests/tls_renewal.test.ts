/** A certificate is replaced while a listener listens: nobody is refused, and nobody is cut off. */
import { ok, rejects, strictEqual, throws } from "node:assert/strict";
import { type Certificate, createN2O, heart, type Listener, type N2O, session } from "@n2o/n2o";
import { certificate, certificateOf } from "./certificate.ts";
import { shown } from "./certificate_shown.ts";
import { echoProto } from "./echo_proto.ts";
import { until } from "./engines.ts";
import { listening } from "./listening.ts";
import { keepLog } from "./log.ts";
import { type Address, RawSocket } from "./raw_socket.ts";
import { ask, t } from "./speech.ts";
import { TcpPeer } from "./tcp_peer.ts";

const DAY_MS = 86_400_000;
const made = await Promise.all([
  certificate(),
  certificate(),
  certificateOf(-2 * DAY_MS, -DAY_MS),
  certificateOf(DAY_MS, 2 * DAY_MS),
  certificate("P-224"),
]);
const lacking = made.some((one) => one === undefined);
const [first, second, expired, early, unspoken] = made as Certificate[];

interface Listening extends AsyncDisposable {
  readonly n2o: N2O;
  readonly listener: Listener;
  readonly address: Address;
}

type Kind = "serve" | "stream" | "tcp";
const kinds: readonly Kind[] = ["serve", "stream", "tcp"];

async function listen(
  kind: Kind,
  limits: ConstructorParameters<typeof N2O>[0]["limits"] = {},
): Promise<Listening> {
  const { log } = keepLog();
  const n2o = createN2O({ protocols: [heart, session, echoProto], limits, log });
  const listener = kind === "tcp"
    ? await n2o.listenTcp({ ...first })
    : n2o.listen({ port: 0, engine: kind, ...first });
  const address = { hostname: "localhost", port: listener.port, caCerts: [first.cert, second.cert] };
  return { n2o, listener, address, [Symbol.asyncDispose]: () => n2o.close({ drainMs: 1_000 }) };
}

/** Declares a test for each kind of listener. */
function each(name: string, test: (kind: Kind) => Promise<void>, some = kinds): void {
  for (const kind of some) {
    Deno.test(`${kind}: ${name}`, async () => {
      if (lacking) return console.log("SKIPPED: no openssl to make certificates with");
      await test(kind);
    });
  }
}

/** A client that is connected; `talk` says something and has it answered. */
async function client(kind: Kind, address: Address): Promise<AsyncDisposable & { talk(): Promise<void> }> {
  if (kind === "tcp") {
    const socket = await RawSocket.connect(address);
    const peer = new TcpPeer(socket);
    return {
      async talk() {
        strictEqual(await peer.ask("PING"), "text PONG");
      },
      [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
    };
  }
  const socket = await RawSocket.open(address);
  let count = 0;
  return {
    async talk() {
      strictEqual(await ask(socket, t("echo", ++count)), `{echo,${count}}`);
    },
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
}

const health = "GET /n2o/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
const post = "POST /ws/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";

each("who is connected goes on, who comes is shown the new certificate", async (kind) => {
  await using running = await listen(kind);
  const { listener, address } = running;
  const certs = [first.cert, second.cert];
  await using old = await client(kind, address);
  await old.talk();
  await using kept = await RawSocket.connect(address);
  if (kind !== "tcp") strictEqual((await kept.request(health)).status, 200);
  await using handing = await RawSocket.connect(address);
  if (kind !== "tcp") strictEqual((await handing.request(post)).status, 200);
  strictEqual(await shown(listener.port, certs), 0);
  const { port, url } = listener;
  listener.replaceCertificate(second);
  strictEqual(await shown(listener.port, certs), 1);
  strictEqual(`${listener.port} ${listener.url}`, `${port} ${url}`);
  await old.talk();
  if (kind !== "tcp") {
    strictEqual((await kept.request(health)).status, 200);
    strictEqual((await handing.request(post)).status, 200);
  }
  await using fresh = await client(kind, { ...address, caCerts: [second.cert] });
  await fresh.talk();
  await rejects(async () => {
    await using other = await client(kind, { ...address, caCerts: [first.cert] });
    await other.talk();
  });
  listener.replaceCertificate(first);
  strictEqual(await shown(listener.port, certs), 0);
  for (const one of [old, fresh]) await one.talk();
});

each("under a load of new connections none is refused, and none that is open is closed", async (kind) => {
  await using running = await listen(kind);
  const { listener, address } = running;
  await using held = await client(kind, address);
  let done = false;
  let came = 0;
  const comers = Array.from({ length: 8 }, async () => {
    while (!done) {
      await using one = await client(kind, address);
      await one.talk();
      came++;
    }
  });
  const speaker = (async () => {
    while (!done) await held.talk();
  })();
  try {
    for (let turn = 1; turn <= 10; turn++) {
      listener.replaceCertificate(turn % 2 === 0 ? first : second);
      const before = came;
      const working = Promise.all([...comers, speaker]);
      await Promise.race([until(() => came >= before + 8, "eight that came"), working]);
    }
  } finally {
    done = true;
  }
  await Promise.all([...comers, speaker]);
  ok(came >= 80, String(came));
});

each(
  "what is broken, another's, expired or not valid yet is refused, and the old one stays",
  async (kind) => {
    await using running = await listen(kind);
    const { listener } = running;
    const damaged = second.cert + first.cert.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
    const cases: [certificate: Certificate, code: string][] = [
      [{ cert: "nonsense", key: second.key }, "bad_tls"],
      [{ cert: second.cert, key: "nonsense" }, "bad_tls"],
      [{ cert: second.cert, key: first.key }, "bad_tls"],
      [{ cert: second.cert.slice(0, 200), key: second.key }, "bad_tls"],
      [{ cert: damaged, key: second.key }, "bad_tls"],
      [{ cert: "", key: "" }, "bad_tls"],
      // What could be loaded, and would fail with every client.
      [unspoken, "bad_tls"],
      [{ cert: `\ufeff${second.cert}`, key: second.key }, "bad_tls"],
      [{ cert: second.cert.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE"), key: second.key }, "bad_tls"],
      [{ cert: second.cert } as Certificate, "bad_tls"],
      [{} as Certificate, "bad_tls"],
      [expired, "certificate_expired"],
      [early, "certificate_not_yet_valid"],
    ];
    for (const [wrong, code] of cases) {
      throws(() => listener.replaceCertificate(wrong), { code });
      strictEqual(await shown(listener.port, [first.cert, second.cert]), 0, code);
    }
    listener.replaceCertificate(second);
    strictEqual(await shown(listener.port, [first.cert, second.cert]), 1);
  },
);

each("a listener that is closed takes no certificate", async (kind) => {
  await using running = await listen(kind);
  await running.listener.close(0);
  throws(() => running.listener.replaceCertificate(second), { code: "closed" });
});

Deno.test("a listener without TLS takes no certificate", async () => {
  if (lacking) return console.log("SKIPPED: no openssl to make certificates with");
  const n2o = createN2O({ protocols: [] });
  const folder = await Deno.makeTempDir();
  const listeners = [
    n2o.listen({ port: 0 }),
    n2o.listen({ port: 0, engine: "serve" }),
    await n2o.listenTcp(),
    ...(Deno.build.os === "windows" ? [] : [await n2o.listenTcp({ path: `${folder}/socket` })]),
  ];
  for (const listener of listeners) throws(() => listener.replaceCertificate(second), { code: "no_tls" });
  await n2o.close();
  await Deno.remove(folder, { recursive: true });
});

each("what served with a certificate goes with the last who was shown it", async (kind) => {
  await using running = await listen(kind);
  const { listener, address } = running;
  const before = listening();
  if (before === undefined) {
    return console.log("SKIPPED: this system does not tell which ports are listened on");
  }
  {
    await using old = await client(kind, address);
    for (let i = 0; i < 5; i++) listener.replaceCertificate(second);
    await old.talk();
    await until(() => listening() === before + 1, "the newest and the one that is in use");
    await old.talk();
  }
  await until(() => listening() === before, "the newest alone");
}, ["serve"]);

each("with TLS who sends nothing, or no request to its end, is hung up on in time", async (kind) => {
  await using running = await listen(kind, { handshakeTimeoutMs: 1_000 });
  const { address } = running;
  await using silent = await RawSocket.connect({ hostname: "127.0.0.1", port: address.port });
  await using slow = await RawSocket.connect(address);
  await slow.write("GET / HTTP/1.1\r\n");
  await using quiet = await client(kind, address);
  await quiet.talk();
  await silent.ended();
  await slow.ended();
  // Deadlines of requests are not those of a WebSocket.
  await quiet.talk();
}, ["serve", "stream"]);

each("who comes to a listener that began later has as much time", async (kind) => {
  await using running = await listen(kind, { handshakeTimeoutMs: 1_500, silenceTimeoutMs: 400 });
  const { n2o, address } = running;
  await using slow = await RawSocket.connect({ hostname: "127.0.0.1", port: address.port });
  await slow.ended();
  const place = { hostname: "127.0.0.1", port: n2o.listen({ port: 0 }).port };
  // A handshake of TLS may take until the clock has been told.
  const later = kind === "serve"
    ? { ...address, port: n2o.listen({ port: 0, engine: kind, ...first }).port }
    : place;
  await using socket = await RawSocket.connect(later);
  await using other = await RawSocket.open(place);
  other.alive = false;
  strictEqual((await other.frame()).op, "ping", "the clock goes on");
  strictEqual((await socket.request(health)).status, 200);
}, ["serve", "stream"]);

each("over TLS, too, there are so many sockets of one address", async (kind) => {
  await using running = await listen(kind, { maxConnectionsPerAddress: 2 });
  const { address } = running;
  const sockets: RawSocket[] = [];
  try {
    const plain = { hostname: "127.0.0.1", port: address.port };
    for (let i = 0; i < 256; i++) sockets.push(await RawSocket.connect(plain));
    await using refused = await RawSocket.connect(plain);
    await refused.ended();
  } finally {
    for (const socket of sockets) socket.close();
  }
}, ["serve", "stream"]);
