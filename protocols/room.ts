/**
 * Rooms with history, recovery and presence: `join`, `post`, `leave`.
 *
 * @module
 */
import type { Context } from "../lib/context.ts";
import { N2OError } from "../lib/error.ts";
import type { Protocol } from "../lib/protocol.ts";
import { handled, reply, type Result, unknown } from "../lib/reply.ts";
import type { Room } from "../lib/room.ts";
import { atom, isTuple, type Term, text, type Tuple, tuple } from "../lib/term.ts";

/** Options of {@linkcode createRoomProtocol}. */
export interface RoomProtocolOptions {
  /** Whether a visitor who has not logged in may join and post; what such a one posts is from nobody. @default true */
  readonly anonymous?: boolean;
  /** How many rooms a connection may be in. @default 100 */
  readonly maxRooms?: number;
}

/** What the protocol keeps for a room that a connection is in. */
interface Place {
  readonly room: Room;
  readonly user: string;
  /** The newest message that the client was given. */
  offset: number;
}

const JOINED = atom("joined");
const POSTED = atom("posted");
const LEFT = atom("left");
const PRESENCE = atom("presence");
const ERROR = atom("error");

/**
 * Makes the protocol of rooms.
 *
 * `{join, Room, Epoch, Offset}` is answered by `{joined, Room, Epoch, Offset, Messages, Complete}`, `{post, Room, Id, Body}` by
 * `{posted, Room, Id, Offset}` once it is stored, `{leave, Room}` by `{left, Room}`. Members get
 * `{message, Room, Offset, Id, From, Time, Body}` and `{presence, Room, Joined, Left}`. What cannot be done is answered by
 * `{error, Code, About}`.
 *
 * @example
 * ```ts
 * import { createRoomProtocol } from "@n2o/n2o";
 *
 * const members = createRoomProtocol({ anonymous: false });
 * if (members.name !== "room") throw new Error("not the protocol of rooms");
 * ```
 */
export function createRoomProtocol(options: RoomProtocolOptions = {}): Protocol {
  const { anonymous = true, maxRooms = 100 } = options;

  function join(message: Tuple, cx: Context): Result | Promise<Result> {
    const about = tuple(message[0], message[1]);
    const name = text(message[1]);
    const epoch = text(message[2]);
    const offset = message[3];
    if (
      name === undefined || epoch === undefined || typeof offset !== "number" || !Number.isInteger(offset) ||
      offset < 0
    ) {
      return refuse("bad_request", about);
    }
    // A login that is taken back must not have been announced.
    const undecided = cx.n2o.rooms.decided(cx.session.sequence);
    if (undecided !== undefined) return undecided.then(() => join(message, cx));
    const user = cx.session.user ?? "";
    if (user === "" && !anonymous) return refuse("not_logged_in", about);
    const places = placesOf(cx);
    if (places.size >= maxRooms && !places.has(name)) return refuse("too_many_rooms", about);
    const enter = (room: Room) => entered(room, user, epoch, offset, cx);
    return attempt(about, () => {
      const room = cx.n2o.rooms.open(name);
      return room instanceof Promise ? room.then(enter) : enter(room);
    });
  }

  function post(message: Tuple, cx: Context): Result | Promise<Result> {
    const about = tuple(message[0], message[1], message[2]);
    const [name, id, body] = [text(message[1]), text(message[2]), text(message[3])];
    if (name === undefined) return refuse("bad_room", about);
    if (id === undefined) return refuse("bad_id", about);
    if (body === undefined) return refuse("bad_body", about);
    const from = cx.session.user ?? "";
    if (from === "" && !anonymous) return refuse("not_logged_in", about);
    const done = (room: Room) =>
      reply("default", tuple(POSTED, name, id, cx.n2o.rooms.post(room, from, id, body)));
    return attempt(about, () => {
      const room = cx.n2o.rooms.open(name);
      return room instanceof Promise ? room.then(done) : done(room);
    });
  }

  return {
    name: "room",
    info(message, cx) {
      if (!isTuple(message)) return unknown;
      if (cx.source === "bus") return relay(message, cx);
      if (cx.source === "system") return changeUser(message, cx);
      if (isTuple(message, "post", 4)) return post(message, cx);
      if (isTuple(message, "join", 4)) return join(message, cx);
      if (isTuple(message, "leave", 2)) return leave(message, cx);
      return unknown;
    },
    terminate(cx) {
      for (const place of placesOf(cx).values()) depart(place, cx);
      placesOf(cx).clear();
      cx.state.roomsLeft = true;
    },
  };
}

