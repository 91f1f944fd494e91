/** F29: the `n2o` program on a machine that has nothing of this repository. */
import { Buffer } from "node:buffer";
import { match, ok, strictEqual } from "node:assert/strict";
import { connect, download, isRoot, skip } from "./command.ts";
import { compiled } from "./compiled.ts";
import { root } from "./root.ts";

/** Whom a system has beside root. */
const NOBODY = 65534;

/** A program that runs. */
class Process implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  #text = "";
  #reader: ReadableStreamDefaultReader<string>;

  constructor(command: readonly string[]) {
    const [program, ...args] = command;
    this.child = new Deno.Command(program, {
      args,
      cwd: "/",
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    })
      .spawn();
    this.#reader = this.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The address that it prints. */
  async url(): Promise<string> {
    for (;;) {
      const found = /(http:\/\/\S+?)\/ /.exec(this.#text);
      if (found !== null) return found[1];
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`it ended: ${this.#text}`);
      this.#text += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    await this.child.status;
    await this.#reader.cancel();
  }
}

/**
 * What stands before a command so that it runs as another user, without any environment, and where it can be done without the
 * repository and the compiler's cache: empty folders lie over both.
 */
async function elsewhere(): Promise<{ prefix: string[]; hidden: boolean } | undefined> {
  if (!isRoot || Deno.build.os !== "linux") return undefined;
  const other = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "env", "-i"];
  const home = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache`;
  const folders = [root, home].filter((folder) => folder !== "/" && folder !== "/tmp");
  const cover = folders.map((folder) => `mount -t tmpfs none '${folder}'`).join(" && ");
  const hide = ["unshare", "--mount", "sh", "-c", `${cover} && exec "$@"`, "sh"];
  const { success } = await new Deno.Command(hide[0], {
    args: [...hide.slice(1), ...other, "/bin/sh", "-c", `! [ -e '${root}/main.ts' ]`],
    stdout: "null",
    stderr: "null",
  }).output().catch(() => ({ success: false }));
  return { prefix: success ? [...hide, ...other] : other, hidden: success };
}

Deno.test("F29: copied to another place, as another user in / without environment, sources and cache, it serves all", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const there = await elsewhere();
  if (there === undefined) return skip("only root on Linux can be another user");
  if (!there.hidden) skip("the repository cannot be hidden from a process here; the rest is tried");
  const folder = await Deno.makeTempDir({ dir: "/tmp" });
  try {
    await Deno.chmod(folder, 0o755);
    await Deno.copyFile(made.program, `${folder}/n2o`);
    await Deno.chmod(`${folder}/n2o`, 0o755);
    await Deno.mkdir(`${folder}/data`);
    await Deno.chown(`${folder}/data`, NOBODY, NOBODY);
    await using server = new Process([
      ...there.prefix,
      `${folder}/n2o`,
      "serve",
      "--port=0",
      `--data=${folder}/data`,
      "--log-level=silent",
    ]);
    const url = await server.url();
    const pages = [
      "/",
      "/app/login.htm",
      "/app/index.htm",
      "/n2o/n2o.js",
      "/n2o/nitro.js",
      "/n2o/n2o.js.map",
      "/n2o/health",
    ];
    for (const path of pages) {
      const body = await download(`${url}${path}`);
      ok(!body.includes(root) && !body.includes("deno-compile"), `${path} tells where it was made`);
    }
    for (const path of ["/nowhere", "/app/../../etc/passwd", "/n2o/main.ts", "/lib/cli/main.ts"]) {
      const response = await fetch(`${url}${path}`);
      const body = await response.text();
      strictEqual(response.status, 404, path);
      ok(!body.includes(root) && !body.includes("deno-compile"), path);
    }
    await using client = await connect(url);
    match(String(await client.ask("PING")), /PONG/);
    const names = [...Deno.readDirSync(`${folder}/data`)].map(({ name }) => name);
    ok(names.includes("kv") && names.includes("secret"), names.join(" "));

    await using docs = new Process([...there.prefix, `${folder}/n2o`, "docs", "--port=0"]);
    const documents = await docs.url();
    match(await download(`${documents}/docs/nitro.md`), /<h1/);
    const picture = await fetch(`${documents}/docs/chat-phone.png`);
    strictEqual(picture.status, 200);
    strictEqual(picture.headers.get("content-type"), "image/png");
    strictEqual(new Uint8Array(await picture.arrayBuffer())[1], 0x50);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the program holds no path of the repository that it was made of, and no packages that it does not import", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const bytes = Buffer.from((await Deno.readFile(made.program)).buffer);
  const holds = (text: string) => bytes.includes(text);
  ok(!holds(`${root}/`), `it names ${root}`);
  // Packages of the tests lie in the same cache and in the same lock file. One that it imports shows how a package is found.
  for (const [name, inside] of [["marked", true], ["express", false], ["playwright-core", false]] as const) {
    const found = await manifests(name);
    // What was never fetched cannot be in it.
    ok(found.length > 0 || !inside, `${name} is not in the cache`);
    strictEqual(found.some(holds), inside, name);
  }
});

/** The `package.json` of every version of a package that the compiler has. */
async function manifests(name: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  const found: string[] = [];
  for (const registry of Deno.readDirSync(npmCache)) {
    const folder = `${npmCache}/${registry.name}/${name}`;
    if (!registry.isDirectory || !await isFolder(folder)) continue;
    for (const version of Deno.readDirSync(folder)) {
      if (version.isDirectory) found.push(await Deno.readTextFile(`${folder}/${version.name}/package.json`));
    }
  }
  return found;
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
