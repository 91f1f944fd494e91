import { strict as assert } from "node:assert";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { files, script } from "../lib/client/bundle/mod.ts";
import { bert } from "../lib/formats/bert.ts";
import { isTuple, text } from "../lib/term.ts";
import { build, ENTRIES, INNER } from "../scripts/bundle.ts";
import { MockServer } from "./client/mock.ts";

const folder = new URL("../lib/client/bundle/", import.meta.url);
const REBUILD = "run `deno task bundle` and commit lib/client/bundle";

interface SourceMap {
  readonly sources: string[];
  readonly sourcesContent: string[];
}

const names = Object.keys(ENTRIES);

function sizeOf(name: string): number {
  const size = gzipSync(files[name], { level: 9 }).length;
  console.log(`${name}: ${files[name].length} bytes, ${size} with gzip`);
  return size;
}

Deno.test("the client is at most 9 KB with gzip, and with all that pages of operations need 20 000 bytes", () => {
  const size = sizeOf("n2o.js");
  assert.ok(size <= 9 * 1024, `${size} bytes`);
  const both = size + sizeOf("nitro.js");
  assert.ok(both <= 20_000, `${both} bytes`);
});

Deno.test("what pages of the original's kind need besides is at most 4 KB with gzip", () => {
  const size = sizeOf("original.js");
  assert.ok(size <= 4 * 1024, `${size} bytes`);
});

Deno.test("the bundles hold their sources as they are now, by relative addresses", async () => {
  for (const name of names) {
    const [script, map] = [files[name], files[`${name}.map`]];
    const { sources, sourcesContent } = JSON.parse(map) as SourceMap;
    for (const [i, source] of sources.entries()) {
      assert.match(source, /^\.\.\//);
      const now = await Deno.readTextFile(new URL(source, folder));
      assert.ok(sourcesContent[i] === now, `${source} has changed: ${REBUILD}`);
    }
    assert.ok(script.endsWith(`\n//# sourceMappingURL=${name}.map\n`));
    assert.doesNotMatch(script + map, /file:\/\/|\/home\/|\/tmp\//);
  }
  const { sources } = JSON.parse(files["n2o.js.map"]) as SourceMap;
  assert.ok(sources.includes("../client.ts") && sources.includes("../lean/bert_decode.ts"));
});

Deno.test("the client pulls the terms and BERT, and nothing of the server", async () => {
  const info = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fileURLToPath(new URL("../lib/client/mod.ts", import.meta.url))],
  });
  const { modules } = JSON.parse(new TextDecoder().decode((await info.output()).stdout)) as {
    modules: { specifier: string }[];
  };
  const root = new URL("../lib/", import.meta.url).href;
  const foreign = modules.map(({ specifier }) => specifier.replace(root, "")).filter((path) =>
    !/^(client\/\w+|error|utf8|term\w*|formats\/(bert\w*|slab))\.ts$/.test(path)
  );
  assert.ok(modules.length > 20);
  assert.deepEqual(foreign, []);
});

for (const name of names) {
  Deno.test(`${name} is what a fresh build gives`, async () => {
    let fresh;
    try {
      fresh = await build(name);
    } catch (error) {
      // Without the bundler's own packages there is nothing to compare.
      if (!/download|getting|fetch|registry|connect/i.test(String(error))) throw error;
      console.warn(`skipped: the bundler cannot be had here (${String(error).slice(0, 200)})`);
      return;
    }
    assert.ok(fresh.script === files[name], REBUILD);
    // The bundler's choice of short names, and with it a map's columns, may differ by the folder that it works in.
    const sources = (map: string) => (JSON.parse(map) as SourceMap).sources;
    assert.deepEqual(sources(fresh.map), sources(files[`${name}.map`]), REBUILD);
  });
}

Deno.test("names that the bundles shorten are none that pages or their servers know", async () => {
  const documented = new Deno.Command(Deno.execPath(), {
    args: [
      "doc",
      "--json",
      ...["mod.ts", "nitro/mod.ts"].map((path) =>
        fileURLToPath(new URL(`../lib/client/${path}`, import.meta.url))
      ),
    ],
    stderr: "inherit",
  });
  const { stdout } = await documented.output();
  const known = new Set<string>();
  JSON.parse(new TextDecoder().decode(stdout), (key, value) => {
    if (key === "name" && typeof value === "string") known.add(value);
    return value;
  });
  for (const name of ["createClient", "retryInMs", "heartbeatMs", "detach", "recovered"]) {
    assert.ok(known.has(name), name);
  }
  assert.deepEqual([...known].filter((name) => INNER.test(name)), []);
});

