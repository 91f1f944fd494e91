/**
 * What open pages are told by the dev server.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { staticFiles, unknown } from "@n2o/n2o";
import { DevPage } from "../lib/cli/dev/page.ts";
import { buildDev } from "../scripts/bundle.ts";
import { each, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";

const CLOSED = { name: "closed", info: () => unknown };

async function told(socket: RawSocket): Promise<Record<string, unknown>> {
  return JSON.parse(new TextDecoder().decode((await socket.frame()).payload));
}

function start(
  engine: { start(options: Parameters<(typeof import("./engines.ts"))["engines"][0]["start"]>[0]): Running },
) {
  const page = new DevPage({ folder: "/app" });
  const files = staticFiles({ "index.html": { body: "<p>Hello" } });
  const app = engine.start({
    protocols: [CLOSED],
    chains: page.chains,
    files: [page.files, ...page.inject([files])],
  });
  return { page, app };
}

const PROBLEM = { where: "/app/protocols/a.ts", what: "is none", fix: "mend it" };
const SHOWN = { where: "protocols/a.ts", what: "is none", fix: "mend it" };

each("a page is told the state when it connects, and from then on what happens", async (engine) => {
  const { page, app } = start(engine);
  await using _ = app;
  page.problems([PROBLEM], 3);
  await using one = await RawSocket.open(app, "/ws/n2o/dev");
  const state = await told(one);
  const { run } = state;
  deepStrictEqual(state, { kind: "state", generation: 3, run, revision: 0, problems: [SHOWN] });
  page.problems([], 4);
  deepStrictEqual(await told(one), { kind: "problems", generation: 4, problems: [] });
  page.styles(["/style.css"]);
  deepStrictEqual(await told(one), { kind: "styles", revision: 1, paths: ["/style.css"] });
  page.styles([]);
  page.reload("app.js");
  deepStrictEqual(await told(one), { kind: "reload", revision: 2, why: "app.js" });
  await using two = await RawSocket.open(app, "/ws/n2o/dev");
  deepStrictEqual(await told(two), { kind: "state", generation: 4, run, revision: 2, problems: [] });
  await one.send("text", "PING");
  strictEqual(new TextDecoder().decode((await one.frame()).payload), "PONG");
});

each(
  "a page that has gone is told nothing any more, and the application's connections never are",
  async (engine) => {
    const { page, app } = start(engine);
    await using _ = app;
    await using other = await RawSocket.open(app, "/ws/app/index.htm");
    {
      await using one = await RawSocket.open(app, "/ws/n2o/dev");
      await told(one);
      strictEqual(page.pages, 1);
      page.reload("a");
      await told(one);
    }
    await app.until(() => page.pages === 0, "the page is gone");
    page.reload("b");
    // A post is no page.
    await (await fetch(`http://127.0.0.1:${app.port}/ws/n2o/dev`, { method: "POST", body: "PING" })).text();
    strictEqual(page.pages, 0);
    await other.send("text", "anything");
    strictEqual((await other.frame()).payload.length, 0);
  },
);

each("a document says what it was made at, so that its page knows what it has missed", async (engine) => {
  const { page, app } = start(engine);
  await using _ = app;
  await using socket = await RawSocket.open(app, "/ws/n2o/dev");
  const { run } = await told(socket);
  const versionOf = async () => {
    const html = await (await fetch(`http://127.0.0.1:${app.port}/`)).text();
    return /^<script async src="\/n2o\/dev\.js" data-n2o-dev="([^"]*)"><\/script><p>Hello$/.exec(html)?.[1];
  };
  strictEqual(await versionOf(), `${run}.0.0`);
  page.reload("a");
  strictEqual(await versionOf(), `${run}.1.0`);
  page.problems([], 7);
  strictEqual(await versionOf(), `${run}.1.7`);
});

each(
  "an address without an answer gives browsers a page that waits for one, and others what they always get",
  async (engine) => {
    const { page, app } = start(engine);
    await using _ = app;
    const ask = (headers: HeadersInit) => fetch(`http://127.0.0.1:${app.port}/none`, { headers });
    for (const status of [404, 503]) {
      const answer = await ask({ accept: "text/html,*/*" });
      strictEqual(answer.status, status);
      match(await answer.text(), /dev\.js.*Nothing is served/s);
      const other = await ask({ accept: "application/json" });
      deepStrictEqual([other.status, await other.json()], [404, { error: "not_found" }]);
      page.problems([PROBLEM], 1);
    }
  },
);

each("what fails while the application runs is shown until something is saved", async (engine) => {
  const { log, lines } = keepLog();
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const page = new DevPage({ folder });
  const file = `${folder}/hello.ts`;
  await Deno.writeTextFile(
    file,
    "export default {\n  name: 'hello',\n  info() { throw new Error('no'); },\n};\n",
  );
  const { default: hello } = await import(`file://${file}?n2o=7`);
  await using app = engine.start({ protocols: [hello], chains: page.chains, log: page.watch(log) });
  await using socket = await RawSocket.open(app, "/ws/n2o/dev");
  await told(socket);
  await using other = await RawSocket.open(app, "/ws/");
  const fail = async () => {
    await other.send("text", "x");
    strictEqual((await other.frame()).payload.length, 0);
  };
  await fail();
  const { kind, problems } = await told(socket) as { kind: string; problems: Record<string, unknown>[] };
  deepStrictEqual([kind, problems.length], ["problems", 1]);
  const [{ frame, fix: _fix, ...problem }] = problems;
  deepStrictEqual(problem, {
    where: "hello.ts",
    what: "hello: protocol failed: Error: no",
    file: "hello.ts",
    line: 3,
    column: 18,
  });
  match(String(frame), /> 3 \| {3}info\(\) \{ throw/);
  // The same again says nothing new.
  await fail();
  const began = performance.now();
  await fail();
  page.problems([PROBLEM], 2, began);
  strictEqual(((await told(socket)).problems as unknown[]).length, 2);
  page.problems([], 3);
  deepStrictEqual((await told(socket)).problems, []);
  deepStrictEqual(lines.map(({ event }) => event), Array(3).fill("protocol_failed"));
  await Deno.remove(folder, { recursive: true });
});

each("the script is served, and is kept by browsers until it is another one", async (engine) => {
  const { app } = start(engine);
  await using _ = app;
  const answer = await fetch(`http://127.0.0.1:${app.port}/n2o/dev.js`);
  match(await answer.text(), /^\(\(\) => \{\n/);
  strictEqual(answer.headers.get("content-type"), "text/javascript; charset=utf-8");
  const etag = answer.headers.get("etag")!;
  const again = await fetch(`http://127.0.0.1:${app.port}/n2o/dev.js`, {
    headers: { "if-none-match": etag },
  });
  strictEqual(again.status, 304);
});

Deno.test("the script imports nothing, runs no text as code, and is what a fresh build gives", async () => {
  const script = await Deno.readTextFile(new URL("../lib/client/bundle/dev.js", import.meta.url));
  // What is parsed into a template is not run.
  ok(
    !/\bimport\b|\beval\b|new Function|(?<!template\.)(?:inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML/.test(
      script,
    ),
  );
  ok(script.length < 24 * 1024, `${script.length} bytes`);
  let fresh: string;
  try {
    fresh = await buildDev();
  } catch (error) {
    // Without the bundler's own packages there is nothing to compare.
    if (!/download|getting|fetch|registry|connect/i.test(String(error))) throw error;
    console.warn(`skipped: the bundler cannot be had here (${String(error).slice(0, 200)})`);
    return;
  }
  ok(fresh === script, "run `deno task bundle` and commit lib/client/bundle");
});
