/**
 * Builds the modules that pages load, in `lib/client/bundle` with their source maps: `n2o.js` from `lib/client/browser.ts`, and the two
 * that import it, `nitro.js` and `original.js` from `lib/client/nitro`. Beside them `dev.js` from `lib/client/dev`, which is a script of
 * its own and is left readable.
 *
 *     deno task bundle
 *
 * The result is committed: a server needs no bundler. `deno bundle` gets esbuild from npm the first time. Terser goes over its
 * result, which is 500 bytes with gzip; other minifiers (swc, in any order with these two) gave more bytes or as many.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { minify } from "npm:terser@5.51.4";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = resolve(root, "lib/client/bundle");

/** The modules, by the names that pages know them by. */
export const ENTRIES: Readonly<Record<string, string>> = {
  "n2o.js": "lib/client/browser.ts",
  "nitro.js": "lib/client/nitro/mod.ts",
  "original.js": "lib/client/nitro/original.ts",
};

/** What the first module has in place of modules that are made for a server's speed. */
const LEAN: Record<string, string> = {
  "lib/utf8.ts": "lib/client/lean/utf8.ts",
  "lib/formats/bert_error.ts": "lib/client/lean/bert_error.ts",
  "lib/formats/bert_decode.ts": "lib/client/lean/bert_decode.ts",
  "lib/formats/bert_encode.ts": "lib/client/lean/bert_encode.ts",
  "lib/formats/slab.ts": "lib/client/lean/slab.ts",
  "lib/term_atoms.ts": "lib/client/lean/term_atoms.ts",
  "lib/term_map.ts": "lib/client/lean/term_map.ts",
  "lib/term_shapes.ts": "lib/client/lean/term_shapes.ts",
};

/** What the others have in place of these: the first module's exports. */
const SHARED = "lib/client/nitro/shared.ts";
const TERMS = [
  "lib/client/browser.ts",
  "lib/client/new_id.ts",
  "lib/term.ts",
  "lib/term_atoms.ts",
  "lib/term_shapes.ts",
  "lib/term_text.ts",
];

/**
 * What the first module's parts call things among themselves, and neither a page nor another module nor the browser knows: it is
 * shortened. Minifiers keep the browser's own names only as far as they know them: options of its methods they do not.
 */
export const INNER =
  /^(alive|everyMs|dead|drain|steady|fault|keep|live|postUrl|poll|written|held|suspect|strikes|again|joining|refused|rejoin|probe)$/;

/** The texts of a bundle's two files. */
export interface Bundle {
  readonly script: string;
  readonly map: string;
}

/** Builds one in a folder of its own, so that what is committed stays as it is. Throws with the bundler's words when it fails. */
export async function build(name: string): Promise<Bundle> {
  const out = await Deno.realPath(await Deno.makeTempDir());
  try {
    const isFirst = name === "n2o.js";
    await Deno.writeTextFile(
      resolve(out, "imports.json"),
      JSON.stringify(
        isFirst ? { imports: mapped(LEAN) } : {
          imports: mapped(Object.fromEntries(TERMS.map((from) => [from, SHARED]))),
          scopes: { [url(SHARED)]: { [url("lib/client/browser.ts")]: "./n2o.js" } },
        },
      ),
    );
    // The bundler looks for what it is told to leave out.
    if (!isFirst) await Deno.writeTextFile(resolve(out, "n2o.js"), "");
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--no-lock",
        "--platform=browser",
        "--minify",
        "--sourcemap=linked",
        ...(isFirst ? [] : ["--external", resolve(out, "n2o.js")]),
        `--import-map=${resolve(out, "imports.json")}`,
        `--output=${resolve(out, name)}`,
        ENTRIES[name],
      ],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    if (!success) throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr)}`);
    const bundled = JSON.parse(await Deno.readTextFile(resolve(out, `${name}.map`))) as { sources: string[] };
    const sources = bundled.sources.map((source) => resolve(out, source));
    const full = sources.find((source) => relative(root, source).replaceAll("\\", "/") in LEAN);
    if (full !== undefined) throw new Error(`${full} is in ${name} in spite of its lean form`);
    bundled.sources = sources.map((source) => relative(folder, source).replaceAll("\\", "/"));
    const text = await Deno.readTextFile(resolve(out, name));
    const { code, map } = await minify(text.replaceAll(/"[^"]*\/n2o\.js"/g, '"./n2o.js"'), {
      module: true,
      // What is "unsafe" concerns texts and functions in ways that these modules do not use; the rest makes the same things look the same.
      compress: {
        passes: 3,
        ecma: 2020,
        unsafe: true,
        unsafe_arrows: true,
        keep_fargs: false,
        pure_getters: true,
        inline: 1,
        lhs_constants: false,
        sequences: false,
      },
      mangle: { properties: isFirst && { regex: INNER } },
      sourceMap: {
        content: JSON.stringify(bundled),
        filename: name,
        url: `${name}.map`,
        includeSources: true,
      },
    });
    return { script: `${code}\n`, map: `${map}\n` };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** Builds the script that `n2o dev` puts into documents: a function that is called, so that no name of it meets one of the page. */
export async function buildDev(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--no-lock", "--platform=browser", "--format=iife", "lib/client/dev/mod.ts"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function mapped(modules: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(modules).map(([from, to]) => [url(from), url(to)]));
}

function url(path: string): string {
  return pathToFileURL(resolve(root, path)).href;
}

if (import.meta.main) {
  const dev = await buildDev();
  await Deno.writeTextFile(resolve(folder, "dev.js"), dev);
  console.log(`lib/client/bundle/dev.js: ${dev.length} bytes`);
  for (const name of Object.keys(ENTRIES)) {
    const { script, map } = await build(name);
    await Deno.writeTextFile(resolve(folder, name), script);
    await Deno.writeTextFile(resolve(folder, `${name}.map`), map);
    const gzipped = gzipSync(script, { level: 9 }).length;
    console.log(`lib/client/bundle/${name}: ${script.length} bytes, ${gzipped} with gzip`);
  }
}
