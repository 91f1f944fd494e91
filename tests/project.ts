/**
 * Projects that `n2o new` makes, and what is typed in them.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import { Visitor } from "@n2o/n2o/testing";
import { type Ended, environment, run, Server } from "./command.ts";

/** The arguments of `deno` by which a project is made. */
export const MAKER = ["run", "--no-prompt", "--allow-read", "--allow-write"];

/** Makes a project in a folder, and gives its folder. */
export async function newProject(cwd: string, name: string, ...args: string[]): Promise<string> {
  const { code, stderr } = await run(["new", name, ...args], { cwd, deno: MAKER });
  strictEqual(code, 0, stderr);
  return `${cwd}/${name}`;
}

/** Runs `deno` in a folder. */
export async function deno(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: environment(env),
    clearEnv: true,
    stdin: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Runs a task of a project to its end; throws when it fails. */
export async function task(cwd: string, name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await deno(cwd, ["task", "--quiet", name, ...args]);
  strictEqual(code, 0, stdout + stderr);
  return stdout;
}

/** Starts a program that serves in a folder, and lets `use` have the server; it is asked to end afterwards. */
export async function serving(
  cwd: string,
  program: string,
  args: readonly string[],
  use: (server: Server) => Promise<void>,
): Promise<void> {
  const process = new Deno.Command(program, {
    args: [...args],
    cwd,
    env: environment(),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await using server = new Server(process);
  let ended = false;
  server.status.then(() => ended = true);
  try {
    await server.start();
    await use(server);
  } finally {
    // What a task has started ends only when it is asked to.
    if (!ended) await server.stop();
  }
}

/** Starts a task that serves, on a free port. */
export function servingTask(
  cwd: string,
  name: string,
  use: (server: Server) => Promise<void>,
): Promise<void> {
  return serving(cwd, Deno.execPath(), ["task", "--quiet", name, "--port", "0"], use);
}

/** All files of a folder, in order. */
export function filesOf(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(folder + below)].flatMap(({ name, isDirectory }) => {
    const path = `${below}/${name}`;
    return isDirectory ? filesOf(folder, path) : [path.slice(1)];
  }).sort();
}

/** What `n2o new` makes. */
export const PROJECT_FILES = [
  ".ci/run",
  ".editorconfig",
  ".github/workflows/test.yml",
  ".gitignore",
  ".vscode/extensions.json",
  ".vscode/settings.json",
  "README.md",
  "counter.ts",
  "deno.json",
  "pages/index.ts",
  "protocols/counter.ts",
  "static/icon.svg",
  "static/style.css",
  "tests/counter_protocol.test.ts",
  "tests/index_page.test.ts",
];

/** A page in JSX, formatted as a project asks for. */
export const JSX_PAGE = `import type { Page } from "@n2o/n2o/nitro";

export default {
  document: { title: "Card", body: <panel id="card">JSX</panel> },
  init: (nitro) => nitro.update("card", <panel id="card">JSX, live</panel>),
} satisfies Page;
`;

/** Two who look at the first page of a server see each other's clicks. */
export async function shareClicks(url: string): Promise<void> {
  await using ann = await Visitor.open(`${url}/`, "", "");
  await using bob = await Visitor.open(`${url}/`, "app/index", "");
  const before = Number(ann.text("count"));
  await ann.click("more");
  await bob.sees("count", String(before + 1));
  await bob.click("less");
  await ann.sees("count", String(before));
}
