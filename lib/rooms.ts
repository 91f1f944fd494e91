/**
 * Rooms with history: what is posted gets an offset, is stored, and then goes to the members, in order.
 *
 * @module
 */
import { bert } from "./formats/bert.ts";
import type { Bus } from "./bus/mod.ts";
import type { Commits } from "./commits.ts";
import { N2OError } from "./error.ts";
import { isPlainName } from "./plain_name.ts";
import { Room, type RoomMessage } from "./room.ts";
import type { Commit, Store } from "./store/mod.ts";
import { atom, isTuple, type Term, text, tuple } from "./term.ts";

/** Options of the rooms. */
export interface RoomOptions {
  /** How many messages a room keeps. @default 1000 */
  readonly historyMessages?: number;
  /** How much text a room keeps, in characters (UTF-16 units). @default 4_194_304 */
  readonly historyCharacters?: number;
  /** The longest body of a message, in bytes. @default 262_144 */
  readonly maxBodyBytes?: number;
  /** The longest name of a room, in bytes. @default 255 */
  readonly maxNameBytes?: number;
  /** The longest message id, in bytes. @default 128 */
  readonly maxIdBytes?: number;
  /** How many rooms without members stay in memory. @default 256 */
  readonly idleRooms?: number;
  /** How much text the rooms without members keep in memory, in characters (UTF-16 units). @default 33_554_432 */
  readonly idleCharacters?: number;
}

/** What {@linkcode Rooms} are made of. */
export interface RoomParts {
  /** Keeps the histories. */
  readonly store: Store;
  /** Carries the messages to the members. */
  readonly bus: Bus;
  /** Notes what a message changed or read. */
  readonly commits: Commits;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

const MESSAGE = atom("message");
const PRESENCE = atom("presence");
/** Idle rooms are looked through each time so many were read from the store. */
const SWEEP_EVERY = 16;
const encoder = new TextEncoder();

/**
 * The rooms of one application.
 *
 * @example
 * ```ts
 * import { createN2O } from "@n2o/n2o";
 *
 * const n2o = createN2O({ protocols: [], rooms: { historyMessages: 100 } });
 * const lobby = await n2o.rooms.open("lobby");
 * const offset = n2o.rooms.post(lobby, "ada", "m1", "Hello");
 * // The same message again, as after a lost answer, keeps its offset.
 * if (offset !== 1 || n2o.rooms.post(lobby, "ada", "m1", "Hello") !== 1) throw new Error("posted twice");
 * await n2o.close();
 * ```
 */
export class Rooms {
  /** The options in force. */
  readonly options: Required<RoomOptions>;
  #parts: RoomParts;
  #rooms = new Map<string, Room>();
  #loading = new Map<string, Promise<Room>>();
  /** What waits for the store before it goes to a room's members; an announcement has offset 0, and cannot fail. */
  #posted: { sequence: number; room: Room; offset: number; term: Term }[] = [];
  #waiting: { sequence: number; resolve: () => void }[] = [];
  #opened = 0;

  /** Made by `createN2O`. */
  constructor(parts: RoomParts, options: RoomOptions = {}) {
    this.#parts = parts;
    this.options = {
      historyMessages: options.historyMessages ?? 1000,
      historyCharacters: options.historyCharacters ?? 4_194_304,
      maxBodyBytes: options.maxBodyBytes ?? 262_144,
      maxNameBytes: options.maxNameBytes ?? 255,
      maxIdBytes: options.maxIdBytes ?? 128,
      idleRooms: options.idleRooms ?? 256,
      idleCharacters: options.idleCharacters ?? 33_554_432,
    };
    for (const [name, value] of Object.entries(this.options)) {
      if (!(value >= 1)) throw new N2OError("bad_option", `rooms.${name} cannot be ${value}`, value);
    }
  }

  /** How many rooms are in memory. */
  get size(): number {
    return this.#rooms.size;
  }

  /** The topic on which a room's members hear. */
  topic(name: string): string {
    return `room:${name}`;
  }

