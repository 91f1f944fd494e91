/** `n2o serve FOLDER` with pages: README's own one, and what can be wrong with others. */
import { bert, format, isTuple, type Term } from "@n2o/n2o";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { download, run, serve, withFolder } from "./command.ts";

/** The page of README's first screen on pages. */
async function readmePage(): Promise<string> {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const found = /```ts\n(\/\/ my-app\/pages\/counter\.ts\n[^]*?)```/.exec(readme);
  ok(found !== null, "README has a page");
  return found[1];
}

/** Connects as our client does, and gives each answer as its operations in Erlang's syntax. */
async function visit(url: string): Promise<{ hear(): Promise<Term>; say(term: Term): void; close(): void }> {
  const socket = new WebSocket(url.replace(/^http/, "ws"));
  socket.binaryType = "arraybuffer";
  const waiting: ((term: Term) => void)[] = [];
  const heard: Term[] = [];
  socket.onmessage = ({ data }) => {
    const term = bert.decode(new Uint8Array(data));
    const next = waiting.shift();
    if (next === undefined) heard.push(term);
    else next(term);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("not connected"));
  });
  socket.send("N2O,,operations");
  return {
    hear: () => new Promise((resolve) => heard.length > 0 ? resolve(heard.shift()!) : waiting.push(resolve)),
    say: (term) => socket.send(bert.encode(term) as Uint8Array<ArrayBuffer>),
    close: () => socket.close(),
  };
}

Deno.test("README's page is served with its document, and counts", async () => {
  const { atom, tuple } = await import("@n2o/n2o");
  await withFolder({ "pages/counter.ts": await readmePage() }, async (cwd) => {
    await using server = await serve(["."], { cwd });
    const document = await download(`${server.url}/app/counter`);
    match(document, /<title>Counter<\/title>/);
    match(document, /<h1>Counter<\/h1><div id="counter"><\/div>/);
    match(await download(`${server.url}/n2o/nitro.js`), /^import\{.*\}from"\.\/n2o\.js"/);
    const page = await visit(`${server.url}/ws/app/counter`);
    const io = await page.hear();
    ok(isTuple(io, "io", 3));
    const on = (io[1] as Term[]).find((operation) => isTuple(operation, "on", 5));
    ok(isTuple(on));
    const click = tuple(atom("pickle"), "add", on[3], [tuple(tuple("add", "detail"), [])]);
    const answers: string[] = [];
    for (let i = 0; i < 2; i++) {
      page.say(click);
      answers.push(format(await page.hear(), { utf8: true }));
    }
    deepStrictEqual(answers, [
      '{io,[{update,<<"count">>,<<"<span id=\\"count\\">1</span>">>}],<<>>}',
      '{io,[{text,<<"count">>,<<"2">>}],<<>>}',
    ]);
    page.close();
    strictEqual(await server.stop(), 0);
  });
});

Deno.test("what is wrong with a page is told with its file", async () => {
  const files = {
    "pages/none.ts": "export const page = {};",
    "pages/text.ts": `export default "a page";`,
    "pages/wrong.ts": "export default { init: 5 };",
    "pages/empty.ts": "export default {};",
    "pages/broken.ts": "export default {",
    "pages/twice.ts": "export default { init() {} };",
    "pages/twice.js": "export default { init() {} };",
    "pages/My Page.ts": "export default { init() {} };",
    "pages/Über uns.tsx": "export default { init() {} };",
    "pages/a.b.js": "export default { init() {} };",
    "pages/h#.ts": "throw 1;",
    "pages/ж.mts": "export default { init() {} };",
    "pages/_a.b.ts": "export const help = 1;",
    "pages/a.test.ts": "throw 1;",
    "pages/a b.css": "",
    "pages/sub folder.ts/deep.ts": "throw 1;",
  };
  await withFolder(files, async (cwd) => {
    const { code, stdout, stderr } = await run(["check", "."], { cwd });
    strictEqual(code, 1);
    const told = stdout + stderr;
    for (
      const [file, what] of [
        ["none.ts", "is no page: it has no default export"],
        ["text.ts", "is no page: its default export is no object"],
        ["wrong.ts", "is no page: its init is no function"],
        ["empty.ts", "is no page: it has neither init nor event"],
        ["twice.ts", "has the name of"],
        ["My Page.ts", "is no address\n  call it My-Page.ts, or begin its name with _ if it is no page\n"],
        ["Über uns.tsx", "is no address\n  call it Uber-uns.tsx, or"],
        ["a.b.js", "is no address\n  call it a-b.js, or"],
        ["h#.ts", "is no address\n  call it h.ts, or"],
        ["ж.mts", "is no address\n  call it by letters, digits, _ and -, or"],
      ]
    ) {
      ok(told.includes(`pages/${file}: ${what}`), `${file}: ${told}`);
    }
    match(told, /pages\/broken\.ts: /);
    match(told, /\n11 problems\n/);
  });
});

Deno.test("check tells the addresses of pages", async () => {
  const page = "export default { init() {} };";
  await withFolder({ "pages/index.ts": page, "pages/about.tsx": page, "pages/_part.ts": "" }, async (cwd) => {
    const { code, stdout } = await run(["check", "."], { cwd });
    strictEqual(code, 0, stdout);
    match(stdout, /\npages {8}\/app\/about \(pages\/about\.tsx\), \/ \(pages\/index\.ts\)\n/);
  });
});

Deno.test("a chain in which no page is ever opened is told", async () => {
  const chains: [string[], RegExp | undefined][] = [
    [["heart", "nitro"], undefined],
    [["heart", "nitro", "session"], undefined],
    [["heart", "session", "nitro"], /no page is ever opened: session answers the greetings before nitro can/],
    [["heart", "session"], /no page is ever opened without nitro/],
  ];
  for (const [protocols, wrong] of chains) {
    const files = { "pages/counter.ts": await readmePage(), "n2o.json": JSON.stringify({ protocols }) };
    await withFolder(files, async (cwd) => {
      const { code, stdout } = await run(["check", "."], { cwd });
      strictEqual(code, wrong === undefined ? 0 : 1, stdout);
      if (wrong !== undefined) match(stdout, wrong);
    });
  }
});
