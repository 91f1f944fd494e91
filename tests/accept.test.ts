import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { acceptAll } from "../lib/endpoints/accept.ts";
import { keepLog } from "./log.ts";

/** A listener that fails and succeeds as it is told. */
function acceptor(steps: readonly (Error | Deno.Conn)[]) {
  const left = [...steps];
  const over = Promise.withResolvers<void>();
  return {
    left,
    over: over.promise,
    accept(): Promise<Deno.Conn> {
      const step = left.shift();
      if (step === undefined) {
        over.resolve();
        return new Promise(() => {});
      }
      return step instanceof Error ? Promise.reject(step) : Promise.resolve(step);
    },
  };
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

Deno.test("thousands of connections that were reset before they were taken keep nobody else waiting", async () => {
  const { log, lines } = keepLog();
  const taken: unknown[] = [];
  const conn = { name: "good" } as unknown as Deno.Conn;
  const gone = () => Object.assign(new Deno.errors.NotConnected("reset"), { code: "ENOTCONN" });
  // Each wait for room would last a second: this would take hours.
  const listener = acceptor([...Array.from({ length: 10_000 }, gone), conn]);
  acceptAll(listener, (conn) => taken.push(conn), () => false, log);
  await listener.over;
  deepStrictEqual(taken, [conn]);
  deepStrictEqual(lines.filter(({ level }) => level === "error"), []);
});

Deno.test("a lack of descriptors is told once, waited for, and got over", async () => {
  const { log, lines } = keepLog();
  const taken: unknown[] = [];
  const conn = {} as unknown as Deno.Conn;
  const listener = acceptor([coded("EMFILE"), coded("EMFILE"), conn, coded("ENFILE"), conn]);
  acceptAll(listener, (conn) => taken.push(conn), () => false, log);
  await listener.over;
  strictEqual(taken.length, 2);
  deepStrictEqual(lines.map(({ event }) => event), ["accept_failed", "accept_failed"]);
});

Deno.test("a listener that is no more ends the taking, and a connection that cannot be taken only itself", async () => {
  const { log, lines } = keepLog();
  let closed = 0;
  const bad = { close: () => void closed++ } as unknown as Deno.Conn;
  const listener = acceptor([bad, new Deno.errors.BadResource("gone")]);
  await acceptAll(
    listener,
    () => {
      throw new Error("no");
    },
    () => false,
    log,
  );
  strictEqual(closed, 1);
  deepStrictEqual(lines.map(({ event }) => event), ["connection_failed", "accept_failed"]);
});
