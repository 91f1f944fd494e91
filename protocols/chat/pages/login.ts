/**
 * The login page: a name, and a room.
 *
 * @module
 */
import { atom } from "../../../lib/term.ts";
import {
  alert,
  button,
  focus,
  h1,
  link,
  type Nitro,
  p,
  type Page,
  panel,
  redirect,
  section,
  setAttr,
} from "../../nitro/mod.ts";
import { freeName, nameOf, takeName } from "../names.ts";
import { chatLink, isRoomName, loginLink, roomOf, START_ROOM } from "./links.ts";
import { isolated } from "./names.ts";

const LOGIN = atom("login");
const LOGOUT = atom("logout");

const WHY: Readonly<Record<string, string>> = {
  logout: "You have logged out.",
  elsewhere: "You were logged out in another tab.",
  expired: "Your session has ended. Log in again to go on.",
};

const REFUSED: Readonly<Record<string, (name: string) => string>> = {
  name_in_use: (name) =>
    `“\u2068${name}\u2069” is taken: by somebody who is here now, or was a short while ago. Choose another name.`,
  bad_name: () => "The server does not take this name: it is too long, or has characters that do not show.",
  session_ended: () => "Somebody has logged in or out in another tab. Load the page again.",
};
const UNAVAILABLE = "The server cannot store the session at the moment. Try again in a minute.";

/** The page `app/login`. */
export const login: Page = {
  name: "login",
  init(nitro) {
    nitro.update(
      "loginButton",
      button({ id: "loginButton", body: "Login", postback: LOGIN, source: [atom("user"), atom("pass")] }),
    );
    if (nitro.mode === "script") return;
    showWhy(nitro);
    showWayOn(nitro);
    // Where nothing was typed yet, this is what the field shows.
    if (roomOf(nitro) !== START_ROOM) nitro.wire(setAttr("pass", "value", roomOf(nitro)));
  },
  async event(message, nitro) {
    if (message === LOGIN) await enter(nitro);
    else if (message === LOGOUT) {
      freeName(nitro.cx);
      nitro.wire(redirect(loginLink(roomOf(nitro), "logout")));
    }
  },
};

async function enter(nitro: Nitro): Promise<void> {
  const given = nitro.text("user").trim();
  const room = nitro.text("pass").trim() || roomOf(nitro);
  const name = nameOf(given);
  complain(nitro, "user", "");
  complain(nitro, "pass", "");
  if (given === "") return complain(nitro, "user", "Say who you are: any name does.");
  if (name === undefined) return complain(nitro, "user", REFUSED.bad_name(given));
  if (!isRoomName(room)) {
    return complain(
      nitro,
      "pass",
      "There can be no such room: its name is too long, or has characters that do not show.",
    );
  }
  const refusal = await takeName(name, nitro.cx);
  if (refusal !== undefined) return complain(nitro, "user", REFUSED[refusal]?.(name) ?? UNAVAILABLE);
  nitro.session.set("room", room);
  nitro.wire(redirect(chatLink(room)));
}

/** Says beside a field what is wrong with it, or with no text that nothing is. */
function complain(nitro: Nitro, field: string, text: string): void {
  // The original's page has no place for it.
  if (nitro.mode === "script") {
    if (text !== "") nitro.wire(alert({ text }));
    return;
  }
  const id = `${field}Problem`;
  nitro.update(id, p({ id, class: ["problem"], role: "alert", body: text }));
  nitro.wire(setAttr(field, "aria-invalid", String(text !== "")));
  if (text !== "") nitro.wire(focus({ target: field }));
}

function showWhy(nitro: Nitro): void {
  const why = nitro.qc("why") ?? "";
  if (!Object.hasOwn(WHY, why)) return;
  const tone = { "data-tone": why };
  nitro.update(
    "notice",
    p({ id: "notice", class: ["notice"], role: "status", dataFields: tone, body: WHY[why] }),
  );
}

/** Who is logged in already may go on, or be somebody else. */
function showWayOn(nitro: Nitro): void {
  const { user } = nitro.session;
  const room = roomOf(nitro);
  const body = user === undefined ? [] : [
    h1({ body: "Welcome back" }),
    p({ class: ["lead"], body: ["You are logged in as ", isolated(user, "name"), "."] }),
    panel({
      class: ["stack"],
      body: [
        link({
          id: "goOn",
          class: ["button", "primary"],
          url: chatLink(room),
          body: ["Go on to ", isolated(room)],
        }),
        button({
          id: "logoutButton",
          class: ["quiet"],
          body: "Log out and use another name",
          postback: LOGOUT,
        }),
      ],
    }),
  ];
  nitro.update("already", section({ id: "already", body }));
}
