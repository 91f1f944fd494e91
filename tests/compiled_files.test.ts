/** Which files of an application's folder `n2o compile` puts into the executable, and which it must not. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { createKeyring } from "@n2o/n2o";
import { applicationFiles, type ApplicationParts } from "../lib/cli/compile/application_files.ts";
import { privatePaths } from "../lib/cli/compile/private_files.ts";
import { readConfig } from "../lib/cli/config.ts";
import { kvStore } from "../lib/store/kv.ts";
import { withFolder } from "./command.ts";

/** The files of a folder as they would go into an executable. */
function filesOf(folder: string, more: Partial<ApplicationParts> = {}) {
  const modules = [`${folder}/protocols`, `${folder}/pages`];
  return applicationFiles({ folder, static: `${folder}/static`, modules, private: [], besides: [], ...more });
}

Deno.test("hidden files, tests and packages stay out, but static/ keeps what is not hidden", async () => {
  const files = {
    ".env": "",
    ".n2o/secret": "",
    ".npmrc": "",
    "deno.lock": "",
    "node_modules/a/index.js": "",
    "tests/a.ts": "",
    "protocols/a.ts": "12345",
    "protocols/a.test.ts": "",
    "protocols/load_test.ts": "",
    "protocols/.a.ts.swp": "",
    "static/test/a.js": "",
    "static/a.test.js": "",
    "static/.well-known/security.txt": "",
    "static/.hidden": "",
    "static-old/a.test.js": "",
    "app": "",
    "words/deep/a b.txt": "é",
    "words/test/a.txt": "",
  };
  await withFolder(files, async (folder) => {
    await Deno.symlink(`${folder}`, `${folder}/loop`).catch(() => {});
    const { paths, bytes, leftOut, problems } = filesOf(folder, { besides: [`${folder}/app`] });
    deepStrictEqual(problems, []);
    deepStrictEqual(leftOut, []);
    deepStrictEqual(paths, [
      "protocols/a.ts",
      "protocols/load_test.ts",
      "static/.well-known/security.txt",
      "static/a.test.js",
      "static/test/a.js",
      "words/deep/a b.txt",
      "words/test/a.txt",
    ]);
    strictEqual(bytes, 7);
    await Deno.symlink("nowhere", `${folder}/dangling`).catch(() => {});
    match(filesOf(folder).problems[0].what, /leads nowhere/);
  });
});

Deno.test("what is served is not left out for its name: another static folder, a hidden one, modules in a folder of tests", async () => {
  const files = {
    "public/test/index.html": "",
    "public/a_test.html": "",
    "static/a.test.js": "",
    ".site/a.html": "",
    ".site/.hidden": "",
    "tests/a.ts": "",
    "pages/test.ts": "",
  };
  await withFolder(files, (folder) => {
    const { paths, problems } = filesOf(folder, {
      static: `${folder}/public`,
      modules: [`${folder}/tests`, `${folder}/pages`],
    });
    deepStrictEqual(problems, []);
    deepStrictEqual(paths, ["pages/test.ts", "public/a_test.html", "public/test/index.html", "tests/a.ts"]);
    const hidden = filesOf(folder, { static: `${folder}/.site` });
    ok(hidden.paths.includes(".site/a.html") && !hidden.paths.includes(".site/.hidden"), hidden.paths.join());
    return Promise.resolve();
  });
});

Deno.test("a folder of a server's data stays out under any name, and is told", async () => {
  const files = {
    "data/.gitignore": "*\n",
    "data/control.sock": "",
    "uploads-only/.gitignore": "*\n",
    "uploads-only/uploads/a.txt": "",
    "own/uploads/a.txt": "",
    // What others leave out of version control, or call so.
    "built/.gitignore": "*\n",
    "built/mod.js": "",
    "words/secret": "is no key",
    "words/kv/a.txt": "",
  };
  await withFolder(files, async (folder) => {
    createKeyring(`${folder}/own/secret`);
    const store = await kvStore({ path: `${folder}/own/kv` });
    await store.close();
    const { paths, leftOut, problems } = filesOf(folder);
    deepStrictEqual(problems, []);
    deepStrictEqual(leftOut.map(([path]) => path), ["data", "own", "uploads-only"]);
    deepStrictEqual(paths, ["built/mod.js", "words/kv/a.txt", "words/secret"]);
  });
});

