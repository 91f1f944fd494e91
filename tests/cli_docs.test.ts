/**
 * `n2o docs`: the documents as a site.
 */
import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { contents, entries, fileType } from "../lib/cli/docs/contents.ts";
import { highlight } from "../lib/cli/docs/highlight.ts";
import { readMarkdown } from "../lib/cli/docs/markdown.ts";
import { Repository } from "../lib/cli/docs/repository.ts";
import { search, wordsOf } from "../lib/cli/docs/search.ts";
import { Site } from "../lib/cli/docs/site.ts";
import { download, run, start } from "./command.ts";

const root = new URL("..", import.meta.url);
const flags = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read"];

function ask(site: Site, path: string, init?: RequestInit): Promise<Response> {
  return site.answer(new Request(`http://localhost${path}`, init));
}

/** A site over a folder with these files. */
async function withSite(
  files: Record<string, string>,
  test: (site: Site, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/docs`);
    for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${path}`, text);
    await test(new Site(new Repository(new URL(`file://${folder}/`))), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
    if (isDirectory) found.push(...await filesBelow(`${folder}${name}/`));
    else found.push(`${folder}${name}`);
  }
  return found;
}

Deno.test("every document and every picture of the repository is served, and everything that is listed is there", async () => {
  const documents = [
    "README.md",
    "CHANGELOG.md",
    ...(await filesBelow("docs/")).filter((path) => path.endsWith(".md")),
  ];
  deepStrictEqual(entries.map(({ path }) => path).sort(), documents.sort());
  deepStrictEqual((await filesBelow("docs/")).filter((path) => !/\.md$/.test(path) && !fileType(path)), []);
  const site = new Site(new Repository());
  for (const { path } of entries) {
    const response = await ask(site, `/${path}`);
    strictEqual(response.status, 200, path);
    match(await response.text(), new RegExp(`href="/${path}" aria-current="page"`));
  }
});

Deno.test("every link of every document leads somewhere, and every anchor is there", async () => {
  const site = new Site(new Repository());
  const pages = new Map<string, string>();
  const open = async (path: string): Promise<string | undefined> => {
    if (!pages.has(path)) {
      const response = await ask(site, path);
      if (response.status !== 200) return undefined;
      pages.set(path, await response.text());
    }
    return pages.get(path);
  };
  const broken: string[] = [];
  for (const { path } of entries) {
    const [, main] = /<main id="text">([\s\S]*)<\/main>/.exec((await open(`/${path}`))!)!;
    for (const [, address] of main.matchAll(/<(?:a|img)\b[^>]*? (?:href|src)="([^"]*)"/g)) {
      const url = new URL(address.replaceAll("&amp;", "&"), `http://localhost/${path}`);
      if (url.host !== "localhost" || url.protocol !== "http:") continue;
      const page = await open(url.pathname);
      const anchor = decodeURIComponent(url.hash.slice(1));
      if (page === undefined || (anchor !== "" && !page.includes(` id="${anchor}"`))) {
        broken.push(`${path}: ${address}`);
      }
    }
  }
  deepStrictEqual(broken, []);
});

