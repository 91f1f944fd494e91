import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { bert, createSecret, heart, isTuple, type Secret, session, text } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { type Engine, engines, type Running } from "./engines.ts";
import { clientFrame, type Op, RawSocket, type WireFrame } from "./raw_socket.ts";
import vectors from "./vectors/ws_transcripts.json" with { type: "json" };

interface Payload {
  readonly op: Op;
  readonly hex?: string;
  readonly frame?: string;
  readonly fin?: boolean;
  readonly len?: number;
  readonly sha256?: string;
}

interface Step {
  readonly http_request?: string;
  readonly http_response?: string;
  readonly send?: Payload;
  readonly send_raw?: string;
  readonly recv?: Payload | string | null;
  readonly token?: string;
  readonly same_token?: boolean;
  readonly elapsed_s?: number;
  readonly connection?: string;
  readonly steps?: readonly Step[];
}

/** What happens in the place of a recorded step: frames as hex (none at all, too), or a response. */
interface Instead {
  readonly frames?: readonly string[];
  readonly response?: { readonly status: number; readonly error: string };
  /** The connection ends without a close frame. */
  readonly ends?: true;
  /** The connection ends once the client has answered the close frame with its own. */
  readonly endsWhenAnswered?: true;
  /** The dialogue is over: its further steps rest on what the original did. */
  readonly over?: true;
}

/** A step where this project differs from the original, for which engines, and by which rule. */
interface Difference extends Instead {
  readonly dialogue: string;
  readonly step: number;
  readonly why: string;
  readonly engines: readonly string[];
}

