/**
 * The chat sample. Its two pages, `app/login` and `app/index`, are NITRO's: they live on the server. Rooms, history and presence are the
 * same as the protocol `room`'s, which serves clients that are no pages.
 *
 * Such clients say `{login, Name}`, which is answered by the session's new token and `{login, Name}`, `{logout}`, answered by
 * `{logout}`, and `{whoami}`, answered by `{whoami, Name}` (empty for nobody).
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import type { FileHandler } from "../../lib/endpoints/http.ts";
import { staticFiles } from "../../lib/endpoints/static.ts";
import type { Protocol } from "../../lib/protocol.ts";
import { reply, type Result, unknown } from "../../lib/reply.ts";
import { atom, isTuple, type Term, tuple } from "../../lib/term.ts";
import heart from "../heart.ts";
import { createNitro } from "../nitro/mod.ts";
import { createRoomProtocol } from "../room.ts";
import session from "../session.ts";
import { assets } from "./assets.ts";
import { receiveFiles, serveFiles } from "./files.ts";
import { freeName, nameOf, takeName } from "./names.ts";
import { createIndex } from "./pages/index.ts";
import { login as loginPage } from "./pages/login.ts";

/** Options of {@linkcode createChat}. */
export interface ChatOptions {
  /** The folder for files that are sent to rooms. @default none: no files are taken */
  readonly uploads?: string;
  /** Headers for the documents and styles. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The chat, ready to be served. */
export interface Chat {
  /** Its chain. */
  readonly protocols: readonly Protocol[];
  /** Its files. */
  readonly files: readonly FileHandler[];
}

const LOGIN = atom("login");
const LOGOUT = atom("logout");
const WHOAMI = atom("whoami");
const ERROR = atom("error");

/** The login of the chat, for clients that are no pages. */
export const login: Protocol = {
  name: "chat",
  info(message, cx) {
    if (cx.source !== "client") return unknown;
    if (isTuple(message, "login", 2)) return enter(message[1], cx);
    if (isTuple(message, "logout", 1)) {
      freeName(cx);
      return reply("default", tuple(LOGOUT));
    }
    if (isTuple(message, "whoami", 1)) return reply("default", tuple(WHOAMI, cx.session.user ?? ""));
    return unknown;
  },
};

/** Makes the chat: heart-beat, pages, files, and for other clients session, login, and rooms for those who have logged in. */
export function createChat({ uploads, headers = {} }: ChatOptions = {}): Chat {
  const pages = createNitro({
    pages: { "app/login": loginPage, "app/index": createIndex({ uploads: uploads !== undefined }) },
  });
  const shells = [...assets].map(([path, { text, type }]) => [path.slice(1), { body: text, type }]);
  const files: FileHandler[] = [staticFiles(Object.fromEntries(shells), { headers })];
  const protocols: Protocol[] = [heart, pages];
  if (uploads !== undefined) {
    protocols.push(receiveFiles(uploads));
    files.push(serveFiles(uploads));
  }
  protocols.push(session, login, createRoomProtocol({ anonymous: false }));
  return { protocols, files };
}

/** The chain of a chat that takes no files. */
const chat: readonly Protocol[] = createChat().protocols;
export default chat;

async function enter(given: Term, cx: Context): Promise<Result> {
  const name = nameOf(given);
  const refusal = name === undefined ? "bad_name" : await takeName(name, cx);
  if (refusal === undefined) return reply("default", tuple(LOGIN, name!));
  const about = typeof given === "string" || given instanceof Uint8Array ? given.slice(0, 256) : "";
  return reply("default", tuple(ERROR, atom(refusal), tuple(LOGIN, about)));
}
