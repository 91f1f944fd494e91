/**
 * The package imported from a plain web server, and by its name from a registry, each time from an empty cache by a program in an empty
 * folder; and what that downloads, as `docs/package.md` has it.
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { measure, type Size } from "../scripts/sizes.ts";
import { configuration, type Imported, runImporter, withImporter } from "./package_host.ts";

const { exports, name, version } = configuration;
const sizes = new Map((await measure()).map((size) => [size.subpath, size]));

/** A program of one file, whose types are checked. */
function program(source: string): Promise<Imported> {
  return runImporter({ files: { "program.ts": source }, args: ["--check", "program.ts"] });
}

Deno.test("the library runs from a URL, and brings no package but deno-std", async () => {
  const { said, asked, packages } = await program(`
    import { atom, bert, createN2O, equal, reply, tuple, unknown } from "http://HOST/mod.ts";
    const n2o = createN2O({ protocols: [{ name: "none", info: () => unknown }] });
    const term = tuple(atom("hello"), [1, 2.5, 2n ** 70n], new Map([["key", true]]));
    console.log(equal(bert.decode(bert.encode(term)), term), typeof n2o.fetch, reply("bert", term).formatter);
    await n2o.close();
  `);
  strictEqual(said, "true function bert\n");
  deepStrictEqual(packages, ["deno-std@1.4.0"]);
  deepStrictEqual([...asked].filter((path) => !/^(mod\.ts|lib\/|protocols\/)/.test(path)), []);
  deepStrictEqual([...asked].filter((path) => path.startsWith("lib/cli/")), []);
});

Deno.test("the client runs from a URL, and brings no package at all", async () => {
  const { said, asked, packages } = await program(`
    import { atom, bert, createClient, equal, tuple } from "http://HOST/lib/client/mod.ts";
    const client = createClient({ url: "ws://127.0.0.1:9/ws/" });
    const term = tuple(atom("hello"), new Uint8Array([1, 2, 3]));
    console.log(equal(bert.decode(bert.encode(term)), term), client.state);
  `);
  strictEqual(said, "true idle\n");
  deepStrictEqual(packages, []);
  deepStrictEqual([...asked].filter((path) => !path.startsWith("lib/")), []);
});

for (const [subpath, path] of Object.entries(exports).filter(([subpath]) => subpath !== "./cli")) {
  Deno.test(`${name}${subpath.slice(1)} from a URL downloads what docs/package.md says, and nothing else`, async () => {
    const source = `import * as all from "http://HOST/${
      path.slice(2)
    }"; console.log(Object.keys(all).length > 0);`;
    const { said, asked, packages } = await runImporter({
      files: { "program.ts": source },
      args: ["--no-check", "program.ts"],
    });
    strictEqual(said, "true\n");
    isMeasured(asked, packages, sizes.get(subpath)!);
  });
}

Deno.test("the command runs from a URL, and shows the documents that lie there", async () => {
  const imported = await withImporter({
    files: {},
    args: ["--no-check", "--allow-net=127.0.0.1", "http://HOST/main.ts", "docs", "--port", "0"],
  }, async (process) => {
    const [url, ended] = await firstLine(process);
    const page = await fetch(`${url}docs/limits.md`);
    strictEqual(page.status, 200);
    match(await page.text(), /<h1 id="limits">/);
    const picture = await fetch(`${url}docs/chat-phone.png`);
    deepStrictEqual(
      await picture.bytes(),
      await Deno.readFile(new URL("../docs/chat-phone.png", import.meta.url)),
    );
    match(await (await fetch(`${url}search?q=backpressure`)).text(), /class="hits"|Nothing has/);
    process.kill("SIGINT");
    return await ended();
  });
  const documents = [...imported.asked].filter((path) => /^docs\/|\.md$/.test(path));
  ok(documents.includes("docs/limits.md"), documents.join());
  isMeasured(
    new Set([...imported.asked].filter((path) => !documents.includes(path))),
    imported.packages,
    sizes.get("./cli")!,
  );
});

Deno.test("a consumer's map of imports gives the package its name, JSX included", async () => {
  const imports = Object.entries(exports).map((
    [subpath, path],
  ) => [name + subpath.slice(1), `http://HOST/${path.slice(2)}`]);
  const { said } = await runImporter({
    files: {
      "deno.json": JSON.stringify({
        imports: Object.fromEntries(imports),
        compilerOptions: { jsx: "react-jsx", jsxImportSource: `${name}/nitro` },
      }),
      "page.tsx": PAGE,
      "main.ts": CONSUMER,
    },
    args: ["--check", "--allow-net=127.0.0.1", "main.ts"],
  });
  strictEqual(said, SAID);
});

Deno.test("by its name it comes from a registry: every entry, in one copy", async () => {
  const { said, asked } = await runImporter({
    files: {
      "deno.json": JSON.stringify({
        imports: { [name]: `jsr:${name}@^${version}` },
        compilerOptions: { jsx: "react-jsx", jsxImportSource: `${name}/nitro` },
      }),
      "page.tsx": PAGE,
      "main.ts": CONSUMER + "console.log(import.meta.resolve('@n2o/n2o/testing') !== '');",
    },
    args: ["--check", "--allow-net=127.0.0.1", "main.ts"],
  });
  strictEqual(said, `${SAID}true\n`);
  ok(asked.has("mod.ts") && asked.has("protocols/nitro/mod.ts"));
});

