import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { bert, heart, isTuple, session, type Term, text, type Tuple, tuple } from "@n2o/n2o";
import { createFtp } from "../protocols/ftp/mod.ts";
import { each, type Engine } from "./engines.ts";
import { fileOf, filesIn } from "./ftp_client.ts";
import { RawSocket, type WireFrame } from "./raw_socket.ts";
import { hello, read } from "./speech.ts";
import vectors from "./vectors/ws_transcripts.json" with { type: "json" };
import recorded from "./vectors/nitro.json" with { type: "json" };

const BLOCK = 262_144;

interface Payload {
  readonly op: "text" | "binary";
  readonly hex?: string;
  readonly len?: number;
  readonly head?: string;
  readonly tail?: string;
  readonly sha256?: string;
  readonly term?: string;
}

interface Step {
  readonly http_request?: string;
  readonly send?: Payload;
  readonly recv?: Payload;
  readonly file_size?: number;
  readonly sha256?: string;
  readonly written_outside?: boolean;
}

/** A step that differs from the record: what comes instead, `undefined` for nothing, and why. */
interface Difference {
  readonly why: string;
  readonly answer?: string;
  readonly fileSize?: number;
}

const PAGE = "what the sample's page makes of the event is no part of the file protocol";
const UNKNOWN = "WIRE 11: a short error for an id that is not known";
const LIFE = "WIRE 11: an id has one life a transfer; what another one brought is not this one's";
const differences: Record<string, Record<number, Difference>> = {
  "sample: n2o_ftp upload of 614400 bytes in 256K blocks with resume": {
    7: { why: PAGE },
    19: { why: PAGE },
    22: { why: PAGE },
    23: { why: PAGE },
    26: { why: LIFE, answer: "ftpack 696c9e53-8cdb-4503-866f-3a57b8114266 upload-600k.bin 0 262144 init" },
    27: { why: PAGE },
    29: { why: LIFE, answer: '{error,bad_offset,{ftp,<<"696c9e53-8cdb-4503-866f-3a57b8114266">>}}' },
    30: { why: PAGE },
    31: { why: PAGE },
    34: { why: UNKNOWN, answer: '{error,unknown_transfer,{ftp,<<"nosuch">>}}' },
  },
  "sample: n2o_ftp id used twice (bug)": {
    12: { why: LIFE, answer: "ftpack 2b8b1545-20be-4269-b56f-681b8e8cc5d1 stale.bin 262144 262144 send" },
    14: { why: LIFE, answer: "ftpack 2b8b1545-20be-4269-b56f-681b8e8cc5d1 stale.bin 524288 262144 send" },
    15: { why: LIFE + "; two blocks are there", fileSize: 524288 },
  },
  "sample: n2o_ftp corner cases": {
    5: { why: "WIRE 11: names are confined", answer: '{error,bad_name,{ftp,<<"tr1">>}}' },
    7: { why: UNKNOWN, answer: '{error,unknown_transfer,{ftp,<<"tr1">>}}' },
    8: { why: "WIRE 11: names are confined" },
    22: {
      why: "no file is written over, nor added to: the name that it got is told",
      answer: "ftpack off small (1).bin 20 0 send",
    },
    23: { why: "the second file is one of its own", fileSize: 20 },
    27: {
      why: "WIRE 11: the offset moves by the data, which must match",
      answer: '{error,bad_block,{ftp,<<"blk">>}}',
    },
    28: { why: "and nothing of it is written", fileSize: -1 },
    30: { why: "WIRE 11: only what a client may send is taken from one", answer: "nothing" },
    31: { why: PAGE },
  },
};

/** The file that each `file_size` speaks of. */
const files: Record<string, Record<number, string>> = {
  "sample: n2o_ftp upload of 614400 bytes in 256K blocks with resume": {
    24: "upload-600k.bin",
    32: "upload-600k.bin",
  },
  "sample: n2o_ftp id used twice (bug)": { 15: "part" },
  "sample: n2o_ftp corner cases": { 23: "small (1).bin", 28: "blk.bin" },
};

/** An answer as the table has it. */
function shown(frame: WireFrame): string {
  const term = frame.payload.length > 0 ? bert.decode(frame.payload) : [];
  if (!isTuple(term, "ftpack", 11)) return read(frame);
  return `ftpack ${[term[1], term[3], term[6], term[7], term[9]].map((one) => text(one) ?? one).join(" ")}`;
}

