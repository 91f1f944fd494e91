/** The `n2o` program: everything it is asked for comes from the program itself. */
import { atom, format, isTuple, type Term, text, tuple } from "@n2o/n2o";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { connect, type Dialogue, download, run, serve, skip, start, withFolder } from "./command.ts";
import { compiled } from "./compiled.ts";

async function greet(client: Dialogue, token = ""): Promise<string> {
  const io = await client.ask(`N2O,${token}`);
  ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
  return text(io[2][1])!;
}

/** Logs in; gives the session's new token. */
async function logIn(client: Dialogue, name: string): Promise<string> {
  const io = await client.ask(tuple(atom("login"), name));
  ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
  deepStrictEqual(await client.next(), tuple(atom("login"), new TextEncoder().encode(name)));
  return text(io[2][1])!;
}

Deno.test("the program tells its version, and helps", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const { program } = made;
  const version = await run(["--version"], { program });
  match(version.stdout, /^n2o \d+\.\d+\.\d+ \(deno \d\S+, v8 \S+\)\n$/);
  const help = await run(["--help"], { program });
  strictEqual(help.code, 0);
  match(help.stdout, /n2o compile FOLDER/);
});

Deno.test("two people chat over WebSockets, and what they said is there after a restart", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const { program } = made;
  await withFolder({}, async (cwd) => {
    let token: string;
    {
      await using server = await serve([], { cwd, program });
      match(server.line, /^n2o \S+ chat at http:\/\/127\.0\.0\.1:\d+\/ \(store kv \.n2o\/kv\)$/);
      await using ann = await connect(server.url);
      await using bob = await connect(server.url);
      await greet(ann);
      await greet(bob);
      token = await logIn(ann, "Ann");
      await logIn(bob, "Bob");
      for (const client of [ann, bob]) await joined(client);
      ann.send(tuple(atom("post"), "lobby", "1", "hello from the program"));
      match(await heard(bob), /hello from the program/);
      strictEqual(await server.stop(), 0);
    }
    await using server = await serve([], { cwd, program });
    await using ann = await connect(server.url);
    await greet(ann, token);
    deepStrictEqual(
      await ann.ask(tuple(atom("whoami"))),
      tuple(atom("whoami"), new TextEncoder().encode("Ann")),
    );
    match(await joined(ann), /hello from the program/);
  });
});

/** Joins the lobby; gives what the answer says. */
async function joined(client: Dialogue): Promise<string> {
  client.send(tuple(atom("join"), "lobby", "", 0));
  for (;;) {
    const answer = await client.next();
    if (isTuple(answer, "joined")) return shown(answer);
  }
}

/** Waits for a message of somebody. */
async function heard(client: Dialogue): Promise<string> {
  for (;;) {
    const message = await client.next();
    if (isTuple(message, "message")) return shown(message);
  }
}

function shown(term: Term): string {
  return format(term, { utf8: true });
}

Deno.test("the chat's pages, the client and its source maps are in the program", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder({}, async (cwd) => {
    await using server = await serve(["--store", "memory"], { cwd, program: made.program });
    match(await download(`${server.url}/`), /<html/);
    const page = await download(`${server.url}/app/login.htm`);
    for (const [, path] of page.matchAll(/(?:href|src)="([^":]+\.(?:css|svg|js))"/g)) {
      ok((await download(new URL(path, `${server.url}/app/login.htm`).href)).length > 0, path);
    }
    for (const name of ["n2o.js", "nitro.js", "original.js"]) {
      match(await download(`${server.url}/n2o/${name}`), new RegExp(`sourceMappingURL=${name}\\.map`));
      ok("sources" in JSON.parse(await download(`${server.url}/n2o/${name}.map`)));
    }
    for (const name of ["controls.css", "upload.css"]) {
      ok((await download(`${server.url}/n2o/${name}`)).length > 0);
    }
    deepStrictEqual([...Deno.readDirSync(cwd)], [], "with a store in memory nothing is written");
  });
});

Deno.test("the documents are served from the program, with all that their pages name", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder({}, async (cwd) => {
    await using docs = await start(["docs", "--port", "0"], { cwd, program: made.program });
    const url = /(http:\S+\d)\//.exec(docs.line)![1];
    const seen = new Set<string>();
    const waiting = ["/"];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const response = await fetch(url + path);
      strictEqual(response.status, 200, path);
      const body = await response.text();
      if (!response.headers.get("content-type")?.startsWith("text/html")) continue;
      for (const [, address] of body.matchAll(/<(?:a|img|link|script)\b[^>]*? (?:href|src)="([^"]+)"/g)) {
        const named = new URL(address.replaceAll("&amp;", "&"), url + path);
        if (named.origin === url) waiting.push(named.pathname);
      }
    }
    ok(seen.size > 10, `${seen.size} pages and files`);
    strictEqual(await docs.stop(), 0);
  });
});

Deno.test("the program serves TCP beside WebSockets, and speaks as a client", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const { program } = made;
  await withFolder({}, async (cwd) => {
    await using server = await serve(["--store", "memory", "--tcp", "0", "--tcp-framing", "line"], {
      cwd,
      program,
    });
    if (!server.line.includes("and at")) await server.prints("and at");
    const address = /and at (tcp:\S+)/.exec(server.line + server.printed)![1];
    const url = new URL(address.replace("tcp:", "http:"));
    const socket = await Deno.connect({ hostname: url.hostname, port: Number(url.port) });
    await socket.write(new TextEncoder().encode("PING\n"));
    const answer = new Uint8Array(64);
    const count = await socket.read(answer);
    strictEqual(new TextDecoder().decode(answer.subarray(0, count!)), "PONG\n");
    socket.close();
    const sent = await run(["send", `${server.url.replace("http", "ws")}/ws/`, "{whoami}"], { cwd, program });
    strictEqual(sent.code, 0, sent.stderr);
    match(sent.stdout, /whoami/);
  });
});

Deno.test("what an application's modules do may not run programs, nor read the environment beyond N2O's", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const { program } = made;
  const files = {
    "protocols/runs.ts": `new Deno.Command("deno").outputSync(); export default { name: "x", info() {} };`,
    "protocols/reads.ts": `Deno.env.get("HOME"); export default { name: "x", info() {} };`,
    "protocols/asks.ts": `Deno.hostname(); export default { name: "x", info() {} };`,
  };
  await withFolder(files, async (cwd) => {
    const { code, stderr } = await run(["serve", ".", "--port", "0"], { cwd, program });
    strictEqual(code, 1);
    match(stderr, /runs\.ts: run access .*\n.*compiled without --allow-run/);
    match(stderr, /reads\.ts: env access to HOME is not allowed/);
    match(stderr, /asks\.ts: sys access to hostname is not allowed/);
  });
});

Deno.test("the program starts with no environment at all", async () => {
  const made = await compiled();
  if (made === undefined) return;
  if (Deno.build.os === "windows") return skip("this system does not start programs without an environment");
  const { code, stdout } = await new Deno.Command(made.program, { args: ["--version"], clearEnv: true })
    .output();
  strictEqual(code, 0);
  match(new TextDecoder().decode(stdout), /^n2o /);
});
