/**
 * The chat's names: who is who. No password is checked, but a name belongs to one session at a time.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { N2OError } from "../../lib/error.ts";
import { bert } from "../../lib/formats/bert.ts";
import { StoreError } from "../../lib/store/error.ts";
import type { StoreKey } from "../../lib/store/mod.ts";
import { isTuple, type Term, text, tuple } from "../../lib/term.ts";

/** The longest name, in characters as people count them. */
const MAX_NAME = 64;
/** How long a name is remembered after its last login, in milliseconds. */
const CLAIM_MS = 30 * 24 * 3_600_000;
/** How long a name is kept for a session that has asked for it and not logged in, as when the server was killed, in milliseconds. */
const ASKING_MS = 60_000;

/** The name that a text gives: without spaces around it, in Unicode's composed form; `undefined` when it can be none. */
export function nameOf(given: Term | undefined): string | undefined {
  const name = given === undefined ? undefined : text(given)?.trim().normalize("NFC");
  return name !== undefined && isName(name) ? name : undefined;
}

/** Logs the visitor in under a name of {@linkcode nameOf}; gives a code where that cannot be, such as `name_in_use`. */
export async function takeName(name: string, cx: Context): Promise<string | undefined> {
  const { session } = cx;
  if (session.user === name) return undefined;
  const { store, sessions } = cx.n2o;
  const expiresAt = sessions.now() + CLAIM_MS;
  // The name first: whoever does not get it stays who it was.
  try {
    const claim = await store.get(keyOf(name));
    if (claim !== undefined && await isHeld(bert.decode(claim.value), name, cx)) return "name_in_use";
    // Two may ask for a free name at once; the store decides.
    const asked = bert.encode(tuple(session.id, sessions.now() + ASKING_MS));
    if (!await store.compareAndSet(keyOf(name), claim?.version, asked, { expiresAt })) return "name_in_use";
  } catch (error) {
    cx.n2o.log.warn("name_not_claimed", { error });
    return "store_unavailable";
  }
  // Another tab has logged in or out meanwhile, and this connection is about to be told.
  if (cx.session.id !== session.id) return "session_ended";
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
    return error instanceof StoreError ? "store_unavailable" : error.code;
  }
  return undefined;
}

/** Ends the visitor's session, and frees its name. */
export function freeName(cx: Context): void {
  const { user } = cx.session;
  if (user === undefined) return;
  cx.logout();
  cx.n2o.store.delete(keyOf(user));
}

/** Whether a claim keeps others from a name: of a session that bears it, or that has just asked for it. */
async function isHeld(claim: Term, name: string, cx: Context): Promise<boolean> {
  const { sessions } = cx.n2o;
  if (isTuple(claim)) return text(claim[0]) !== cx.session.id && Number(claim[1]) > sessions.now();
  const holder = await sessions.alive(text(claim) ?? "");
  return holder !== undefined && holder.id !== cx.session.id && folded(holder.user ?? "") === folded(name);
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
