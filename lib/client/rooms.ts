/**
 * All rooms of one client.
 *
 * @module
 */
import { encode } from "../formats/bert_encode.ts";
import { atom } from "../term_atoms.ts";
import { isTuple, type Term, tuple } from "../term_shapes.ts";
import { text } from "../term_text.ts";
import { isPassing, isVague, refusalOf } from "./answers.ts";
import type { Connector } from "./connector.ts";
import type { Outbox } from "./outbox.ts";
import { createRoom, type RoomState } from "./room_state.ts";

/** The rooms by name, and which of them asked for the answers to come. */
export interface Rooms {
  /** Whether there is none. */
  readonly empty: boolean;
  /** The room of that name, joined if it was not. */
  open(name: string): RoomState;
  /** The connection ended. */
  lost(): void;
  /** Joins each room that is not joined; with `all` also those that are, to hear what is new. */
  rejoin(all?: boolean): void;
  /** Takes what is a room's; true when a join should be tried again later. Throws `bad_answer` for what a room cannot read. */
  receive(term: Term): boolean;
}

/** The rooms of a client; there is none at first. */
export function createRooms(connector: Connector, outbox: Outbox): Rooms {
  const rooms = new Map<string, RoomState>();
  /** For each name who asked to join on this connection, in order: a room that was left and opened again gets its own answer only. */
  const asked = new Map<string, RoomState[]>();

  function join(room: RoomState): void {
    const link = connector.active;
    if (!link) return;
    const before = asked.get(room.name);
    if (before) before.push(room);
    else asked.set(room.name, [room]);
    link.write(room.join());
  }

  function leave(room: RoomState): void {
    rooms.delete(room.name);
    if (room.joined || room.joining) connector.active?.write(encode(tuple(atom("leave"), room.name)));
  }

  function lost(): void {
    asked.clear();
    for (const room of rooms.values()) room.lost();
  }

  return {
    lost,
    get empty() {
      return rooms.size === 0;
    },
    open(name) {
      let room = rooms.get(name);
      if (!room) rooms.set(name, room = createRoom(name, { outbox, join, leave }));
      if (!room.joined && !room.joining) join(room);
      return room;
    },
    rejoin(all = false) {
      for (const room of rooms.values()) if (!room.joining && (all || !room.joined)) join(room);
    },
    receive(term) {
      const refusal = refusalOf(term);
      const subject = refusal ? refusal.about : term;
      if (isVague(refusal)) {
        lost();
        return true;
      }
      if (!isTuple(subject) || subject.length < 2) return false;
      const name = text(subject[1]) ?? "";
      const room = rooms.get(name);
      const endsJoin = isTuple(subject, refusal ? "join" : "joined");
      if (endsJoin && asked.get(name)?.shift() !== room) return false;
      if (refusal) room?.refused(refusal);
      else room?.receive(subject, connector.live);
      return endsJoin && !!refusal && isPassing(refusal.code);
    },
  };
}
