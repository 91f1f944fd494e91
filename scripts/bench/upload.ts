/**
 * One upload on the loopback, against a bare `Deno.serve` that writes a PUT's body to the disk.
 *
 * @module
 */

import { atom, bert, isTuple, type Term, text, tuple } from "../../mod.ts";
import { alternate, type Measurement, median } from "./measure.ts";
import { NET } from "./ours.ts";
import { beside, Server } from "./server.ts";

const SIZE = 64 * 1024 * 1024;
const BLOCK = 262_144;
/** Blocks under way at the same time, as the page's client has. */
const WINDOW = 4;
const EMPTY = new Uint8Array(0);

/** Sends a file by the file protocol over a WebSocket; gives its rate in MB/s. */
async function send(port: number, content: Uint8Array): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/`);
  socket.binaryType = "arraybuffer";
  const id = crypto.randomUUID();
  const say = (offset: number, data: Uint8Array, status: string) => {
    const block = status === "init" ? 1 : data.length;
    socket.send(
      bert.encode(
        tuple(atom("ftp"), id, "", `${id}.bin`, EMPTY, content.length, offset, block, data, status, []),
      ) as Uint8Array<ArrayBuffer>,
    );
  };
  const started = performance.now();
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    const next = () => {
      if (sent >= content.length) return;
      const data = content.subarray(sent, sent + BLOCK);
      say(sent, data, "send");
      sent += data.length;
    };
    socket.onopen = () => socket.send("N2O,");
    socket.onclose = ({ reason }) => reject(new Error(`the upload was closed: ${reason}`));
    socket.onmessage = ({ data }) => {
      const term: Term = bert.decode(new Uint8Array(data));
      if (isTuple(term, "io", 3)) return say(0, EMPTY, "init");
      if (!isTuple(term, "ftpack", 11)) return reject(new Error("the upload was refused"));
      if (term[7] === 0) return resolve();
      if (text(term[9]) === "init") { for (let i = 0; i < WINDOW; i++) next(); }
      else next();
    };
  });
  const rate = content.length / 1000 / (performance.now() - started);
  socket.onclose = null;
  socket.close();
  return rate;
}

async function put(port: number, content: Uint8Array<ArrayBuffer>): Promise<number> {
  const started = performance.now();
  const body = new Blob([content]);
  const response = await fetch(`http://127.0.0.1:${port}/upload`, { method: "PUT", body });
  await response.body?.cancel();
  if (!response.ok) throw new Error("the upload was refused");
  return content.length / 1000 / (performance.now() - started);
}

/** Uploads, in MB a second. */
export const upload: Measurement = {
  name: "upload",
  how:
    "A file of 64 MiB on the loopback: ours by the file protocol over a WebSocket, in blocks of 256 KiB of which four are under way, " +
    "forced to the disk and renamed at its end; the peer is `bare_upload.ts`, a PUT whose body is piped into a file.",
  async run({ rounds, folder }) {
    const content = new Uint8Array(SIZE);
    for (let i = 0; i < SIZE; i += 65_536) crypto.getRandomValues(content.subarray(i, i + 65_536));
    const files = `--allow-read=${folder},--allow-write=${folder}`.split(",");
    const where = `${folder}/uploads`;
    await Deno.mkdir(where, { recursive: true });
    await using ours = await Server.start([NET, ...files, beside("n2o_upload.ts"), where]);
    await using peer = await Server.start([NET, ...files, beside("bare_upload.ts"), folder]);
    const results = await alternate(rounds, async () => {
      const rate = await send(ours.port, content);
      for await (const { name, isFile } of Deno.readDir(where)) {
        if (isFile) await Deno.remove(`${where}/${name}`);
      }
      return rate;
    }, () => put(peer.port, content));
    const [us, them] = [results.ours, results.peer].map((of) => median(of, (value) => value));
    return [{
      name: "upload",
      unit: "MB/s",
      ours: us,
      peer: { name: "bare PUT to disk", figure: them },
      goal: { words: "≥ 0.4 × the peer", figure: 0.4 * them, met: us >= 0.4 * them },
    }];
  },
};
