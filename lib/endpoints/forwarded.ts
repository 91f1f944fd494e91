/**
 * Who the client is, when proxies stand in front: `Forwarded` (RFC 7239) and `X-Forwarded-For`, `-Proto`, `-Host`.
 *
 * @module
 */
import type { HeaderReader } from "../framing/http_head.ts";
import { readForwarded } from "./forwarded_header.ts";
import { formatIp, type IpBytes, isInside, type Network, parseIp, parseNetwork } from "./ip.ts";

/** The client of a request, as far as it can be trusted. */
export interface Client {
  /** Its address: IPv4 dotted, IPv6 as RFC 5952 writes it; as the socket has it where that is no address. */
  readonly address: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** `https` when it came over TLS, else `http`. */
  readonly scheme: "http" | "https";
  /** The host and port that it asked for; `null` when it named none. */
  readonly host: string | null;
}

/** How proxies are believed. */
export interface ProxyOptions {
  /**
   * Which headers the proxies set. A proxy hands on what it does not set itself, so name them if you can: with `"any"` a
   * request on which both speak and disagree is taken for the proxy's own.
   *
   * @default {"any"}
   */
  headers?: "forwarded" | "x-forwarded" | "any";
}

/** Finds the client of a request from its headers, the peer's address and whether the peer's socket speaks TLS. */
export type FindClient = (headers: HeaderReader, address: string, secure?: boolean) => Client;

/** More hops than any chain of proxies has; behind them nothing is looked at. */
const maxHops = 32;

/**
 * Trusts the forwarding headers of proxies in the given networks, and nobody else's.
 *
 * Each proxy adds the address that it was called from at the end. The chain is walked from there, as long as the
 * addresses are trusted; the first other one is the client, and what stands before it is anybody's invention. An address
 * that is hidden or malformed ends the walk at the last one that is known.
 *
 * @param networks `10.0.0.0/8`, `2001:db8::/32`, or single addresses; with none every header is ignored.
 * @throws {N2OError} `bad_cidr` for anything else.
 *
 * @example
 * ```ts
 * import { trustProxy } from "./forwarded.ts";
 *
 * const find = trustProxy(["127.0.0.1"]);
 * const headers = new Headers({ "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" });
 * if (find(headers, "127.0.0.1").address !== "203.0.113.7") throw new Error("not trusted");
 * if (find(headers, "192.0.2.1").address !== "192.0.2.1") throw new Error("trusted");
 * ```
 */
export function trustProxy(networks: readonly string[], options: ProxyOptions = {}): FindClient {
  const trusted = networks.map(parseNetwork);
  const { headers: which = "any" } = options;
  return (headers, address, secure = false) => {
    const peer = parseIp(address);
    const own = clientOf(peer === undefined ? address : formatIp(peer), secure, headers.get("host"));
    if (peer === undefined || !isTrusted(peer, trusted)) return own;
    const standard = which === "x-forwarded" ? undefined : fromForwarded(headers, trusted, own);
    const common = which === "forwarded" ? undefined : fromXForwarded(headers, trusted, own);
    if (standard !== undefined && common !== undefined) {
      return agree(standard, common) ? standard : own;
    }
    return standard ?? common ?? own;
  };
}

/** One hop, as a proxy reported it. */
interface Hop {
  readonly address: string | undefined;
  readonly proto: string | undefined;
  readonly host: string | undefined;
}

function fromForwarded(headers: HeaderReader, trusted: readonly Network[], own: Client): Client | undefined {
  const header = headers.get("forwarded");
  if (header === null) return undefined;
  const elements = readForwarded(header);
  if (elements === undefined) return own;
  const hops = elements.map((element): Hop => ({
    address: element.get("for"),
    proto: element.get("proto"),
    host: element.get("host"),
  }));
  return walk(hops.reverse(), trusted, own);
}

function fromXForwarded(headers: HeaderReader, trusted: readonly Network[], own: Client): Client | undefined {
  const addresses = lastFirst(headers.get("x-forwarded-for"));
  const protos = lastFirst(headers.get("x-forwarded-proto"));
  const hosts = lastFirst(headers.get("x-forwarded-host"));
  if (addresses.length + protos.length + hosts.length === 0) return undefined;
  // Where only the nearest proxy speaks of scheme and host, it speaks for the whole chain.
  const hops = Array.from({ length: Math.max(addresses.length, 1) }, (_, i): Hop => ({
    address: addresses[i],
    proto: protos[Math.min(i, protos.length - 1)],
    host: hosts[Math.min(i, hosts.length - 1)],
  }));
  return walk(hops, trusted, own);
}

/** Walks the hops, the nearest first, to the first one that is not trusted. */
function walk(hops: readonly Hop[], trusted: readonly Network[], own: Client): Client {
  let address = own.address;
  let { secure, host } = own;
  for (const hop of hops) {
    secure = readProto(hop.proto) ?? secure;
    host = readHost(hop.host) ?? host;
    const known = hop.address === undefined ? undefined : parseNode(hop.address);
    if (known === undefined) break;
    address = formatIp(known);
    if (!isTrusted(known, trusted)) break;
  }
  return clientOf(address, secure, host);
}

function clientOf(address: string, secure: boolean, host: string | null): Client {
  return { address, secure, scheme: secure ? "https" : "http", host };
}

function agree(a: Client, b: Client): boolean {
  return a.address === b.address && a.secure === b.secure && a.host === b.host;
}

function isTrusted(address: IpBytes, trusted: readonly Network[]): boolean {
  return trusted.some((network) => isInside(address, network));
}

/** An address, perhaps with a port, IPv6 perhaps in brackets; `undefined` for `unknown`, `_hidden` and nonsense. */
function parseNode(text: string): IpBytes | undefined {
  if (text.startsWith("[")) {
    const end = text.indexOf("]");
    return end !== -1 && isPort(text.slice(end + 1)) ? parseIp(text.slice(1, end)) : undefined;
  }
  const colon = text.indexOf(":");
  if (colon === -1 || text.indexOf(":", colon + 1) !== -1) return parseIp(text);
  return isPort(text.slice(colon)) ? parseIp(text.slice(0, colon)) : undefined;
}

/** Nothing, `:` and digits, or `:` and a hidden port (`:_x`). */
function isPort(text: string): boolean {
  return text === "" || /^:(?:[0-9]{1,5}|_[A-Za-z0-9._-]{1,32})$/.test(text);
}

function readProto(proto: string | undefined): boolean | undefined {
  switch (proto?.toLowerCase()) {
    case "https":
    case "wss":
      return true;
    case "http":
    case "ws":
      return false;
  }
  return undefined;
}

function readHost(host: string | undefined): string | undefined {
  return host !== undefined && host.length <= 255 && /^[A-Za-z0-9._:[\]-]+$/.test(host) ? host : undefined;
}

/** The elements of a list, the last one first, as many as there can be hops. */
function lastFirst(header: string | null): string[] {
  const elements: string[] = [];
  if (header === null) return elements;
  for (let end = header.length; end >= 0 && elements.length < maxHops;) {
    const comma = header.lastIndexOf(",", end - 1);
    const element = header.slice(comma + 1, end).trim();
    if (element !== "") elements.push(element);
    if (comma === -1 || end === 0) break;
    end = comma;
  }
  return elements;
}
