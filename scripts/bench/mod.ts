/**
 * The benchmarks: each measures this library beside its peer, in turn, and the medians go to `docs/bench.md` and
 * `docs/bench.svg`.
 *
 *     deno task bench [--quick] [--only NAME]
 *
 * `--quick` and `--only` print the table and leave the documents as they are. All permissions are needed to read other
 * processes' accounts in /proc.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { codec } from "./bert.ts";
import { chart } from "./chart.ts";
import { echo } from "./echo.ts";
import { fanOut } from "./fanout.ts";
import { held } from "./held.ts";
import { http } from "./http.ts";
import { idle } from "./idle.ts";
import type { Measurement, Row } from "./measure.ts";
import { pages } from "./pages.ts";
import { rendering } from "./render.ts";
import { page, table } from "./report.ts";
import { beside } from "./server.ts";
import { sessions } from "./sessions.ts";
import { startup } from "./startup.ts";
import { tcp } from "./tcp.ts";
import { upload } from "./upload.ts";
import { LoadGenerator } from "./wsload.ts";

const measurements: Measurement[] = [
  echo,
  fanOut,
  held,
  idle,
  http,
  tcp,
  pages,
  rendering,
  upload,
  codec,
  sessions,
  startup,
];

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string" } },
});
const chosen = values.only === undefined
  ? measurements
  : measurements.filter(({ name }) => name === values.only);
if (chosen.length === 0) {
  console.error(`--only takes one of: ${measurements.map(({ name }) => name).join(", ")}`);
  Deno.exit(2);
}

const folder = await Deno.makeTempDir();
const rows: Row[] = [];
try {
  const load = await LoadGenerator.compile(folder);
  const settings = values.quick ? { rounds: 3, seconds: 1 } : { rounds: 5, seconds: 1.5 };
  for (const measurement of chosen) {
    console.log(`${measurement.name} …`);
    const started = performance.now();
    rows.push(...await measurement.run({ ...settings, load, folder }));
    console.log(`${measurement.name}: ${Math.round((performance.now() - started) / 1000)} s`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
} finally {
  await Deno.remove(folder, { recursive: true });
}

console.log(`\n${table(rows)}`);
if (!values.quick && values.only === undefined) {
  const date = new Date().toISOString().slice(0, 10);
  const machine =
    `${date}, ${navigator.hardwareConcurrency} cores, ${Deno.build.os} ${Deno.build.arch}, Deno ${Deno.version.deno}`;
  await Deno.writeTextFile(beside("../../docs/bench.md"), page(rows, chosen, machine, "deno task bench"));
  await Deno.writeTextFile(beside("../../docs/bench.svg"), chart(rows, machine));
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", beside("../../docs/bench.md"), beside("../../docs/bench.svg")],
  }).output();
}
