/**
 * The client of an N2O server, for browsers, Deno and Node: sessions, reconnecting, rooms, terms.
 *
 * A page gets it as the module `/n2o/n2o.js`; programs import `@n2o/n2o/client`.
 *
 * @example
 * ```ts
 * import { atom, createClient, isTuple, text, tuple } from "@n2o/n2o/client";
 *
 * const client = createClient({ url: "ws://127.0.0.1:8001/ws/app/index.htm?room=lobby" });
 *
 * async function chat(): Promise<void> {
 *   client.connect();
 *   const answer = await client.request(tuple(atom("login"), "Ann"), { match: (term) => isTuple(term, "login", 2) });
 *   console.log("in as", isTuple(answer) && text(answer[1]));
 *   const room = client.join("lobby");
 *   room.on("message", ({ from, body }) => console.log(`${from}: ${body}`));
 *   await room.post("Hello!");
 * }
 * if (typeof chat !== "function" || client.state !== "idle") throw new Error("nothing runs yet");
 * ```
 *
 * @module
 */
export { type Client, createClient } from "./client.ts";
export { ClientError } from "./error.ts";
export type { ClientEvents, ClientOptions, ClientState, RequestOptions } from "./options.ts";
export type { BackoffOptions } from "./backoff.ts";
export type { OutboxOptions } from "./outbox.ts";
export type { PendingPost, Posted, Room, RoomEvents, RoomMessage } from "./room.ts";
export type { TokenStorage } from "./token_storage.ts";
export type { Fetch } from "./transport_post.ts";
export type { WebSocketClass, WebSocketLike } from "./transport_websocket.ts";
export { N2OError } from "../error.ts";
export { type Bert, bert, BertError, type BertLimits, type Inflate } from "../formats/bert.ts";
export * from "../term.ts";
