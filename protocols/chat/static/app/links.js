/** The addresses of the two pages, and what they hand each other in the query. */

/** The room of a page whose address names none. */
export const START_ROOM = "lobby";

/** The room that this page's address names. */
export function roomOfPage() {
  return new URLSearchParams(location.search).get("room") || START_ROOM;
}

/** The address of the chat in a room. */
export function chatLink(room) {
  return `/app/index.htm?${new URLSearchParams({ room })}`;
}

/** The address of the login, with the room to go on to and why the user was sent there: `logout`, `expired` or nothing. */
export function loginLink(room, why) {
  return `/app/login.htm?${new URLSearchParams(why ? { room, why } : { room })}`;
}
