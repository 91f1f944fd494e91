/**
 * The page of the chat: a room's talk.
 *
 * @module
 */
import { N2OError } from "../../../lib/error.ts";
import type { RoomMessage } from "../../../lib/room.ts";
import { atom, isTuple, text, tuple } from "../../../lib/term.ts";
import {
  button,
  type Element,
  event,
  focus,
  h2,
  jq,
  link,
  type Nitro,
  p,
  type Page,
  panel,
  redirect,
  setAttr,
  setTitle,
  span,
  upload,
} from "../../nitro/mod.ts";
import { MAX_FILE_BYTES } from "../files.ts";
import { freeName } from "../names.ts";
import { ask } from "./ask.ts";
import { begins, bubble, group, groupId, groups, lastGroup, newLine, plainMessage } from "./history.ts";
import { loginLink, roomOf, START_ROOM } from "./links.ts";
import { Place } from "./place.ts";
import { showPeople, showRooms } from "./side.ts";
import { readUpTo, visit, visited } from "./visited.ts";

const CHAT = atom("chat");
const LOGOUT = atom("logout");
const RESUME = atom("resume");
const EARLIER = atom("earlier");
const AWAY = atom("away");
const BACK = atom("back");

/** So many messages are shown at once; the earlier ones when they are asked for. */
const SHOWN = 100;

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
    // A client that is no page hears by the protocol of rooms what it joined by it.
    if ((nitro.cx.state.room as ReadonlyMap<string, unknown> | undefined)?.has(place.room.name)) return false;
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
    Place.close(nitro.cx);
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

/** What every page has of this: the same elements for our client and for the original's. */
function showFrame(nitro: Nitro, { room, user }: Place, uploads: boolean): void {
  nitro.update("logout", button({ id: "logout", body: `Logout ${user}`, postback: LOGOUT }));
  nitro.update("heading", h2({ id: "heading", body: room.name }));
  const ours = nitro.mode === "operations";
  // The original's element goes by this name whatever it is called, and its input by the other.
  if (uploads) {
    nitro.update(
      "upload",
      upload({ id: ours ? "upload" : undefined, class: "upload", maxBytes: MAX_FILE_BYTES }),
    );
  }
  nitro.update(
    "send",
    button({
      id: "send",
      body: "Chat",
      postback: CHAT,
      source: [atom("message")],
      dataFields: ours ? { "data-n2o-clear": "message", "data-n2o-repeat": "" } : {},
    }),
  );
}

