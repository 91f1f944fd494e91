/** A real nginx that keeps its connections to the server, and sends a handshake on one that a post has gone before. */
import { strictEqual } from "node:assert/strict";
import { createN2O, heart, session } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { Background } from "./guides/background.ts";
import { missing, NGINX } from "./guides/proxies.ts";
import { keepLog } from "./log.ts";
import { handshake, RawSocket } from "./raw_socket.ts";
import { ask, t } from "./speech.ts";

const PLACES = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

function configuration(folder: string, port: number): string {
  return `daemon off; master_process off; pid ${folder}/pid; error_log stderr notice;
    events {}
    http {
      access_log off;
      ${PLACES.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
      map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
      upstream n2o { server 127.0.0.1:${port}; keepalive 1; }
      server {
        listen unix:${folder}/socket;
        location / {
          proxy_pass http://n2o;
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
          proxy_set_header Host $http_host;
        }
      }
    }`;
}

Deno.test("behind nginx with keepalive posts and WebSockets share connections", async () => {
  if (await missing("nginx")) return;
  const folder = await Deno.makeTempDir();
  const n2o = createN2O({ protocols: [heart, session, echoProto], log: keepLog().log });
  const { port } = n2o.listen({ port: 0, hostname: "127.0.0.1", engine: "stream" });
  await Deno.writeTextFile(`${folder}/nginx.conf`, configuration(folder, port));
  const nginx = new Background(`${NGINX} -p ${folder} -c ${folder}/nginx.conf`, folder, Deno.env.toObject());
  try {
    await nginx.until((said) => said.includes("RLIMIT_NOFILE"), "nginx stands");
    for (let round = 0; round < 3; round++) {
      const path = `${folder}/socket`;
      await using socket = new RawSocket(await Deno.connect({ transport: "unix", path }));
      for (const body of ["PING", "PING"]) {
        const post = `POST /ws/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        strictEqual(new TextDecoder().decode((await socket.request(post)).body), "PONG");
      }
      strictEqual((await socket.request(handshake())).status, 101);
      await socket.quiet();
      strictEqual(await ask(socket, t("echo", round)), `{echo,${round}}`);
    }
  } finally {
    await nginx.stop();
    await n2o.close();
    await Deno.remove(folder, { recursive: true });
  }
});
