/**
 * Proxies: the configuration of a document is tried by the program that it is for, which then stands before the server that runs.
 *
 * @module
 */
import { match, strictEqual } from "node:assert/strict";
import { certificate } from "../certificate.ts";
import { skip } from "../command.ts";
import { freePort } from "../free_port.ts";
import { Background } from "./background.ts";
import type { Block } from "./blocks.ts";
import type { Story } from "./story.ts";

/** Tries a configuration of Caddy. */
export async function caddy({ text }: Block, story: Story): Promise<void> {
  if (await missing("caddy")) return;
  const port = freePort();
  // Caddy's own authority signs for this machine as it would have others sign for the name.
  const settings = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n";
  await story.write(
    ".proxy/Caddyfile",
    settings + text.replace(/^example\.com/m, `https://localhost:${port}`),
  );
  const file = story.place(".proxy/Caddyfile");
  await story.command(`caddy validate --adapter caddyfile --config ${file}`);
  const env = { XDG_DATA_HOME: story.place(".proxy/data"), XDG_CONFIG_HOME: story.place(".proxy/config") };
  await stand(story, `caddy run --adapter caddyfile --config ${file}`, "serving initial configuration", env);
  await talk(story, port, `${env.XDG_DATA_HOME}/caddy/pki/authorities/local/root.crt`);
}

/** Tries a configuration of nginx. */
export async function nginx({ text }: Block, story: Story): Promise<void> {
  if (await missing("nginx")) return;
  const port = freePort();
  const made = await certificate();
  if (made === undefined) return skip("nginx is not tried: there is no openssl");
  await story.write(".proxy/fullchain.pem", made.cert);
  await story.write(".proxy/privkey.pem", made.key);
  const folder = story.place(".proxy");
  const server = text.replace("listen 443", `listen ${port}`).replaceAll("/etc/ssl/example.com", folder);
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  await story.write(
    ".proxy/nginx.conf",
    `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\n` +
      `http {\naccess_log off;\n${places}\n${server}}\n`,
  );
  await story.command(`${NGINX} -t -p ${folder} -c ${folder}/nginx.conf`);
  await stand(
    story,
    `${NGINX} -p ${folder} -c ${folder}/nginx.conf -g 'error_log stderr notice;'`,
    "RLIMIT_NOFILE",
    {},
  );
  await talk(story, port, `${folder}/fullchain.pem`);
}

/** Runs nginx in a shell, wherever Debian has put it. */
export const NGINX = 'PATH="$PATH:/usr/sbin" nginx';
let standing: Background | undefined;

/** Starts a proxy; it stands until the next one, or until the story ends. */
async function stand(
  story: Story,
  command: string,
  sign: string,
  env: Record<string, string>,
): Promise<void> {
  await standing?.stop();
  standing = new Background(command, story.folder, { ...Deno.env.toObject(), ...env });
  await standing.until((output) => output.includes(sign), sign);
}

/** A post, a WebSocket, and a page through the proxy. */
async function talk(story: Story, port: number, authority: string): Promise<void> {
  try {
    for (const scheme of ["https", "wss"]) {
      const url = `${scheme}://localhost:${port}/ws/nobody`;
      const said = await story.command(
        `DENO_CERT=${authority} n2o send --no-handshake ${url} '{count}' 'text "PING"'`,
      );
      match(said, /^\{count,\d+\}\ntext "PONG"\n$/);
    }
    const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(authority)] });
    const answer = await fetch(`https://localhost:${port}/`, { client });
    match(await answer.text(), /<html/);
    strictEqual(answer.status, 200);
    client.close();
  } finally {
    await standing?.stop();
    standing = undefined;
  }
}

/** Whether a program is not there, which is told. */
export async function missing(program: string): Promise<boolean> {
  const { code } = await new Deno.Command("sh", {
    args: ["-c", `PATH="$PATH:/usr/sbin" command -v ${program}`],
    stdout: "null",
  }).output();
  if (code !== 0) skip(`a configuration of ${program} is not tried: \`apt-get install ${program}\``);
  return code !== 0;
}
