/**
 * What stands around the talk: heading, buttons, rooms, people.
 *
 * @module
 */
import { atom } from "../../../lib/term.ts";
import {
  button,
  type Element,
  event,
  h2,
  link,
  type Nitro,
  p,
  panel,
  setAttr,
  setTitle,
  upload,
} from "../../nitro/mod.ts";
import { MAX_FILE_BYTES } from "../files.ts";
import type { Place } from "./place.ts";
import { showPeople, showRooms } from "./side.ts";
import { visit, visited } from "./visited.ts";

export const CHAT = atom("chat");
export const LOGOUT = atom("logout");
export const AWAY = atom("away");
export const BACK = atom("back");

/** What every page has of this: the same elements for our client and for the original's. */
export function showFrame(nitro: Nitro, { room, user }: Place, uploads: boolean): void {
  nitro.update("logout", button({ id: "logout", body: `Logout ${user}`, postback: LOGOUT }));
  nitro.update("heading", h2({ id: "heading", body: room.name }));
  const ours = nitro.mode === "operations";
  // The original's element goes by this name whatever it is called, and its input by the other.
  if (uploads) {
    nitro.update(
      "upload",
      upload({ id: ours ? "upload" : undefined, maxBytes: MAX_FILE_BYTES }),
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

/** What only our page has around the talk. */
export function showRest(nitro: Nitro, place: Place): void {
  visit(nitro.session, place.room.name);
  showRooms(nitro, place.room.name, visited(nitro.session));
  showPeople(nitro, place.room.users, place.user);
  nitro.wire(event({ target: { g: "window" }, type: "blur", postback: AWAY }));
  nitro.wire(event({ target: { g: "window" }, type: "focus", postback: BACK }));
  showTitle(nitro, place);
}

/** Says why there is no talk. */
export function shut(nitro: Nitro, title: string, about: string, way?: Element): void {
  const on = way ?? link({ class: ["button", "quiet"], url: "/app/index.htm", body: "Go to the lobby" });
  const words = [p({ class: "empty-title", body: title }), p({ body: about }), on];
  nitro.update(
    "closed",
    panel({ id: "closed", body: panel({ class: "empty", role: "alert", body: words }) }),
  );
  nitro.wire(setAttr("history", "aria-busy", "false"));
}

/** Sets the title: the room, and how much has come while its reader looks elsewhere. */
export function showTitle(nitro: Nitro, { room, unread = 0 }: Place): void {
  // Isolated, so that a name in another direction does not turn the rest.
  const title = `\u2068${room.name}\u2069 · N2O chat`;
  nitro.wire(setTitle(unread > 0 ? `(${unread}) ${title}` : title));
}
