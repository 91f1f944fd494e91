/**
 * Everything that is fuzzed without sockets.
 *
 * @module
 */
import { bertBytes, termText } from "./bert.ts";
import type { Target } from "./case.ts";
import { datagram } from "./datagram.ts";
import { httpHead } from "./http_head.ts";
import { line, packets } from "./packet.ts";
import { deflate, websocket } from "./websocket.ts";
import { writing } from "./writing.ts";

/** The targets, by what comes in first. */
export const targets: readonly Target[] = [
  httpHead,
  websocket,
  deflate,
  ...packets,
  line,
  datagram,
  bertBytes,
  termText,
  writing,
];
