/**
 * Dockerfiles: each instruction is read, what is copied has to be there, and what runs in the image is run in a folder that has what the
 * image would have.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { basename, dirname, join, relative } from "node:path";
import { type Block, pathOf } from "./blocks.ts";
import { root } from "./shims.ts";
import type { Story } from "./story.ts";

const INSTRUCTIONS =
  /^(FROM|RUN|COPY|USER|WORKDIR|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD|ENV|LABEL) (.+)$/;
/** What is done by programs of the image alone, and to its users. */
const IMAGE_ONLY = /\b(useradd|chown|apt-get)\b/;
/** What the base images start with. */
const ENTRYPOINTS: Readonly<Record<string, string>> = { "denoland/deno": "deno" };

/** Reads a Dockerfile, makes its folder, starts what the image would start, asks for its health, and ends it. */
export async function dockerfile(block: Block, story: Story): Promise<void> {
  const path = pathOf(block);
  ok(path !== undefined, "names no file in its first line");
  await story.file(block);
  const context = dirname(path);
  const image = `${story.home}/image_${block.line}`;
  let workdir = "/";
  let entrypoint = "";
  let start = "";
  let health: string | undefined;
  for (const line of block.text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))) {
    const [, instruction, rest] = INSTRUCTIONS.exec(line) ?? [];
    ok(instruction !== undefined, `no instruction: ${line}`);
    if (instruction === "FROM") {
      strictEqual(/^[\w./-]+:[\w.-]+$/.test(rest), true, `${rest} names no version`);
      entrypoint = ENTRYPOINTS[rest.split(":")[0]] ?? "";
      if (rest.startsWith("denoland/deno:")) strictEqual(rest, `denoland/deno:${Deno.version.deno}`);
    } else if (instruction === "WORKDIR") {
      workdir = rest;
      await Deno.mkdir(image + workdir, { recursive: true });
    } else if (instruction === "COPY") {
      const [from, to] = rest.replace(/^--chown=\S+ /, "").split(" ");
      const target = image + join(workdir, to);
      await Deno.mkdir(from === "." ? target : dirname(target), { recursive: true });
      const source = join(story.folder, context, from);
      await story.command(from === "." ? `cp -r "${source}/." "${target}"` : `cp -r "${source}" "${target}"`);
      await findLibrary(target, join(story.folder, context));
    } else if (instruction === "RUN" && !IMAGE_ONLY.test(rest)) {
      await story.command(`cd "${image}${workdir}" && ${rest}`);
    } else if (instruction === "VOLUME") await Deno.mkdir(image + rest, { recursive: true });
    else if (instruction === "ENTRYPOINT") entrypoint = words(rest);
    else if (instruction === "CMD") start = words(rest);
    else if (instruction === "HEALTHCHECK") health = words(rest.replace(/^CMD /, ""));
    else if (instruction === "EXPOSE") strictEqual(rest, "8001");
  }
  const inImage = (command: string) =>
    command.replace(/(?<= )'?(\/[\w./-]+)'?/g, (_, path) => `"${image}${path}"`);
  const run = `cd "${image}${workdir}" && PATH="${image}/usr/local/bin:$PATH" exec ${
    inImage(`${entrypoint} ${start}`)
  }`;
  await story.serve(run, "…\nn2o …: my-app at http://0.0.0.0:8001/ …");
  const { ok: healthy } = await fetch(story.url("/n2o/health"));
  strictEqual(healthy, true, basename(path));
  if (health !== undefined) await story.command(health);
  await story.stop();
}

/** A project of a clone names the library by its way from there; that of the published package is the same from everywhere. */
async function findLibrary(copy: string, project: string): Promise<void> {
  const text = await Deno.readTextFile(`${copy}/deno.json`).catch(() => undefined);
  if (text === undefined) return;
  await Deno.writeTextFile(`${copy}/deno.json`, text.replaceAll(`${relative(project, root)}/`, `${root}/`));
}

/** A list of words, as a shell takes it. */
function words(list: string): string {
  const value = JSON.parse(list) as string[];
  return value.map((word) => /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`).join(
    " ",
  );
}
