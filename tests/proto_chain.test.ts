import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  atom,
  type Context,
  heart,
  isTuple,
  type Protocol,
  type Reply,
  reply,
  type Result,
  type Term,
  tuple,
  unknown,
} from "@n2o/n2o";
import { failure, nobody, push } from "../lib/loop.ts";
import { type Engine, engines } from "./engines.ts";
import { keepLog } from "./log.ts";
import { closeOf, RawSocket } from "./raw_socket.ts";
import vectors from "./vectors/proto_chain.json" with { type: "json" };

type Call = (mock: string) => void;
type Info = (message: Term, cx: Context) => Result;

const M = tuple(atom("m"), 1);
const got = (message: Term) => reply("bert", tuple(atom("got"), message));

/**
 * The mocks of the vectors as protocols of this project. What `unknown` carries there has no counterpart: a protocol
 * cannot change what the next one gets. Request and state live on the context.
 */
const mocks: Record<keyof typeof vectors.mocks, (call: Call) => Protocol> = {
  unk: mock("unk", () => unknown),
  unk_changes: mock("unk_changes", () => unknown),
  rep: mock("rep", got),
  rep_changes: mock("rep_changes", (_, cx) => {
    cx.state.state = "state2";
    cx.state.req = "req2";
    return reply("text", "hi");
  }),
  rep_empty: mock("rep_empty", () => reply("binary", new Uint8Array(0))),
  ok3: mock("ok3", (() => ["ok"]) as unknown as Info),
  noreply: mock("noreply", (() => undefined) as unknown as Info),
  atom: mock("atom", (() => atom("skip")) as unknown as Info),
  reply3: mock("reply3", (() => ({ formatter: "text", term: "" })) as unknown as Info),
  unknown3: mock("unknown3", (() => "unknown") as unknown as Info),
  crash: mock("crash", () => {
    throw new Error("boom");
  }),
  thrower: mock("thrower", () => {
    throw "ball";
  }),
  throw_reply: mock("throw_reply", (message) => {
    throw reply("bert", message);
  }),
  exiter: mock("exiter", () => {
    throw undefined;
  }),
  fclause: () => ({
    name: "fclause",
    info: (_, cx) => (cx.state.never as { clause(): Result }).clause(),
  }),
  noinfo: () => ({ name: "noinfo" }) as unknown as Protocol,
  nosuch: () => ({ name: "nosuch", info: null }) as unknown as Protocol,
};

function mock(name: string, info: Info): (call: Call) => Protocol {
  return (call) => ({
    name,
    info(message, cx) {
      call(name);
      return info(message, cx);
    },
  });
}

/** The same protocol, taking its time. */
function later(protocol: Protocol): Protocol {
  return { ...protocol, info: async (message, cx) => await protocol.info(message, cx) };
}

const replies: Record<string, Reply> = {
  "{binary,<<>>}": nobody,
  "{bert,{got,{m,1}}}": got(M),
  '{text,<<"hi">>}': reply("text", "hi"),
};
const STRAY = new Set(["ok3", "noreply", "atom", "reply3", "unknown3"]);

interface Row {
  readonly chain: readonly string[];
  readonly called: readonly string[];
  readonly push: { readonly reply?: readonly string[]; readonly crash?: string };
}

async function follow({ chain, called, push: recorded }: Row, wrap: (protocol: Protocol) => Protocol) {
  const ran: string[] = [];
  const { log, lines } = keepLog();
  const counters = { protocolErrors: 0 };
  const cx = { state: { req: "req", state: "state" } } as unknown as Context;
  const protocols = chain.map((name) => wrap(mocks[name as keyof typeof mocks]((mock) => ran.push(mock))));
  const outcome = push(protocols, M, cx, { log, counters });
  const name = chain.join(" ");
  const result = await outcome;
  deepStrictEqual(ran, called, name);
  const errors = lines.filter(({ level }) => level === "error");
  const warnings = lines.filter(({ level }) => level === "warn").map(({ protocol }) => protocol);
  const strays = called.filter((mock, at) => STRAY.has(mock) && at < chain.length - 1);
  deepStrictEqual(warnings, strays, `${name}: one line for each stray return`);
  if (recorded.crash === undefined) {
    const [expected, req, state] = recorded.reply!;
    deepStrictEqual(result, replies[expected], name);
    deepStrictEqual(cx.state, { req, state }, name);
    strictEqual(errors.length, 0, name);
  } else {
    // WIRE 11: an error that names the protocol, not a crash; the client gets an empty binary frame.
    strictEqual(result, failure, name);
    strictEqual(errors[0].protocol, chain[Math.max(0, called.length - 1)], name);
    strictEqual(counters.protocolErrors, 1, name);
    strictEqual(errors.length, 1, name);
  }
  return outcome;
}

Deno.test("chains of protocols end where the original's do", async () => {
  for (const row of vectors.chains as Row[]) await follow(row, (protocol) => protocol);
});

Deno.test("a chain of synchronous protocols makes no promise", async () => {
  for (const { chain } of vectors.chains) {
    const protocols = chain.map((name) => mocks[name as keyof typeof mocks](() => {}));
    const outcome = push(protocols, M, { state: {} } as unknown as Context, {
      log: keepLog().log,
      counters: { protocolErrors: 0 },
    });
    ok(!(outcome instanceof Promise), chain.join(" "));
    await outcome;
  }
});