Deno.test("a page has navigation, a table of contents, anchors and a search; nothing of it comes from elsewhere", async () => {
  await withSite(
    { "README.md": "# One\n\n## Two & more\n\ntext\n\n## Two & more\n\n### Three\n" },
    async (site) => {
      const first = await ask(site, "/");
      strictEqual(first.headers.get("location"), "/README.md");
      const response = await ask(site, "/README.md");
      const policy = response.headers.get("content-security-policy")!;
      match(policy, /^default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; /);
      doesNotMatch(policy, /unsafe|\*|https?:/);
      const html = await response.text();
      match(html, /<title>One · N2O<\/title>/);
      match(html, /<h2 id="two--more">Two &amp; more <a class="anchor" href="#two--more"/);
      match(html, /<li class="depth-2"><a href="#two--more-1">Two &amp; more<\/a><\/li><li class="depth-3">/);
      match(html, /<form action="\/search"/);
      for (const { entries } of contents) {
        for (const { path } of entries) ok(html.includes(`<a href="/${path}"`), path);
      }
      doesNotMatch(html, /style="|<style|<script>|\son\w+="|https?:\/\//);
      for (const path of ["/-/style.css", "/-/script.js", "/-/icon.svg"]) {
        strictEqual((await ask(site, path)).status, 200);
      }
    },
  );
});

Deno.test("a document that is changed is shown as it is now, and one that is not is not sent again", async () => {
  await withSite({ "README.md": "# One\n" }, async (site, folder) => {
    const etag = (await ask(site, "/README.md")).headers.get("etag")!;
    strictEqual((await ask(site, "/README.md", { headers: { "if-none-match": etag } })).status, 304);
    await Deno.writeTextFile(`${folder}/README.md`, "# Two\n");
    const changed = await ask(site, "/README.md", { headers: { "if-none-match": etag } });
    match(await changed.text(), /<h1 id="two">/);
  });
});

Deno.test("nothing but the documents is served, whatever is asked", async () => {
  const secret = "kept for its owner";
  const files = { "README.md": "# One\n", "docs/notes.md": secret, "deno.json": secret, ".env": secret };
  await withSite(files, async (site, folder) => {
    await Deno.writeTextFile(`${folder}/docs/own.txt`, secret);
    const paths = [
      "/docs/notes.md",
      "/docs/own.txt",
      "/deno.json",
      "/.env",
      "/docs/../deno.json",
      "/docs/%2e%2e/deno.json",
      "/docs/..%2fdeno.json",
      "/docs%2f..%2fdeno.json",
      "//etc/passwd",
      "/docs/..\\deno.json",
      "/README.md/",
      "/README.md%00.png",
      "/docs/x.png",
      "/docs/guide/../../.env",
      "/reference/../deno.json",
      "/-/../deno.json",
      "/constructor",
      "/__proto__",
      `/${"a".repeat(10_000)}`,
      "/%",
    ];
    for (const path of paths) {
      const response = await ask(site, path);
      const text = await response.text();
      strictEqual(response.status, 404, path);
      ok(!text.includes(secret) && !text.includes(folder), path);
      ok(response.headers.has("content-security-policy"), path);
    }
    for (const method of ["POST", "PUT", "DELETE"]) {
      const response = await ask(site, "/README.md", { method });
      strictEqual(response.status, 405);
      strictEqual(response.headers.get("allow"), "GET, HEAD");
    }
    const head = await ask(site, "/README.md", { method: "HEAD" });
    strictEqual(head.status, 200);
    strictEqual(head.body, null);
  });
});

Deno.test("HTML and addresses in a document cannot bring a script", () => {
  const { html } = readMarkdown(
    "# A\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n<details><summary>More</summary>\n\ntext\n\n</details>\n\n" +
      '[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) ![d](javascript:alert(1)) [e](https://example.org/"onclick="x)\n\n' +
      "`</code><b>` <!-- unseen --> line<br>break <br onclick=x>\n\n```ts\nconst a = '</code><script>';\n```\n",
  );
  doesNotMatch(html, /<script|<img|javascript:alert\(1\)"|"data:|<b>|unseen|<br onclick/i);
  doesNotMatch(html, /<[^>]* on\w+=/);
  match(html, /<details><summary>More<\/summary>/);
  match(html, /line<br>break &lt;br onclick/);
  match(html, /&lt;script&gt;/);
});

Deno.test("the search finds the parts that have all words, those in headings first, and shows where", async () => {
  const files = {
    "README.md":
      "# One\n\nA cat sits.\n\n## Cats & dogs\n\nThey fight in the `garden`.\n\n## Other\n\nnothing\n",
    "CHANGELOG.md": "# Changes\n\n| a | b |\n|---|---|\n| the garden | of <cats> |\n",
  };
  await withSite(files, async (site) => {
    const found = async (query: string) => {
      const html = await (await ask(site, `/search?q=${encodeURIComponent(query)}`)).text();
      return [...html.slice(html.indexOf("<main")).matchAll(/<li><a href="([^"]*#[^"]*)">/g)].map((
        [, link],
      ) => link);
    };
    deepStrictEqual(await found("cat"), ["/README.md#cats--dogs", "/README.md#one", "/CHANGELOG.md#changes"]);
    deepStrictEqual(await found("GARDEN cats"), ["/README.md#cats--dogs", "/CHANGELOG.md#changes"]);
    deepStrictEqual(await found("elephant"), []);
    deepStrictEqual(await found(""), []);
    const html = await (await ask(site, "/search?q=%3Ccats%3E+%22x")).text();
    match(html, /value="&lt;cats&gt; &quot;x"/);
    match(await (await ask(site, "/search?q=garden")).text(), /the <mark>garden<\/mark> of &lt;cats&gt;/);
    strictEqual((await ask(site, "/search")).status, 200);
  });
});

Deno.test("what is looked for is bounded, and is no expression", () => {
  deepStrictEqual(wordsOf("  Two  two words "), ["two", "words"]);
  strictEqual(wordsOf(Array.from({ length: 50 }, (_, i) => i).join(" ")).length, 8);
  const { sections } = readMarkdown("# A\n\na (b)* [c\n");
  strictEqual(search([{ path: "a.md", name: "A", sections }], ["(b)*", "[c"]).length, 1);
  strictEqual(search([{ path: "a.md", name: "A", sections }], [".*"]).length, 0);
});

