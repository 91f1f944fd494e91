/** `n2o serve`: it starts, serves the chat, ends as it is asked to, and goes on after a kill. */
import { atom, isTuple, text, tuple } from "@n2o/n2o";
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  commandLine,
  connect,
  type Dialogue,
  download,
  environment,
  run,
  serve,
  skip,
  start,
  task,
  withFolder,
} from "./command.ts";
import { freePort } from "./free_port.ts";

const posix = Deno.build.os !== "windows";

/** The handshake: gives the token. */
async function greet(client: Dialogue, token = ""): Promise<string> {
  const io = await client.ask(`N2O,${token}`);
  ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
  return text(io[2][1])!;
}

Deno.test("without a folder the chat is served, by default on 127.0.0.1 and with its data in .n2o", async () => {
  await withFolder({}, async (cwd) => {
    await using server = await serve([], { cwd });
    match(
      server.line,
      /^n2o \d+\.\d+\.\d+: chat at http:\/\/127\.0\.0\.1:\d+\/ \(store kv \.n2o\/kv\)$/,
    );
    match(await download(`${server.url}/app/login.htm`), /<html/);
    match(await download(`${server.url}/`), /<html/);
    match(await download(`${server.url}/n2o/n2o.js`), /sourceMappingURL=n2o\.js\.map/);
    ok("sources" in JSON.parse(await download(`${server.url}/n2o/n2o.js.map`)));
    strictEqual(JSON.parse(await download(`${server.url}/n2o/health`)).status, "ok");
    const page = await fetch(`${server.url}/app/login.htm`, { method: "HEAD" });
    strictEqual(page.headers.get("content-security-policy"), "default-src 'self'");
    await using client = await connect(server.url);
    await greet(client);
    ok(isTuple(await client.ask(tuple(atom("login"), "Ann")), "io", 3));
    deepStrictEqual(await client.next(), tuple(atom("login"), new TextEncoder().encode("Ann")));
    if (!posix) return;
    strictEqual(Deno.statSync(`${cwd}/.n2o`).mode! & 0o777, 0o700);
    for (const name of ["secret", "kv"]) {
      strictEqual(Deno.statSync(`${cwd}/.n2o/${name}`).mode! & 0o777, 0o600);
    }
    strictEqual(Deno.readTextFileSync(`${cwd}/.n2o/.gitignore`), "*\n");
  });
});

Deno.test("the task start serves the chat, and hands flags on", async () => {
  await using server = await task("start", ["--port", "0", "--store", "memory", "--log-level", "debug"]);
  match(server.line, /^n2o \S+ chat at http:\/\/127\.0\.0\.1:\d+\/ \(store memory\)$/);
  match(await download(`${server.url}/app/login.htm`), /<html/);
  strictEqual(await server.stop(), 0);
});

Deno.test("the end of the terminal that a server runs in ends it well", async () => {
  const script = await new Deno.Command("script", { args: ["--version"] }).output().catch(() => undefined);
  if (script?.success !== true) return skip("there is no script(1) here to make a terminal");
  await withFolder({}, async (cwd) => {
    const line = commandLine(["serve", "--port", "0", "--log-format", "json"]).map((word) => `'${word}'`)
      .join(" ");
    const terminal = new Deno.Command("script", {
      args: ["-qec", `echo $$ > pid; exec ${line}`, "/dev/null"],
      cwd,
      env: environment(),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
    }).spawn();
    let shown = "";
    for await (const text of terminal.stdout.pipeThrough(new TextDecoderStream())) {
      const up = shown.includes(" at http");
      shown += text;
      if (!up && shown.includes(" at http")) {
        Deno.kill(Number(Deno.readTextFileSync(`${cwd}/pid`)), "SIGHUP");
      }
    }
    match(shown, /"event":"stopping","signal":"SIGHUP"/);
    strictEqual((await terminal.status).code, 0);
  });
});

Deno.test("SIGTERM and SIGINT send clients away with 1001, and the exit code is 0", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await withFolder({}, async (cwd) => {
      await using server = await serve([], { cwd });
      await using client = await connect(server.url);
      await greet(client);
      const ended = client.ended();
      strictEqual(await server.stop(signal), 0);
      strictEqual(await ended, 1001);
      match(await server.rest(), new RegExp(`^\\S+ INFO  stopping signal=${signal}$`));
    });
  }
});

const STUCK = {
  "protocols/stuck.ts": `import { isTuple, unknown } from "@n2o/n2o";
    export default {
      name: "stuck",
      info(message) {
        if (!isTuple(message, "stick", 1)) return unknown;
        console.error("stuck");
        return new Promise(() => {});
      },
    };`,
};

