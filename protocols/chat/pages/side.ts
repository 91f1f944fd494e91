/**
 * What stands beside the talk: rooms, and who is here.
 *
 * @module
 */
import { li, link, type Nitro, p, span, ul } from "../../nitro/mod.ts";
import { chatLink, START_ROOM } from "./links.ts";
import { avatar, isolated } from "./names.ts";

/** More people than anybody reads are only counted. */
const MAX_PEOPLE = 50;

/** Lists rooms as links, with the one of this page and the one where everybody starts. */
export function showRooms(nitro: Nitro, current: string, visited: readonly string[]): void {
  const names = [...new Set([START_ROOM, current, ...visited])].sort((a, b) => a.localeCompare(b));
  const rooms = names.map((room) =>
    li({
      body: link({
        url: chatLink(room),
        title: room,
        body: isolated(room),
        ariaStates: room === current ? { "aria-current": "page" } : {},
      }),
    })
  );
  nitro.update("rooms", ul({ id: "rooms", class: "rooms", body: rooms }));
}

/** Shows who is in a room: the reader first, the others by name. */
export function showPeople(nitro: Nitro, users: ReadonlyMap<string, number>, user: string): void {
  const others = [...users.keys()].filter((name) => name !== user).sort((a, b) => a.localeCompare(b));
  const all = users.has(user) ? [user, ...others] : others;
  const people = all.slice(0, MAX_PEOPLE).map((name) => person(name, user));
  if (all.length > MAX_PEOPLE) {
    people.push(li({ class: "hint", body: `and ${all.length - MAX_PEOPLE} more` }));
  }
  nitro.update("people", ul({ id: "people", class: "people", body: people }));
  const count = String(all.length);
  nitro.update("peopleCount", span({ id: "peopleCount", class: "count", body: count }));
  nitro.update(
    "badge",
    span({ id: "badge", class: "badge", ariaStates: { "aria-hidden": "true" }, body: count }),
  );
  const about = all.length === 1 ? "Only you are here" : `${count} people here`;
  nitro.update("subheading", p({ id: "subheading", class: "head-sub", body: about }));
}

function person(name: string, user: string) {
  const you = name === user ? span({ class: "you", body: "you" }) : undefined;
  return li({ body: [avatar(name), isolated(name, "name"), you] });
}
