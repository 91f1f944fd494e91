import { createClient } from "./client.js";
import { showConnection } from "./banner.js";
import { byId } from "./dom.js";
import { chatLink, roomOfPage } from "./links.js";
import { login, logout, whoami } from "./session.js";

const WHY = {
  logout: "You have logged out.",
  elsewhere: "You were logged out in another tab.",
  expired: "Your session has ended. Log in again to go on; what you were writing is kept.",
};

const REFUSED = {
  name_in_use: (name) =>
    `“\u2068${name}\u2069” is taken: by somebody who is here now, or was a short while ago. Choose another name.`,
  bad_name: () => "The server does not take this name: it is too long, or has characters that do not show.",
  rate: () => "Too many tries at once. Wait a moment, then try again.",
  store_unavailable: () => "The server cannot store the session at the moment. Try again in a minute.",
};

const form = byId("login");
const user = byId("user");
const room = byId("room");
const button = byId("loginButton");
const client = createClient();

const roomName = () => room.value.trim() || roomOfPage();

function complain(field, message) {
  const place = byId(field ? `${field.id}Problem` : "problem");
  place.textContent = message;
  if (!field) return;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

function calm() {
  for (const place of document.querySelectorAll(".problem")) place.textContent = "";
  for (const field of [user, room]) field.removeAttribute("aria-invalid");
}

function busy(on) {
  button.disabled = on;
  button.textContent = on ? "Logging in…" : "Log in";
}

async function submit(event) {
  event.preventDefault();
  calm();
  const name = user.value.trim();
  if (!name) return complain(user, "Say who you are: any name does.");
  busy(true);
  try {
    await login(client, name);
    location.assign(chatLink(roomName()));
  } catch (error) {
    busy(false);
    const refused = REFUSED[error.code];
    if (refused) complain(error.code.includes("name") ? user : null, refused(name));
    else complain(null, "The server does not answer. Your name is kept here; try again in a moment.");
  }
}

/** Shows either the form or, to somebody who is logged in, the way on. */
function show(name) {
  const known = name !== "";
  byId("already").hidden = !known;
  form.hidden = known;
  if (known) {
    byId("alreadyName").textContent = name;
    byId("alreadyRoom").textContent = roomOfPage();
    byId("goOn").href = chatLink(roomOfPage());
  }
}

async function leave() {
  await logout(client).catch(() => {});
  show("");
  client.connect();
  user.focus();
}

const why = new URLSearchParams(location.search).get("why");
if (Object.hasOwn(WHY, why)) {
  byId("notice").textContent = WHY[why];
  byId("notice").dataset.tone = why;
  byId("notice").hidden = false;
}
room.value = roomOfPage();
form.addEventListener("submit", submit);
form.addEventListener("input", calm);
byId("logoutButton").addEventListener("click", leave);

showConnection(client, byId("banner"));
client.on("logout", () => show(""));
client.on("open", () => whoami(client).then(show, () => {}));
client.connect();
if (matchMedia("(pointer: fine)").matches) user.focus();
