/**
 * The size of a request's head.
 *
 * @module
 */

/** The size of all headers, counted until it is over the limit. */
export function headBytes(headers: Headers, limit: number): number {
  let bytes = 0;
  for (const [name, value] of headers) {
    bytes += name.length + value.length + 4;
    if (bytes > limit) break;
  }
  return bytes;
}

/** What browsers, clients and proxies send with a WebSocket handshake; what this server reads is among it. */
const USUAL =
  `accept accept-encoding accept-language authorization baggage cache-control cdn-loop cf-connecting-ip cookie dnt
  forwarded from host origin pragma priority proxy-authorization referer sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform
  sec-fetch-dest sec-fetch-mode sec-fetch-site sec-gpc sec-websocket-extensions sec-websocket-key sec-websocket-protocol
  sec-websocket-version traceparent tracestate user-agent via x-auth-token x-forwarded-for x-forwarded-host
  x-forwarded-proto x-real-ip x-request-id`.split(/\s+/);

/**
 * The size of the usual headers of a WebSocket handshake.
 *
 * The runtime keeps a handshake's request for as long as its socket lives, and going through all headers leaves it with a
 * list of them: 1.7 KB more for each idle connection. Reading them one by one leaves nothing. The runtime itself refuses
 * heads over 64 KiB, and keeps nothing of unusual headers.
 */
export function handshakeHeadBytes(headers: Headers): number {
  let bytes = 0;
  for (const name of USUAL) {
    const value = headers.get(name);
    if (value !== null) bytes += name.length + value.length + 4;
  }
  return bytes;
}
