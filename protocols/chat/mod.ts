/**
 * The chat sample: who is who. Rooms, history and presence are the protocol `room`'s.
 *
 * `{login, Name}` is answered by the session's new token and `{login, Name}`, `{logout}` by `{logout}`, `{whoami}` by
 * `{whoami, Name}` (empty for nobody). It checks no password, but a name belongs to one session at a time.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { bert } from "../../lib/formats/bert.ts";
import type { Protocol } from "../../lib/protocol.ts";
import { handled, reply, type Result, unknown } from "../../lib/reply.ts";
import type { StoreKey } from "../../lib/store/mod.ts";
import { atom, isTuple, type Term, text, tuple } from "../../lib/term.ts";
import heart from "../heart.ts";
import { createRoomProtocol } from "../room.ts";
import session from "../session.ts";

const LOGIN = atom("login");
const LOGOUT = atom("logout");
const WHOAMI = atom("whoami");
const ERROR = atom("error");
/** The longest name, in characters as people count them. */
const MAX_NAME = 64;
/** How long a name is remembered after its last login, in milliseconds. */
const CLAIM_MS = 30 * 24 * 3_600_000;

/** The login of the chat. */
export const login: Protocol = {
  name: "chat",
  info(message, cx) {
    if (cx.source !== "client") return unknown;
    if (isTuple(message, "login", 2)) return enter(message[1], cx);
    if (isTuple(message, "logout", 1)) return exit(cx);
    if (isTuple(message, "whoami", 1)) return reply("default", tuple(WHOAMI, cx.session.user ?? ""));
    return unknown;
  },
};

/** The chain of the chat: heart-beat, session, login, rooms for those who have logged in. */
const chat: readonly Protocol[] = [heart, session, login, createRoomProtocol({ anonymous: false })];
export default chat;

async function enter(given: Term, cx: Context): Promise<Result> {
  const name = text(given)?.trim().normalize("NFC");
  if (name === undefined || !isName(name)) return refuse("bad_name", given);
  if (cx.session.user === name) return reply("default", tuple(LOGIN, name));
  const { store, sessions } = cx.n2o;
  const claim = await store.get(keyOf(name));
  if (claim !== undefined) {
    const holder = await sessions.alive(text(bert.decode(claim.value)) ?? "");
    if (holder !== undefined && holder.id !== cx.session.id && holder.user !== undefined) {
      return refuse("name_in_use", given);
    }
  }
  const before = cx.session.user;
  if (before !== undefined) store.delete(keyOf(before));
  cx.login(name);
  const expiresAt = Date.now() + CLAIM_MS;
  let claimed: boolean;
  try {
    // Two may ask for a free name at once; the store decides.
    const value = bert.encode(cx.session.id);
    claimed = await store.compareAndSet(keyOf(name), claim?.version, value, { expiresAt });
  } catch {
    // When the session was not stored either, the client has been told so, and is who it was.
    if (cx.session.user !== name) return handled;
    cx.logout();
    return refuse("store_unavailable", given);
  }
  if (claimed) return reply("default", tuple(LOGIN, name));
  cx.logout();
  return refuse("name_in_use", given);
}

function exit(cx: Context): Result {
  const { user } = cx.session;
  if (user !== undefined) {
    cx.n2o.store.delete(keyOf(user));
    cx.logout();
  }
  return reply("default", tuple(LOGOUT));
}

/** Controls, line breaks, and what is not seen or turns the direction of what follows; joiners belong to scripts and emoji. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;
const MAX_NAME_BYTES = 255;
const encoder = new TextEncoder();

function isName(name: string): boolean {
  if (encoder.encode(name).length > MAX_NAME_BYTES || UNSEEN.test(name) || !SEEN.test(name)) return false;
  if ([...new Intl.Segmenter().segment(name)].length > MAX_NAME) return false;
  return encoder.encode(folded(name)).length <= 4 * MAX_NAME_BYTES;
}

/** Names that look alike are one name. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\p{Cf}/gu, "");
}

function keyOf(name: string): StoreKey {
  return ["chat", "name", folded(name)];
}

function refuse(code: string, name: Term): Result {
  const about = typeof name === "string" || name instanceof Uint8Array ? name.slice(0, 256) : "";
  return reply("default", tuple(ERROR, atom(code), tuple(LOGIN, about)));
}