Deno.test("the client imports nothing, what is beside it only the client, and neither runs text as code", () => {
  assert.doesNotMatch(script, /\bimport\b|\beval\b|new Function/);
  assert.doesNotMatch(files["nitro.js"], /\bimport\(|\beval\b|new Function/);
  for (const name of ["nitro.js", "original.js"]) {
    const imports = [...files[name].matchAll(/\bimport\b[^"]*"([^"]*)"/g)].map(([, from]) => from);
    assert.deepEqual(imports, ["./n2o.js"], name);
  }
});

Deno.test("the bundle speaks BERT as the library does", async () => {
  const bundled: { bert: Pick<typeof bert, "encode" | "decode"> } = await import(
    new URL("n2o.js", folder).href
  );
  const read = async (name: string) =>
    vectors(JSON.parse(await Deno.readTextFile(new URL(`vectors/${name}.json`, import.meta.url))));
  const rows = [...await read("bert"), ...await read("bert_bad"), ...await read("nitro")];
  assert.ok(rows.length > 500, `${rows.length} rows`);
  for (const hex of rows) {
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    const [here, there] = [bert, bundled.bert].map(({ encode, decode }) => {
      try {
        return encode(decode(bytes));
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    assert.deepEqual(there, here, hex);
  }
});

/** Every string of hexadecimal digits that is a BERT message, wherever it stands. */
function vectors(value: unknown): string[] {
  if (typeof value === "string") return /^83([0-9a-f]{2})+$/.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(vectors);
}

/** Runs a module under Node with the npm package `ws` beside it; `undefined` where that cannot be. */
async function node(code: string): Promise<string | undefined> {
  const missing = (what: string): undefined => void console.warn(`skipped: ${what}`);
  const version = await new Deno.Command("node", { args: ["--version"] }).output().catch(() => undefined);
  if (version === undefined) return missing("there is no node in PATH");
  const major = Number(new TextDecoder().decode(version.stdout).match(/\d+/)?.[0]);
  if (major < 20) return missing(`node ${major} is older than 20`);
  const home = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${home}/deno.json`, `{ "nodeModulesDir": "auto" }`);
    const install = new Deno.Command(Deno.execPath(), {
      args: ["add", "--quiet", "npm:ws@8.23.0"],
      cwd: home,
    });
    if (!(await install.output()).success) return missing("the npm package ws cannot be had here");
    await Deno.writeTextFile(`${home}/test.mjs`, code);
    const run = new Deno.Command("node", { args: ["test.mjs"], cwd: home });
    const { success, stdout, stderr } = await run.output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("the bundle runs in Node with the WebSockets of the npm package ws, through drops, and by POST alone", async () => {
  const server = new MockServer();
  const arrived = new Set<string>();
  server.mischief.intercept = (term, connection) => {
    // The connection ends when a post comes for the first time.
    const id = isTuple(term, "post", 4) ? text(term[2])! : undefined;
    if (connection === undefined || id === undefined || arrived.has(id)) return false;
    arrived.add(id);
    connection.socket.close(1001);
    return true;
  };
  const said = await node(`
    import WebSocket from "ws";
    import { createClient } from ${JSON.stringify(fileURLToPath(new URL("n2o.js", folder)))};
    const url = "http://127.0.0.1:${server.port}/ws/";
    process.on("unhandledRejection", (error) => { throw error; });

    const client = createClient({ url, WebSocket, reconnect: { minMs: 1, maxMs: 5 } });
    const room = client.join("lobby");
    const heard = [];
    room.on("message", ({ body, offset }) => heard.push([body, offset]));
    client.connect();
    for (const body of ["один", "two", "3"]) await room.post(body);
    client.close();

    delete globalThis.WebSocket;
    let refused;
    try { createClient({ url }); } catch (error) { refused = error.code; }
    const poller = createClient({ url, fallback: true, token: "mine" });
    const again = poller.join("lobby");
    const read = [];
    again.on("message", ({ body }) => read.push(body));
    const joined = new Promise((resolve) => again.on("joined", resolve));
    poller.connect();
    await joined;
    const state = poller.state;
    poller.close();

    // Closing while a connection is being made is no error either.
    const hasty = createClient({ url, WebSocket });
    hasty.connect();
    hasty.close();
    console.log(JSON.stringify({ heard, refused, read, state }));
  `);
  await server.close();
  if (said === undefined) return;
  assert.deepEqual(JSON.parse(said), {
    heard: [["один", 1], ["two", 2], ["3", 3]],
    refused: "no_websocket",
    read: ["один", "two", "3"],
    state: "polling",
  });
  assert.equal(arrived.size, 3);
  assert.equal(server.posts[0].authorization, "Bearer mine");
});
