/**
 * One room: its history, and who is there.
 *
 * @module
 */

/** A message of a room. */
export interface RoomMessage {
  /** Its place in the room, from 1. */
  readonly offset: number;
  /** The poster's own name for it. */
  readonly id: string;
  /** The poster: a user, or empty. */
  readonly from: string;
  /** When it was posted, in milliseconds since 1970. */
  readonly time: number;
  /** The text. */
  readonly body: string;
}

/**
 * One room in memory.
 *
 * @example
 * ```ts
 * import { createN2O } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [] });
 * const room = await n2o.rooms.open("lobby");
 * n2o.rooms.post(room, "ada", "m1", "Hello");
 * if (room.last !== 1 || room.find("ada", "m1") !== 1) throw new Error("not in the history");
 * await n2o.close();
 * ```
 */
export class Room {
  /** Its name. */
  readonly name: string;
  /** Names this history: it changes when the history was lost, so that a client starts over. */
  readonly epoch: string;
  /** Whether the epoch is stored. */
  stored: boolean;
  /** The history, oldest first. */
  readonly messages: RoomMessage[] = [];
  /** The last offset that was given. */
  last = 0;
  /** The last offset that is stored: what comes behind it may still be taken back. */
  durable = 0;
  /** The store's sequence number of the last change. */
  sequence = 0;
  /** How many connections are in the room. */
  connections = 0;
  /** How many connections each user has in the room. */
  readonly users: Map<string, number> = new Map();
  #offsets = new Map<string, number>();
  #characters = 0;

  /** Made by `Rooms`. */
  constructor(name: string, epoch: string, stored: boolean) {
    this.name = name;
    this.epoch = epoch;
    this.stored = stored;
  }

  /** What the history holds, in characters (UTF-16 units). */
  get characters(): number {
    return this.#characters;
  }

  /** The offset of that poster's message of that id, if the history has it. */
  find(from: string, id: string): number | undefined {
    return this.#offsets.get(`${from}\0${id}`);
  }

  /** Appends a message. */
  append(message: RoomMessage): void {
    this.messages.push(message);
    this.last = message.offset;
    this.#remember(message);
  }

  /** Takes a dropped message back in. */
  unshift(message: RoomMessage): void {
    this.messages.unshift(message);
    this.#remember(message);
  }

  /** Takes the newest message back. */
  pop(): void {
    const message = this.messages.pop();
    if (message === undefined) return;
    this.last = message.offset - 1;
    this.#forget(message);
  }

  /** Drops the oldest message. */
  shift(): RoomMessage | undefined {
    const message = this.messages.shift();
    if (message !== undefined) this.#forget(message);
    return message;
  }

  /** The stored messages after an offset, and whether they are all that the client missed. */
  since(epoch: string, offset: number): { messages: RoomMessage[]; complete: boolean } {
    const first = this.messages.length === 0 ? this.last + 1 : this.messages[0].offset;
    const end = Math.max(0, this.durable - first + 1);
    const fresh = epoch === "" && offset === 0;
    const complete = fresh || (epoch === this.epoch && offset <= this.durable && offset >= first - 1);
    if (!complete || fresh) return { messages: this.messages.slice(0, end), complete };
    return { messages: this.messages.slice(offset - first + 1, end), complete };
  }

  /** A connection of a user comes in; tells whether it is the user's first. */
  enter(user: string): boolean {
    this.connections++;
    if (user === "") return false;
    const before = this.users.get(user) ?? 0;
    this.users.set(user, before + 1);
    return before === 0;
  }

  /** A connection of a user goes; tells whether it was the user's last. */
  exit(user: string): boolean {
    this.connections--;
    const before = this.users.get(user);
    if (before === undefined) return false;
    if (before > 1) this.users.set(user, before - 1);
    else this.users.delete(user);
    return before === 1;
  }

  #remember(message: RoomMessage): void {
    this.#characters += message.body.length;
    this.#offsets.set(`${message.from}\0${message.id}`, message.offset);
  }

  #forget(message: RoomMessage): void {
    this.#characters -= message.body.length;
    this.#offsets.delete(`${message.from}\0${message.id}`);
  }
}
