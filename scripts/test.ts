/**
 * All tests, in two lanes: those that start browsers, compilers and whole projects mostly wait for other programs, and the rest goes on
 * beside them.
 *
 *     deno task test
 *
 * A single file is tested with `deno test --allow-all tests/NAME.test.ts`.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Tests of the first lane. */
const OUTSIDE =
  /^tests\/(?:browser\/|compiled|guides|cli_new|cli_generate|new_user|import_url|package|exports|release|reload_load|cli_docs)/;

/** Where examples stand, as the task `test:doc` has it. */
const { tasks } = JSON.parse(await Deno.readTextFile(resolve(root, "deno.json"))) as {
  tasks: Record<string, string>;
};
const documents = tasks["test:doc"].split(" ").slice(2).filter((word) => !word.startsWith("-"));

interface Summary {
  passed: number;
  steps: number;
  failed: number;
  ignored: number;
}

const shown = Deno.stdout.writable.getWriter();

async function testsIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(resolve(root, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await testsIn(path));
    else if (/\.test\.tsx?$/.test(name)) found.push(path);
  }
  return found.sort();
}

/** Runs a lane; what it writes goes out as it comes, or is given at the end. */
async function lane(args: readonly string[], isShown: boolean): Promise<{ success: boolean; text: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", ...args],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const follow = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (isShown) await shown.write(new TextEncoder().encode(piece));
    }
  };
  await Promise.all([follow(child.stdout), follow(child.stderr)]);
  return { success: (await child.status).success, text };
}

/** A lane's own last word: `ok | 120 passed (7 steps) | 0 failed | 1 ignored (9s)`. */
function summaryOf(text: string): Summary | undefined {
  // deno-lint-ignore no-control-regex
  const plain = text.replace(/\x1b\[[\d;]*m/g, "");
  const line = plain.split("\n").findLast((line) => /^(?:ok|FAILED) \| \d+ passed/.test(line));
  if (line === undefined) return undefined;
  const count = (pattern: RegExp) => Number(pattern.exec(line)?.[1] ?? 0);
  return {
    passed: count(/(\d+) passed/),
    steps: count(/\((\d+) steps?\)/),
    failed: count(/(\d+) failed/),
    ignored: count(/(\d+) ignored/),
  };
}

const began = performance.now();
const all = await testsIn("tests");
const outside = lane(all.filter((path) => OUTSIDE.test(path)), true);
const inside = lane(["--doc", ...all.filter((path) => !OUTSIDE.test(path)), ...documents], false);
const lanes = [await outside, await inside];
console.log(lanes[1].text);
const summaries = lanes.map(({ text }) => summaryOf(text));
const total: Summary = { passed: 0, steps: 0, failed: 0, ignored: 0 };
for (const summary of summaries) {
  // A lane without a summary has not run at all.
  if (summary === undefined) total.failed++;
  else for (const name of Object.keys(total) as (keyof Summary)[]) total[name] += summary[name];
}
// What failed once more, last: of a long log often only the end is kept.
for (const { text } of lanes) {
  // deno-lint-ignore no-control-regex
  const errors = /^(?:\x1b\[[\d;]*m)* ERRORS [^]*?(?=^(?:\x1b\[[\d;]*m)* FAILURES )/m.exec(text)?.[0];
  if (errors !== undefined) console.log(errors.slice(0, 20_000));
}
const isGood = total.failed === 0 && lanes.every(({ success }) => success);
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `${isGood ? "ok" : "FAILED"} | ${total.passed} passed (${total.steps} steps) | ${total.failed} failed` +
    `${total.ignored > 0 ? ` | ${total.ignored} ignored` : ""} (${Math.floor(seconds / 60)}m${
      seconds % 60
    }s)`,
);
if (!isGood) Deno.exit(1);
