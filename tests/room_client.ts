/**
 * A client of rooms.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { bert, heart, isTuple, type N2OOptions, room, session, type Term, text } from "@n2o/n2o";
import type { Engine, Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { hear, hello, say, t, tokenOf } from "./speech.ts";

/** An application with sessions and rooms. */
export function startRooms(engine: Engine, more: Partial<N2OOptions> = {}): Running {
  return engine.start({ protocols: [heart, session, sessionProto, room], log: keepLog().log, ...more });
}

/** A message of a room, as it came. */
export interface Message {
  readonly offset: number;
  readonly id: string;
  readonly from: string;
  readonly time: number;
  readonly body: string;
}

/** The answer to a join, and who is there. */
export interface Joined {
  readonly epoch: string;
  readonly offset: number;
  readonly messages: readonly Message[];
  readonly complete: boolean;
  readonly users: readonly string[];
}

/** A message of a room. */
export function messageOf(term: Term, room: string): Message {
  ok(isTuple(term, "message", 7) && text(term[1]) === room);
  return {
    offset: Number(term[2]),
    id: text(term[3])!,
    from: text(term[4])!,
    time: Number(term[5]),
    body: text(term[6])!,
  };
}

/** The next term. */
export async function term(socket: RawSocket): Promise<Term> {
  return bert.decode((await socket.frame()).payload);
}

/** Joins a room; gives the answer, and who is there. */
export async function join(socket: RawSocket, room: string, epoch = "", offset = 0): Promise<Joined> {
  await say(socket, t("join", room, epoch, offset));
  const joined = await term(socket);
  ok(isTuple(joined, "joined", 6) && text(joined[1]) === room);
  const presence = await term(socket);
  ok(isTuple(presence, "presence", 4) && text(presence[1]) === room);
  deepStrictEqual(presence[3], []);
  return {
    epoch: text(joined[2])!,
    offset: Number(joined[3]),
    messages: (joined[4] as Term[]).map((message) => messageOf(message, room)),
    complete: joined[5] as boolean,
    users: (presence[2] as Term[]).map((user) => text(user)!),
  };
}

/** The next message of a room. */
export async function next(socket: RawSocket, room: string): Promise<Message> {
  return messageOf(await term(socket), room);
}

/** Posts as a member; gives the offset. The answer and the message come in either order. */
export async function post(socket: RawSocket, room: string, id: string, body: string): Promise<number> {
  await say(socket, t("post", room, id, body));
  const both = [await term(socket), await term(socket)];
  const posted = both.find((one) => isTuple(one, "posted", 4));
  const message = both.find((one) => isTuple(one, "message", 7));
  ok(posted !== undefined && message !== undefined);
  ok(isTuple(posted) && text(posted[2]) === id);
  deepStrictEqual(messageOf(message, room), {
    ...messageOf(message, room),
    offset: Number(posted[3]),
    id,
    body,
  });
  return Number(posted[3]);
}

/** What came to a socket so far. */
export async function soFar(socket: RawSocket): Promise<string[]> {
  await socket.send("text", "PING");
  const frames: string[] = [];
  for (let frame = await hear(socket); frame !== "text PONG"; frame = await hear(socket)) frames.push(frame);
  return frames;
}

/** Connects as a user; gives the token, too. */
export async function enter(running: Running, user: string): Promise<{ socket: RawSocket; token: string }> {
  const socket = await RawSocket.open(running);
  await hello(socket);
  await say(socket, t("login", user));
  const token = tokenOf(await socket.frame());
  await hear(socket);
  return { socket, token };
}
