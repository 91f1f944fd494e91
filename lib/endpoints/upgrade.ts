/**
 * WebSockets of servers of `node:http`, and so of Express, Fastify and Koa, by their `upgrade` event.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { DeflateSettings } from "../framing/deflate_settings.ts";
import type { HeaderReader } from "../framing/http_head.ts";
import { type Admission, isEntrance } from "./admission.ts";
import { problem } from "./answer.ts";
import { plainAddress } from "./gate.ts";
import { NodeStream } from "./node_stream.ts";
import { responseBytes } from "./response_bytes.ts";
import type { Streams } from "./streams.ts";
import { openWebSocket } from "./websocket_stream.ts";

/** What taking such sockets needs of the application. */
export interface UpgradeParts {
  /** Decides who may enter. */
  readonly admission: Admission;
  /** All streams. */
  readonly streams: Streams;
  /** Compresses, where the client can. */
  readonly deflate: DeflateSettings | undefined;
}

/** How long a refusal may take to leave, in milliseconds. */
const REFUSAL_MS = 2_000;

/** Takes the socket of a request to upgrade: a WebSocket from now on, or answered and closed. */
export function upgrade(
  parts: UpgradeParts,
  request: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
): void {
  const { admission, streams, deflate } = parts;
  // The server's own deadline is for requests.
  (socket as { setTimeout?: (ms: number) => void }).setTimeout?.(0);
  (socket as { setNoDelay?: (value: boolean) => void }).setNoDelay?.(true);
  const url = URL.parse(`http://host${request.url ?? "/"}`);
  if (url === null || !isEntrance(url.pathname)) return refuse(socket, problem(404, "not_found"));
  const { maxHeaderBytes, maxPathBytes } = streams.host.application.limits;
  if (url.pathname.length + url.search.length > maxPathBytes) {
    return refuse(socket, problem(414, "path_too_long"));
  }
  const headers = readHeaders(request);
  if (headers.bytes > maxHeaderBytes) return refuse(socket, problem(431, "headers_too_big"));
  const { remoteAddress, encrypted } = request.socket as { remoteAddress?: string; encrypted?: boolean };
  const admitted = admission.enter({
    method: request.method ?? "GET",
    headers,
    pathname: url.pathname,
    search: url.search,
    host: headers.get("host"),
    address: plainAddress(remoteAddress),
    secure: encrypted === true,
  });
  if (admitted instanceof Response) return refuse(socket, admitted);
  const { options } = admitted;
  const key = headers.get("sec-websocket-key");
  if (key === null) {
    admission.leave(options.peer.address);
    return refuse(socket, problem(405, "method_not_allowed", { allow: "GET" }));
  }
  openWebSocket(streams, new NodeStream(socket), {
    key,
    extensions: headers.get("sec-websocket-extensions"),
    options,
    // A Buffer's slices are views; those of a Uint8Array are copies, as framings want them.
    rest: new Uint8Array(head),
    leave: () => admission.leave(options.peer.address),
  }, deflate);
}

/** The headers of a request of Node, and how many bytes they have. */
function readHeaders({ rawHeaders }: IncomingMessage): HeaderReader & { bytes: number } {
  const values = new Map<string, string>();
  let bytes = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    const value = rawHeaders[i + 1];
    bytes += name.length + value.length + 4;
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}${name === "cookie" ? "; " : ", "}${value}`);
  }
  return { bytes, get: (name) => values.get(name) ?? null };
}

function refuse(socket: Duplex, response: Response): void {
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MS);
  socket.on("error", () => {});
  socket.on("close", () => clearTimeout(timer));
  responseBytes(response).then((bytes) => socket.end(bytes, () => socket.destroy()));
}
