import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { fit, judge } from "../scripts/soak/judge.ts";
import type { Account } from "../scripts/soak/load.ts";
import { framed, framedByServer } from "../scripts/soak/peer.ts";
import type { Sample } from "../scripts/soak/subject.ts";
import { clientFrame } from "./raw_socket.ts";

const base: Sample = {
  seconds: 0,
  rssBytes: 150e6,
  descriptors: 30,
  heapBytes: 10e6,
  bufferBytes: 8e6,
  timers: 2,
  connections: 100,
  connectionsTotal: 5,
  messagesIn: 0,
  slowReaders: 0,
  begun: 5,
  ended: 5,
  faults: 0,
};
const account: Account = { opened: 100, echoes: 0, deliveries: 0, visits: new Map(), faults: [] };
const after: Sample = { ...base, connections: 0, connectionsTotal: 105, begun: 105, ended: 105 };

/** The names of what does not hold, with samples that differ from the base in this. */
function failing(
  change: (index: number) => Partial<Sample>,
  last: Partial<Sample> = {},
  told = account,
): string[] {
  const samples = Array.from(
    { length: 40 },
    (_, index) => ({ ...base, seconds: 5 * index, ...change(index) }),
  );
  return judge(base, samples, { ...after, ...last }, told).filter(({ passed }) => !passed).map(({ name }) =>
    name
  );
}

Deno.test("soak: a line is fitted by least squares", () => {
  const { mean, rise, error } = fit([[0, 1], [1, 3], [2, 5], [3, 7]]);
  strictEqual(mean, 4);
  ok(Math.abs(rise - 6) < 1e-9 && error < 1e-6);
  ok(fit([[0, 1], [1, 9], [2, 1], [3, 9]]).error > 5, "scatter tells little");
});

Deno.test("soak: what is flat holds, also when it scatters or grew in the first half", () => {
  deepStrictEqual(failing(() => ({})), []);
  deepStrictEqual(failing((index) => ({ bufferBytes: 8e6 + (index % 3) * 4e6 })), []);
  deepStrictEqual(failing((index) => ({ heapBytes: Math.min(20, index) * 1e6 + 1e6 })), []);
});

Deno.test("soak: what grows does not hold", () => {
  deepStrictEqual(failing((index) => ({ heapBytes: 10e6 + index * 50_000 })), [
    "heap after garbage collection flat",
  ]);
  deepStrictEqual(failing((index) => ({ descriptors: 30 + index })), ["descriptors flat"]);
  deepStrictEqual(failing((index) => ({ timers: 2 + index })), ["timers flat"]);
});

Deno.test("soak: what does not come out even does not hold", () => {
  deepStrictEqual(failing(() => ({}), { connections: 1 }), ["connections left"]);
  deepStrictEqual(failing(() => ({}), { descriptors: 31 }), ["descriptors as at the start"]);
  deepStrictEqual(failing(() => ({}), { timers: 3 }), ["timers as at the start"]);
  deepStrictEqual(failing(() => ({}), { bufferBytes: 20e6 }), ["heap and buffers when all have gone"]);
  deepStrictEqual(failing(() => ({}), { ended: 104 }), ["ends that protocols have heard of"]);
  deepStrictEqual(failing(() => ({}), { faults: 1 }), ["malformed frames, failures, errors in the log"]);
  deepStrictEqual(failing(() => ({}), {}, { ...account, opened: 99 }), [
    "connections the server has counted",
  ]);
  deepStrictEqual(failing(() => ({}), {}, { ...account, faults: ["x"] }), ["what went wrong for clients"]);
});

Deno.test("soak: its clients speak as others do", () => {
  for (const length of [0, 125, 126, 65_535, 65_536]) {
    const payload = new Uint8Array(length).fill(7);
    strictEqual(
      framed("websocket", payload).toHex(),
      clientFrame("binary", payload, { mask: [0, 0, 0, 0] }).toHex(),
    );
    strictEqual(
      framedByServer("websocket", payload).toHex(),
      clientFrame("binary", payload, { mask: false }).toHex(),
    );
  }
  strictEqual(framed("packet4", Uint8Array.of(1, 2)).toHex(), "000000020102");
});