const ALL = engines.map((engine) => engine.name);
const SERVE = ["serve"];
const NO_CLOSE_FRAME = "Deno.serve ends protocol errors without a close frame";
const ANSWER_FIRST = "Deno.serve ends the connection when the client has answered the close";
const MALFORMED = "WIRE 11: a malformed frame is answered with 1007 and a reason";
const NO_EXTRA_FRAME = "WIRE 11: no empty frame after a ping or pong";
const closed = (code: number, reason: string) => {
  const payload = new Uint8Array(2 + reason.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(new TextEncoder().encode(reason), 2);
  return clientFrame("close", payload, { mask: false }).toHex();
};

const differences: readonly Difference[] = [
  ...[
    { dialogue: "malformed BERT", reason: "not_bert at byte 0" },
    { dialogue: "truncated BERT", reason: "truncated at byte 1" },
    { dialogue: "text PING sent as a binary frame", reason: "not_bert at byte 0" },
  ].flatMap(({ dialogue, reason }): Difference[] => [
    { dialogue, step: 3, why: MALFORMED, engines: ALL, frames: [closed(1007, reason)] },
    { dialogue, step: 4, why: ANSWER_FIRST, engines: SERVE, endsWhenAnswered: true },
  ]),
  {
    dialogue: "BERT with an atom the VM does not know",
    step: 3,
    why: "WIRE 11: unknown atoms decode; nobody takes the message",
    engines: ALL,
    frames: ["8200"],
    over: true,
  },
  { dialogue: "control frames", step: 4, why: NO_EXTRA_FRAME, engines: ALL, frames: [] },
  { dialogue: "control frames", step: 7, why: NO_EXTRA_FRAME, engines: ALL, frames: [] },
  { dialogue: "control frames", step: 9, why: NO_EXTRA_FRAME, engines: ALL, frames: [] },
  {
    dialogue: "control frames",
    step: 13,
    why: "Deno.serve echoes a close frame with its reason",
    engines: SERVE,
    frames: [closed(1000, "bye")],
  },
  {
    dialogue: "unmasked client frame",
    step: 3,
    why: "Deno.serve takes an unmasked frame",
    engines: SERVE,
    frames: ["8104504f4e47"],
    over: true,
  },
  ...["invalid utf-8 text", "RSV bits set", "reserved opcode", "close frame with a 1-byte payload"]
    .concat("ping longer than 125")
    .map((dialogue): Difference => ({
      dialogue,
      step: 3,
      why: NO_CLOSE_FRAME,
      engines: SERVE,
      ends: true,
      over: true,
    })),
  {
    dialogue: "upgrade requests",
    step: 5,
    why: "WIRE 11: another version than 13 is answered with 426",
    engines: ALL,
    response: { status: 426, error: "websocket_version" },
  },
  {
    dialogue: "upgrade requests",
    step: 9,
    why: "WIRE 11: a foreign Origin is answered with 403",
    engines: ALL,
    response: { status: 403, error: "foreign_origin" },
  },
  {
    dialogue: "upgrade requests",
    step: 13,
    why: "WIRE 11: a foreign Origin is answered with 403",
    engines: ALL,
    response: { status: 403, error: "foreign_origin" },
  },
  {
    dialogue: "upgrade requests",
    step: 23,
    why: "a Cookie header that is none hurts nobody",
    engines: ALL,
    frames: ["8104504f4e47"],
  },
  {
    dialogue: "idle connection",
    step: 2,
    why: "the close frame says why",
    engines: ALL,
    frames: [closed(1000, "idle")],
  },
  { dialogue: "idle connection", step: 3, why: ANSWER_FIRST, engines: SERVE, endsWhenAnswered: true },
];

/** Plays one side of a dialogue. */
class Player {
  #running: Running;
  #differences: readonly Difference[];
  #socket: RawSocket | undefined;
  #head = "";
  #tokens = new Map<string, string>();
  #lastToken = "";
  #previousToken = "";
  #silent = false;
  #over = false;
  /** The differences that were met. */
  readonly met = new Set<Difference>();

  constructor(running: Running, differences: readonly Difference[]) {
    this.#running = running;
    this.#differences = differences;
  }

  async play(steps: readonly Step[], from = 0, to = steps.length): Promise<void> {
    for (let at = from; at < to && !this.#over; at++) await this.#step(steps[at], at);
  }

  close(): void {
    this.#socket?.close();
  }

  async #step(step: Step, at: number): Promise<void> {
    const difference = this.#differences.find((known) => known.step === at);
    if (difference !== undefined) this.met.add(difference);
    if (step.http_request !== undefined) {
      this.#socket?.close();
      this.#socket = await RawSocket.connect(this.#running);
      this.#head = step.http_request;
      this.#silent = false;
      await this.#socket.write(step.http_request);
    } else if (step.http_response !== undefined) {
      await this.#response(step.http_response, difference);
    } else if (this.#silent) {
      // The original went on with a connection that was refused here.
    } else if (step.send !== undefined) {
      const { op, fin } = step.send;
      await this.#socket!.send(op, this.#outgoing(step.send), { fin });
    } else if (step.send_raw !== undefined) {
      await this.#socket!.sendHex(step.send_raw);
    } else if (step.recv !== undefined) {
      await this.#receive(step.recv, difference);
    } else if (step.token !== undefined) {
      this.#tokens.set(step.token, this.#lastToken);
    } else if (step.same_token !== undefined) {
      strictEqual(this.#lastToken === this.#previousToken, step.same_token);
    } else {
      ok(step.elapsed_s !== undefined, `an unknown step: ${JSON.stringify(step)}`);
    }
  }

  async #response(recorded: string, difference: Difference | undefined): Promise<void> {
    const response = await this.#socket!.response();
    if (difference !== undefined) {
      const { status, error } = difference.response!;
      strictEqual(response.status, status, difference.why);
      deepStrictEqual(JSON.parse(new TextDecoder().decode(response.body)), { error });
      if (status === 403) await this.#withoutOrigin(recorded);
      this.#silent = true;
      return;
    }
    sameHead(response.head, recorded);
  }

  /** The same request without its Origin is taken as the original took it. */
  async #withoutOrigin(recorded: string): Promise<void> {
    await using socket = await RawSocket.connect(this.#running);
    const response = await socket.request(this.#head.replace(/Origin: .*\r\n/, ""));
    sameHead(response.head, recorded);
    await socket.quiet();
  }

  async #receive(recorded: Payload | string | null, difference: Difference | undefined): Promise<void> {
    const socket = this.#socket!;
    if (difference?.frames !== undefined) {
      for (const hex of difference.frames) strictEqual((await socket.frame()).hex, hex, difference.why);
    } else if (difference?.endsWhenAnswered) {
      await socket.send("close", new Uint8Array([0x03, 0xe8]));
      deepStrictEqual(await socket.ended(), { rest: new Uint8Array(0), how: "end" }, difference.why);
    } else if (difference?.ends) {
      strictEqual(await socket.maybeFrame(), undefined, difference.why);
    } else if (recorded === null) {
      await socket.quiet();
    } else if (recorded === "tcp closed by server") {
      deepStrictEqual(await socket.ended(), { rest: new Uint8Array(0), how: "end" });
    } else {
      await this.#same(await socket.frame(), recorded as Payload);
    }
    if (difference?.over) this.#over = true;
  }

  async #same(frame: WireFrame, recorded: Payload): Promise<void> {
    strictEqual(frame.op, recorded.op);
    strictEqual(frame.fin, true);
    const expected = recorded.hex;
    if (expected === undefined) {
      strictEqual(frame.payload.length, recorded.len);
      const digest = await crypto.subtle.digest("SHA-256", frame.payload as Uint8Array<ArrayBuffer>);
      strictEqual(new Uint8Array(digest).toHex(), recorded.sha256);
    } else if (expected.startsWith(TOKEN_HEAD)) {
      this.#previousToken = this.#lastToken;
      this.#lastToken = this.#token(frame, expected);
    } else {
      strictEqual(frame.payload.toHex(), expected);
      if (recorded.frame !== undefined) strictEqual(frame.hex, recorded.frame);
    }
  }

  /** A token differs each time: everything around it must be as recorded. */
  #token(frame: WireFrame, expected: string): string {
    const hex = frame.payload.toHex();
    ok(hex.startsWith(TOKEN_HEAD), hex);
    const io = bert.decode(frame.payload);
    ok(isTuple(io, "io", 3) && isTuple(io[2], "Token", 2));
    const token = text(io[2][1])!;
    if (this.#running.n2o.secret.driver === "n2o") {
      match(token, /^[0-9a-f]+$/);
      strictEqual(hex.length, expected.length, "a token of the same length");
    }
    return token;
  }

  #outgoing({ hex, len }: Payload): Uint8Array {
    if (hex === undefined) return echoOf(len! - ECHO_HEAD);
    let bytes = Uint8Array.fromHex(hex);
    const said = new TextDecoder().decode(bytes);
    for (const [recorded, own] of this.#tokens) {
      if (said.includes(recorded)) bytes = new TextEncoder().encode(said.replace(recorded, own));
    }
    return bytes;
  }
}

