import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { type EmbeddedFile, staticFiles } from "../lib/endpoints/static.ts";
import { get, withServer, withSite } from "./static_site.ts";

const hundred = Array.from({ length: 100 }, (_, i) => String.fromCharCode(33 + i % 90)).join("");

Deno.test("a file is sent with its type, length, validators, and leave to keep but ask", () =>
  withSite({}, async ({ url, write }) => {
    await write("page.html", "<p>ї</p>");
    const { status, headers, body } = await get(`${url}/page.html`);
    strictEqual(status, 200);
    strictEqual(body, "<p>ї</p>");
    strictEqual(headers.get("content-type"), "text/html; charset=utf-8");
    strictEqual(headers.get("content-length"), "9");
    strictEqual(headers.get("last-modified"), "Mon, 06 May 2024 07:08:09 GMT");
    strictEqual(headers.get("cache-control"), "no-cache");
    strictEqual(headers.get("x-content-type-options"), "nosniff");
    strictEqual(headers.get("accept-ranges"), "bytes");
    match(headers.get("etag")!, /^"9-.+"$/);
  }));

Deno.test("text has its charset, other types have none, an unknown one is bytes", () =>
  withSite({ types: { gltf: "model/gltf+json", ABC: "x/y" } }, async ({ url, write }) => {
    const expected: Record<string, string> = {
      "a.js": "text/javascript; charset=utf-8",
      "a.CSS": "text/css; charset=utf-8",
      "a.json": "application/json; charset=utf-8",
      "a.svg": "image/svg+xml; charset=utf-8",
      "a.png": "image/png",
      "a.wasm": "application/wasm",
      "a.woff2": "font/woff2",
      "a.gltf": "model/gltf+json; charset=utf-8",
      "a.unknown": "application/octet-stream",
      "constructor": "application/octet-stream",
    };
    for (const [name, type] of Object.entries(expected)) {
      await write(name, "x");
      strictEqual((await get(`${url}/${name}`)).headers.get("content-type"), type, name);
    }
  }));

Deno.test("the file's cache control and more headers are the application's to say", () =>
  withSite({
    cacheControl: (path) => path.startsWith("assets/") ? "max-age=31536000, immutable" : "no-cache",
    headers: { "content-security-policy": "default-src 'self'" },
  }, async ({ url, write }) => {
    await write("assets/a.js", "1");
    const { headers } = await get(`${url}/assets/a.js`);
    strictEqual(headers.get("cache-control"), "max-age=31536000, immutable");
    strictEqual(headers.get("content-security-policy"), "default-src 'self'");
  }));

Deno.test("the path is decoded exactly once", () =>
  withSite({}, async ({ url, write, raw }) => {
    await write("a %% b.txt", "A");
    await write("50%.txt", "B");
    await write("50%25.txt", "C");
    await write("ї 😀.txt", "D");
    strictEqual((await get(`${url}/a%20%25%25%20b.txt`)).body, "A");
    strictEqual((await get(`${url}/50%25.txt`)).body, "B");
    strictEqual((await get(`${url}/50%2525.txt`)).body, "C");
    strictEqual((await get(`${url}/ї 😀.txt?query#fragment`)).body, "D");
    strictEqual((await raw("GET /ї%20😀.txt")).body, "D");
    for (const malformed of ["/x%", "/%c3%28", "/%", "/%zz", "/.hidden/%ff", "/%ed%a0%80"]) {
      const { status, body } = await raw(`GET ${malformed}`);
      strictEqual(status, 400, malformed);
      strictEqual(body, "malformed path\n");
    }
  }));

Deno.test("nothing outside the folder, nothing hidden and no trick is found", () =>
  withSite({}, async ({ folder, write, raw }) => {
    await Deno.writeTextFile(`${folder}/../secret.txt`, "secret");
    await Deno.mkdir(`${folder}/../site-other`);
    await Deno.writeTextFile(`${folder}/../site-other/secret.txt`, "secret");
    await write("a/b.txt", "visible");
    await write(".n2o/secret", "secret");
    await write("a/.env", "secret");
    await write(".well-known/security.txt", "contact");
    await Deno.symlink(`${folder}/../secret.txt`, `${folder}/link.txt`);
    await Deno.symlink(`${folder}/../site-other`, `${folder}/other`);
    await Deno.symlink(`${folder}/.n2o/secret`, `${folder}/shown`);
    await Deno.symlink(`${folder}/loop`, `${folder}/loop`);
    const paths = [
      "/../secret.txt",
      "/a/../../secret.txt",
      "/..%2fsecret.txt",
      "/..%2Fsecret.txt",
      "/%2e%2e/secret.txt",
      "/%2e%2e%2fsecret.txt",
      "/..%5csecret.txt",
      "/..\\secret.txt",
      "/%252e%252e/secret.txt",
      "/a%2fb.txt",
      "/a\\b.txt",
      "/a/../a/b.txt",
      "/a/./b.txt",
      "//a/b.txt",
      "/a//b.txt",
      "/a/b.txt/",
      "/a/b.txt/c",
      "/a/b.txt%00",
      "/a/b.txt%00.html",
      "/.n2o/secret",
      "/%2en2o/secret",
      "/a/.env",
      "/a/.well-known",
      "/link.txt",
      "/other/secret.txt",
      "/shown",
      "/loop",
      "/",
      "/a",
      "/a/",
      `/${"x".repeat(256)}`,
      `/${"%d1%97".repeat(128)}`,
      `/${"a/".repeat(1000)}`,
      "/none.txt",
      "/__proto__",
    ];
    for (const path of paths) {
      const { status, body } = await raw(`GET ${path}`);
      strictEqual(status, 404, path);
      strictEqual(body, "nothing here", path);
    }
    strictEqual((await raw("GET /a/b.txt")).body, "visible");
    strictEqual((await raw("GET /.well-known/security.txt")).body, "contact");
    strictEqual((await raw(`GET /${"x".repeat(4096)}`)).status, 414);
  }));

