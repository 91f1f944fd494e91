import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  bert,
  createN2O,
  equal,
  float,
  heart,
  isTuple,
  memoryStore,
  type Protocol,
  reply,
  type Session,
  type Term,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import { each } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { say, t } from "./speech.ts";

/** The longest buffer that a term keeps in memory, whatever it shows of it. */
function longest(term: unknown): number {
  if (term instanceof Uint8Array) return term.buffer.byteLength;
  if (typeof term !== "object" || term === null) return 0;
  const parts: unknown[] = Object.values(term);
  if (Symbol.iterator in term) parts.push(...term as Iterable<unknown>);
  return Math.max(0, ...parts.map(longest));
}

each("a session variable keeps nothing of the frame that it came in", async (engine) => {
  const small = new Uint8Array(10).fill(7);
  const values: readonly Term[] = [
    small,
    tuple(small, t("deep", [small, tuple(small)])),
    [small, small],
    new Map<Term, Term>([[small, small]]),
    "text",
    [1, 2, 3],
    bert.decode(new Uint8Array([131, 107, 0, 3, 1, 2, 3])),
    bert.decode(new Uint8Array([131, 77, 0, 0, 0, 2, 3, 255, 160])),
  ];
  let kept: Session | undefined;
  const keeping: Protocol = {
    name: "keeping",
    info(message, cx) {
      if (!isTuple(message, "keep", 3)) return unknown;
      cx.session.set("k", message[1]);
      kept = cx.session;
      return reply("bert", cx.session.get("k")!);
    },
  };
  await using running = engine.start({ protocols: [heart, keeping], log: keepLog().log });
  await using socket = await RawSocket.open(running);
  const filler = new Uint8Array(100_000);
  for (const value of values) {
    await say(socket, t("keep", value, filler));
    ok(equal(bert.decode((await socket.frame()).payload), bert.decode(bert.encode(value))));
    // Short binaries share buffers with each other, but none with a frame.
    ok(longest(kept!.get("k")) <= 8_192, bert.encode(value).toHex());
  }
});

Deno.test("a session variable is what was set, whatever becomes of that later", async () => {
  const n2o = createN2O({ protocols: [heart] });
  const session = n2o.sessions.create();
  const bytes = new Uint8Array([1, 2, 3]);
  const list: Term[] = [bytes, "x"];
  const map = new Map<Term, Term>([["k", bytes]]);
  session.set("bytes", bytes);
  session.set("list", list);
  session.set("map", map);
  bytes.fill(0);
  list.push(4);
  map.clear();
  const original = new Uint8Array([1, 2, 3]);
  ok(equal(session.get("bytes")!, original));
  ok(equal(session.get("list")!, [original, "x"]));
  ok(equal(session.get("map")!, new Map<Term, Term>([["k", original]])));
  await n2o.close();
});

Deno.test("a session variable is the same before a restart and after it", async () => {
  const values: Record<string, Term> = {
    text: "текст",
    empty: "",
    whole: float(2),
    half: 0.5,
    big: 2n ** 70n,
    yes: true,
    tuple: t("ok", "text", [1, "text"], new Map<Term, Term>([["k", "v"]])),
    bytes: new Uint8Array([255, 0]),
    none: [],
  };
  const store = memoryStore();
  const first = createN2O({ protocols: [heart], store });
  const session = first.sessions.create();
  for (const [name, value] of Object.entries(values)) session.set(name, value);
  const { secret } = first;
  const second = createN2O({ protocols: [heart], store, secret });
  const again = await second.sessions.find(first.sessions.token(session));
  ok(again !== undefined && again !== session);
  for (const [name, value] of Object.entries(values)) {
    deepStrictEqual(again.get(name), session.get(name), name);
    ok(equal(session.get(name)!, value), name);
    strictEqual(typeof again.get(name), typeof value, name);
  }
  strictEqual(text(again.get("text")!), "текст");
  await first.close();
  await second.close();
});
