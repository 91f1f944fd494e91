/**
 * All rooms of one client.
 *
 * @module
 */
import { bert } from "../formats/bert.ts";
import { atom, isTuple, text, type Tuple, tuple } from "../term.ts";
import { isPassing, type Refusal } from "./answers.ts";
import type { Settle } from "./outbox.ts";
import { type RoomHost, RoomState } from "./room_state.ts";
import type { Frame } from "./transport.ts";

/** What the rooms need of their client. */
export interface RoomsHost {
  /** The open connection, and whether it brings what others say unasked. */
  connection(): { readonly live: boolean; write(frame: Frame): void } | undefined;
  /** Takes a message to deliver; false when there is no room for it. */
  deliver(frame: Uint8Array, id: string, settle: Settle): boolean;
  /** Forgets a message that is known to have arrived. */
  delivered(id: string): void;
}

/** The rooms by name, and which of them asked for the answers to come. */
export class Rooms implements RoomHost {
  readonly #host: RoomsHost;
  #rooms = new Map<string, RoomState>();
  /** For each name who asked to join on this connection, in order: a room that was left and opened again gets its own answer only. */
  #asked = new Map<string, RoomState[]>();

  constructor(host: RoomsHost) {
    this.#host = host;
  }

  /** Whether there is none. */
  get empty(): boolean {
    return this.#rooms.size === 0;
  }

  /** The room of that name, joined if it was not. */
  open(name: string): RoomState {
    let room = this.#rooms.get(name);
    if (room === undefined) this.#rooms.set(name, room = new RoomState(name, this));
    if (!room.joined && !room.joining) this.join(room);
    return room;
  }

  join(room: RoomState): void {
    const connection = this.#host.connection();
    if (connection === undefined) return;
    const asked = this.#asked.get(room.name);
    if (asked === undefined) this.#asked.set(room.name, [room]);
    else asked.push(room);
    connection.write(room.join());
  }

  leave(room: RoomState): void {
    this.#rooms.delete(room.name);
    if (room.joined || room.joining) {
      this.#host.connection()?.write(bert.encode(tuple(atom("leave"), room.name)));
    }
  }

  deliver(frame: Uint8Array, id: string, settle: Settle): boolean {
    return this.#host.deliver(frame, id, settle);
  }

  delivered(id: string): void {
    this.#host.delivered(id);
  }

  /** The connection ended. */
  lost(): void {
    this.#asked.clear();
    for (const room of this.#rooms.values()) room.lost();
  }

  /** Joins each room that is not joined; with `all` also those that are, to hear what is new. */
  rejoin(all = false): void {
    for (const room of this.#rooms.values()) {
      if (!room.joining && (all || !room.joined)) this.join(room);
    }
  }

  /** Takes what is a room's; false when a room cannot read it. */
  receive(term: Tuple): boolean {
    if (isTuple(term, "joined", 6)) {
      const name = text(term[1]) ?? "";
      const room = this.#asked.get(name)?.shift();
      if (room === undefined || this.#rooms.get(name) !== room) return true;
      return room.welcome(term, this.#host.connection()?.live === true);
    }
    if (isTuple(term, "message", 7)) return this.#roomOf(term)?.message(term) ?? true;
    if (isTuple(term, "presence", 4)) return this.#roomOf(term)?.presence(term) ?? true;
    return true;
  }

  /** Tells a room that the server refused something of it; true when its join should be tried again later. */
  refused(refusal: Refusal): boolean {
    const { about, code } = refusal;
    if (isTuple(about, "post", 3)) this.#roomOf(about)?.refused(code, about);
    if (!isTuple(about, "join", 2)) return false;
    const room = this.#asked.get(text(about[1]) ?? "")?.shift();
    if (room === undefined || this.#roomOf(about) !== room) return false;
    room.refused(code, about);
    return isPassing(code);
  }

  #roomOf(term: Tuple): RoomState | undefined {
    const name = text(term[1]);
    return name === undefined ? undefined : this.#rooms.get(name);
  }
}