/** `{io, <<>>, {'Token', <<…`, as far as it is always the same. */
const TOKEN_HEAD = "836803640002696f6d000000006802640005546f6b656e6d";
/** The bytes of `{echo, Bin}` besides those of Bin. */
const ECHO_HEAD = 15;

function echoOf(size: number): Uint8Array {
  const message = new Uint8Array(ECHO_HEAD + size);
  message.set(Uint8Array.fromHex("8368026400046563686f6d"));
  new DataView(message.buffer).setUint32(11, size);
  for (let i = 0; i < size; i++) message[ECHO_HEAD + i] = i % 256;
  return message;
}

/** The same status and, besides the server's name, its date and what describes a body, the same headers. */
function sameHead(head: string, recorded: string): void {
  const [own, original] = [head, recorded].map((text) => {
    const [status, ...lines] = text.trimEnd().split("\r\n");
    const headers = lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const skipped = /^(date|server|content-.*|cache-control|x-content-type-options)$/;
    return { status, headers: headers.filter(([name]) => !skipped.test(name)).sort() };
  });
  deepStrictEqual(own, original);
}

const dialogues = vectors.dialogues.filter(({ name }) => name.startsWith("bench: ")) as {
  name: string;
  steps: readonly Step[];
}[];

const secrets: readonly [string, () => Secret][] = [
  ["aes-256-gcm", () => createSecret()],
  ["n2o", () => createSecret({ driver: "n2o", key: "ThisIsClassified" })],
];

async function perform(engine: Engine, secret: Secret, name: string, steps: readonly Step[]): Promise<void> {
  const dialogue = name.slice("bench: ".length);
  const known = differences.filter((one) => one.dialogue === dialogue && one.engines.includes(engine.name));
  let now = Date.now();
  await using running = engine.start({
    protocols: [heart, session, echoProto],
    secret,
    clock: () => now,
    limits: { idleTimeoutMs: 4_000 },
  });
  if (steps[0].connection !== undefined) return await duet(running, steps);
  const player = new Player(running, known);
  try {
    if (dialogue === "idle connection") {
      await player.play(steps, 0, 2);
      // Through the last millisecond of the limit (60 s in the record) it is open, and not one longer.
      now += running.n2o.limits.idleTimeoutMs;
      await new Promise((resolve) => setTimeout(resolve, 300));
      strictEqual(running.n2o.counters.connections, 1);
      now += 1;
      await player.play(steps, 2);
    } else {
      await player.play(steps);
    }
    deepStrictEqual([...player.met], known, "each difference is met");
  } finally {
    player.close();
  }
}

/** Two connections: A publishes when B has subscribed, and again when B has unsubscribed. */
async function duet(running: Running, [a, b]: readonly Step[]): Promise<void> {
  const players = [new Player(running, []), new Player(running, [])];
  const [steps, others] = [a.steps!, b.steps!];
  const publish = steps.findIndex((step) => step.send?.hex?.startsWith("83680364000370756"));
  const silence = others.findIndex((step) => step.recv === null);
  const joined = others.findIndex((step) => step.recv !== undefined && step.recv !== null) + 3;
  try {
    await players[0].play(steps, 0, publish);
    await players[1].play(others, 0, joined);
    await players[0].play(steps, publish, publish + 3);
    await players[1].play(others, joined, silence);
    await players[0].play(steps, publish + 3);
    await players[1].play(others, silence);
  } finally {
    for (const player of players) player.close();
  }
}

for (const engine of engines) {
  for (const [driver, secret] of secrets) {
    Deno.test(`${engine.name}: the recorded dialogues are spoken as the original does, with ${driver} tokens`, async (t) => {
      for (const { name, steps } of dialogues) {
        await t.step(name, () => perform(engine, secret(), name, steps));
      }
    });
  }
}

Deno.test("every difference names a dialogue and a step that exist", () => {
  for (const { dialogue, step } of differences) {
    const found = dialogues.find(({ name }) => name === `bench: ${dialogue}`);
    ok(found !== undefined && step < found.steps.length, dialogue);
  }
});
