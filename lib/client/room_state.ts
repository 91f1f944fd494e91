/**
 * The machine behind a room.
 *
 * @module
 */
import { bert } from "../formats/bert.ts";
import { atom, isTuple, list, type Term, text, type Tuple, tuple } from "../term.ts";
import { count } from "./answers.ts";
import { Emitter } from "./emitter.ts";
import { ClientError } from "./error.ts";
import type { Settle } from "./outbox.ts";
import type { PendingPost, Posted, Room, RoomEvents, RoomMessage } from "./room.ts";

/** Live messages that may wait for the answer to a join; what is beyond comes with another join. */
const MAX_HELD = 1000;

const lossy = new TextDecoder();

/** What a room needs of its client. */
export interface RoomHost {
  /** Writes the room's join on the open connection, if there is one. */
  join(room: RoomState): void;
  /** Lets the room go. */
  leave(room: RoomState): void;
  /** Takes a message to deliver; false when there is no room for it. */
  deliver(frame: Uint8Array, id: string, settle: Settle): boolean;
  /** Forgets a message that is known to have arrived. */
  delivered(id: string): void;
}

/** A room's position, members and pending posts. */
export class RoomState implements Room {
  readonly name: string;
  readonly #host: RoomHost;
  #events: Emitter<RoomEvents> = new Emitter();
  #members = new Set<string>();
  #pending = new Map<string, { readonly post: PendingPost; confirm(offset: number): void }>();
  #epoch = "";
  #offset = 0;
  #joined = false;
  /** Whether a join was written whose answer has not come. */
  #joining = false;
  /** Whether the next presence names everybody. */
  #roll = false;
  #left = false;
  /** Messages that came live before the answer to a join. */
  #held: RoomMessage[] = [];
  /** Whether more came than may be held. */
  #missed = false;

  constructor(name: string, host: RoomHost) {
    this.name = name;
    this.#host = host;
  }

  get members(): ReadonlySet<string> {
    return this.#members;
  }

  get joined(): boolean {
    return this.#joined;
  }

  get pending(): readonly PendingPost[] {
    return Array.from(this.#pending.values(), ({ post }) => post);
  }

  /** Whether a join is under way. */
  get joining(): boolean {
    return this.#joining;
  }

  on<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => void): () => void {
    return this.#events.on(type, listener);
  }

