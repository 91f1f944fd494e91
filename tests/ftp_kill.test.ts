import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { N2OError } from "@n2o/n2o";
import { each } from "./engines.ts";
import { fileOf, FtpClient, partsIn, storedIn } from "./ftp_client.ts";
import { type Killable, startKillable } from "./killable.ts";
import { hello } from "./speech.ts";

/** Bytes of each upload; a longer run says more. */
const BYTES = Number(Deno.env.get("N2O_FTP_KILL_BYTES") ?? 5_000_000);
const UPLOADS = 10;
const KILLS = 3;

/** A server in a process of its own. */
function serve(folder: string, engine: string): Promise<Killable> {
  const flags = ["--allow-net", `--allow-read=${folder}`, `--allow-write=${folder}`];
  return startKillable("./ftp_server.ts", flags, [folder, engine]);
}

each(
  "kill -9 in the middle of ten uploads: all go on from what was acknowledged, and are the same byte by byte",
  async (engine) => {
    const folder = await Deno.makeTempDir();
    const uploads = Array.from({ length: UPLOADS }, (_, i) => ({
      file: fileOf(BYTES, i),
      parts: { id: `upload ${i}`, name: `${i}.bin` },
      token: "",
      acknowledged: 0,
      resumed: 0,
      done: false,
    }));
    const acknowledged = () => uploads.reduce((sum, upload) => sum + upload.acknowledged, 0);
    try {
      for (let life = 0; life <= KILLS; life++) {
        const server = await serve(folder, engine.name);
        try {
          const running = uploads.filter(({ done }) => !done).map(async (upload) => {
            let client: FtpClient | undefined;
            try {
              client = await FtpClient.open(server.address);
              upload.token = await hello(client.socket, upload.token);
              const size = upload.file.length;
              const { offset } = await client.must("init", { ...upload.parts, size });
              ok(
                offset >= upload.acknowledged,
                `${offset} bytes are there, ${upload.acknowledged} were acknowledged`,
              );
              if (offset > 0) upload.resumed++;
              await client.upload(upload.file, upload.parts, {
                onAck: (ack) => upload.acknowledged = ack.offset,
              });
              upload.acknowledged = size;
              upload.done = true;
            } catch (error) {
              // The server is gone; what it refuses is no part of this.
              if (error instanceof N2OError || (error as { code?: string }).code === "ERR_ASSERTION") {
                throw error;
              }
            } finally {
              client?.close();
            }
          });
          if (life < KILLS) {
            const enough = UPLOADS * BYTES * (life + 1) / (KILLS + 1);
            let over = false;
            const all = Promise.all(running).finally(() => over = true);
            all.catch(() => {});
            while (acknowledged() < enough && !over) await new Promise((resolve) => setTimeout(resolve, 1));
            await server.kill();
          }
          await Promise.all(running);
        } finally {
          await server.kill().catch(() => {});
        }
      }
      ok(uploads.every(({ done }) => done));
      ok(uploads.some(({ resumed }) => resumed > 0), "some went on");
      deepStrictEqual(await storedIn(folder), uploads.map(({ parts }) => parts.name).sort());
      deepStrictEqual(await partsIn(folder), []);
      for (const { file, parts } of uploads) {
        const stored = await Deno.readFile(`${folder}/${parts.name}`);
        strictEqual(stored.length, file.length);
        ok(stored.every((byte, at) => byte === file[at]), parts.name);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
