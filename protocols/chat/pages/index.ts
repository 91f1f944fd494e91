/**
 * The page of the chat: a room's talk.
 *
 * @module
 */
import { N2OError } from "../../../lib/error.ts";
import { atom, isTuple, text } from "../../../lib/term.ts";
import { focus, jq, type Nitro, type Page, redirect, span } from "../../nitro/mod.ts";
import { freeName } from "../names.ts";
import { ask } from "./ask.ts";
import { AWAY, BACK, CHAT, LOGOUT, showFrame, showRest, shut } from "./frame.ts";
import { plainMessage } from "./history.ts";
import { loginLink, roomOf, START_ROOM } from "./links.ts";
import { isMember, Place } from "./place.ts";
import { showPeople } from "./side.ts";
import { add, away, earlier, resume, SHOWN } from "./talk.ts";
import { visit } from "./visited.ts";

const RESUME = atom("resume");

/** What the page has. */
export interface IndexOptions {
  /** Whether files can be sent. */
  readonly uploads: boolean;
}

/** Makes the page `app/index`. */
export function createIndex({ uploads }: IndexOptions): Page {
  return { ...page, init: (nitro) => open(nitro, uploads) };
}

const page: Page = {
  name: "index",
  async event(message, nitro) {
    if (message === CHAT) await post(nitro);
    else if (message === LOGOUT) logout(nitro);
    else if (message === RESUME) resume(nitro);
    else if (message === AWAY) away(nitro, 0);
    else if (message === BACK) away(nitro, undefined);
    else if (isTuple(message, "earlier", 2)) earlier(nitro, Number(message[1]));
  },
  info(message, nitro) {
    const place = Place.of(nitro.cx);
    if (place === undefined || !isTuple(message) || message[1] !== place.room.name) return false;
    if (isMember(nitro.cx, place.room.name)) return false;
    if (isTuple(message, "presence", 4)) {
      if (nitro.mode === "operations") showPeople(nitro, place.room.users, place.user);
      return true;
    }
    if (!isTuple(message, "message", 7)) return false;
    const offset = message[2] as number;
    // What comes before the page has said what it shows, it is given with the rest.
    if (place.offset === undefined || offset <= place.offset) return true;
    const said = place.room.messages[offset - place.room.messages[0].offset];
    if (said === undefined) return true;
    place.offset = offset;
    if (nitro.mode === "operations") add(nitro, place, said);
    else {
      if (said.from === place.user) nitro.wire(jq({ target: "message", method: ["focus", "select"] }));
      nitro.insertTop("history", plainMessage(said));
    }
    return true;
  },
  terminate(_reason, nitro) {
    const place = Place.of(nitro.cx);
    Place.close(nitro);
    const { session } = nitro;
    if (place?.offset === undefined || session.ended || session.user !== place.user) return;
    visit(session, place.room.name, place.offset);
  },
};

/** The room of a page: what its address names, or where its visitor went by the login. */
function room(nitro: Nitro): string {
  const kept = nitro.session.get("room");
  return nitro.qc("room") || (kept === undefined ? undefined : text(kept)) || START_ROOM;
}

/** Opens the page: for the original's client all of it, for ours the talk once the page has said how much of it it shows. */
async function open(nitro: Nitro, uploads: boolean): Promise<void> {
  const { user } = nitro.session;
  const ours = nitro.mode === "operations";
  if (ours) nitro.wire(ask(RESUME, "seen"));
  if (user === undefined) return ours ? undefined : nitro.wire(redirect(loginLink()));
  let place: Place;
  try {
    place = await Place.take(room(nitro), user, nitro);
  } catch (error) {
    if (!(error instanceof N2OError) || !ours) throw error;
    return shut(
      nitro,
      "There can be no such room",
      "Its name is too long, or has characters that do not show.",
    );
  }
  if (!ours) nitro.clear("history");
  showFrame(nitro, place, uploads);
  if (ours) return showRest(nitro, place);
  for (const message of place.room.since("", 0).messages.slice(-SHOWN)) {
    nitro.insertTop("history", plainMessage(message));
  }
  place.offset = place.room.durable;
}

/** Says what was written. It is answered once it is stored; the same event, sent again on another connection, says nothing twice. */
async function post(nitro: Nitro): Promise<void> {
  const body = nitro.text("message").trimEnd().replace(/^\s*\n/u, "");
  if (body === "") return;
  const { rooms } = nitro.cx.n2o;
  const { user } = nitro.session;
  if (user === undefined) return nitro.wire(redirect(loginLink(roomOf(nitro), "expired")));
  try {
    const place = Place.of(nitro.cx)?.room ?? await rooms.open(room(nitro));
    rooms.post(place, user, nitro.eventId ?? crypto.randomUUID(), body);
    if (nitro.mode === "script") return;
    if (nitro.state.problem !== undefined) complain(nitro, "");
    // Whoever pressed the button goes on writing.
    nitro.wire(focus({ target: "message" }));
  } catch (error) {
    if (!(error instanceof N2OError) || nitro.mode === "script") throw error;
    complain(nitro, "The server does not take this text now.");
    nitro.wire(jq({ target: "message", property: "value", right: body }));
  }
}

function complain(nitro: Nitro, body: string): void {
  if (body === nitro.state.problem) return;
  nitro.state.problem = body;
  nitro.update("problem", span({ id: "problem", class: "problem", role: "alert", body }));
}

function logout(nitro: Nitro): void {
  Place.of(nitro.cx)?.leave();
  freeName(nitro.cx);
  // What was being written is nobody's who logs in next; the original's page keeps no drafts.
  if (nitro.mode === "operations") nitro.wire(jq({ target: "message", property: "value", right: "" }));
  nitro.wire(redirect(nitro.mode === "script" ? loginLink() : loginLink(roomOf(nitro), "logout")));
}