Deno.test("code is told apart by its language, and keeps every character", () => {
  const text = (html: string) =>
    html.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  const samples: [string, string, RegExp][] = [
    [
      "ts",
      "const a: Page = `<${1}>`; // it's\n",
      /<span class="keyword">const<\/span>.*<span class="comment">/,
    ],
    ["erlang", 'f(X) when X > 1 -> <<"a">>. % done\n', /<span class="keyword">when<\/span>/],
    [
      "sh",
      "$ n2o serve --port 1 # here\n",
      /<span class="name">--port<\/span>.*<span class="comment"># here/,
    ],
    ["json", '{ "a": [true, -1.5e3] }', /<span class="name">"a"<\/span>.*<span class="keyword">true/],
    ["html", '<a href="x">y & z</a><!-- w -->', /<span class="keyword">&lt;a<\/span>/],
    ["ini", "[Unit]\nAfter=a # b\n", /<span class="keyword">\[Unit\]<\/span>/],
    ["css", "a { color: #fff } /* b */", /<span class="name">color<\/span>/],
    ["", "<plain> & text", /^&lt;plain&gt; &amp; text$/],
    ["nothing", "<plain>", /^&lt;plain&gt;$/],
  ];
  for (const [language, code, expected] of samples) {
    const html = highlight(code, language);
    match(html, expected);
    strictEqual(text(html), code, language);
  }
});

Deno.test("n2o docs serves on the loopback address until it is asked to end", async () => {
  await using server = await start(["docs", "--port", "0"], { deno: flags });
  match(server.line, /^n2o \S+: the documents at http:\/\/127\.0\.0\.1:\d+\/ \(Ctrl-C ends it\)$/);
  const page = await fetch(`${server.url}/docs/nitro.md`);
  strictEqual(page.status, 200);
  match(await page.text(), /<h1 id="nitro">NITRO<\/h1>/);
  const picture = await fetch(`${server.url}/docs/chat-phone.png`);
  strictEqual(picture.headers.get("content-type"), "image/png");
  deepStrictEqual(await picture.bytes(), await Deno.readFile(new URL("docs/chat-phone.png", root)));
  strictEqual(await server.stop("SIGINT"), 0);
});

Deno.test("requests as no browser makes them get nothing, and the server goes on", async () => {
  await using server = await start(["docs", "--port", "0"], { deno: flags });
  const raw = async (text: string) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(new TextEncoder().encode(text));
    return await new Response(conn.readable).text();
  };
  const lines = [
    "GET /../deno.json HTTP/1.1\r\nHost: a",
    "GET /docs/../../deno.json HTTP/1.1\r\nHost: a",
    "GET http://elsewhere.example/deno.json HTTP/1.1\r\nHost: elsewhere.example",
    "GET /deno.json HTTP/1.1\r\nHost: a:b:c",
    "GET /deno.json HTTP/1.1\r\nHost: []",
    "GET /%2e%2e%2fdeno.json HTTP/1.1\r\nHost: a",
    "GET /docs/\\..\\deno.json HTTP/1.1\r\nHost: a",
  ];
  for (const line of lines) {
    const answer = await raw(`${line}\r\nConnection: close\r\n\r\n`);
    match(answer, /^HTTP\/1\.1 40[04] /, line);
    doesNotMatch(answer, /"exports"|\/deno\.json/);
  }
  strictEqual((await download(`${server.url}/docs/udp.md`)).includes("<h1"), true);
});

Deno.test("n2o docs says what is wrong with its flags, its port and its permissions", async () => {
  for (const port of ["x", "70000", "-1", "1.5"]) {
    const { code, stderr } = await run(["docs", `--port=${port}`], { deno: flags });
    strictEqual(code, 2);
    match(stderr, /is no port\n {5}give one from 0 to 65535/);
  }
  strictEqual((await run(["docs", "--prot", "1"], { deno: flags })).code, 2);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const busy = await run(["docs", "--port", String(taken.addr.port)], { deno: flags });
  strictEqual(busy.code, 1);
  match(busy.stderr, /is taken by another program/);
  const blind = await run(["docs", "--port", "0"], { deno: ["run", "--no-prompt", "--allow-net"] });
  strictEqual(blind.code, 1);
  match(blind.stderr, /read access/);
  match((await run(["docs", "--help"], { deno: flags })).stdout, /--port PORT/);
});
