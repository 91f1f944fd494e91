/** What this browser keeps between pages. A browser that keeps nothing is no error: the page works without. */

function read(storage, key, otherwise) {
  try {
    return JSON.parse(storage().getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch { /* full, or switched off */ }
}

const ROOMS = 8;
const lasting = () => localStorage;
const ofTab = () => sessionStorage;
const tabKey = (kind, user, room) => `n2o-chat ${JSON.stringify([kind, user, room])}`;

/** The rooms visited last. */
export function visited() {
  const rooms = read(lasting, "n2o-chat rooms", []);
  return Array.isArray(rooms) ? rooms.filter((room) => typeof room === "string") : [];
}

/** Remembers a room as visited. */
export function visit(room) {
  const others = visited().filter((other) => other !== room);
  write(lasting, "n2o-chat rooms", [room, ...others].slice(0, ROOMS));
}

/** What stands in the composer of a room, for this tab. */
export const draft = {
  read: (user, room) => String(read(ofTab, tabKey("draft", user, room), "")),
  write: (user, room, text) => write(ofTab, tabKey("draft", user, room), text),
};

/** Messages `{id, body}` of a room that this tab has not seen acknowledged. */
export const unsent = {
  read(user, room) {
    const kept = read(ofTab, tabKey("unsent", user, room), []);
    return Array.isArray(kept) ? kept.filter((post) => typeof post?.body === "string") : [];
  },
  write: (user, room, posts) => write(ofTab, tabKey("unsent", user, room), posts),
};