/** Opens the page: for the original's client all of it, for ours the talk once the page has said how much of it it shows. */
async function open(nitro: Nitro, uploads: boolean): Promise<void> {
  const { user } = nitro.session;
  const ours = nitro.mode === "operations";
  if (ours) nitro.wire(ask(RESUME, "seen"));
  if (user === undefined) return ours ? undefined : nitro.wire(redirect(loginLink()));
  let place: Place;
  try {
    place = await Place.take(room(nitro), user, nitro.cx);
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

/** What only our page has around the talk. */
function showRest(nitro: Nitro, place: Place): void {
  visit(nitro.session, place.room.name);
  showRooms(nitro, place.room.name, visited(nitro.session));
  showPeople(nitro, place.room.users, place.user);
  nitro.wire(event({ target: { g: "window" }, type: "blur", postback: AWAY }));
  nitro.wire(event({ target: { g: "window" }, type: "focus", postback: BACK }));
  nitro.wire(setTitle(titleOf(place)));
}

/** Gives a page that shows nothing yet the end of the talk, and one that was cut off what it missed. */
function resume(nitro: Nitro): void {
  const [epoch = "", shown, first] = nitro.text("seen").split(" ");
  const place = Place.of(nitro.cx);
  if (place === undefined) {
    if (nitro.session.user !== undefined) return;
    if (epoch === "") return nitro.wire(redirect(loginLink(roomOf(nitro))));
    // What its visitor is writing shall not be lost by going away.
    const again = link({
      class: ["button", "quiet"],
      url: loginLink(roomOf(nitro), "expired"),
      body: "Log in again",
    });
    return shut(nitro, "Your session has ended", "Log in again to go on.", again);
  }
  const offset = Number.parseInt(shown) || 0;
  const { messages, complete } = place.room.since(epoch, offset);
  place.offset = place.room.durable;
  if (epoch === "" || !complete || messages.length > SHOWN) showAll(nitro, place, messages);
  else {
    place.group = Number.parseInt(first) || 0;
    for (const message of messages) add(nitro, place, message);
  }
  nitro.update("closed", panel({ id: "closed" }));
  nitro.wire(setAttr("history", "aria-busy", "false"));
  remember(nitro, place);
}

function showAll(nitro: Nitro, place: Place, messages: readonly RoomMessage[]): void {
  const shown = messages.slice(-SHOWN);
  const read = readUpTo(nitro.session, place.room.name);
  const mark = read === undefined
    ? undefined
    : shown.find(({ offset, from }) => offset > read && from !== place.user)?.offset;
  nitro.clear("history");
  if (shown.length > 0) nitro.insertBottom("history", groups(shown, place.user, mark));
  place.group = lastGroup(shown, mark);
  showMore(nitro, messages.length > shown.length ? shown[0].offset : undefined);
}

/** Shows messages that stand before what is shown. */
function earlier(nitro: Nitro, before: number): void {
  const place = Place.of(nitro.cx);
  if (place === undefined) return;
  const all = place.room.since("", 0).messages.filter(({ offset }) => offset < before);
  const shown = all.slice(-SHOWN);
  if (shown.length > 0) nitro.insertTop("history", groups(shown, place.user));
  showMore(nitro, all.length > shown.length ? shown[0].offset : undefined);
}

function showMore(nitro: Nitro, first: number | undefined): void {
  const more = first === undefined
    ? []
    : button({ id: "more", class: "quiet", body: "Earlier messages", postback: tuple(EARLIER, first) });
  nitro.update("earlier", panel({ id: "earlier", body: more }));
}

/** Adds a message at the end of the talk. */
function add(nitro: Nitro, place: Place, message: RoomMessage): void {
  const { room, user } = place;
  const before = room.messages[message.offset - room.messages[0].offset - 1];
  const isNews = place.unread !== undefined && message.from !== user;
  if (isNews && place.unread === 0) {
    nitro.remove("new");
    nitro.insertBottom("history", newLine());
  }
  if (place.group === 0 || begins(before, message) || isNews && place.unread === 0) {
    place.group = message.offset;
    nitro.insertBottom("history", group([message], user));
  } else nitro.insertBottom(groupId(place.group), bubble(message));
  if (isNews) {
    place.unread!++;
    nitro.wire(setTitle(titleOf(place)));
  }
  remember(nitro, place);
}

/** Has the page keep how much it shows, for when the connection is another one. */
function remember(nitro: Nitro, { room, offset, group }: Place): void {
  nitro.wire(jq({ target: "seen", property: "value", right: `${room.epoch} ${offset} ${group}` }));
}

/** Whoever looks elsewhere finds in the title how much has come, and a line before it. */
function away(nitro: Nitro, unread: number | undefined): void {
  const place = Place.of(nitro.cx);
  if (place === undefined) return;
  const had = place.unread;
  place.unread = unread;
  if (had !== undefined && had > 0) nitro.wire(setTitle(titleOf(place)));
}

function titleOf({ room, unread = 0 }: Place): string {
  // Isolated, so that a name in another direction does not turn the rest.
  const title = `\u2068${room.name}\u2069 · N2O chat`;
  return unread > 0 ? `(${unread}) ${title}` : title;
}

/** Says what was written. It is answered once it is stored; the same event, sent again on another connection, says nothing twice. */
async function post(nitro: Nitro): Promise<void> {
  const body = nitro.text("message").replace(/^\s*\n|\s+$/gu, "");
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
  nitro.wire(redirect(nitro.mode === "script" ? loginLink() : loginLink(roomOf(nitro), "logout")));
}

/** Says why there is no talk. */
function shut(nitro: Nitro, title: string, about: string, way?: Element): void {
  const on = way ?? link({ class: ["button", "quiet"], url: "/app/index.htm", body: "Go to the lobby" });
  const words = [p({ class: "empty-title", body: title }), p({ body: about }), on];
  nitro.update(
    "closed",
    panel({ id: "closed", body: panel({ class: "empty", role: "alert", body: words }) }),
  );
  nitro.wire(setAttr("history", "aria-busy", "false"));
}
