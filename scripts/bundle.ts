/**
 * Builds the module that pages load, `lib/client/bundle/n2o.js` with its source map, from `lib/client/browser.ts`.
 *
 *     deno task bundle
 *
 * The result is committed: a server needs no bundler. `deno bundle` gets esbuild from npm the first time.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = resolve(root, "lib/client/bundle");

/** The texts of a bundle's two files. */
export interface Bundle {
  readonly script: string;
  readonly map: string;
}

/** Builds in a folder of its own, so that what is committed stays as it is. Throws with the bundler's words when it fails. */
export async function build(): Promise<Bundle> {
  const out = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--no-lock",
        "--platform=browser",
        "--minify",
        "--sourcemap=linked",
        `--output=${resolve(out, "n2o.js")}`,
        "lib/client/browser.ts",
      ],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    if (!success) throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr)}`);
    const map = JSON.parse(await Deno.readTextFile(resolve(out, "n2o.js.map"))) as { sources: string[] };
    map.sources = map.sources.map((source) => fromFolder(resolve(out, source)));
    return {
      script: await Deno.readTextFile(resolve(out, "n2o.js")),
      map: JSON.stringify(map) + "\n",
    };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** A source's address as seen from the bundle, whatever machine built it. */
function fromFolder(path: string): string {
  return relative(folder, fileURLToPath(pathToFileURL(Deno.realPathSync(path)))).replaceAll("\\", "/");
}

if (import.meta.main) {
  const { script, map } = await build();
  await Deno.writeTextFile(resolve(folder, "n2o.js"), script);
  await Deno.writeTextFile(resolve(folder, "n2o.js.map"), map);
  const gzipped = new Response(new Blob([script]).stream().pipeThrough(new CompressionStream("gzip")));
  const { byteLength } = await gzipped.arrayBuffer();
  console.log(`lib/client/bundle/n2o.js: ${script.length} bytes, ${byteLength} with gzip`);
}
