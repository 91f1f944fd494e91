/**
 * This library under load: `{echo, Data}` comes back, `{join, Data}` subscribes, `{publish, Data}` goes to all that have.
 *
 *     deno run --allow-net=127.0.0.1 n2o_echo.ts --engine serve|stream [--tcp]
 *
 * @module
 */

import { parseArgs } from "node:util";
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
import { announce } from "./listening.ts";

const TOPIC = "bench";
const PUBLISHED = atom("published");

const load: Protocol = {
  name: "load",
  info(message, cx) {
    if (isTuple(message, "echo", 2)) return reply("bert", message);
    if (isTuple(message, "published", 2)) return reply("bert", message);
    if (isTuple(message, "publish", 2)) {
      cx.send(TOPIC, tuple(PUBLISHED, message[1]));
      return handled;
    }
    if (isTuple(message, "join", 2)) {
      cx.reg(TOPIC);
      return reply("bert", message);
    }
    return unknown;
  },
};

const { values } = parseArgs({
  options: { engine: { type: "string" }, tcp: { type: "boolean", default: false } },
});
const { engine } = values;
if (engine !== "serve" && engine !== "stream") throw new Error("--engine is serve or stream");

// Fifty clients ask for as much as they can get; all other limits are the defaults.
const n2o = createN2O({ protocols: [heart, session, load], limits: { maxMessagesPerSecond: 1e9 } });
const where = { hostname: "127.0.0.1", port: 0 };
announce(
  values.tcp ? await n2o.listenTcp({ ...where, framing: "packet4" }) : n2o.listen({ ...where, engine }),
);