/** The recorded answer with the name alone in the place of the server's path. */
function withoutPath(hex: string): string {
  if (hex === "") return hex;
  const term = bert.decode(Uint8Array.fromHex(hex));
  if (!isTuple(term, "ftpack", 11)) return hex;
  const parts: Term[] = [...(term as Tuple)];
  parts[3] = text(parts[3])!.replace(/^.*\//, "");
  return bert.encode(tuple(...parts)).toHex();
}

/** The recorded block of a file: only its ends are recorded, and the file's bytes stand between them. */
async function blockOf(
  { len, head, tail, sha256 }: Payload,
  init: Term,
  file: Uint8Array,
): Promise<Uint8Array> {
  for (let offset = 0; offset < file.length; offset += BLOCK) {
    const parts: Term[] = [...(init as Tuple)];
    [parts[6], parts[7], parts[8], parts[9]] = [offset, BLOCK, file.subarray(offset, offset + BLOCK), "send"];
    const bytes = bert.encode(tuple(...parts)) as Uint8Array<ArrayBuffer>;
    if (new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex() !== sha256) continue;
    strictEqual(bytes.length, len);
    ok(bytes.toHex().startsWith(head!) && bytes.toHex().endsWith(tail!));
    return bytes;
  }
  throw new Error("the recorded block is not of the file");
}

/** The size of a file; -1 for none. `part` is what has come of one. */
async function sizeOf(folder: string, name: string): Promise<number> {
  const found = (await filesIn(folder)).find((one) => name === "part" ? one.endsWith(".part") : one === name);
  return found === undefined ? -1 : (await Deno.stat(`${folder}/${found}`)).size;
}

async function play(engine: Engine, name: string, steps: readonly Step[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = fileOf(614_400);
  const differing = { ...differences[name] };
  let socket: RawSocket | undefined;
  let token = "";
  let init: Term = [];
  try {
    await using running = engine.start({
      protocols: [heart, session, createFtp({ folder: `${folder}/files` })],
    });
    for (const [at, step] of steps.entries()) {
      const difference: Difference | undefined = differing[at];
      delete differing[at];
      const checked = files[name][at];
      if (step.http_request !== undefined) {
        socket?.close();
        socket = await RawSocket.open(running, "/ws/app/index.htm?room=room1");
      } else if (step.send?.op === "text") {
        token = await hello(socket!, token);
      } else if (step.send !== undefined) {
        const { hex } = step.send;
        const payload = hex === undefined ? await blockOf(step.send, init, file) : Uint8Array.fromHex(hex);
        if (step.send.term?.includes('<<"init">>')) init = bert.decode(payload);
        await socket!.send("binary", payload);
      } else if (step.recv !== undefined) {
        // The page greets with a token, which has been read.
        if (
          steps[at - 1].send?.op === "text" || (difference !== undefined && difference.answer === undefined)
        ) continue;
        const frame = await socket!.frame();
        if (difference !== undefined) {
          strictEqual(shown(frame), difference.answer, `${at}: ${difference.why}`);
        } else strictEqual(frame.payload.toHex(), withoutPath(step.recv.hex!), `step ${at}`);
      } else if (step.written_outside) {
        deepStrictEqual((await filesIn(folder)).filter((one) => one.includes("escape")), [], difference.why);
      } else if (step.file_size !== undefined && checked !== undefined) {
        strictEqual(
          await sizeOf(`${folder}/files`, checked),
          difference?.fileSize ?? step.file_size,
          `step ${at}`,
        );
        if (step.sha256 === undefined) continue;
        deepStrictEqual(await Deno.readFile(`${folder}/files/${checked}`), file);
      }
    }
    await socket!.quiet();
    deepStrictEqual(Object.keys(differing), [], "each difference is met");
  } finally {
    socket?.close();
    await Deno.remove(folder, { recursive: true });
  }
}

const dialogues = vectors.dialogues.filter(({ name }) => name.startsWith("sample: n2o_ftp")) as unknown as {
  readonly name: string;
  readonly steps: readonly Step[];
}[];

for (const { name, steps } of dialogues) {
  each(
    `the recorded dialogue is spoken but for the differences named: ${name}`,
    (engine) => play(engine, name, steps),
  );
}

Deno.test("every difference belongs to a recorded dialogue", () => {
  deepStrictEqual(dialogues.map(({ name }) => name).sort(), Object.keys(differences).sort());
});

each(
  "the bytes of the original's client are taken, and its answers have the recorded bytes",
  async (engine) => {
    const folder = await Deno.makeTempDir();
    try {
      const protocols = [heart, session, createFtp({ folder, limits: { blockBytes: 4 } })];
      await using running = engine.start({ protocols });
      await using socket = await RawSocket.open(running);
      let compared = 0;
      for (const { hex, server } of recorded.client.ftp as { hex?: string; server?: string }[]) {
        if (hex !== undefined) await socket.send("binary", Uint8Array.fromHex(hex));
        if (server === undefined) continue;
        compared++;
        // The recorder's own answers kept the session in the last one; the original's server leaves it out.
        const expected = [...(bert.decode(Uint8Array.fromHex(server)) as Tuple)];
        if (expected[7] === 0) expected[2] = new Uint8Array(0);
        strictEqual((await socket.frame()).payload.toHex(), bert.encode(tuple(...expected)).toHex());
      }
      strictEqual(compared, 4);
      strictEqual(await Deno.readTextFile(`${folder}/файл.txt`), "0123456789");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
