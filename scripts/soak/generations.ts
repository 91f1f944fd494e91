/**
 * The memory and the time that reloads take: a module of 5 KB is saved and loaded anew a thousand times, as it is under `n2o dev`.
 *
 *     deno run --allow-all --v8-flags=--expose-gc scripts/soak/generations.ts [--reloads 1000] [--size 5000] [--helpers 0] [--limit 64]
 *
 * `--helpers` is the number of modules between it and the one that is saved, all of which are loaded anew. It ends with 1 when the memory
 * grows by more than `--limit` megabytes.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Generations } from "../../lib/reload/generations.ts";
import { pageOf, protocolOf } from "./generations_module.ts";

const MEGABYTE = 1_000_000;
const { values } = parseArgs({
  options: {
    reloads: { type: "string", default: "1000" },
    size: { type: "string", default: "5000" },
    helpers: { type: "string", default: "0" },
    limit: { type: "string", default: "64" },
    js: { type: "boolean", default: false },
    dense: { type: "boolean", default: false },
  },
});
const [reloads, size, helpers, limit] = [values.reloads, values.size, values.helpers, values.limit].map(
  Number,
);
const textOf = values.dense ? pageOf : protocolOf;

const folder = await Deno.makeTempDir({ prefix: "n2o-generations-" });
const name = values.js ? "protocol.js" : "protocol.ts";
const write = (file: string, text: string) => Deno.writeTextFile(join(folder, file), text);
const generations = Generations.install({ folder, library: new URL("../../", import.meta.url).href });
for (let n = 0; n < helpers; n++) {
  await write(`helper${n}.ts`, `export { version } from "./${n === 0 ? name : `helper${n - 1}.ts`}";\n`);
}
const entry = join(folder, helpers === 0 ? name : `helper${helpers - 1}.ts`);

/** Collects what is no longer needed, and tells how much memory the process has. */
async function settled(): Promise<Deno.MemoryUsage> {
  for (let n = 0; n < 3; n++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return Deno.memoryUsage();
}

const times: number[] = [];
let before = await settled();
for (let version = 0; version <= reloads; version++) {
  await write(name, textOf(version, size, !values.js));
  // As a save that is seen when it is over.
  await Deno.utime(join(folder, name), 1, version);
  const began = performance.now();
  const attempt = await generations.begin([join(folder, name)]);
  const module = await attempt.import(entry);
  if (!await attempt.commit()) version--;
  else if (module.version !== version) throw new Error(`version ${module.version} in place of ${version}`);
  times.push(performance.now() - began);
  if (version === 0) before = await settled();
}
const after = await settled();
await Deno.remove(folder, { recursive: true });

const growth = (after.rss - before.rss) / MEGABYTE;
const sorted = times.toSorted((a, b) => a - b);
const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
const { instances, bytes } = generations.loaded;
console.log(
  `${reloads} reloads of ${helpers + 1} modules, the saved one of ${size} bytes (${
    values.js ? "JavaScript" : "TypeScript"
  })`,
);
console.log(
  `  memory: ${growth.toFixed(1)} MB more, ${
    (growth * 1000 / instances).toFixed(1)
  } KB an instance (limit ${limit} MB)`,
);
console.log(`  of it V8's heap: ${((after.heapUsed - before.heapUsed) / MEGABYTE).toFixed(1)} MB`);
console.log(`  kept: ${instances} old instances, ${(bytes / MEGABYTE).toFixed(1)} MB of source`);
console.log(
  `  an attempt: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, last ten ${
    (times.slice(-10).reduce((a, b) => a + b) / 10).toFixed(1)
  } ms`,
);
if (growth > limit) Deno.exit(1);
