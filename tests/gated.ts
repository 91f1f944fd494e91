/**
 * An application over a store that a test decides for, with handlers that a test holds up.
 *
 * @module
 */
import {
  type Context,
  heart,
  isTuple,
  type Limits,
  type Protocol,
  reply,
  session,
  text,
  unknown,
} from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import type { Engine, Running } from "./engines.ts";
import { HeldStore } from "./held_store.ts";
import { keepLog } from "./log.ts";
import { sessionProto } from "./session_proto.ts";
import { t } from "./speech.ts";

/** An application whose writes and handlers a test holds up. */
export interface Gated extends Running {
  readonly store: HeldStore;
  /** The contexts, in the order of the connections. */
  readonly contexts: Context[];
  /** Lets the handler of `gated` that waits go on. */
  readonly open: () => void;
}

/** An application over a store that a test decides for, and handlers that a test holds up. */
export function startGated(engine: Engine, limits: Partial<Limits> = {}, ...protocols: Protocol[]): Gated {
  const store = new HeldStore();
  const contexts: Context[] = [];
  let gate = Promise.withResolvers<void>();
  /** `{gated, When}` sets `k` before or after it waits, then pushes, sends to `news` and answers. */
  const gated: Protocol = {
    name: "gated",
    init: (cx) => void contexts.push(cx),
    info(message, cx) {
      if (isTuple(message, "big", 2)) return reply("bert", t("big", new Uint8Array(Number(message[1]))));
      if (isTuple(message, "pushes", 2)) {
        return Promise.resolve().then(() => {
          for (let i = 0; i < Number(message[1]); i++) cx.push(reply("bert", i));
          cx.session.set("k", 1);
          cx.push(reply("text", "stored"));
          return reply("bert", message);
        });
      }
      if (!isTuple(message, "gated", 2)) return unknown;
      const when = text(message[1])!;
      if (when === "before") cx.session.set("k", when);
      return (async () => {
        await Promise.resolve();
        if (when === "after") cx.session.set("k", when);
        await gate.promise;
        cx.push(reply("text", "pushed"));
        cx.send("news", t("deliver", "news", when));
        return reply("bert", t("done"));
      })();
    },
  };
  const running = engine.start({
    protocols: [heart, session, sessionProto, gated, ...protocols, echoProto],
    store,
    limits,
    log: keepLog().log,
  });
  return Object.assign(running, {
    store,
    contexts,
    open() {
      gate.resolve();
      gate = Promise.withResolvers();
    },
    async [Symbol.asyncDispose]() {
      store.commit();
      const closing = running.n2o.close({ drainMs: 1_000 });
      store.decideAtOnce();
      await closing;
    },
  });
}

/** Waits until the application has written so often. */
export async function written(running: Gated, count: number): Promise<void> {
  await running.until(() => running.store.waiting === count, `${count} writes`);
}
