/**
 * N2O for Deno: an embeddable message protocol loop for WebSocket, HTTP, TCP and UDP servers.
 *
 * A server takes frames, decodes each into a term, and pushes it through a chain of protocols until one replies. Around
 * the loop stand sessions, a bus, rooms with history, a store and a cache, each behind a small interface.
 *
 * @example
 * ```ts
 * import { atom, createN2O, heart, isTuple, reply, session, tuple, unknown } from "@n2o/n2o";
 *
 * const n2o = createN2O({
 *   protocols: [heart, session, {
 *     name: "hello",
 *     info: (message) => isTuple(message, "hello", 2) ? reply("bert", tuple(atom("hi"), message[1])) : unknown,
 *   }],
 * });
 * const listener = n2o.listen({ port: 0 });
 * console.log(`WebSockets at ${listener.url}ws/`);
 * await n2o.close();
 * ```
 *
 * @module
 */
export { createN2O, N2O } from "./lib/n2o.ts";
export type { CloseOptions, N2OOptions, ReplaceOptions } from "./lib/n2o_options.ts";
export type { Application } from "./lib/application.ts";
export type { FileHandler, RequestInfo } from "./lib/endpoints/http.ts";
export type { Certificate, EngineName, Listener, ListenOptions } from "./lib/endpoints/listen.ts";
export type { DeflateOptions } from "./lib/framing/deflate_settings.ts";
export type { TcpFraming, TcpListenOptions } from "./lib/endpoints/tcp.ts";
export type { UdpListener, UdpListenOptions } from "./lib/endpoints/udp.ts";
export {
  type EmbeddedFile,
  staticFiles,
  type StaticHandler,
  type StaticOptions,
} from "./lib/endpoints/static.ts";
export { defaultLimits, type Limits, type QueuePolicy, resolveLimits } from "./lib/limits.ts";
export { Counters } from "./lib/counters.ts";
export { N2OError } from "./lib/error.ts";
export { createLogger, type LogFields, type Logger, type LogLevel, type LogOptions } from "./lib/log.ts";

export type { Protocol } from "./lib/protocol.ts";
export { type Handled, handled, Reply, reply, type Result, type Unknown, unknown } from "./lib/reply.ts";
export { Context, type ContextPort, type Peer, type Source } from "./lib/context.ts";

export * from "./lib/term.ts";
export { parseTerm, TermSyntaxError, type TermTextLimits } from "./lib/term_parse.ts";
export { type Bert, bert, BertError, type BertLimits, type Inflate } from "./lib/formats/bert.ts";
export { bertFormatter, createBertFormatter } from "./lib/formats/bert_formatter.ts";
export { createJsonFormatter, JsonError, jsonFormatter, type JsonLimits } from "./lib/formats/json.ts";
export { toBinary } from "./lib/formats/to_binary.ts";
export { binaryFormatter, textFormatter } from "./lib/formats/raw.ts";
export { type Formatter, Formatters } from "./lib/formats/mod.ts";

export { createSecret, type Secret, type SecretOptions } from "./lib/secret.ts";
export { parseSecretText, SecretKey } from "./lib/secret_key.ts";
export { createKeyring, openKeyring, readKeyring, rotateKeyring, type RotateOptions } from "./lib/keyring.ts";
export {
  Session,
  type SessionKeeper,
  type SessionListener,
  type SessionSetOptions,
  type SessionVariable,
} from "./lib/session.ts";
export {
  type Authentication,
  type Prolongation,
  type SessionOptions,
  type SessionParts,
  Sessions,
} from "./lib/sessions.ts";
export { Room, type RoomMessage } from "./lib/room.ts";
export { type RoomOptions, type RoomParts, Rooms } from "./lib/rooms.ts";
export { Commits } from "./lib/commits.ts";

export type { Bus, Subscriber } from "./lib/bus/mod.ts";
export { SharedMessage } from "./lib/bus/message.ts";
export { localBus } from "./lib/bus/local.ts";
export { SharedFrame } from "./lib/frame.ts";

export type {
  Commit,
  Store,
  StoreEntry,
  StoreKey,
  StoreListOptions,
  StoreWriteOptions,
} from "./lib/store/mod.ts";
export { memoryStore, type MemoryStoreOptions } from "./lib/store/memory.ts";
export { kvStore, type KvStoreOptions } from "./lib/store/kv.ts";
export { StoreError } from "./lib/store/error.ts";
export type { GroupStoreOptions } from "./lib/store/group.ts";
export {
  Cache,
  type CacheOptions,
  type CacheSetOptions,
  CacheTable,
  type CacheTableOptions,
  createCache,
} from "./lib/cache.ts";

export { default as heart } from "./protocols/heart.ts";
export { default as session } from "./protocols/session.ts";
export { createRoomProtocol, default as room, type RoomProtocolOptions } from "./protocols/room.ts";
export {
  createFtp,
  type FtpFile,
  type FtpLimits,
  type FtpOptions,
  type FtpTransfer,
} from "./protocols/ftp/mod.ts";
