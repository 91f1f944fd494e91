/**
 * Units of systemd: read by systemd itself, and served as it would.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { skip } from "../command.ts";
import type { Background } from "./background.ts";

/** What is needed of the story that a unit is part of. */
interface Story {
  readonly home: string;
  readonly server: Background | undefined;
  place(path: string): string;
  write(path: string, text: string): Promise<void>;
  command(text: string): Promise<string>;
  serve(text: string, shown: string | undefined, env?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

/** A line of a unit. */
type Line = readonly [key: string, value: string];

/** Checks a unit: every line is one, systemd finds nothing to complain of, and the settings in its command are good. */
export async function checkUnit(story: Story, path: string): Promise<void> {
  const lines = await readUnit(story, path);
  strictEqual(new Set(lines.map(([key]) => key)).size, lines.length, "a key stands there twice");
  const command = value(lines, "ExecStart");
  match(command, /^\/usr\/local\/bin\/n2o serve /);
  await story.command(stateful(command).replace("/usr/local/bin/n2o serve", "n2o check"));
  await story.write(
    `.verify/${path.split("/").at(-1)}`,
    lines.map(asText).join("\n").replace(command, "/bin/true"),
  );
  try {
    const { stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", story.place(`.verify/${path.split("/").at(-1)}`)],
    }).output();
    // What systemd complains of does not change its exit code.
    const said = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes(".service"));
    deepStrictEqual(said, []);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    skip("units are not read by systemd: there is no systemd-analyze");
  }
}

/** Does what `systemctl` would, with the server of a story. */
export async function systemctl(story: Story, [verb, ...rest]: readonly string[]): Promise<void> {
  if (verb === "daemon-reload") return;
  const name = rest.at(-1);
  const lines = await readUnit(story, `/etc/systemd/system/${name}.service`);
  if (verb === "stop") await story.stop();
  else if (verb === "reload") {
    match(value(lines, "ExecReload"), /^\/bin\/kill -HUP \$MAINPID$/);
    const { server } = story;
    ok(server !== undefined, "nothing runs that could reload");
    const before = server.output.length;
    await server.signal("HUP");
    await server.until((output) => output.slice(before).includes('"event":"reloaded"'), "a reload");
  } else if (["enable --now", "start", "restart"].includes([verb, ...rest.slice(0, -1)].join(" "))) {
    const command = stateful(value(lines, "ExecStart")).replace("/usr/local/bin/", "");
    const [credential, file] = value(lines, "LoadCredential").split(":");
    const folder = `${story.home}/credentials`;
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.mkdir(folder);
    await Deno.copyFile(story.place(file), `${folder}/${credential}`);
    await Deno.chmod(`${folder}/${credential}`, 0o400);
    await story.serve(command, undefined, { CREDENTIALS_DIRECTORY: folder });
  } else throw new Error(`systemctl ${verb} ${rest.join(" ")} is not known here`);
}

async function readUnit(story: Story, path: string): Promise<Line[]> {
  const text = await Deno.readTextFile(story.place(path));
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const [, key, value] = /^(?:(\w+)=(.*)|\[\w+\])$/.exec(line) ?? [];
    if (key === undefined && !line.startsWith("[")) throw new Error(`no line of a unit: ${line}`);
    return [key ?? line, value ?? ""] as const;
  });
}

function asText([key, value]: Line): string {
  return key.startsWith("[") ? key : `${key}=${value}`;
}

function value(lines: readonly Line[], key: string): string {
  const found = lines.find(([name]) => name === key);
  ok(found !== undefined, `the unit has no ${key}`);
  return found[1];
}

function stateful(command: string): string {
  return command.replaceAll("%S/", "/var/lib/");
}
