/**
 * The talk of a room on our own page.
 *
 * @module
 */
import type { RoomMessage } from "../../../lib/room.ts";
import { atom, tuple } from "../../../lib/term.ts";
import { button, jq, link, type Nitro, panel, redirect, setAttr } from "../../nitro/mod.ts";
import { showTitle, shut } from "./frame.ts";
import { begins, bubble, group, groupId, groups, lastGroup, newLine } from "./history.ts";
import { loginLink, roomOf } from "./links.ts";
import { Place } from "./place.ts";
import { readUpTo } from "./visited.ts";

/** So many messages are shown at once; the earlier ones when they are asked for. */
export const SHOWN = 100;

const EARLIER = atom("earlier");

/** Gives a page that shows nothing yet the end of the talk, and one that was cut off what it missed. */
export function resume(nitro: Nitro): void {
  const [epoch = "", shown, first, reader] = nitro.text("seen").split(" ", 4);
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
  if (!complete || messages.length > SHOWN) showAll(nitro, place, messages);
  // Whose words are whose was drawn for another reader.
  else if (reader !== encodeURIComponent(place.user)) showAll(nitro, place, place.room.since("", 0).messages);
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
export function earlier(nitro: Nitro, before: number): void {
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
export function add(nitro: Nitro, place: Place, message: RoomMessage): void {
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
    showTitle(nitro, place);
  }
  remember(nitro, place);
}

/** Has the page keep how much it shows, for when the connection is another one. */
function remember(nitro: Nitro, { room, user, offset, group }: Place): void {
  const seen = `${room.epoch} ${offset} ${group} ${encodeURIComponent(user)}`;
  nitro.wire(jq({ target: "seen", property: "value", right: seen }));
}

/** Whoever looks elsewhere finds in the title how much has come, and a line before it. */
export function away(nitro: Nitro, unread: number | undefined): void {
  const place = Place.of(nitro.cx);
  if (place === undefined) return;
  const had = place.unread;
  place.unread = unread;
  if (had !== undefined && had > 0) showTitle(nitro, place);
}
