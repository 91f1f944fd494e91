/**
 * Writes `docs/nitro.md` from the sources: the guide's text in `nitro_docs/guide.md`, and in its gaps the reference of elements and
 * actions with what their examples come to, and the table of what differs from the original.
 *
 *     deno task docs:nitro              the document
 *     deno task docs:nitro --picture    and docs/nitro-elements.png, which needs Chromium
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { actionsPart } from "./nitro_docs/actions.ts";
import { countsPart } from "./nitro_docs/counts.ts";
import { deviationsPart } from "./nitro_docs/deviations.ts";
import { elementsPart, fieldsPart } from "./nitro_docs/elements.ts";
import { readReference } from "./nitro_docs/reference.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The document's text. */
export async function nitroDocument(): Promise<string> {
  const read = (path: string) => Deno.readTextFile(`${ROOT}/${path}`);
  const reference = await readReference(ROOT);
  const parts: Readonly<Record<string, string>> = {
    fields: fieldsPart(reference),
    elements: await elementsPart(reference, read),
    actions: await actionsPart(reference, read),
    counts: countsPart(),
    deviations: await deviationsPart(ROOT),
  };
  const guide = await read("scripts/nitro_docs/guide.md");
  const missing = new Set(Object.keys(parts));
  const whole = guide.replace(/^<!-- (\w+) -->$/gm, (_, name) => {
    if (!missing.delete(name)) throw new Error(`the guide has no part ${name}, or has it twice`);
    return parts[name];
  });
  if (missing.size > 0) throw new Error(`the guide lacks ${[...missing].join(", ")}`);
  return await formatted(whole);
}

/** As `deno fmt` has it, so that the document is in the repository's form. */
async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`deno fmt failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  await Deno.writeTextFile(`${ROOT}/docs/nitro.md`, await nitroDocument());
  if (Deno.args.includes("--picture")) {
    const { picture } = await import("./nitro_docs/picture.ts");
    await Deno.writeFile(`${ROOT}/docs/nitro-elements.png`, await picture());
  }
}
