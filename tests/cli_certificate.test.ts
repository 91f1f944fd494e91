/** A certificate that is renewed is taken over by `n2o reload` and SIGHUP, with the modules or not at all. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Certificate } from "@n2o/n2o";
import { certificate, certificateOf } from "./certificate.ts";
import { shown } from "./certificate_shown.ts";
import { type Ended, run, serve, type Server, skip, start, withFolder } from "./command.ts";
import { opcodes, RawSocket } from "./raw_socket.ts";
import { TcpPeer } from "./tcp_peer.ts";

const DAY_MS = 86_400_000;
const made = await Promise.all([
  certificate(),
  certificate(),
  certificateOf(-2 * DAY_MS, -DAY_MS),
  certificateOf(DAY_MS, 2 * DAY_MS),
  certificateOf(-60 * DAY_MS, 5.5 * DAY_MS),
]);
const [first, second, expired, early, ending] = made as Certificate[];
const certs = made.map((one) => one?.cert ?? "");
const missing = made.includes(undefined)
  ? "no openssl to make certificates with"
  : Deno.build.os === "windows"
  ? "Windows has no Unix sockets"
  : undefined;

/** A protocol that answers everything with its version. */
const version = (number: string) =>
  `import { reply } from "@n2o/n2o";\nexport default { name: "version", info: () => reply("text", "${number}") };\n`;

const tls = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
const TCP = /tls:\/\/127\.0\.0\.1:(\d+)/;
const everything = ["run", "--no-prompt", "-A"];

interface Running {
  readonly server: Server;
  readonly folder: string;
  readonly port: number;
  readonly tcpPort: number;
  command(name: string, ...args: string[]): Promise<Ended>;
  /** Puts a certificate in place, and its key or another one's. */
  put(cert: Certificate, key?: Certificate): void;
  /** Which certificates are shown, by HTTP and by TCP. */
  shown(): Promise<number[]>;
}

async function running(
  flags: readonly string[],
  test: (running: Running) => Promise<void>,
  command: "serve" | "dev" = "serve",
): Promise<void> {
  if (missing !== undefined) return skip(missing);
  const files = {
    "app/protocols/version.ts": version("one"),
    "cert.pem": first.cert,
    "key.pem": first.key,
  };
  await withFolder(files, async (folder) => {
    const given = ["app", "--port", "0", "--tcp", "0", ...tls, ...flags];
    const options = { cwd: folder, deno: everything };
    await using server = command === "serve"
      ? await serve(given, options)
      : await start([command, ...given], options);
    // Both lines may come at once.
    if (!TCP.test(server.line)) await server.prints(TCP);
    const tcpPort = Number(TCP.exec(server.line + server.printed)![1]);
    const { port } = server;
    await test({
      server,
      folder,
      port,
      tcpPort,
      command: (name, ...args) => run([name, "app", ...args], options),
      put(cert, key = cert) {
        Deno.writeTextFileSync(`${folder}/cert.pem`, cert.cert);
        Deno.writeTextFileSync(`${folder}/key.pem`, key.key);
      },
      shown: async () => [await shown(port, certs), await shown(tcpPort, certs)],
    });
  });
}

/** A WebSocket that trusts all of the certificates. */
function webSocket(port: number): Promise<RawSocket> {
  return RawSocket.open({ hostname: "localhost", port, caCerts: certs });
}

async function versionOf(socket: RawSocket): Promise<string> {
  await socket.send("text", "which?");
  const frame = await socket.frame();
  ok(frame.op !== undefined && opcodes[frame.op] === opcodes.text);
  return new TextDecoder().decode(frame.payload);
}

