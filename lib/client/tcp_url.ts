/**
 * Where a URL leads that is no WebSocket's.
 *
 * @module
 */
import { ClientError } from "./error.ts";

/** A place to connect to. */
export interface TcpPlace {
  /** The name or address; of a Unix domain socket the path. */
  readonly host: string;
  /** The port; `undefined` for a Unix domain socket. */
  readonly port: number | undefined;
  /** Whether to speak TLS. */
  readonly secure: boolean;
  /** How many bytes the length of a frame has. */
  readonly head: 2 | 4;
}

/**
 * Reads `tcp://HOST:PORT`, `tls://HOST:PORT` or `unix:/PATH`, each with `?framing=packet2` or `packet4`, which is the default.
 *
 * @throws {ClientError} `bad_url` for anything else.
 */
export function readTcpUrl(text: string): TcpPlace {
  const place = placeOf(text);
  if (place === undefined) throw new ClientError("bad_url", text);
  return place;
}

function placeOf(text: string): TcpPlace | undefined {
  let url: URL;
  let path: string;
  try {
    url = new URL(text);
    path = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  const { protocol, hostname } = url;
  const framing = url.searchParams.get("framing") ?? "packet4";
  const head = framing === "packet4" ? 4 : 2;
  if (head === 2 && framing !== "packet2") return undefined;
  if (protocol === "unix:") {
    if (path === "" || path.includes("\0") || hostname !== "") return undefined;
    return { host: path, port: undefined, secure: false, head };
  }
  const port = Number(url.port);
  if ((protocol !== "tcp:" && protocol !== "tls:") || port === 0 || hostname === "") return undefined;
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port, secure: protocol === "tls:", head };
}