  /**
   * Opens a room; a promise only when its history must be read from the disk.
   *
   * @throws {N2OError} `bad_room` for a name that is empty, too long, or holds control characters.
   */
  open(name: string): Room | Promise<Room> {
    const room = this.#rooms.get(name);
    if (room !== undefined) {
      if (room.connections === 0) this.#used(room);
      return room;
    }
    check("bad_room", name, this.options.maxNameBytes);
    const loading = this.#loading.get(name);
    if (loading !== undefined) return loading;
    const { store } = this.#parts;
    const entry = store.get(["room", name]);
    const rows = store.list(["room", name, "message"]);
    if (!(entry instanceof Promise) && !(rows instanceof Promise)) {
      return this.#restore(name, entry?.value, rows);
    }
    const promise = Promise.all([entry, rows])
      .then(([found, messages]) => this.#restore(name, found?.value, messages))
      .finally(() => this.#loading.delete(name));
    this.#loading.set(name, promise);
    return promise;
  }

  /**
   * Posts a message: gives its offset, which is final once the write is committed. The same id of the same poster within
   * the history is one message.
   *
   * @throws {N2OError} `bad_id`, `bad_body`, or what the store throws; nothing has then been posted.
   */
  post(room: Room, from: string, id: string, body: string): number {
    check("bad_id", id, this.options.maxIdBytes);
    if (body === "" || encoder.encode(body).length > this.options.maxBodyBytes) {
      throw new N2OError("bad_body", `a message has 1 to ${this.options.maxBodyBytes} bytes`, body.length);
    }
    const { store, commits, bus, now } = this.#parts;
    const known = room.find(from, id);
    if (known !== undefined) {
      this.read(room);
      return known;
    }
    if (!room.stored) {
      store.set(["room", room.name], bert.encode(tuple(1, room.epoch)), { undo: () => room.stored = false });
      room.stored = true;
    }
    const message: RoomMessage = { offset: room.last + 1, id, from, time: now(), body };
    const value = bert.encode(tuple(1, id, from, message.time, body));
    room.sequence = store.set(key(room.name, message.offset), value, { undo: () => room.pop() });
    room.append(message);
    commits.touch(room.sequence);
    const term = this.term(room.name, message);
    if (room.sequence > store.committed) {
      this.#posted.push({ sequence: room.sequence, room, offset: message.offset, term });
    } else {
      room.durable = message.offset;
      bus.send(this.topic(room.name), term);
    }
    this.#trim(room);
    return message.offset;
  }

  /** Tells the members who has come and who is gone, after what was posted before. */
  announce(room: Room, joined: readonly string[], left: readonly string[]): void {
    const term = tuple(PRESENCE, room.name, joined, left);
    const last = this.#posted.at(-1);
    if (last === undefined) this.#parts.bus.send(this.topic(room.name), term);
    else this.#posted.push({ sequence: last.sequence, room, offset: 0, term });
  }

  /** Resolves when the store has decided on that write; `undefined` when it has already. */
  decided(sequence: number): Promise<void> | undefined {
    if (sequence <= this.#parts.store.committed) return undefined;
    return new Promise((resolve) => this.#waiting.push({ sequence, resolve }));
  }

  /** Notes that a message read the room, so that its answer waits for what the room has not stored yet. */
  read(room: Room): void {
    if (room.sequence > this.#parts.store.committed) this.#parts.commits.touch(room.sequence);
  }

  /** A message as members get it: `{message, Room, Offset, Id, From, Time, Body}`. */
  term(name: string, message: RoomMessage): Term {
    return tuple(MESSAGE, name, message.offset, message.id, message.from, message.time, message.body);
  }

  /** The store has decided on writes: what was stored goes to the members. */
  settle(commit: Commit): void {
    const { sequence, failedFrom } = commit;
    let at = 0;
    for (; at < this.#posted.length && this.#posted[at].sequence <= sequence; at++) {
      const { sequence: own, room, offset, term } = this.#posted[at];
      if (offset > 0) {
        if (failedFrom !== undefined && own >= failedFrom) continue;
        room.durable = offset;
      }
      this.#parts.bus.send(this.topic(room.name), term);
    }
    if (at > 0) this.#posted.splice(0, at);
    if (this.#waiting.length === 0) return;
    for (const { sequence: own, resolve } of this.#waiting) if (own <= sequence) resolve();
    this.#waiting = this.#waiting.filter(({ sequence: own }) => own > sequence);
  }

  /** Lets rooms without members go from memory, the longest unused first, down to the bounds. */
  sweep(): void {
    const idle = [...this.#rooms.values()].filter(({ connections, sequence }) =>
      connections === 0 && sequence <= this.#parts.store.committed
    );
    let characters = idle.reduce((sum, room) => sum + room.characters, 0);
    let count = idle.length;
    // The newest stays: somebody may be about to enter it.
    for (const room of idle.slice(0, -1)) {
      if (count <= this.options.idleRooms && characters <= this.options.idleCharacters) return;
      this.#rooms.delete(room.name);
      characters -= room.characters;
      count--;
    }
  }

  #used(room: Room): void {
    this.#rooms.delete(room.name);
    this.#rooms.set(room.name, room);
  }

  #restore(
    name: string,
    value: Uint8Array | undefined,
    rows: readonly { key: readonly unknown[]; value: Uint8Array }[],
  ): Room {
    const opened = this.#rooms.get(name);
    if (opened !== undefined) return opened;
    const record = value === undefined ? undefined : bert.decode(value);
    const epoch = isTuple(record) ? text(record[1]) ?? "" : "";
    const room = new Room(name, epoch || crypto.randomUUID().replaceAll("-", "").slice(0, 16), epoch !== "");
    for (const row of rows) {
      const message = bert.decode(row.value);
      if (!isTuple(message)) continue;
      room.append({
        offset: Number(row.key[3]),
        id: text(message[1]) ?? "",
        from: text(message[2]) ?? "",
        time: Number(message[3]),
        body: text(message[4]) ?? "",
      });
    }
    room.durable = room.last;
    this.#rooms.set(name, room);
    if (++this.#opened % SWEEP_EVERY === 0) this.sweep();
    return room;
  }

  /** Drops what is over the bounds. A store that takes no write just now takes it after a later post. */
  #trim(room: Room): void {
    const { historyMessages, historyCharacters } = this.options;
    while (
      room.messages.length > 1 &&
      (room.messages.length > historyMessages || room.characters > historyCharacters)
    ) {
      const [oldest] = room.messages;
      try {
        this.#parts.store.delete(key(room.name, oldest.offset), { undo: () => room.unshift(oldest) });
      } catch {
        return;
      }
      room.shift();
    }
  }
}

function check(code: string, value: string, maxBytes: number): void {
  if (!isPlainName(value, maxBytes)) {
    throw new N2OError(code, `needs 1 to ${maxBytes} bytes and no control characters`, value);
  }
}

function key(room: string, offset: number): (string | number)[] {
  return ["room", room, "message", offset];
}