Deno.test("the command runs by the package's name, with the documents of its registry", async () => {
  const { said } = await withImporter({
    files: {},
    args: ["--no-check", "--allow-net=127.0.0.1", `jsr:${name}@${version}/cli`, "docs", "--port", "0"],
  }, async (process) => {
    const [url, ended] = await firstLine(process);
    match(await (await fetch(`${url}docs/package.md`)).text(), /<h1 id="the-package">/);
    process.kill("SIGINT");
    return await ended();
  });
  match(said, new RegExp(`^n2o ${version.replaceAll(".", "\\.")}: the documents at `));
});

Deno.test("docs/package.md has the sizes as they are, within 5 %, and the packages exactly", async () => {
  const document = await Deno.readTextFile(new URL("../docs/package.md", import.meta.url));
  const rows = [
    ...document.matchAll(/^\| `([^`]+)` +\| +(\d+) \| +([\d.]+) KB \| +([\d.]+) KB \| (.*?) +\|$/gm),
  ];
  deepStrictEqual(
    rows.map(([, entry]) => entry),
    [...sizes.keys()].map((subpath) => name + subpath.slice(1)),
  );
  for (const [, entry, modules, bytes, gzip, packages] of rows) {
    const size = sizes.get(`.${entry.slice(name.length)}`)!;
    isNear(entry, Number(modules), size.files.length);
    isNear(entry, Number(bytes), size.bytes / 1000);
    isNear(entry, Number(gzip), size.gzip / 1000);
    const named = [...packages.matchAll(/(\S+@[\d.]+) \((\d+) KB\)/g)];
    deepStrictEqual(
      named.map(([, one]) => one),
      size.packages.map((one) => one.name),
      `${entry}: deno task sizes`,
    );
    named.forEach(([, , told], at) => isNear(entry, Number(told), size.packages[at].bytes / 1000));
  }
});

Deno.test("docs/package.md has the sizes of the bundles that browsers load", async () => {
  const document = await Deno.readTextFile(new URL("../docs/package.md", import.meta.url));
  const [, ...told] = /are bundles, (\d+) and (\d+) KB compressed/.exec(document)!;
  for (const [at, file] of ["n2o.js", "nitro.js"].entries()) {
    const bytes = await Deno.readFile(new URL(`../lib/client/bundle/${file}`, import.meta.url));
    isNear(file, Number(told[at]), gzipSync(bytes).length / 1000);
  }
});

/** A page in JSX, and what is made of it with all the entries. */
const PAGE = `
  import { panel } from "@n2o/n2o/nitro";
  export const page = <section><h1>{"a < b"}</h1>{panel({ id: "x", body: "text" })}</section>;
`;
const CONSUMER = `
  import { atom, createN2O, heart, isTuple, N2OError, reply, tuple, unknown } from "@n2o/n2o";
  import { createClient } from "@n2o/n2o/client";
  import { TcpSocket } from "@n2o/n2o/client/tcp";
  import { NitroError, render } from "@n2o/n2o/nitro";
  import { createTemplates } from "@n2o/n2o/nitro/templates";
  import { page } from "./page.tsx";

  console.log(render(page).html);
  const templates = createTemplates({ embedded: new Map([["a.html", "Hello {{ who }}"]]) });
  console.log(templates.render("a", { who: "<Ada>" }));
  console.log(new NitroError("a", "b") instanceof N2OError);
  const n2o = createN2O({
    protocols: [heart, { name: "hello", info: (message) => isTuple(message, "hello", 1) ? reply("text", "hi") : unknown }],
  });
  const { url } = await n2o.listenTcp({ port: 0 });
  const client = createClient({ url, WebSocket: TcpSocket });
  const answer = new Promise((resolve) => client.on("text", resolve));
  client.connect();
  client.send(tuple(atom("hello")));
  console.log(await answer);
  client.close();
  await n2o.close();
`;
const SAID = `<section><h1>a &lt; b</h1><div id="x">text</div></section>
Hello &lt;Ada&gt;
true
hi
`;

function isMeasured(asked: ReadonlySet<string>, packages: readonly string[], size: Size): void {
  deepStrictEqual([...asked].sort(), [...size.files]);
  deepStrictEqual([...packages].sort(), size.packages.map(({ name }) => name).sort());
}

function isNear(entry: string, told: number, is: number): void {
  ok(
    Math.abs(told - is) <= 0.05 * is + 0.5,
    `${entry}: ${told} is told, ${is.toFixed(1)} it is: deno task sizes`,
  );
}

/** The address in the first line of what a process prints, and how to wait for its end. */
async function firstLine(process: Deno.ChildProcess): Promise<[url: string, ended: () => Promise<string>]> {
  const reader = process.stdout.getReader();
  const errors = new Response(process.stderr).text();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(await errors);
    text += decoder.decode(value, { stream: true });
  }
  const [url] = /http:\S+/.exec(text)!;
  return [url, async () => {
    while (!(await reader.read()).done);
    const { code } = await process.status;
    strictEqual(code, 0, await errors);
    return text;
  }];
}
