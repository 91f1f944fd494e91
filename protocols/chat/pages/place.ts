/**
 * A connection's place in a room: it hears what is said there, and is seen there.
 *
 * @module
 */
import type { Context } from "../../../lib/context.ts";
import type { Nitro } from "../../nitro/mod.ts";
import type { Room } from "../../../lib/room.ts";

/** A place in a room. */
export class Place {
  /** The room. */
  readonly room: Room;
  /** Who has it. */
  readonly user: string;
  /** The newest message that the page shows; `undefined` as long as it shows none. */
  offset: number | undefined;
  /** The first message of the group that the newest one stands in. */
  group = 0;
  /** How many messages came since the page was looked at; `undefined` while it is. */
  unread: number | undefined;
  readonly #cx: Context;

  private constructor(room: Room, user: string, cx: Context) {
    this.room = room;
    this.user = user;
    this.#cx = cx;
  }

  /** The place of a connection, if it has one. */
  static of(cx: Context): Place | undefined {
    return cx.state[KEY] as Place | undefined;
  }

  /**
   * Takes a place, in place of one that the connection has elsewhere. Throws `bad_room`, or what the store throws.
   */
  static async take(name: string, user: string, { cx, state }: Nitro): Promise<Place> {
    const { rooms } = cx.n2o;
    // A login that is taken back must not have been announced.
    await rooms.decided(cx.session.sequence);
    const room = await rooms.open(name);
    // The page may have gone meanwhile.
    if (state.over === true) return new Place(room, user, cx);
    Place.of(cx)?.leave();
    const place = new Place(room, user, cx);
    cx.state[KEY] = place;
    cx.reg(rooms.topic(name));
    if (room.enter(user)) rooms.announce(room, [user], []);
    return place;
  }

  /** Gives up the place of a page that has ended, and takes no other for it. */
  static close({ cx, state }: Nitro): void {
    Place.of(cx)?.leave();
    state.over = true;
  }

  /** Gives it up. */
  leave(): void {
    const { rooms } = this.#cx.n2o;
    if (Place.of(this.#cx) !== this) return;
    this.#cx.state[KEY] = undefined;
    if (!isMember(this.#cx, this.room.name)) this.#cx.unreg(rooms.topic(this.room.name));
    if (this.room.exit(this.user)) rooms.announce(this.room, [], [this.user]);
  }
}

const KEY = "chat";

/** Whether a connection has joined a room by the protocol of rooms, as a client that is no page. */
export function isMember({ state }: Context, room: string): boolean {
  return (state.room as ReadonlyMap<string, unknown> | undefined)?.has(room) === true;
}
