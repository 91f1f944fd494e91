/**
 * The `n2o` program as `deno task compile` makes it, made once for all tests.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { skip } from "./command.ts";
import { root } from "./root.ts";

/** What goes into the program. */
const PARTS = [
  "lib",
  "protocols",
  "docs",
  "scripts/compile.ts",
  "main.ts",
  "mod.ts",
  "deno.json",
  "deno.lock",
  "README.md",
  "CHANGELOG.md",
];
/** Programs of other states of the sources are removed when no test has asked for them for so long, in milliseconds. */
const OLD_MS = 30 * 60_000;
const PREFIX = "n2o-compiled-";

/** A program that was made, and what it takes to make others. */
export interface Compiled {
  /** The path of `n2o`. */
  readonly program: string;
  /** The environment for whatever compiles: `DENORT_BIN`, where Deno's own download does not work. */
  readonly env: Readonly<Record<string, string>>;
}

/** The program; `undefined` where none can be made, which is told as a skipped test. */
export async function compiled(): Promise<Compiled | undefined> {
  const found = await (made ??= make());
  if (typeof found !== "string") return found;
  skip(`no program can be compiled: ${found}`);
  return undefined;
}

let made: Promise<Compiled | string> | undefined;

async function make(): Promise<Compiled | string> {
  const folder = `${kept()}/${PREFIX}${hashOfSources()}`;
  const program = `${folder}/n2o${Deno.build.os === "windows" ? ".exe" : ""}`;
  const note = `${folder}/runtime`;
  const env = (runtime: string): Record<string, string> => {
    // Certificates that the machine trusts are good enough for packages.
    const trust = { DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system" };
    return runtime === "" ? trust : { ...trust, DENORT_BIN: runtime };
  };
  if (exists(program) && exists(note)) {
    Deno.utimeSync(folder, new Date(), new Date());
    return { program, env: env(Deno.readTextFileSync(note)) };
  }
  removeOld();
  Deno.mkdirSync(folder, { recursive: true });
  let why = "";
  for (const source of [given, downloaded, fromNpm]) {
    const runtime = await source();
    if (runtime === undefined) continue;
    // Another test run may make the same at the same time.
    const fresh = `${folder}/fresh-${Deno.pid}`;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "compile", "--target", Deno.build.target, "--no-start", "--output", fresh],
      cwd: root,
      env: { NO_COLOR: "1", ...env(runtime) },
      stdin: "null",
      stdout: "null",
    }).output();
    if (success) {
      Deno.writeTextFileSync(note, runtime);
      Deno.renameSync(fresh, program);
      return { program, env: env(runtime) };
    }
    why = new TextDecoder().decode(stderr).trim();
  }
  return why;
}

/** The runtime that whoever runs the tests names. */
function given(): string | undefined {
  return Deno.env.get("DENORT_BIN") || undefined;
}

/** Deno downloads its own. */
function downloaded(): string {
  return "";
}

async function fromNpm(): Promise<string | undefined> {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return undefined;
  const { success, stdout } = await new Deno.Command("bash", {
    args: [`${root}/tests/denort.sh`],
    stdin: "null",
    stderr: "null",
  }).output();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}

function hashOfSources(): string {
  const hash = createHash("sha256").update(`${Deno.version.deno} ${Deno.env.get("DENORT_BIN") ?? ""}`);
  const add = (path: string) => {
    if (Deno.statSync(path).isDirectory) {
      for (const { name } of [...Deno.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1)) {
        add(`${path}/${name}`);
      }
    } else hash.update(path).update(Deno.readFileSync(path));
  };
  for (const part of PARTS) add(`${root}/${part}`);
  return hash.digest("hex").slice(0, 24);
}

function removeOld(): void {
  for (const { name } of Deno.readDirSync(kept())) {
    if (!name.startsWith(PREFIX)) continue;
    const path = `${kept()}/${name}`;
    try {
      const { mtime } = Deno.statSync(path);
      if (mtime !== null && Date.now() - mtime.getTime() > OLD_MS) Deno.removeSync(path, { recursive: true });
    } catch {
      // Another test run removes it.
    }
  }
}

/** Where programs are kept between runs: a folder that nobody else can have put one into. */
function kept(): string {
  const temporary = Deno.env.get("TMPDIR") ?? Deno.env.get("TEMP") ?? "/tmp";
  const folder = `${temporary}/n2o-tests-${Deno.uid() ?? "mine"}`;
  try {
    Deno.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const { isDirectory, mode, uid } = Deno.lstatSync(folder);
  const own = Deno.build.os === "windows" || (uid === Deno.uid() && (mode! & 0o077) === 0);
  if (!isDirectory || !own) throw new Error(`${folder} is somebody else's, or open to others: remove it`);
  return folder;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * An environment in which Deno has downloaded no runtime yet, and can download none: its cache, made in `folder`, is the usual one but
 * for these, and no address answers where it would ask.
 */
export async function withoutRuntimes(folder: string): Promise<Record<string, string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string };
  Deno.mkdirSync(folder);
  for (const { name, isDirectory } of Deno.readDirSync(denoDir)) {
    if (name !== "dl" && isDirectory) {
      Deno.symlinkSync(`${denoDir}/${name}`, `${folder}/${name}`, { type: "junction" });
    }
  }
  return { DENO_DIR: folder, HTTPS_PROXY: "http://127.0.0.1:1" };
}
