import { byId, el } from "./dom.js";
import { avatar } from "./names.js";

function person(name, self) {
  const you = name === self ? el("span", { class: "you" }, "you") : undefined;
  return el("li", {}, avatar(name), el("bdi", { title: name }, name), you);
}

/** Says that the connection does not tell who is in the room. */
export function showNoPeople() {
  byId("people").replaceChildren(el("li", { class: "hint" }, "Not known over this connection."));
  for (const id of ["peopleCount", "badge", "subheading"]) byId(id).textContent = "";
  byId("openSide").setAttribute("aria-label", "Rooms and people");
}

/** Shows who is in the room: the reader first, the others by name. */
export function showPeople(members, self) {
  const others = [...members].filter((name) => name !== self).sort((a, b) => a.localeCompare(b));
  const all = members.has(self) ? [self, ...others] : others;
  byId("people").replaceChildren(...all.map((name) => person(name, self)));
  const count = String(all.length);
  byId("peopleCount").textContent = count;
  byId("badge").textContent = count;
  byId("subheading").textContent = all.length === 1 ? "Only you are here" : `${count} people here`;
  byId("openSide").setAttribute("aria-label", `Rooms and people: ${count} here now`);
}
