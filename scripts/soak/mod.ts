/**
 * A soak: a server at half load for minutes, with clients that come and go in every way. What it holds must stay flat.
 *
 *     deno task soak [--minutes 10] [--write]
 *
 * Ten minutes and more are written to `docs/soak.md` and `docs/soak.svg`, fewer with `--write`. It ends with 1 when something does
 * not hold. It needs /proc, which only Linux has, and all permissions to read another process's account there.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { judge } from "./judge.ts";
import { Load } from "./load.ts";
import { page, picture, type Soak, table } from "./page.ts";
import { type Sample, Subject } from "./subject.ts";

const SAMPLE_MS = 5_000;
/** How long the last of the clients may take to be missed, in milliseconds. */
const LEAVE_MS = 20_000;
const WRITE_MINUTES = 10;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, write: { type: "boolean", default: false } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error("--minutes takes a number");
  Deno.exit(2);
}
const result = await soak();
console.log(`\n${table(result.verdicts)}`);
console.log(`\n${[...result.account.visits].map(([name, count]) => `${name} ${count}`).join(", ")}`);
if (values.write || minutes >= WRITE_MINUTES) {
  const files = ["soak.md", "soak.svg"].map((name) =>
    fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
  );
  await Deno.writeTextFile(files[0], page(result));
  await Deno.writeTextFile(files[1], picture(result));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", ...files] }).output();
}
Deno.exit(result.verdicts.every(({ passed }) => passed) ? 0 : 1);

async function soak(): Promise<Soak> {
  await using subject = await Subject.start();
  await oneOfEach(subject);
  const before = await settled(subject);
  const load = new Load(subject);
  load.start();
  const samples: Sample[] = [];
  const started = performance.now(), cpu = subject.cpuSeconds();
  while (performance.now() - started < 60_000 * minutes) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    const sample = await subject.sample();
    samples.push(sample);
    const { heapBytes, rssBytes, descriptors, connections, messagesIn } = sample;
    console.log(
      `${sample.seconds.toFixed(0).padStart(4)} s  heap ${mb(heapBytes)}  rss ${
        mb(rssBytes)
      }  descriptors ${descriptors}  ` +
        `connections ${connections}  messages ${messagesIn}`,
    );
  }
  const part = (subject.cpuSeconds() - cpu) / ((performance.now() - started) / 1000);
  await load.stop();
  const after = await settled(subject);
  const { account } = load;
  const verdicts = judge(before, samples, after, account);
  const code = await subject.end();
  verdicts.push({
    name: "the server ends by itself",
    passed: code === 0,
    said: code === undefined ? "it does not" : `exit code ${code}`,
  });
  const machine = `${new Date().toISOString().slice(0, 10)}, ${navigator.hardwareConcurrency} cores, ` +
    `${Deno.build.os} ${Deno.build.arch}, Deno ${Deno.version.deno}`;
  return { minutes, machine, samples, verdicts, account, load: part };
}

/** A little of everything, so that what is made once is there before the first sample. */
async function oneOfEach(subject: Subject): Promise<void> {
  const load = new Load(subject);
  load.start();
  await new Promise((resolve) => setTimeout(resolve, 500));
  await load.stop();
  if (load.account.faults.length > 0) throw new Error(load.account.faults.join("\n"));
}

/** Waits until everybody has gone. */
async function settled(subject: Subject): Promise<Sample> {
  const end = performance.now() + LEAVE_MS;
  let least = Infinity;
  for (;;) {
    const sample = await subject.sample();
    // Sockets are closed a little later than their connections end.
    const still = sample.connections === 0 && sample.descriptors >= least;
    if (still || performance.now() > end) return sample;
    least = Math.min(least, sample.descriptors);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