Deno.test("keys, stores and private keys that lie about are refused, and never taken for a module or a document", async () => {
  const pem = (kind: string) =>
    `-----BEGIN ${kind}PRIVATE KEY-----\nMIIE\n-----END ${kind}PRIVATE KEY-----\n`;
  const files = {
    "tls.key": pem(""),
    "id_rsa": pem("OPENSSH "),
    "both.pem": `-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n${pem("EC ")}`,
    "account.json": JSON.stringify({ private_key: pem("") }),
    "bare": "8f0c1d2e3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d\n",
    "journal": "\x37\x7f\x06\u0002",
    "README.md": `A key looks like\n\n${pem("")}`,
    "protocols/a.ts": `const key = \`${pem("")}\`;`,
    "cert.pem": "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n",
    "static/sum.sha256": "8f0c1d2e3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d\n",
    "static/words.sqlite": "SQLite format 3\0",
    "static/tls.key": pem(""),
  };
  await withFolder(files, async (folder) => {
    createKeyring(`${folder}/keys.json`);
    await Deno.remove(`${folder}/keys.json.lock`);
    const store = await kvStore({ path: `${folder}/db` });
    await store.close();
    for (const ending of ["-wal", "-shm"]) await Deno.remove(`${folder}/db${ending}`).catch(() => {});
    const { problems } = filesOf(folder);
    const told = Object.fromEntries(
      problems.map((
        { where, what },
      ) => [where.slice(folder.length + 1), /key that|keys that|private key|database/.exec(what)?.[0]]),
    );
    deepStrictEqual(told, {
      "account.json": "private key",
      "bare": "keys that",
      "both.pem": "private key",
      "db": "database",
      "id_rsa": "private key",
      "keys.json": "keys that",
      "static/tls.key": "private key",
      "tls.key": "private key",
    });
    match(problems[0].fix, /^move it out of the folder/);
  });
});

Deno.test("what the configuration or a variable names as the server's own stays out wherever it is", async () => {
  const files = { "mine/uploads/a.txt": "", "db/kv": "", "k": "12", "tls.key": "", "static/a": "" };
  await withFolder(files, (folder) => {
    const before = Deno.env.get("N2O_DATA");
    Deno.env.set("N2O_DATA", `${folder}/mine`);
    try {
      const flags = new Map([["store", [`kv:${folder}/db/kv`]], ["secret-file", [`${folder}/k`]], [
        "tls-key",
        [`${folder}/tls.key`],
      ]]);
      const config = readConfig({ flags, rest: [folder], problems: [] });
      const found = filesOf(folder, { private: privatePaths(config, folder) });
      deepStrictEqual(found.problems, []);
      deepStrictEqual(found.leftOut.map(([path]) => path), ["db/kv", "k", "mine", "tls.key"]);
      deepStrictEqual(found.paths, ["static/a"]);
      // The whole folder cannot stay out.
      ok(
        !privatePaths(
          readConfig({ flags: new Map([["data", [folder]]]), rest: [folder], problems: [] }),
          folder,
        ).includes(folder),
      );
    } finally {
      if (before === undefined) Deno.env.delete("N2O_DATA");
      else Deno.env.set("N2O_DATA", before);
    }
    return Promise.resolve();
  });
});

Deno.test("a program that Deno has compiled stays out and is told; tools and native libraries do not", async () => {
  await withFolder({ "static/a.html": "", "bin/tool": "\x7fELF" + "\0".repeat(100) }, async (folder) => {
    for (const path of ["app-second", "static/download"]) {
      await Deno.symlink(Deno.execPath(), `${folder}/${path}`);
    }
    const { paths, leftOut, problems } = filesOf(folder);
    deepStrictEqual(problems, []);
    deepStrictEqual(leftOut.map(([path]) => path), ["app-second", "static/download"]);
    match(leftOut[0][1], /a program that Deno has compiled/);
    deepStrictEqual(paths, ["bin/tool", "static/a.html"]);
  });
});

Deno.test("a link is taken as far as a server follows it: one that leads out of the folder, or of static/, is told", async () => {
  const files = {
    "outside/secret.txt": "",
    "app/static/a/b.txt": "b",
    "app/words.txt": "w",
    "app/.env": "",
  };
  await withFolder(files, async (cwd) => {
    const folder = `${cwd}/app`;
    await Deno.symlink("a", `${folder}/static/again`);
    await Deno.symlink("words.txt", `${folder}/others.txt`);
    strictEqual(filesOf(folder).problems.length, 0);
    deepStrictEqual(filesOf(folder).paths, [
      "others.txt",
      "static/a/b.txt",
      "static/again/b.txt",
      "words.txt",
    ]);
    await Deno.symlink("../../outside/secret.txt", `${folder}/static/out.txt`);
    await Deno.symlink("../outside", `${folder}/shared`);
    await Deno.symlink("../words.txt", `${folder}/static/words.txt`);
    await Deno.symlink(".env", `${folder}/settings.txt`);
    const { paths, problems } = filesOf(folder);
    deepStrictEqual(problems.map(({ where, what }) => [where, what].join(" ").replaceAll(cwd, "")), [
      "/app/settings.txt leads to /app/.env, which is hidden",
      "/app/shared leads to /outside, which is outside /app",
      "/app/static/out.txt leads to /outside/secret.txt, which is outside /app/static",
      "/app/static/words.txt leads to /app/words.txt, which is outside /app/static",
    ]);
    match(problems[0].fix, /^put a copy there in place of the link/);
    strictEqual(paths.length, 4);
  });
});
