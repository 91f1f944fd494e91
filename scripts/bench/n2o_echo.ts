/**
 * This library under load: `{echo, Data}` comes back, `{join, Data}` subscribes, `{publish, Data}` goes to all that have.
 *
 *     deno run --allow-net n2o_echo.ts
 *
 * @module
 */

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

/** More than any load here reaches: what is measured is the loop, not its limits. */
const limits = {
  maxMessagesPerSecond: 1e9,
  maxMailboxMessages: 1e6,
  maxQueueMessages: 1e6,
  idleTimeoutMs: 600_000,
  silenceTimeoutMs: 600_000,
};

const n2o = createN2O({ protocols: [heart, session, load], limits });
announce(n2o.listen({ hostname: "127.0.0.1", port: 0 }));
