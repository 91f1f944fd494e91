/**
 * Builds the module that pages load, `lib/client/bundle/n2o.js` with its source map, from `lib/client/browser.ts`.
 *
 *     deno task bundle
 *
 * The result is committed: a server needs no bundler. `deno bundle` gets esbuild from npm the first time. Terser goes over its
 * result, which is 400 bytes with gzip.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { minify } from "npm:terser@5.51.4";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = resolve(root, "lib/client/bundle");

/** What the bundle has in place of modules that are made for a server's speed. */
const LEAN: Record<string, string> = {
  "lib/utf8.ts": "lib/client/lean/utf8.ts",
  "lib/formats/slab.ts": "lib/client/lean/slab.ts",
  "lib/term_hash.ts": "lib/client/lean/term_hash.ts",
};

/** The texts of a bundle's two files. */
export interface Bundle {
  readonly script: string;
  readonly map: string;
}

/** Builds in a folder of its own, so that what is committed stays as it is. Throws with the bundler's words when it fails. */
export async function build(): Promise<Bundle> {
  const out = await Deno.realPath(await Deno.makeTempDir());
  try {
    const imports = Object.entries(LEAN).map(([from, to]) => [url(from), url(to)]);
    await Deno.writeTextFile(
      resolve(out, "imports.json"),
      JSON.stringify({ imports: Object.fromEntries(imports) }),
    );
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--no-lock",
        "--platform=browser",
        "--minify",
        "--sourcemap=linked",
        `--import-map=${resolve(out, "imports.json")}`,
        `--output=${resolve(out, "n2o.js")}`,
        "lib/client/browser.ts",
      ],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    if (!success) throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr)}`);
    const bundled = JSON.parse(await Deno.readTextFile(resolve(out, "n2o.js.map"))) as { sources: string[] };
    const sources = bundled.sources.map((source) => resolve(out, source));
    const full = sources.find((source) => relative(root, source).replaceAll("\\", "/") in LEAN);
    if (full !== undefined) throw new Error(`${full} is in the bundle in spite of its lean form`);
    bundled.sources = sources.map((source) => relative(folder, source).replaceAll("\\", "/"));
    const { code, map } = await minify(await Deno.readTextFile(resolve(out, "n2o.js")), {
      module: true,
      sourceMap: {
        content: JSON.stringify(bundled),
        filename: "n2o.js",
        url: "n2o.js.map",
        includeSources: true,
      },
    });
    return { script: `${code}\n`, map: `${map}\n` };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

function url(path: string): string {
  return pathToFileURL(resolve(root, path)).href;
}

if (import.meta.main) {
  const { script, map } = await build();
  await Deno.writeTextFile(resolve(folder, "n2o.js"), script);
  await Deno.writeTextFile(resolve(folder, "n2o.js.map"), map);
  const gzipped = gzipSync(script, { level: 9 }).length;
  console.log(`lib/client/bundle/n2o.js: ${script.length} bytes, ${gzipped} with gzip`);
}