Deno.test("a second signal ends a server at once that cannot finish", async () => {
  for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
    await withFolder(STUCK, async (cwd) => {
      await using server = await serve([".", "--drain-timeout", "1h"], { cwd });
      await using client = await connect(server.url);
      client.send(tuple(atom("stick")));
      await server.logged("stuck");
      server.signal(signal);
      await server.logged("stopping");
      strictEqual(await server.stop(signal), code);
    });
  }
});

Deno.test("a handler that never ends holds the end up for the drain timeout only", async () => {
  await withFolder(STUCK, async (cwd) => {
    await using server = await serve([".", "--drain-timeout", "100ms"], { cwd });
    await using client = await connect(server.url);
    client.send(tuple(atom("stick")));
    await server.logged("stuck");
    strictEqual(await server.stop(), 0);
  });
});

Deno.test("after kill -9 and a restart a client goes on with its session, its name and its room", async () => {
  await withFolder({}, async (cwd) => {
    let token: string;
    {
      await using server = await serve([], { cwd });
      await using client = await connect(server.url);
      await greet(client);
      const io = await client.ask(tuple(atom("login"), "Ann"));
      ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
      token = text(io[2][1])!;
      await client.next();
      const joined = await client.ask(tuple(atom("join"), "hall", "", 0));
      ok(isTuple(joined, "joined"));
      ok(isTuple(await client.next(), "presence"));
      client.send(tuple(atom("post"), "hall", "1", "kept"));
      let answer = await client.next();
      if (isTuple(answer, "message")) answer = await client.next();
      ok(isTuple(answer, "posted"));
      server.signal("SIGKILL");
      await server.status;
    }
    await using server = await serve([], { cwd });
    await using client = await connect(server.url);
    strictEqual(await greet(client, token), token);
    const who = await client.ask(tuple(atom("whoami")));
    ok(isTuple(who, "whoami", 2));
    strictEqual(text(who[1]), "Ann");
    const joined = await client.ask(tuple(atom("join"), "hall", "", 0));
    ok(isTuple(joined, "joined") && Array.isArray(joined[4]));
    const [message] = joined[4];
    ok(isTuple(message, "message"));
    strictEqual(text(message[6]), "kept");
  });
});

Deno.test("a port that is taken is named, with the flag for another one", async () => {
  await withFolder({}, async (cwd) => {
    await using server = await serve([], { cwd });
    const port = String(server.port);
    const again = await run(["serve", "--port", port], { cwd });
    strictEqual(again.code, 1);
    match(
      again.stderr,
      new RegExp(`^n2o: port ${port} of 127\\.0\\.0\\.1 is taken by another program\n     .*--port`),
    );
    const elsewhere = await run(["serve", "--port", "0"], { cwd });
    strictEqual(elsewhere.code, 1);
    match(elsewhere.stderr, /\.n2o\/kv is .*\n {5}stop the n2o .*--store kv:PATH/s);
    strictEqual(again.stdout + elsewhere.stdout, "");
  });
});

Deno.test("an address that is not this machine's is named, with the flag for another one", async () => {
  for (const host of ["192.0.2.1", "no-such-host.invalid"]) {
    const { code, stderr } = await run(["serve", "--port", "0", "--host", host, "--store", "memory"]);
    strictEqual(code, 1);
    match(stderr, new RegExp(`^n2o: .*${host.replaceAll(".", "\\.")}`));
    match(stderr, /--host 127\.0\.0\.1/);
  }
});

Deno.test("with the store memory nothing is written, and the keys end with the process", async () => {
  await withFolder({}, async (cwd) => {
    let token: string;
    {
      await using server = await serve(["--store", "memory"], { cwd });
      match(server.line, /\(store memory\)$/);
      await using client = await connect(server.url);
      token = await greet(client);
      strictEqual(await greet(client, token), token);
    }
    deepStrictEqual([...Deno.readDirSync(cwd)], []);
    await using server = await serve(["--store", "memory"], { cwd });
    await using client = await connect(server.url);
    notStrictEqual(await greet(client, token), token);
  });
});

