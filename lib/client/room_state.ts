/**
 * The machine behind a room.
 *
 * @module
 */
import { encode } from "../formats/bert_encode.ts";
import { atom } from "../term_atoms.ts";
import { isTuple, type Term, type Tuple, tuple } from "../term_shapes.ts";
import { list, text } from "../term_text.ts";
import { count, must, type Refusal } from "./answers.ts";
import { Emitter } from "./emitter.ts";
import { ClientError } from "./error.ts";
import { newId } from "./new_id.ts";
import type { Message, Outbox } from "./outbox.ts";
import type { PendingPost, Posted, Room, RoomEvents, RoomMessage } from "./room.ts";

/** Live messages that may wait for the answer to a join; what is beyond comes with another join. */
const MAX_HELD = 1000;

const lossy = new TextDecoder();

/** What a room needs of its client. */
export interface RoomHost {
  readonly outbox: Outbox;
  /** Writes the room's join on the open connection, if there is one. */
  join(room: RoomState): void;
  /** Lets the room go. */
  leave(room: RoomState): void;
}

/** A room's position, members and pending posts. */
export class RoomState implements Room {
  readonly name: string;
  readonly #host: RoomHost;
  #events: Emitter<RoomEvents> = new Emitter();
  #members = new Set<string>();
  #posts = new Map<string, { readonly post: PendingPost; readonly message: Message }>();
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

  get joining(): boolean {
    return this.#joining;
  }

  get pending(): readonly PendingPost[] {
    return Array.from(this.#posts.values(), ({ post }) => post);
  }

  on<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => void): () => void {
    return this.#events.on(type, listener);
  }

  post(body: string): Promise<Posted> {
    const id = newId();
    const posted = new Promise<Posted>((resolve, reject) => {
      if (this.#left) throw new ClientError("left");
      const message: Message = {
        term: tuple(atom("post"), this.name, id, body),
        id,
        match: (answer) => isTuple(answer, "posted", 4) && text(answer[2]) === id,
        done: (answer, error) => {
          this.#posts.delete(id);
          this.#tell("pending", this.pending);
          if (error) reject(error);
          else resolve({ id, offset: offsetOf(answer) });
        },
      };
      this.#posts.set(id, { post: { id, body, time: Date.now() }, message });
      let taken = false;
      try {
        taken = this.#host.outbox.add(message);
      } finally {
        if (!taken) this.#posts.delete(id);
      }
      if (!taken) throw new ClientError("outbox_full");
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
    return encode(tuple(atom("join"), this.name, this.#epoch, this.#offset));
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

  /** The server refused the room's join or a post. */
  refused(refusal: Refusal): void {
    const isJoin = isTuple(refusal.about, "join", 2);
    if (isJoin) this.#joining = false;
    if (isJoin || isTuple(refusal.about, "post", 3)) this.#tell("error", refusal);
  }

  /** A term about this room; `live` when the connection brings what others say. Throws `bad_answer` for one of a wrong shape. */
  receive(term: Tuple, live: boolean): void {
    if (isTuple(term, "message", 7)) this.#message(messageOf(term));
    else if (isTuple(term, "presence", 4)) this.#presence(namesOf(term[2]), namesOf(term[3]));
    else if (isTuple(term, "joined", 6)) {
      this.#joining = false;
      const messages = must(list(term[4])).map(messageOf);
      this.#welcome(must(text(term[2])), must(count(term[3])), messages, term[5] === true);
      this.#roll = live;
    }
  }

  #welcome(epoch: string, offset: number, messages: readonly RoomMessage[], complete: boolean): void {
    if (!complete) {
      // The first join has nothing to start over from.
      if (this.#epoch) this.#tell("reset", undefined);
      this.#offset = 0;
    }
    const first = !this.#joined;
    this.#joined = true;
    this.#epoch = epoch;
    const recovered = this.#take(messages);
    this.#offset = Math.max(this.#offset, offset);
    if (first) this.#tell("joined", { offset: this.#offset, recovered });
    this.#take(this.#held.splice(0));
    if (!this.#missed) return;
    this.#missed = false;
    this.#host.join(this);
  }

  #message(message: RoomMessage): void {
    if (message.offset <= this.#offset) return;
    if (!this.#joining && message.offset === this.#offset + 1) {
      this.#take([message]);
      return;
    }
    // Some before it were lost, or are still on their way: they come with the answer to a join.
    if (this.#held.length < MAX_HELD) this.#held.push(message);
    else this.#missed = true;
    if (!this.#joining) this.#host.join(this);
  }

  #take(messages: readonly RoomMessage[]): number {
    let taken = 0;
    for (const message of messages) {
      if (message.offset <= this.#offset) continue;
      this.#offset = message.offset;
      taken++;
      // One's own message proves that the post arrived, even if the answer to it was lost.
      const own = this.#posts.get(message.id);
      if (own) this.#host.outbox.end(own.message, tuple(message.offset));
      this.#tell("message", message);
    }
    return taken;
  }

  #presence(joined: string[], left: string[]): void {
    const members = this.#members;
    const stays = new Set(joined);
    if (this.#roll) left = [...members].filter((name) => !stays.has(name));
    this.#roll = false;
    const came = joined.filter((name) => !members.has(name) && members.add(name));
    const gone = left.filter((name) => members.delete(name));
    if (came.length + gone.length > 0) this.#tell("presence", { joined: came, left: gone });
  }

  #tell<K extends keyof RoomEvents>(type: K, event: RoomEvents[K]): void {
    if (!this.#left) this.#events.emit(type, event);
  }
}

/** The offset at the end of `{posted, Room, Id, Offset}`. */
function offsetOf(answer: Term | undefined): number {
  return isTuple(answer) ? count(answer[answer.length - 1]) ?? 0 : 0;
}

function messageOf(term: Term): RoomMessage {
  const [, , offset, id, from, time, body] = isTuple(term, "message", 7) ? term : [];
  return {
    offset: must(count(offset)),
    id: must(text(id)),
    from: must(text(from)),
    time: must(count(time)),
    body: body instanceof Uint8Array ? lossy.decode(body) : must(text(body)),
  };
}

function namesOf(term: Term): string[] {
  return must(list(term)).map((name) => must(text(name)));
}
