/**
 * The heart-beat: the text `PING` is answered with `PONG`, an empty text with an empty text.
 *
 * @module
 */
import type { Protocol } from "../lib/protocol.ts";
import { type Reply, reply, unknown } from "../lib/reply.ts";
import { isTuple, text } from "../lib/term.ts";

const PONG: Reply = reply("text", "PONG");
const EMPTY: Reply = reply("text", "");

/**
 * The heart-beat of N2O's clients, which ping every five seconds.
 *
 * @example
 * ```ts
 * import { createN2O, heart } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [heart] });
 * const answer = await n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body: "PING" }));
 * if (await answer.text() !== "PONG") throw new Error("no heart-beat");
 * await n2o.close();
 * ```
 */
const heart: Protocol = {
  name: "heart",
  info(message, cx) {
    if (!isTuple(message, "text", 2) || cx.source !== "client") return unknown;
    const data = typeof message[1] === "string" ? message[1] : text(message[1]);
    if (data === "PING") return PONG;
    return data === "" ? EMPTY : unknown;
  },
};

export default heart;