Deno.test("the keys may come from the variable N2O_SECRET, and then no file is made", async () => {
  await withFolder({}, async (cwd) => {
    const env = { N2O_SECRET: "8f0c1d2e3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d" };
    let token = "";
    for (const expected of [false, true]) {
      await using server = await serve([], { cwd, env });
      await using client = await connect(server.url);
      const next = await greet(client, token);
      strictEqual(next === token, expected);
      token = next;
      await server.stop();
    }
    ok(![...Deno.readDirSync(`${cwd}/.n2o`)].some(({ name }) => name === "secret"));
    const bad = await run(["serve"], { cwd, env: { N2O_SECRET: "swordfish" } });
    strictEqual(bad.code, 2);
    match(bad.stderr, /^n2o: N2O_SECRET: .*\n {5}give 32 random bytes/);
    ok(!bad.stderr.includes("swordfish"));
    const both = await run(["serve", "--secret-file", "x"], { cwd, env });
    strictEqual(both.code, 2);
    match(both.stderr, /N2O_SECRET: stands against --secret-file/);
  });
});

Deno.test("a certificate and its key make it serve TLS; what is wrong with them is named", async () => {
  await withFolder({ "note.txt": "no certificate" }, async (cwd) => {
    for (const name of ["cert", "other"]) {
      const made = await new Deno.Command("openssl", {
        args: [
          ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
            .split(" "),
          ..."-addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE".split(" "),
          ...["-keyout", `${name}.key`, "-out", `${name}.pem`],
        ],
        cwd,
        stderr: "piped",
      }).output();
      ok(made.success, new TextDecoder().decode(made.stderr));
    }
    await using server = await serve(["--tls-cert", "cert.pem", "--tls-key", "cert.key"], { cwd });
    match(server.line, /at https:\/\//);
    using client = Deno.createHttpClient({ caCerts: [Deno.readTextFileSync(`${cwd}/cert.pem`)] });
    const response = await fetch(`${server.url}/n2o/health`, { client });
    strictEqual((await response.json()).status, "ok");
    const cases: [string[], RegExp][] = [
      [["--tls-cert", "cert.pem"], /^n2o: --tls-key: is missing\n/],
      [["--tls-cert", "none.pem", "--tls-key", "cert.key"], /^n2o: --tls-cert: cannot be read: .*none\.pem/],
      [
        ["--tls-cert", "cert.pem", "--tls-key", "note.txt"],
        /^n2o: --tls-key: note\.txt holds no private key in PEM\n/,
      ],
    ];
    for (const [args, expected] of cases) {
      const { code, stderr } = await run(["serve", "--port", "0", "--store", "memory", ...args], { cwd });
      strictEqual(code, 1);
      match(stderr, expected);
    }
    strictEqual((await run(["check", "--tls-cert", "cert.pem", "--tls-key", "other.key"], { cwd })).code, 1);
  });
});

Deno.test("a permission that is missing is named with its flag", async () => {
  await withFolder({}, async (cwd) => {
    const deno = ["run", "--no-prompt", "--allow-net", "--allow-read", "--allow-env=N2O_*"];
    const write = await run(["serve", "--port", "0"], { cwd, deno });
    strictEqual(write.code, 1);
    match(
      write.stderr,
      /^n2o: write access to \.n2o is not allowed\n {5}run deno with --allow-write=\.n2o\n$/,
    );
    const net = await run(["serve", "--port", "0", "--store", "memory"], {
      cwd,
      deno: ["run", "--no-prompt", "--allow-read", "--allow-env=N2O_*"],
    });
    strictEqual(net.code, 1);
    match(net.stderr, /^n2o: .*--allow-net/s);
    const env = await run(["serve"], { cwd, deno: ["run", "--no-prompt", "--allow-read"] });
    strictEqual(env.code, 2);
    match(env.stderr, /--allow-env=N2O_\*/);
  });
});

Deno.test("without Deno KV the flag that brings it is named", async () => {
  await withFolder(
    { "deno.json": Deno.readTextFileSync(new URL("../deno.json", import.meta.url)) },
    async (cwd) => {
      const configuration = JSON.parse(Deno.readTextFileSync(`${cwd}/deno.json`));
      const imports = { "@n2o/n2o": new URL("../mod.ts", import.meta.url).href };
      Deno.writeTextFileSync(`${cwd}/deno.json`, JSON.stringify({ ...configuration, imports, unstable: [] }));
      const { code, stderr } = await run(["serve", "--port", "0"], {
        cwd,
        deno: ["run", "-A", "--no-lock", "--config", "deno.json"],
      });
      strictEqual(code, 1);
      match(stderr, /--unstable-kv/);
    },
  );
});

Deno.test("the port that a flag names is the one that is listened on", async () => {
  await withFolder({}, async (cwd) => {
    const port = freePort();
    await using server = await start(["serve", "--port", String(port)], { cwd });
    strictEqual(server.port, port);
  });
});
