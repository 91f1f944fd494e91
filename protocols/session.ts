/**
 * The session handshake: `N2O,` and a token are answered with `{io, <<>>, {'Token', Token}}`.
 *
 * @module
 */
import type { Context } from "../lib/context.ts";
import type { Protocol } from "../lib/protocol.ts";
import { type Reply, reply, unknown } from "../lib/reply.ts";
import type { Authentication } from "../lib/sessions.ts";
import { atom, isTuple, text, tuple } from "../lib/term.ts";

const IO = atom("io");
const TOKEN = atom("Token");
const EMPTY = new Uint8Array(0);

/**
 * N2O's handshake. A valid token brings its session back; any other one, and an empty one, begins a new session.
 *
 * @example
 * ```ts
 * import { bert, createN2O, isTuple, session } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [session] });
 * const answer = await n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body: "N2O," }));
 * const io = bert.decode(new Uint8Array(await answer.arrayBuffer()));
 * if (!isTuple(io, "io", 3) || !isTuple(io[2], "Token", 2)) throw new Error("no token");
 * await n2o.close();
 * ```
 */
const session: Protocol = {
  name: "session",
  info(message, cx) {
    if (!isTuple(message, "text", 2) || cx.source !== "client") return unknown;
    const data = typeof message[1] === "string" ? message[1] : text(message[1]);
    if (data === undefined || !data.startsWith("N2O,")) return unknown;
    // Behind a comma stands what the client asks of a page, and there is none.
    const comma = data.indexOf(",", 4);
    const found = cx.n2o.sessions.authenticate(comma < 0 ? data.slice(4) : data.slice(4, comma));
    return found instanceof Promise ? found.then((later) => welcome(later, cx)) : welcome(found, cx);
  },
};

function welcome(found: Authentication, cx: Context): Reply {
  cx.adopt(found.session);
  return reply("default", tuple(IO, EMPTY, tuple(TOKEN, found.token)));
}

export default session;
