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
import { type RoomHost, RoomState } from "./room_state.ts";

/** The rooms by name, and which of them asked for the answers to come. */
export class Rooms implements RoomHost {
  readonly outbox: Outbox;
  readonly #connector: Connector;
  #rooms = new Map<string, RoomState>();
  /** For each name who asked to join on this connection, in order: a room that was left and opened again gets its own answer only. */
  #asked = new Map<string, RoomState[]>();

  constructor(connector: Connector, outbox: Outbox) {
    this.#connector = connector;
    this.outbox = outbox;
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
    const link = this.#connector.active;
    if (link === undefined) return;
    const asked = this.#asked.get(room.name);
    if (asked === undefined) this.#asked.set(room.name, [room]);
    else asked.push(room);
    link.write(room.join());
  }

  leave(room: RoomState): void {
    this.#rooms.delete(room.name);
    if (room.joined || room.joining) this.#connector.active?.write(encode(tuple(atom("leave"), room.name)));
  }

  /** The connection ended. */
  lost(): void {
    this.#asked.clear();
    for (const room of this.#rooms.values()) room.lost();
  }

  /** Joins each room that is not joined; with `all` also those that are, to hear what is new. */
  rejoin(all = false): void {
    for (const room of this.#rooms.values()) if (!room.joining && (all || !room.joined)) this.join(room);
  }

  /** Takes what is a room's; true when a join should be tried again later. Throws `bad_answer` for what a room cannot read. */
  receive(term: Term): boolean {
    const refusal = refusalOf(term);
    const subject = refusal ? refusal.about : term;
    if (isVague(refusal)) {
      this.lost();
      return true;
    }
    if (!isTuple(subject) || subject.length < 2) return false;
    const name = text(subject[1]) ?? "";
    const room = this.#rooms.get(name);
    const endsJoin = isTuple(subject, refusal ? "join" : "joined");
    if (endsJoin && this.#asked.get(name)?.shift() !== room) return false;
    if (refusal) room?.refused(refusal);
    else room?.receive(subject, this.#connector.live);
    return endsJoin && refusal !== undefined && isPassing(refusal.code);
  }
}
