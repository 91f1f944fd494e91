/**
 * The server that is soaked: WebSocket and TCP, an echo and a topic. It tells how it is when it is asked with a line on standard input.
 *
 *     deno run --allow-net=127.0.0.1 --v8-flags=--expose-gc server.ts
 *
 * @module
 */
import { pendingTimers } from "./timers.ts";
import {
  atom,
  createN2O,
  handled,
  heart,
  isTuple,
  type Protocol,
  reply,
  session,
  tuple,
  unknown,
} from "../../mod.ts";

/** What the server says of itself. */
export interface State {
  /** Bytes of objects after garbage collection, and of buffers. */
  readonly heapBytes: number;
  readonly bufferBytes: number;
  readonly timers: number;
  readonly connections: number;
  readonly connectionsTotal: number;
  readonly messagesIn: number;
  readonly slowReaders: number;
  /** Connections whose protocols heard of their beginning and of their end. */
  readonly begun: number;
  readonly ended: number;
  /** What never happens: malformed frames, errors of protocols, errors in the log. */
  readonly faults: number;
}

const TOPIC = "soak";
const PUBLISHED = atom("published");
let begun = 0, ended = 0, complaints = 0;

const soaked: Protocol = {
  name: "soaked",
  init: () => void begun++,
  terminate: () => void ended++,
  info(message, cx) {
    if (isTuple(message, "echo", 2) || isTuple(message, "published", 3)) return reply("bert", message);
    if (isTuple(message, "publish", 3)) {
      cx.send(TOPIC, tuple(PUBLISHED, message[1], message[2]));
      return handled;
    }
    if (isTuple(message, "join", 2)) {
      cx.reg(TOPIC);
      return reply("bert", message);
    }
    return unknown;
  },
};

const quiet = () => {};
const n2o = createN2O({
  protocols: [heart, session, soaked],
  limits: { maxMessagesPerSecond: 1e9, maxQueueBytes: 2_097_152 },
  log: {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error(event, fields) {
      complaints++;
      console.error(event, fields);
    },
  },
});
const where = { hostname: "127.0.0.1", port: 0, engine: "stream", deflate: true } as const;
const web = n2o.listen(where);
const tcp = await n2o.listenTcp({ hostname: where.hostname, port: 0, framing: "packet4" });
console.log(`listening ${web.port} ${tcp.port}`);

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
for await (const _ of lines) console.log(JSON.stringify(await state()));
await n2o.close({ drainMs: 1_000 });

async function state(): Promise<State> {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  // What was held weakly is let go in a turn of its own.
  await new Promise((resolve) => setTimeout(resolve, 0));
  gc?.();
  const { heapUsed, external } = Deno.memoryUsage();
  const { connections, connectionsTotal, messagesIn, slowReaders, malformed, protocolErrors } = n2o.counters;
  return {
    heapBytes: heapUsed,
    bufferBytes: external,
    timers: pendingTimers(),
    connections,
    connectionsTotal,
    messagesIn,
    slowReaders,
    begun,
    ended,
    faults: malformed + protocolErrors + complaints,
  };
}
