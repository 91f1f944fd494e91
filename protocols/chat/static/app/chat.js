import { createClient, isTuple, text } from "./client.js";
import { showConnection } from "./banner.js";
import { Composer } from "./composer.js";
import { byId } from "./dom.js";
import { History } from "./history.js";
import { visit } from "./kept.js";
import { loginLink, roomOfPage } from "./links.js";
import { Outgoing } from "./outgoing.js";
import { showNoPeople, showPeople } from "./people.js";
import { Scroll } from "./scroll.js";
import { forget, logout, whoami } from "./session.js";
import { setUpSide, showRooms } from "./side.js";
import { Unread } from "./unread.js";

const BODY_BYTES = 262_144;
const LOGOUT_MS = 3000;
const CLOSED = {
  bad_room: ["There can be no such room", "Its name is too long, or has characters that do not show."],
  too_many_rooms: ["You are in too many rooms", "Close one of your other tabs, then load this page again."],
};

const roomName = roomOfPage();
const client = createClient();
const tabs = new BroadcastChannel("n2o-chat");
let self;
let leaving = false;

/** Goes to the login page, once. */
function leave(why) {
  if (leaving) return;
  leaving = true;
  client.close();
  location.assign(loginLink(roomName, why));
}

async function endSession() {
  byId("logout").disabled = true;
  try {
    leaving = true;
    await logout(client, LOGOUT_MS);
  } catch {
    // nobody answers: at least this browser shall not act as the user any more
    client.close();
    forget();
    tabs.postMessage("logout");
  }
  leaving = false;
  leave("logout");
}

let toastTimer = 0;
function toast(text) {
  clearTimeout(toastTimer);
  byId("toast").textContent = text;
  toastTimer = setTimeout(() => byId("toast").textContent = "", 2500);
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast("The link is copied.");
  } catch {
    toast(location.href);
  }
}

/** Runs the room for a user who is known now. */
function enter(name) {
  self = name;
  const room = client.join(roomName);
  const unread = new Unread(document.title);
  const history = new History(byId("messages"), self);
  const outgoing = new Outgoing(byId("outgoing"), room, self, showEmpty);
  const composer = new Composer(self, roomName, send);
  let unseen = 0;
  const scroll = new Scroll(byId("history"), document.querySelector(".column"), showNewest);
  let filled = false;

  function showEmpty() {
    byId("empty").hidden = !filled || history.size > 0 || outgoing.size > 0;
  }

  function showNewest(atEnd) {
    if (atEnd) unseen = 0;
    const pill = byId("newest");
    pill.hidden = atEnd;
    pill.toggleAttribute("data-new", unseen > 0);
    const news = unseen === 1 ? "1 new message" : `${unseen} new messages`;
    byId("newestText").textContent = unseen > 0 ? news : "Newest";
  }

  function send(body) {
    const bytes = new TextEncoder().encode(body).length;
    if (bytes > BODY_BYTES) return `Too long: ${bytes - BODY_BYTES} bytes over the limit.`;
    outgoing.send(body);
    scroll.toEnd();
  }

  room.on("message", (message) => {
    if (!history.add(message)) return;
    if (message.from === self) outgoing.arrived(message.id);
    else if (filled) {
      unread.add();
      if (!scroll.atEnd) unseen++;
    }
    if (!scroll.atEnd) showNewest(false);
    showEmpty();
  });
  room.on("presence", () => showPeople(room.members, self));
  room.on("reset", () => history.clear());
  room.on("joined", () => {
    byId("loading").hidden = true;
    byId("history").setAttribute("aria-busy", "false");
    if (!filled) {
      filled = true;
      visit(roomName);
      outgoing.restore(history);
      scroll.toEnd();
    }
    showEmpty();
  });
  room.on("error", ({ code, about }) => {
    if (code === "not_logged_in") return leave("expired");
    if (isTuple(about, "post")) return outgoing.delayed(text(about[2]), code);
    if (!CLOSED[code]) return;
    byId("loading").hidden = true;
    [byId("closedTitle").textContent, byId("closedText").textContent] = CLOSED[code];
    byId("closed").hidden = false;
    composer.hide();
  });
  client.on("state", ({ state }) => {
    outgoing.connected(state === "open" || state === "polling");
    if (state === "polling") showNoPeople();
  });
  if (client.state === "polling") showNoPeople();
  byId("newest").addEventListener("click", () => {
    scroll.toEnd(true);
    composer.focus();
  });
  if (matchMedia("(pointer: fine)").matches) composer.focus();
}

// a page that comes back from the browser's memory knows nothing of what happened meanwhile
addEventListener("pageshow", (event) => event.persisted && location.reload());
byId("heading").textContent = roomName;
byId("heading").title = roomName;
// isolated, so that a name in another direction does not turn the rest of the title
document.title = `\u2068${roomName}\u2069 · N2O chat`;
showRooms(roomName);
setUpSide();
showConnection(client, byId("banner"));
byId("logout").addEventListener("click", endSession);
byId("invite").addEventListener("click", copyLink);
byId("emptyInvite").addEventListener("click", copyLink);
tabs.addEventListener("message", () => leave("elsewhere"));
client.on("logout", () => leave("elsewhere"));
client.on("open", async () => {
  const name = await whoami(client).catch(() => undefined);
  if (name === undefined) return;
  if (name === "") return leave(self === undefined ? undefined : "expired");
  if (self !== undefined && name !== self) return location.reload();
  if (self === undefined) enter(name);
});
client.connect();