/**
 * The protocol of rooms as most applications use it: whoever comes may join and post.
 *
 * @example
 * ```ts
 * import { createN2O, heart, room, session } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [heart, session, room] });
 * if (room.name !== "room") throw new Error(room.name);
 * await n2o.close();
 * ```
 */
const room: Protocol = createRoomProtocol();
export default room;

function placesOf(cx: Context): Map<string, Place> {
  return (cx.state.room ??= new Map()) as Map<string, Place>;
}

function entered(room: Room, user: string, epoch: string, offset: number, cx: Context): Result {
  // The room was read from the store for somebody who has gone meanwhile.
  if (cx.state.roomsLeft === true) return handled;
  const { rooms } = cx.n2o;
  const places = placesOf(cx);
  const before = places.get(room.name);
  if (before !== undefined && (before.user !== user || before.room !== room)) {
    depart(before, cx);
    places.delete(room.name);
  }
  const { messages, complete } = room.since(epoch, offset);
  const missed = messages.map((message) => rooms.term(room.name, message));
  const joined = reply("default", tuple(JOINED, room.name, room.epoch, room.durable, missed, complete));
  // A request is over at once: who polls is told what was missed, and is not seen coming and going.
  if (cx.peer.transport === "post") return joined;
  let place = places.get(room.name);
  if (place === undefined) {
    cx.reg(rooms.topic(room.name));
    places.set(room.name, place = { room, user, offset: room.durable });
    if (room.enter(user)) rooms.announce(room, [user], []);
  }
  place.offset = room.durable;
  cx.push(joined);
  return reply("default", tuple(PRESENCE, room.name, [...room.users.keys()], []));
}

function leave(message: Tuple, cx: Context): Result {
  const name = text(message[1]) ?? "";
  const place = placesOf(cx).get(name);
  if (place !== undefined) {
    placesOf(cx).delete(name);
    depart(place, cx);
  }
  return reply("default", tuple(LEFT, name));
}

function depart(place: Place, cx: Context): void {
  const { rooms } = cx.n2o;
  cx.unreg(rooms.topic(place.room.name));
  if (place.room.exit(place.user)) rooms.announce(place.room, [], [place.user]);
}

/** Gives a member what the room's topic brings, but no message twice. */
function relay(message: Tuple, cx: Context): Result {
  const isMessage = isTuple(message, "message", 7);
  if (!isMessage && !isTuple(message, "presence", 4)) return unknown;
  const place = placesOf(cx).get(message[1] as string);
  if (place === undefined) return handled;
  // Who comes in has been given the whole list.
  if (!isMessage && (message[2] as Term[])[0] === place.user) return handled;
  if (isMessage) {
    const offset = message[2] as number;
    if (offset <= place.offset) return handled;
    place.offset = offset;
  }
  return reply("default", message);
}

/** Whoever logs out, or in as somebody else, is in no room any more. */
function changeUser(message: Tuple, cx: Context): Result {
  if (!isTuple(message, "direct", 2) || !isTuple(message[1], "user", 3)) return unknown;
  const user = message[1][2];
  for (const [name, place] of placesOf(cx)) {
    if (place.user === user) continue;
    placesOf(cx).delete(name);
    depart(place, cx);
  }
  return unknown;
}

function attempt(about: Term, action: () => Result | Promise<Result>): Result | Promise<Result> {
  try {
    const result = action();
    return result instanceof Promise ? result.catch((error) => refused(error, about)) : result;
  } catch (error) {
    return refused(error, about);
  }
}

function refused(error: unknown, about: Term): Result {
  if (!(error instanceof N2OError)) throw error;
  const known = error.code.startsWith("bad_") || error.code.startsWith("too_many_");
  return refuse(known ? error.code : "store_unavailable", about);
}

function refuse(code: string, about: Term): Result {
  return reply("default", tuple(ERROR, atom(code), about));
}
