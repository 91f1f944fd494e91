/**
 * The chat sample: who is who. Rooms, history and presence are the protocol `room`'s.
 *
 * `{login, Name}` is answered by the session's new token and `{login, Name}`, `{logout}` by `{logout}`, `{whoami}` by
 * `{whoami, Name}` (empty for nobody). It checks no password, but a name belongs to one session at a time.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { N2OError } from "../../lib/error.ts";
import { bert } from "../../lib/formats/bert.ts";
import type { Protocol } from "../../lib/protocol.ts";
import { reply, type Result, unknown } from "../../lib/reply.ts";
import { StoreError } from "../../lib/store/error.ts";
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
/** How long a name is kept for a session that has asked for it and not logged in, as when the server was killed, in milliseconds. */
const ASKING_MS = 60_000;

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
  const { session } = cx;
  if (session.user === name) return reply("default", tuple(LOGIN, name));
  const { store, sessions } = cx.n2o;
  const expiresAt = sessions.now() + CLAIM_MS;
  // The name first: whoever does not get it stays who it was.
  try {
    const claim = await store.get(keyOf(name));
    if (claim !== undefined && await isHeld(bert.decode(claim.value), name, cx)) {
      return refuse("name_in_use", given);
    }
    // Two may ask for a free name at once; the store decides.
    const asked = bert.encode(tuple(session.id, sessions.now() + ASKING_MS));
    if (!await store.compareAndSet(keyOf(name), claim?.version, asked, { expiresAt })) {
      return refuse("name_in_use", given);
    }
  } catch (error) {
    cx.n2o.log.warn("name_not_claimed", { error });
    return refuse("store_unavailable", given);
  }
  // Another tab has logged in or out meanwhile, and this connection is about to be told.
  if (cx.session.id !== session.id) return refuse("session_ended", given);
  const before = session.user;
  try {
    // All of this is stored together, or nothing.
    cx.login(name);
    store.set(keyOf(name), bert.encode(cx.session.id), { expiresAt });
    if (before !== undefined && folded(before) !== folded(name)) store.delete(keyOf(before));
  } catch (error) {
    // Nobody goes by a name that is not claimed.
    if (cx.session.user === name) cx.logout();
    if (!(error instanceof N2OError)) throw error;
    return refuse(error instanceof StoreError ? "store_unavailable" : error.code, given);
  }
  return reply("default", tuple(LOGIN, name));
}

/** Whether a claim keeps others from a name: of a session that bears it, or that has just asked for it. */
async function isHeld(claim: Term, name: string, cx: Context): Promise<boolean> {
  const { sessions } = cx.n2o;
  if (isTuple(claim)) return text(claim[0]) !== cx.session.id && Number(claim[1]) > sessions.now();
  const holder = await sessions.alive(text(claim) ?? "");
  return holder !== undefined && holder.id !== cx.session.id && folded(holder.user ?? "") === folded(name);
}

function exit(cx: Context): Result {
  const { user } = cx.session;
  if (user !== undefined) {
    cx.logout();
    cx.n2o.store.delete(keyOf(user));
  }
  return reply("default", tuple(LOGOUT));
}

/** Something of a name must be seen; what is not, or turns what follows, only shows: pages isolate names. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;
const MAX_NAME_BYTES = 255;
const encoder = new TextEncoder();

function isName(name: string): boolean {
  if (encoder.encode(name).length > MAX_NAME_BYTES || /\p{Cc}/u.test(name) || !SEEN.test(name)) return false;
  if ([...new Intl.Segmenter().segment(name)].length > MAX_NAME) return false;
  return encoder.encode(folded(name)).length <= 4 * MAX_NAME_BYTES;
}

/** Names that look alike are one name. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, "");
}

function keyOf(name: string): StoreKey {
  return ["chat", "name", folded(name)];
}

function refuse(code: string, name: Term): Result {
  const about = typeof name === "string" || name instanceof Uint8Array ? name.slice(0, 256) : "";
  return reply("default", tuple(ERROR, atom(code), tuple(LOGIN, about)));
}
