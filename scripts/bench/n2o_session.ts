/**
 * This library under load: `{set, Key, Value}` sets a variable of the visitor's session, and is answered once that is on
 * disk.
 *
 *     deno run --unstable-kv --allow-net … n2o_session.ts FILE
 *
 * @module
 */

import { createN2O, heart, isTuple, type Protocol, reply, session, text, unknown } from "../../mod.ts";
import { kvStore } from "../../lib/store/kv.ts";
import { announce } from "./listening.ts";

const set: Protocol = {
  name: "set",
  info(message, cx) {
    if (!isTuple(message, "set", 3)) return unknown;
    cx.session.set(text(message[1])!, message[2]);
    return reply("bert", message[0]);
  },
};

const store = await kvStore({ path: Deno.args[0] });
const n2o = createN2O({ protocols: [heart, session, set], store, limits: { maxMessagesPerSecond: 1e9 } });
announce(n2o.listen({ hostname: "127.0.0.1", port: 0, engine: "serve" }));