Deno.test("links inside the folder are followed, also when the folder itself is a link that moves on", () =>
  withSite({}, async ({ folder, write }) => {
    await write("one/a.txt", "1");
    await write("two/a.txt", "2");
    await Deno.symlink("a.txt", `${folder}/two/b.txt`);
    await Deno.symlink(`${folder}/one`, `${folder}/current`);
    await withServer(staticFiles(`${folder}/current`), async (url) => {
      strictEqual((await get(`${url}/a.txt`)).body, "1");
      await Deno.remove(`${folder}/current`);
      await Deno.symlink(`${folder}/two`, `${folder}/current`);
      strictEqual((await get(`${url}/a.txt`)).body, "2");
      strictEqual((await get(`${url}/b.txt`)).body, "2");
    });
  }));

Deno.test("a pipe in the folder blocks nobody", () =>
  withSite({}, async ({ url, folder }) => {
    if (Deno.build.os === "windows") return console.log("no pipes in folders on Windows");
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    strictEqual((await get(`${url}/pipe`)).status, 404);
  }));

Deno.test("a file that may not be read is forbidden, and the answer does not say where it lies", () =>
  withSite({}, async ({ url, folder, write }) => {
    if (Deno.build.os === "windows" || Deno.uid() === 0) {
      return console.log("everybody may read: a superuser runs this");
    }
    await write("private.txt", "x");
    await Deno.chmod(`${folder}/private.txt`, 0);
    const { status, body } = await get(`${url}/private.txt`);
    deepStrictEqual({ status, body }, { status: 403, body: "forbidden\n" });
  }));

Deno.test("a directory gives its index, after a redirect that stays on this host", () =>
  withSite({}, async ({ url, write, raw }) => {
    await write("index.html", "root");
    await write("app/index.htm", "app");
    await write("a:b ї/index.html", "odd");
    strictEqual((await get(url)).body, "root");
    strictEqual((await get(`${url}/app/?x=1`)).body, "app");
    const moved = await get(`${url}/app?x=1&y=%20`);
    strictEqual(moved.status, 301);
    strictEqual(moved.headers.get("location"), "./app/?x=1&y=%20");
    strictEqual((await raw("GET /a:b%20%d1%97?ї#z")).headers.get("location"), "./a%3Ab%20%D1%97/?%D1%97");
    strictEqual(await (await fetch(`${url}/a:b ї`)).text(), "odd");
    for (
      const path of ["//app", "//localhost/app", "/\\app", "/%2fapp", "/%5capp", "//evil.example/%2e%2e/app"]
    ) {
      const { status, headers } = await raw(`GET ${path}`);
      strictEqual(status, 404, path);
      strictEqual(headers.get("location"), null, path);
    }
  }));

Deno.test("the index names are the application's to say", () =>
  withSite({ index: ["home.txt"] }, async ({ url, write }) => {
    await write("index.html", "no");
    strictEqual((await get(url)).status, 404);
    await write("home.txt", "yes");
    strictEqual((await get(url)).body, "yes");
  }));

Deno.test("other methods get 405 where there is a file, and nothing where there is none", () =>
  withSite({}, async ({ url, write }) => {
    await write("a.txt", "a");
    await write("app/index.html", "app");
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      for (const path of ["a.txt", "app", "app/"]) {
        const { status, headers } = await get(`${url}/${path}`, {}, method);
        strictEqual(status, 405, method);
        strictEqual(headers.get("allow"), "GET, HEAD");
      }
      strictEqual((await get(`${url}/b.txt`, {}, method)).status, 404);
    }
  }));

Deno.test("big files and ranges of them are streamed, byte for byte", () =>
  withSite({}, async ({ url, folder, write }) => {
    const big = new Uint8Array(1_000_003).map((_, i) => i * 7 + (i >> 8));
    await write("big.bin", big);
    const whole = await fetch(`${url}/big.bin`);
    deepStrictEqual(new Uint8Array(await whole.arrayBuffer()), big);
    const part = await fetch(`${url}/big.bin`, { headers: { range: "bytes=1000-900999" } });
    strictEqual(part.headers.get("content-length"), "900000");
    deepStrictEqual(new Uint8Array(await part.arrayBuffer()), big.slice(1000, 901_000));
    await Deno.writeFile(`${folder}/empty`, new Uint8Array());
    strictEqual((await get(`${url}/empty`)).headers.get("content-length"), "0");
  }));