  post(body: string): Promise<Posted> {
    const id = newId();
    const posted = new Promise<Posted>((resolve, reject) => {
      if (this.#left) throw new ClientError("left", `the room ${this.name} was left`, this.name);
      const frame = bert.encode(tuple(atom("post"), this.name, id, body));
      const confirm = (offset: number): void => {
        this.#settled(id);
        resolve({ id, offset });
      };
      this.#pending.set(id, { post: { id, body, time: Date.now() }, confirm });
      const taken = this.#host.deliver(frame, id, {
        answered: (answer) => confirm(isTuple(answer, "posted", 4) ? count(answer[3]) ?? 0 : 0),
        failed: (error) => {
          this.#settled(id);
          reject(error);
        },
      });
      if (!taken) {
        this.#pending.delete(id);
        throw new ClientError("outbox_full", "too many messages wait", this.name);
      }
      this.#tell("pending", this.pending);
    });
    posted.catch(() => {});
    return posted;
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#host.leave(this);
    this.lost();
  }

  /** The frame that joins it from where it is. */
  join(): Uint8Array {
    this.#joining = true;
    return bert.encode(tuple(atom("join"), this.name, this.#epoch, this.#offset));
  }

  /** The connection ended. */
  lost(): void {
    this.#joined =
      this.#joining =
      this.#roll =
      this.#missed =
        false;
    this.#held = [];
  }

  /** The server refused the join, or something else about this room. */
  refused(code: string, about: Term): void {
    if (isTuple(about, "join")) this.#joining = false;
    this.#tell("error", { code, about });
  }

  /** `{joined, Room, Epoch, Offset, Messages, Complete}`; false when it is not of that shape. `live` when pushes follow. */
  welcome(answer: Tuple, live: boolean): boolean {
    this.#joining = false;
    const epoch = text(answer[2]);
    const offset = count(answer[3]);
    const messages = list(answer[4])?.map(messageOf);
    if (
      epoch === undefined || offset === undefined || messages === undefined || messages.includes(undefined)
    ) {
      return false;
    }
    if (answer[5] !== true) {
      // The first join has nothing to start over from.
      if (this.#epoch !== "") this.#tell("reset", undefined);
      this.#offset = 0;
    }
    const first = !this.#joined;
    this.#joined = true;
    this.#epoch = epoch;
    this.#roll = live;
    const recovered = this.#take(messages as RoomMessage[]);
    this.#offset = Math.max(this.#offset, offset);
    if (first) this.#tell("joined", { offset: this.#offset, recovered });
    this.#take(this.#held.splice(0));
    if (this.#missed) {
      this.#missed = false;
      this.#host.join(this);
    }
    return true;
  }

  /** `{message, Room, Offset, Id, From, Time, Body}`; false when it is not of that shape. */
  message(term: Tuple): boolean {
    const message = messageOf(term);
    if (message === undefined) return false;
    if (message.offset <= this.#offset) return true;
    if (!this.#joining && message.offset === this.#offset + 1) {
      this.#take([message]);
      return true;
    }
    // Some before it were lost, or are still on their way: they come with the answer to a join.
    if (this.#held.length < MAX_HELD) this.#held.push(message);
    else this.#missed = true;
    if (!this.#joining) this.#host.join(this);
    return true;
  }

  /** `{presence, Room, Joined, Left}`; false when it is not of that shape. */
  presence(term: Tuple): boolean {
    const joined = names(term[2]);
    const left = names(term[3]);
    if (joined === undefined || left === undefined) return false;
    const before = this.#members;
    if (this.#roll) {
      this.#roll = false;
      this.#members = new Set(joined);
      left.push(...[...before].filter((name) => !this.#members.has(name)));
    } else {
      this.#members = new Set(before);
      for (const name of joined) this.#members.add(name);
      for (const name of left) this.#members.delete(name);
    }
    const came = joined.filter((name) => !before.has(name));
    const gone = left.filter((name) => before.has(name));
    if (came.length > 0 || gone.length > 0) this.#tell("presence", { joined: came, left: gone });
    return true;
  }

  #take(messages: readonly RoomMessage[]): number {
    let taken = 0;
    for (const message of messages) {
      if (message.offset <= this.#offset) continue;
      this.#offset = message.offset;
      taken++;
      // One's own message proves that the post arrived, even if the answer to it was lost.
      const own = this.#pending.get(message.id);
      if (own !== undefined) {
        this.#host.delivered(message.id);
        own.confirm(message.offset);
      }
      this.#tell("message", message);
    }
    return taken;
  }

  #settled(id: string): void {
    this.#pending.delete(id);
    this.#tell("pending", this.pending);
  }

  #tell<K extends keyof RoomEvents>(type: K, event: RoomEvents[K]): void {
    if (!this.#left) this.#events.emit(type, event);
  }
}

/** An id that no other post has: `randomUUID` would need https. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function messageOf(term: Term): RoomMessage | undefined {
  if (!isTuple(term, "message", 7)) return undefined;
  const offset = count(term[2]);
  const id = text(term[3]);
  const from = text(term[4]);
  const time = count(term[5]);
  const body = term[6] instanceof Uint8Array ? lossy.decode(term[6]) : text(term[6]);
  if (
    offset === undefined || id === undefined || from === undefined || time === undefined || body === undefined
  ) {
    return undefined;
  }
  return { offset, id, from, time, body };
}

function names(term: Term): string[] | undefined {
  const names = list(term)?.map(text);
  return names === undefined || names.includes(undefined) ? undefined : names as string[];
}
