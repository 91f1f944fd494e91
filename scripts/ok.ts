/**
 * The gate: everything that must hold before a change goes in, but for the tests.
 *
 *     deno task ok
 *     deno task ok --without-examples    # where the tests run them anyway
 *
 * @module
 */

interface Step {
  /** What is shown. */
  readonly name: string;
  /** Arguments of `deno`. */
  readonly args: string[];
}

interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly output: string;
}

/** As many as this machine's cores, at least two: the slow steps wait for the compiler, the short ones fill the gaps. */
const LANES = Math.max(2, Math.min(4, navigator.hardwareConcurrency));

const { exports } = JSON.parse(await Deno.readTextFile("deno.json")) as { exports: Record<string, string> };
const entries = Object.values(exports);

/** The longest first, so that the lanes end together. */
const steps: Step[] = [
  { name: "types, examples in documents included", args: ["check", "--doc"] },
  ...Deno.args.includes("--without-examples")
    ? []
    : [{ name: "examples in documentation", args: ["task", "test:doc"] }],
  { name: "publishing to JSR", args: ["publish", "--dry-run", "--allow-dirty"] },
  { name: "documentation", args: ["doc", "--lint", ...entries] },
  {
    name: "imports",
    args: ["run", "--allow-read", "--allow-write", "--allow-run", "scripts/import_rules.ts"],
  },
  { name: "lint", args: ["lint"] },
  { name: "format", args: ["fmt", "--check"] },
];

async function run(step: Step): Promise<Outcome> {
  const started = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: step.args,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
  console.log(`${success ? "ok    " : "FAILED"} ${seconds} s  ${step.name}`);
  const decoder = new TextDecoder();
  return { step, passed: success, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

const started = performance.now();
const waiting = [...steps];
const outcomes: Outcome[] = [];
async function lane(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) outcomes.push(await run(step));
}
await Promise.all(Array.from({ length: LANES }, lane));

const failed = outcomes.filter((outcome) => !outcome.passed);
for (const { step, output } of failed) {
  console.log(`\n${step.name}: deno ${step.args.join(" ")}\n${output.trimEnd()}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
const summary = failed.length === 0
  ? `${outcomes.length} checks passed`
  : `${failed.length} of ${outcomes.length} checks failed`;
console.log(`\n${summary} in ${seconds} s`);
if (failed.length > 0) Deno.exit(1);
