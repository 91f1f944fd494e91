/**
 * The programs that guides call, as this repository has them.
 *
 * @module
 */
import { root } from "../root.ts";

export { root };

/**
 * Puts `n2o`, `npx` and `sudo` into a folder for `PATH`. `n2o` is this repository's, with every permission; `npx -y deno@VERSION` is
 * the Deno that runs the tests, if it is of that version; `sudo` does without.
 */
export async function makeShims(folder: string): Promise<void> {
  const deno = Deno.execPath();
  await Deno.mkdir(folder, { recursive: true });
  await script(
    `${folder}/n2o`,
    // A runtime from npm, where Deno's own download cannot be reached; elsewhere \`deno\` downloads it.
    `[ "$1" = compile ] && [ -z "$DENORT_BIN" ] && DENORT_BIN=$("${root}/tests/denort.sh") && export DENORT_BIN\n` +
      `exec "${deno}" run --allow-all "${root}/main.ts" "$@"`,
  );
  await script(
    `${folder}/npx`,
    `[ "$1 $2" = "-y deno@${Deno.version.deno}" ] || { echo "npx $*: not the Deno that is here" >&2; exit 1; }\n` +
      `shift 2\n# All tests are what runs this.\n[ "$*" = "task test" ] && grep -q scripts/test.ts deno.json && [ -e main.ts ] && exit 0\nexec "${deno}" "$@"`,
  );
  await script(`${folder}/sudo`, `exec "$@"`);
  // A program of another name would not be found in a PATH that begins here.
  await Deno.symlink(deno, `${folder}/deno`);
}

async function script(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** What this repository's own configuration says about imports, with the places that they have from elsewhere. */
export async function configuration(): Promise<object> {
  const { imports, compilerOptions, unstable } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const mapped = Object.entries(imports as Record<string, string>)
    .map(([name, target]) => [name, target.replace(/^\.\//, `${root}/`)]);
  return { imports: Object.fromEntries(mapped), compilerOptions, unstable, nodeModulesDir: "none" };
}
