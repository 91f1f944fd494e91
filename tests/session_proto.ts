/**
 * A protocol that shows a session from outside.
 *
 * @module
 */
import { atom, isTuple, N2OError, type Protocol, reply, type Result, text, tuple, unknown } from "@n2o/n2o";

const OK = atom("ok");
const NONE = atom("none");

/**
 * `{set, Key, Value}` and `{set, Key, Value, TtlMs}` are answered by `{ok, Key}`, `{get, Key}` by the value or `none`,
 * `{del, Key}` by true or false; `{login, User}`, `{logout}`, `{whoami}`, `{sid}` as they say. What is thrown is
 * answered by `{error, Code}`.
 */
export const sessionProto: Protocol = {
  name: "session_proto",
  info(message, cx) {
    if (!isTuple(message) || cx.source !== "client") return unknown;
    const answer = (): Result => {
      if (isTuple(message, "set", 3) || isTuple(message, "set", 4)) {
        const ttlMs = message[3] as number | undefined;
        cx.session.set(text(message[1])!, message[2], ttlMs === undefined ? {} : { ttlMs });
        return reply("bert", tuple(OK, message[1]));
      }
      if (isTuple(message, "get", 2)) return reply("bert", cx.session.get(text(message[1])!) ?? NONE);
      if (isTuple(message, "del", 2)) return reply("bert", cx.session.delete(text(message[1])!));
      if (isTuple(message, "login", 2)) {
        cx.login(text(message[1])!);
        return reply("bert", message);
      }
      if (isTuple(message, "logout", 1)) {
        cx.logout();
        return reply("bert", message);
      }
      if (isTuple(message, "whoami", 1)) return reply("bert", cx.session.user ?? NONE);
      if (isTuple(message, "sid", 1)) return reply("bert", cx.session.id);
      return unknown;
    };
    try {
      return answer();
    } catch (error) {
      if (!(error instanceof N2OError)) throw error;
      return reply("bert", tuple(atom("error"), atom(error.code)));
    }
  },
};
