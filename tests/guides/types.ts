/**
 * The types of what documents show, checked for all of them at once: the compiler reads the library only once then.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { configuration } from "./shims.ts";
import type { Story } from "./story.ts";

/** The text of each module by its path, in a folder for each story. */
const modules = new Map<string, string>();
let stories = 0;

/** Keeps a story's modules, as they are at its end. */
export async function keepModules(story: Story): Promise<void> {
  stories++;
  for (const path of [...story.files].filter((path) => /\.tsx?$/.test(path))) {
    modules.set(`${stories}/${path}`, await Deno.readTextFile(story.place(path)));
  }
}

/** Checks all that was kept. */
export async function checkModules(): Promise<void> {
  if (modules.size === 0) return;
  const folder = await Deno.makeTempDir({ prefix: "n2o_types_" });
  try {
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(await configuration()));
    for (const [path, text] of modules) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", "--quiet", "."],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    strictEqual(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
