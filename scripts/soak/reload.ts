/**
 * Hot reload under load: `n2o dev` serves 200 connections, half of them WebSocket and half TCP, once with each engine, while its
 * modules are saved five times a second and a third of the saves is broken.
 *
 *     deno run --allow-all scripts/soak/reload.ts [--seconds 60] [--engine stream] [--command serve] [--target PATH] [--write]
 *
 * With `--command serve` it is `n2o serve`, asked by SIGHUP after each save. `--target` names a compiled n2o; without it main.ts runs. `--store memory`
 * leaves the disk out. `--write` makes `docs/reload.md` and `docs/reload.svg`, `--json FILE` keeps
 * all figures, `--keep` shows at the end what the server said. It ends with 1 when something does not hold. Memory and processor time are
 * those of /proc, which only Linux has.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { table } from "./page.ts";
import type { Wire } from "./peer.ts";
import { files } from "./reload/application.ts";
import { Load } from "./reload/load.ts";
import { picture } from "./reload/picture.ts";
import { figures, type Named, page, verdicts } from "./reload/report.ts";
import { byTheClock } from "./reload/run.ts";
import { Server } from "./reload/server.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    connections: { type: "string", default: "200" },
    rate: { type: "string", default: "5000" },
    every: { type: "string", default: "200" },
    engine: { type: "string", multiple: true, default: ["stream", "serve"] },
    command: { type: "string", default: "dev" },
    target: { type: "string" },
    store: { type: "string", default: "kv" },
    write: { type: "boolean", default: false },
    json: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const [seconds, connections, rate, everyMs] = [values.seconds, values.connections, values.rate, values.every]
  .map(
    (text, index) => {
      if (Number(text) > 0) return Number(text);
      console.error(`--${["seconds", "connections", "rate", "every"][index]} takes a number`);
      Deno.exit(2);
    },
  );
const root = fileURLToPath(new URL("../../", import.meta.url));
const half: readonly Wire[] = Array.from(
  { length: connections },
  (_, index) => index % 2 === 0 ? "websocket" : "packet4",
);

const runs: Named[] = [];
let passed = true;
for (const engine of values.engine) {
  const named = await reloaded(engine);
  runs.push(named);
  const judged = verdicts(named.run);
  passed &&= judged.every((verdict) => verdict.passed);
  console.log(`\n${named.name}\n\n${table(judged)}`);
  for (const text of named.run.account.texts) console.log(`  ${text}`);
}
const machine = `${new Date().toISOString().slice(0, 10)}, ${navigator.hardwareConcurrency} cores, ` +
  `${Deno.build.os} ${Deno.build.arch}, Deno ${Deno.version.deno}, load average ${
    Deno.loadavg()[0].toFixed(1)
  }`;
if (values.json !== undefined) {
  await Deno.writeTextFile(values.json, JSON.stringify({ machine, runs: figures(runs) }, undefined, 2));
}
if (values.write) {
  const what =
    `\`n2o ${values.command}\`${values.target === undefined ? "" : " of the compiled program"} under ` +
    `${rate.toLocaleString("en")} messages a second on ${connections} connections, saved every ${everyMs} ms`;
  const paths = ["reload.md", "reload.svg"].map((name) => `${root}docs/${name}`);
  await Deno.writeTextFile(paths[0], page(runs, `${what}, a third of the saves broken. ${machine}.`));
  await Deno.writeTextFile(paths[1], picture(runs, machine));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", ...paths] }).output();
}
Deno.exit(passed ? 0 : 1);

async function reloaded(engine: string): Promise<Named> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files())) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    const command = commandFor(folder, engine);
    await using server = await Server.start({ command, cwd: folder, onRequest: values.command === "serve" });
    const { webPort, tcpPort } = server;
    const load = await Load.open({ webPort, tcpPort, wires: half, rate });
    const run = await byTheClock(server, load, folder, { seconds, everyMs });
    const code = await server.end();
    if (code !== 0) run.account.texts.push(`the server ended with ${code}`);
    if (values.keep) console.log([...server.lines, ...server.complaints].join("\n"));
    return { name: `engine ${engine}`, run };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function commandFor(folder: string, engine: string): string[] {
  const args = [
    values.command,
    folder,
    "--port",
    "0",
    "--tcp",
    "0",
    "--engine",
    engine,
    "--store",
    values.store,
  ];
  if (values.target !== undefined) return [values.target, ...args];
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`)) as {
    tasks: Record<string, string>;
  };
  const flags = tasks.start.replace(/^deno run /, "").replace(/ main\.ts.*$/, "").replaceAll("'", "");
  return [Deno.execPath(), "run", ...flags.split(" "), `${root}main.ts`, ...args];
}