Deno.test("a chain of asynchronous protocols ends where the synchronous one does", async () => {
  for (const row of vectors.chains as Row[]) await follow(row, later);
});

/** The text of a binary, or its bytes, as the vectors write them. */
function bytesOf(erlang: string): Uint8Array {
  const quoted = /^<<"(.*)">>$/.exec(erlang);
  if (quoted !== null) return new TextEncoder().encode(quoted[1].replace("\\n", "\n"));
  return new Uint8Array(erlang.slice(2, -2).split(",").filter((byte) => byte !== "").map(Number));
}

const GOT = "836802640003676f74";
/** What the vectors' results are on the wire: the opcode and the payload. */
const wire: Record<string, [string, string]> = {
  "{binary,<<>>}": ["binary", ""],
  '{text,<<"PONG">>}': ["text", "504f4e47"],
  "{text,<<>>}": ["text", ""],
  '{bert,{got,{text,<<"hello">>}}}': ["binary", GOT + "6802640004746578746d0000000568656c6c6f"],
  '{bert,{got,{text,<<"x">>}}}': ["binary", GOT + "6802640004746578746d0000000178"],
  "{bert,{got,{a,1}}}": ["binary", GOT + "6802640001616101"],
};

async function shown(socket: RawSocket): Promise<[string | undefined, string]> {
  const { op, payload } = await socket.frame();
  return [op, payload.toHex()];
}

async function streamed(engine: Engine): Promise<void> {
  for (const { name, protocols, frame, result } of vectors.stream) {
    const chain = protocols.slice(1, -1).split(",").filter((mock) => mock !== "");
    await using running = engine.start({
      protocols: chain.map((mock) => mock === "n2o_heart" ? heart : mocks.rep(() => {})),
      log: keepLog().log,
    });
    await using socket = await RawSocket.open(running);
    const parts = /^\{(\w+),(.*)\}$/.exec(frame);
    const op = parts === null ? frame : parts[1];
    const payload = parts === null ? new Uint8Array(0) : bytesOf(parts[2]);
    await socket.send(op as "text", payload);
    if (name === "binary with an unknown atom: crash (badarg)") {
      // WIRE 11: unknown atoms decode.
      deepStrictEqual(await shown(socket), ["binary", GOT + payload.subarray(1).toHex()], name);
    } else if (result.crash !== undefined) {
      // WIRE 11: closed with 1007 and a reason.
      const { code, reason } = closeOf(await socket.frame());
      strictEqual(code, 1007, name);
      match(reason, /^(not_bert|truncated) at byte [01]$/, name);
    } else if (op === "ping" || op === "pong") {
      // WIRE 11: no empty frame after a ping or pong.
      if (op === "ping") deepStrictEqual(await shown(socket), ["pong", ""], name);
      await socket.quiet();
    } else {
      deepStrictEqual(await shown(socket), wire[result.reply![0]], name);
    }
  }
}

/** What the protocols of the vectors' `ws` rows return. */
const returned: Record<string, Result> = {
  "text": reply("text", "t"),
  "binary": reply("binary", new Uint8Array([1])),
  "bert": reply("bert", tuple(atom("a"), 1)),
  "bert #ftp{}": reply("bert", tuple(atom("ftpack"), "1", ...Array<Term>(9).fill([]))),
  "json": reply("json", tuple(atom("io"), "e", "d")),
  "default (env formatter)": reply("default", tuple(atom("a"), 1)),
  "encoder module": reply("json", tuple(atom("direct"), "x")),
  "encoder module n2o_secret: undef": reply("n2o_secret", atom("x")),
  "unknown (nop)": unknown,
  "empty binary is still sent as an empty frame": reply("binary", new Uint8Array(0)),
  "empty text is still sent as an empty frame": reply("text", ""),
  "bert undefined": reply("bert", atom("undefined")),
  "ok3 from a single (last) protocol: crash": ["ok"] as unknown as Result,
};

async function sent(engine: Engine): Promise<void> {
  for (const { name, cowboy_result: { frame, payload, crash } } of vectors.ws) {
    const { log, lines } = keepLog();
    const mock: Protocol = {
      name: "mock",
      info: (message) => isTuple(message, "text", 2) && message[1] === "go" ? returned[name] : unknown,
    };
    await using running = engine.start({ protocols: [heart, mock], log });
    await using socket = await RawSocket.open(running);
    await socket.send("text", "go");
    const received = await socket.frame();
    // What crashed the original's connection: an error in the log, and an empty binary frame.
    strictEqual(received.op, frame ?? "binary", name);
    strictEqual(received.payload.toHex(), payload ?? "", name);
    strictEqual(lines.some(({ level }) => level === "error"), crash !== undefined, name);
    await socket.quiet();
  }
}

for (const engine of engines) {
  Deno.test(`${engine.name}: frames go through the chain as the original's do`, () => streamed(engine));
  Deno.test(`${engine.name}: what protocols return goes out as the original sends it`, () => sent(engine));
}
