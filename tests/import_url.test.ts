/**
 * The library imported by URL, as from a plain web server, by a program that has no configuration of its own.
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

const root = new URL("..", import.meta.url).pathname;

/** Serves the repository's files, each under its path. */
async function serve(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const file = await Deno.open(root + pathname.slice(1));
    const type = pathname.endsWith(".ts") ? "application/typescript" : "text/plain; charset=utf-8";
    return new Response(file.readable, { headers: { "content-type": type } });
  } catch {
    return new Response("not found", { status: 404 });
  }
}

interface Imported {
  /** What the program printed. */
  readonly said: string;
  /** The paths of the repository that it asked for. */
  readonly asked: Set<string>;
  /** The npm packages that it downloaded. */
  readonly packages: string[];
}

/** Runs a program whose text `source` gives for the repository's URL, with an empty cache and in an empty folder. */
async function runImporter(source: (url: string) => string): Promise<Imported> {
  const asked = new Set<string>();
  const folder = await Deno.makeTempDir();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    asked.add(new URL(request.url).pathname.slice(1));
    return serve(request);
  });
  try {
    const host = `127.0.0.1:${server.addr.port}`;
    await Deno.writeTextFile(`${folder}/program.ts`, source(`http://${host}`));
    const cache = `${folder}/cache`;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--check", `--allow-import=${host}`, "program.ts"],
      cwd: folder,
      env: { DENO_DIR: cache, NO_COLOR: "1" },
    }).output();
    ok(success, new TextDecoder().decode(stderr));
    return { said: new TextDecoder().decode(stdout), asked, packages: await downloaded(`${cache}/npm`) };
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** The names of the packages in a cache's `npm` folder, which has one folder a registry. */
async function downloaded(npm: string): Promise<string[]> {
  const names: string[] = [];
  for (const registry of await list(npm)) {
    for (const name of await list(`${npm}/${registry}`)) {
      if (!name.startsWith("@")) names.push(name);
      else names.push(...(await list(`${npm}/${registry}/${name}`)).map((rest) => `${name}/${rest}`));
    }
  }
  return names.sort();
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).filter((entry) => entry.isDirectory).map((
      { name },
    ) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

Deno.test("the library runs from a URL, and brings no package but deno-std", async () => {
  const { said, asked, packages } = await runImporter((url) => `
    import { atom, bert, createN2O, equal, reply, tuple, unknown } from "${url}/mod.ts";
    const n2o = createN2O({ protocols: [{ name: "none", info: () => unknown }] });
    const term = tuple(atom("hello"), [1, 2.5, 2n ** 70n], new Map([["key", true]]));
    console.log(equal(bert.decode(bert.encode(term)), term), typeof n2o.fetch, reply("bert", term).formatter);
    await n2o.close();
  `);
  strictEqual(said, "true function bert\n");
  ok(packages.every((name) => name === "deno-std"), `downloaded ${packages}`);
  deepStrictEqual([...asked].filter((path) => !/^(mod\.ts|lib\/|protocols\/)/.test(path)), []);
  deepStrictEqual([...asked].filter((path) => path.startsWith("lib/cli/")), []);
});

Deno.test("the client runs from a URL, and brings no package at all", async () => {
  const { said, asked, packages } = await runImporter((url) => `
    import { atom, bert, createClient, equal, tuple } from "${url}/lib/client/mod.ts";
    const client = createClient({ url: "ws://127.0.0.1:9/ws/" });
    const term = tuple(atom("hello"), new Uint8Array([1, 2, 3]));
    console.log(equal(bert.decode(bert.encode(term)), term), client.state);
  `);
  strictEqual(said, "true idle\n");
  deepStrictEqual(packages, []);
  deepStrictEqual([...asked].filter((path) => !path.startsWith("lib/")), []);
});