/** How many files of a folder this process holds open. */
async function openFiles(folder: string): Promise<number> {
  let count = 0;
  for await (const entry of Deno.readDir("/proc/self/fd")) {
    const target = await Deno.readLink(`/proc/self/fd/${entry.name}`).catch(() => "");
    if (target.startsWith(folder)) count++;
  }
  return count;
}

Deno.test("a client that goes away in the middle leaves no file open", () =>
  withSite({}, async ({ url, folder, write }) => {
    if (Deno.build.os !== "linux") return console.log("open files are counted on Linux only");
    await write("big.bin", new Uint8Array(20_000_000));
    const { port } = new URL(url);
    for (let i = 0; i < 20; i++) {
      const connection = await Deno.connect({ port: Number(port), hostname: "127.0.0.1" });
      await connection.write(new TextEncoder().encode("GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n"));
      // Half of them do not even wait for the answer's beginning.
      if (i % 2 === 0) await connection.read(new Uint8Array(1000));
      connection.close();
    }
    // Each request gives the server a turn to notice; the first ones come behind all that went away.
    for (let i = 0; i < 20; i++) await get(`${url}/big.bin`, {}, "HEAD");
    for (let i = 0; await openFiles(folder) > 0; i++) {
      ok(i < 20_000, "files are left open");
      await get(`${url}/big.bin`, {}, "HEAD");
    }
  }));

Deno.test("a file that shrinks while it is sent ends the connection, one that grows is sent as it was promised", () =>
  withSite({}, async ({ url, folder, write }) => {
    await write("big.bin", new Uint8Array(20_000_000));
    const shrinking = await fetch(`${url}/big.bin`);
    const reader = shrinking.body!.getReader();
    await reader.read();
    await Deno.truncate(`${folder}/big.bin`, 100);
    await rejects(async () => {
      while (!(await reader.read()).done);
    });
    await write("big.bin", new Uint8Array(20_000_000));
    const growing = await fetch(`${url}/big.bin`);
    await Deno.writeFile(`${folder}/big.bin`, new Uint8Array(1_000_000), { append: true });
    strictEqual((await growing.arrayBuffer()).byteLength, 20_000_000);
  }));

Deno.test("embedded files behave like those on disk", async () => {
  const files: Record<string, EmbeddedFile> = {
    "index.html": { body: "<p>їжак</p>" },
    "app/index.htm": { body: "app" },
    "app/n2o.js": { body: new TextEncoder().encode(hundred) },
    "app/n2o.js.gz": { body: "gzip" },
    "readme": { body: "read me", type: "text/plain; charset=utf-8" },
  };
  await withServer(staticFiles(files), async (url, raw) => {
    const index = await get(url);
    strictEqual(index.body, "<p>їжак</p>");
    strictEqual(index.headers.get("content-length"), "15");
    strictEqual(index.headers.get("last-modified"), null);
    const etag = index.headers.get("etag")!;
    match(etag, /^"/);
    strictEqual((await get(url, { "if-none-match": etag })).status, 304);
    strictEqual((await get(`${url}/app`)).headers.get("location"), "./app/");
    strictEqual((await get(`${url}/app/`)).body, "app");
    strictEqual((await get(`${url}/readme`)).headers.get("content-type"), "text/plain; charset=utf-8");
    const part = await raw("GET /app/n2o.js\r\nRange: bytes=-10");
    deepStrictEqual([part.status, part.headers.get("content-range"), part.body], [
      206,
      "bytes 90-99/100",
      hundred.slice(90),
    ]);
    strictEqual((await raw("GET /app/n2o.js\r\nAccept-Encoding: gzip")).body, "gzip");
    for (const path of ["/constructor", "/__proto__", "/app/none", "//app/", "/..%2fapp/", "/app%2fn2o.js"]) {
      strictEqual((await raw(`GET ${path}`)).status, 404, path);
    }
    strictEqual((await get(`${url}/readme`, {}, "POST")).status, 405);
  });
});

Deno.test("a prefix stands for the folder", () =>
  withSite({ prefix: "/files/" }, async ({ url, write }) => {
    await write("a.txt", "a");
    strictEqual((await get(`${url}/files/a.txt`)).body, "a");
    strictEqual((await get(`${url}/a.txt`)).status, 404);
    strictEqual((await get(`${url}/files`)).status, 404);
  }));

Deno.test("impossible settings are errors with a code", () => {
  throws(() => staticFiles("does/not/exist"), { code: "bad_folder" });
  throws(() => staticFiles(new URL(import.meta.url)), { code: "bad_folder" });
  throws(() => staticFiles(new URL("http://localhost/files/")), { code: "bad_folder" });
  throws(() => staticFiles({}, { prefix: "files" }), { code: "bad_prefix" });
  throws(() => staticFiles({ "../a": { body: "" } }), { code: "bad_path" });
  throws(() => staticFiles({ "/a": { body: "" } }), { code: "bad_path" });
});