for (const engine of ["stream", "serve"]) {
  Deno.test(`${engine}: reload and SIGHUP take over a renewed certificate, for HTTP and TCP, and nobody is cut off`, async () => {
    await running(["--engine", engine], async ({ server, port, tcpPort, command, put, shown }) => {
      await using socket = await webSocket(port);
      const address = { hostname: "localhost", port: tcpPort, caCerts: certs };
      await using peer = new TcpPeer(await RawSocket.connect(address));
      strictEqual(await versionOf(socket), "one");
      strictEqual(await peer.ask("PING"), "text PONG");
      match(
        (await command("status")).stdout,
        /^certificate +localhost, until \d{4}-\d\d-\d\d: for 1 d 23 h more$/m,
      );

      put(second);
      deepStrictEqual(await shown(), [0, 0]);
      const { code, stdout, stderr } = await command("reload");
      strictEqual(code, 0, stderr);
      match(
        stdout,
        /^generation 1 stays in force: no module differs; the certificate of localhost is in force, until \S+; the chain is .*\n$/,
      );
      deepStrictEqual(await shown(), [1, 1]);
      strictEqual(await versionOf(socket), "one");
      strictEqual(await peer.ask("PING"), "text PONG");
      const again = await command("reload", "--json");
      strictEqual(JSON.parse(again.stdout).certificate, undefined);

      put(first);
      server.log.length = 0;
      server.signal("SIGHUP");
      await server.logged("certificate_replaced");
      deepStrictEqual(await shown(), [0, 0]);
      strictEqual(await versionOf(socket), "one");
      strictEqual(await peer.ask("PING"), "text PONG");
      const told = JSON.parse((await command("status", "--json")).stdout).certificate;
      deepStrictEqual([told.names, told.file, Date.parse(told.until) > Date.now()], [
        "localhost",
        "cert.pem",
        true,
      ]);
      strictEqual(await server.stop(), 0);
    });
  });
}

Deno.test("modules and certificate are taken over together, or none of them; the error says file, reason and what to do", async () => {
  await running([], async ({ server, folder, port, command, put, shown }) => {
    await using socket = await webSocket(port);
    const protocol = `${folder}/app/protocols/version.ts`;
    Deno.writeTextFileSync(protocol, version("two"));
    const nonsense = { cert: "nonsense", key: "nonsense" };
    const cases: [cert: Certificate, key: Certificate, said: RegExp][] = [
      [
        second,
        first,
        /^n2o: --tls-key: key\.pem is not the key of the certificate in cert\.pem\n +name the right file/,
      ],
      [nonsense, first, /^n2o: --tls-cert: cert\.pem holds no certificate in PEM\n +name/],
      [
        { cert: second.cert + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key: "" },
        second,
        /holds no/,
      ],
      [second, nonsense, /^n2o: --tls-key: key\.pem holds no private key in PEM\n +name/],
      [expired, expired, /^n2o: --tls-cert: cert\.pem expired on \d{4}-\d\d-\d\d\n +renew it/],
      [early, early, /^n2o: --tls-cert: cert\.pem is not valid before \S+Z\n +look at the clock/],
    ];
    for (const [cert, key, said] of cases) {
      put(cert, key);
      const { code, stdout, stderr } = await command("reload");
      deepStrictEqual([code, stdout], [1, ""], stderr);
      match(stderr, said);
      match(stderr, /\nn2o: nothing was replaced: generation 1 serves on\n$/);
      deepStrictEqual(await shown(), [0, 0]);
      strictEqual(await versionOf(socket), "one");
      match((await command("status")).stderr, said);
    }
    server.signal("SIGHUP");
    match(await server.logged("reload_problem"), /where=--tls-\w+ what=.*cert\.pem.* advice=/);
    Deno.removeSync(`${folder}/key.pem`);
    match((await command("reload")).stderr, /^n2o: --tls-key: cannot be read: .*key\.pem/);
    deepStrictEqual(await shown(), [0, 0]);

    put(second);
    Deno.writeTextFileSync(protocol, "export default {");
    const broken = await command("reload");
    strictEqual(broken.code, 1);
    match(broken.stderr, /version\.ts/);
    deepStrictEqual(await shown(), [0, 0]);

    Deno.writeTextFileSync(protocol, version("two"));
    const { code, stdout } = await command("reload");
    strictEqual(code, 0);
    match(stdout, /version\.ts; the certificate of localhost is in force/);
    deepStrictEqual(await shown(), [1, 1]);
    strictEqual(await versionOf(socket), "two");

    strictEqual((await command("rollback")).code, 0);
    strictEqual(await versionOf(socket), "one");
    deepStrictEqual(await shown(), [1, 1], "what was served before has no certificate of its own");
  });
});

