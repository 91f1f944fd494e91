import { byId, el } from "./dom.js";
import { visited } from "./kept.js";
import { chatLink, START_ROOM } from "./links.js";

/** Lists the rooms that this browser was in, as links, with the one of this page and the one where everybody starts. */
export function showRooms(current) {
  const rooms = [...new Set([START_ROOM, current, ...visited()])].sort((a, b) => a.localeCompare(b));
  byId("rooms").replaceChildren(...rooms.map((room) => {
    const here = room === current ? "page" : undefined;
    const link = el("a", { href: chatLink(room), title: room, "aria-current": here }, el("bdi", {}, room));
    return el("li", {}, link);
  }));
}

/** On a narrow page the side opens as a sheet over the rest, which is inert as long; Escape closes it. */
export function setUpSide() {
  const side = byId("side");
  const opener = byId("openSide");
  const narrow = matchMedia("(max-width: 760px)");

  function open() {
    side.dataset.open = "";
    side.setAttribute("role", "dialog");
    side.setAttribute("aria-modal", "true");
    opener.setAttribute("aria-expanded", "true");
    byId("main").inert = true;
    byId("scrim").hidden = false;
    byId("closeSide").focus();
  }

  function close() {
    if (side.dataset.open === undefined) return;
    delete side.dataset.open;
    side.setAttribute("role", "complementary");
    side.removeAttribute("aria-modal");
    opener.setAttribute("aria-expanded", "false");
    byId("main").inert = false;
    byId("scrim").hidden = true;
    opener.focus();
  }

  function keepFocus(event) {
    if (event.key === "Escape") return close();
    if (event.key !== "Tab" || side.dataset.open === undefined) return;
    const stops = [...side.querySelectorAll("a, button, input")];
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (document.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  opener.addEventListener("click", open);
  byId("closeSide").addEventListener("click", close);
  byId("scrim").addEventListener("click", close);
  side.addEventListener("keydown", keepFocus);
  narrow.addEventListener("change", close);
}
