import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { atom, bert, handled, isTuple, type Protocol, reply, type Term, tuple, unknown } from "@n2o/n2o";
import { each } from "./engines.ts";
import { clientFrame, RawSocket } from "./raw_socket.ts";
import { ask, t } from "./speech.ts";

/** What the message of that number brings: of every length from nothing to more than a slab holds. */
function payloadOf(n: number): Uint8Array {
  const length = n % 10_007 === 0 ? 20_000 : n % 97;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = n + i * 31;
  return bytes;
}

const KEEP = atom("keep");

each("a million messages stay what they were while the connection reads on", async (engine) => {
  const count = engine.name === "stream" ? 1_000_000 : 100_000;
  const kept = new Map<number, Term>();
  const keeper: Protocol = {
    name: "keeper",
    init: (cx) => cx.reg("again"),
    info(message, cx) {
      if (isTuple(message, "done", 1)) return reply("bert", message);
      if (!isTuple(message, "keep", 3)) return unknown;
      const n = message[1] as number;
      // By turns: the term itself, in the session, by the bus, behind a promise.
      if (cx.source === "bus" || n % 4 !== 0) kept.set(n, message[2]);
      else if (n % 1000 === 0) return later(n, message[2]);
      else if (n % 1004 === 0) {
        cx.session.set("last", message[2]);
        kept.set(n, cx.session.get("last")!);
      } else cx.send("again", message);
      return handled;
    },
  };
  const later = async (n: number, term: Term) => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    kept.set(n, term);
    return handled;
  };
  const limits = { maxMessagesPerSecond: 1e9, maxMailboxMessages: 1e6, maxMailboxBytes: 1e9 };
  await using running = engine.start({ protocols: [keeper], limits });
  await using socket = await RawSocket.open(running);
  const batch: Uint8Array[] = [];
  let size = 0;
  for (let n = 0; n < count; n++) {
    const frame = clientFrame("binary", bert.encode(tuple(KEEP, n, payloadOf(n))));
    batch.push(frame);
    size += frame.length;
    if (size < 60_000 && n < count - 1) continue;
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const each of batch.splice(0)) {
      bytes.set(each, at);
      at += each.length;
    }
    size = 0;
    await socket.write(bytes);
  }
  strictEqual(await ask(socket, t("done")), "{done}");
  await running.until(() => kept.size === count, "every message is kept");
  for (let n = 0; n < count; n++) {
    const bytes = kept.get(n) as Uint8Array;
    const expected = payloadOf(n);
    if (bytes.length === expected.length && bytes.every((byte, i) => byte === expected[i])) continue;
    deepStrictEqual(bytes, expected, `message ${n}`);
  }
});