Deno.test("dev takes a renewed certificate over, and a good module beside a bad one", async () => {
  await running([], async ({ folder, port, command, put, shown, server }) => {
    put(second, first);
    Deno.writeTextFileSync(`${folder}/app/protocols/version.ts`, version("two"));
    const wrong = await command("reload");
    strictEqual(wrong.code, 1);
    match(wrong.stderr, /key\.pem is not the key of the certificate/);
    // The dev server has told its connections of the reload.
    await server.prints("generation 2");
    deepStrictEqual(await shown(), [0, 0]);
    put(second);
    strictEqual((await command("reload")).code, 0);
    deepStrictEqual(await shown(), [1, 1]);
    await using fresh = await webSocket(port);
    strictEqual(await versionOf(fresh), "two");
  }, "dev");
});

Deno.test("other files in n2o.json count at the next reload; TLS itself comes and goes with a restart", async () => {
  if (missing !== undefined) return skip(missing);
  const settings = (names: object) => JSON.stringify({ store: "memory", data: "data", port: 0, ...names });
  const files = {
    "app/n2o.json": settings({ tlsCert: "one.pem", tlsKey: "one.key" }),
    "app/one.pem": first.cert,
    "app/one.key": first.key,
    "app/two.pem": second.cert,
    "app/two.key": second.key,
    "app/data/.keep": "",
  };
  await withFolder(files, async (cwd) => {
    const options = { cwd, deno: everything };
    await using server = await start(["serve", "app"], options);
    const reload = async () => JSON.parse((await run(["reload", "app", "--json"], options)).stdout);
    Deno.writeTextFileSync(`${cwd}/app/n2o.json`, settings({ tlsCert: "two.pem", tlsKey: "two.key" }));
    const taken = await reload();
    deepStrictEqual([taken.problems, taken.later, taken.certificate.file.endsWith("two.pem")], [
      [],
      [],
      true,
    ]);
    strictEqual(await shown(server.port, certs), 1);
    Deno.writeTextFileSync(`${cwd}/app/n2o.json`, settings({}));
    deepStrictEqual((await reload()).later, ["tlsCert", "tlsKey"]);
    strictEqual(await shown(server.port, certs), 1);
  });
  await withFolder({ ...files, "app/n2o.json": settings({}) }, async (cwd) => {
    const options = { cwd, deno: everything };
    await using server = await start(["serve", "app"], options);
    Deno.writeTextFileSync(`${cwd}/app/n2o.json`, settings({ tlsCert: "two.pem", tlsKey: "two.key" }));
    const { stdout } = await run(["reload", "app", "--json"], options);
    deepStrictEqual(JSON.parse(stdout).later, ["tlsCert", "tlsKey"]);
    strictEqual((await fetch(`${server.url}/n2o/health`)).ok, true);
  });
});

Deno.test("a certificate that ends soon, or has ended, is told of at the start, at each reload and by status", async () => {
  if (missing !== undefined) return skip(missing);
  const cases: [Certificate, RegExp, RegExp][] = [
    [
      ending,
      /certificate_expires .*cert\.pem.* days=5 /,
      /^certificate +localhost, until \S+: for 5 d \d+ h more$/m,
    ],
    [expired, /certificate_expired .*cert\.pem/, /^certificate +localhost, until \S+: EXPIRED$/m],
  ];
  for (const [pem, said, row] of cases) {
    await withFolder(
      { "app/protocols/version.ts": version("one"), "cert.pem": pem.cert, "key.pem": pem.key },
      async (cwd) => {
        const options = { cwd, deno: everything };
        await using server = await serve(["app", "--port", "0", ...tls], options);
        match(await server.logged("certificate_"), said);
        match((await run(["status", "app"], options)).stdout, row);
        server.log.length = 0;
        server.signal("SIGHUP");
        match(await server.logged("certificate_"), said);
        Deno.writeTextFileSync(`${cwd}/cert.pem`, first.cert);
        Deno.writeTextFileSync(`${cwd}/key.pem`, first.key);
        await server.logged("reload");
        server.log.length = 0;
        strictEqual((await run(["reload", "app"], options)).code, 0);
        await server.logged("certificate_replaced");
        deepStrictEqual(server.log.filter((line) => line.includes("certificate_expire")), []);
      },
    );
  }
});
