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
export interface RoomState extends Room {
  /** Whether a join was written whose answer has not come. */
  readonly joining: boolean;
  /** The frame that joins it from where it is. */
  join(): Uint8Array;
  /** The connection ended. */
  lost(): void;
  /** The server refused the room's join or a post. */
  refused(refusal: Refusal): void;
  /** A term about this room; `live` when the connection brings what others say. Throws `bad_answer` for one of a wrong shape. */
  receive(term: Tuple, live: boolean): void;
}

/** A room that is not joined yet. */
export function createRoom(name: string, host: RoomHost): RoomState {
  const { outbox } = host;
  const events: Emitter<RoomEvents> = new Emitter();
  const members = new Set<string>();
  const posts = new Map<string, { readonly post: PendingPost; readonly message: Message }>();
  let epoch = "";
  let offset = 0;
  let joined = false;
  let joining = false;
  /** Whether the next presence names everybody. */
  let isRoll = false;
  let hasLeft = false;
  /** Messages that came live before the answer to a join. */
  let held: RoomMessage[] = [];
  /** Whether more came than may be held. */
  let isMissed = false;

  function tell<K extends keyof RoomEvents>(type: K, event: RoomEvents[K]): void {
    if (!hasLeft) events.emit(type, event);
  }

  function welcome(now: string, last: number, messages: readonly RoomMessage[], isComplete: boolean): void {
    if (!isComplete) {
      // The first join has nothing to start over from.
      if (epoch) tell("reset", undefined);
      offset = 0;
    }
    const isFirst = !joined;
    joined = true;
    epoch = now;
    const recovered = take(messages);
    offset = Math.max(offset, last);
    if (isFirst) tell("joined", { offset, recovered });
    take(held.splice(0));
    if (!isMissed) return;
    isMissed = false;
    host.join(room);
  }

  function hear(message: RoomMessage): void {
    if (message.offset <= offset) return;
    if (!joining && message.offset === offset + 1) {
      take([message]);
      return;
    }
    // Some before it were lost, or are still on their way: they come with the answer to a join.
    if (held.length < MAX_HELD) held.push(message);
    else isMissed = true;
    if (!joining) host.join(room);
  }

  function take(messages: readonly RoomMessage[]): number {
    let taken = 0;
    for (const message of messages) {
      if (message.offset <= offset) continue;
      offset = message.offset;
      taken++;
      // One's own message proves that the post arrived, even if the answer to it was lost.
      const own = posts.get(message.id);
      if (own) outbox.end(own.message, tuple(offset));
      tell("message", message);
    }
    return taken;
  }

  function meet(came: string[], left: string[]): void {
    const stays = new Set(came);
    if (isRoll) left = [...members].filter((name) => !stays.has(name));
    isRoll = false;
    came = came.filter((name) => !members.has(name) && members.add(name));
    left = left.filter((name) => members.delete(name));
    if (came.length + left.length > 0) tell("presence", { joined: came, left });
  }

  const room: RoomState = {
    name,
    members,
    get joined() {
      return joined;
    },
    get joining() {
      return joining;
    },
    get pending() {
      return Array.from(posts.values(), ({ post }) => post);
    },
    on: (type, listener) => events.on(type, listener),
    post(body) {
      const id = newId();
      const posted = new Promise<Posted>((resolve, reject) => {
        if (hasLeft) throw new ClientError("left");
        const message: Message = {
          term: tuple(atom("post"), name, id, body),
          id,
          match: (answer) => isTuple(answer, "posted", 4) && text(answer[2]) === id,
          done: (answer, error) => {
            posts.delete(id);
            tell("pending", room.pending);
            if (error) reject(error);
            else resolve({ id, offset: offsetOf(answer) });
          },
        };
        posts.set(id, { post: { id, body, time: Date.now() }, message });
        let taken = false;
        try {
          taken = outbox.add(message);
        } finally {
          if (!taken) posts.delete(id);
        }
        if (!taken) throw new ClientError("outbox_full");
        tell("pending", room.pending);
      });
      posted.catch(() => {});
      return posted;
    },
    leave() {
      if (hasLeft) return;
      hasLeft = true;
      host.leave(room);
      room.lost();
    },
    join() {
      joining = true;
      return encode(tuple(atom("join"), name, epoch, offset));
    },
    lost() {
      joined =
        joining =
        isRoll =
        isMissed =
          false;
      held = [];
    },
    refused(refusal) {
      const isJoin = isTuple(refusal.about, "join", 2);
      if (isJoin) joining = false;
      if (isJoin || isTuple(refusal.about, "post", 3)) tell("error", refusal);
    },
    receive(term, live) {
      if (isTuple(term, "message", 7)) hear(messageOf(term));
      else if (isTuple(term, "presence", 4)) meet(namesOf(term[2]), namesOf(term[3]));
      else if (isTuple(term, "joined", 6)) {
        joining = false;
        const messages = must(list(term[4])).map(messageOf);
        welcome(must(text(term[2])), must(count(term[3])), messages, term[5] === true);
        isRoll = live;
      }
    },
  };
  return room;
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
