/**
 * Which pages may open a connection: the `Origin` header against the server's own host and an allow-list.
 *
 * A browser sends `Origin` with every WebSocket, and cookies too; without this check any page could act as its visitor.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { formatIp, parseIp } from "./ip.ts";

/** Origins that may connect besides the server's own; made by {@linkcode parseOrigins}. */
export interface OriginList {
  /** Whether every origin may, `null` too. */
  readonly any: boolean;
  /** Origins in full, normalised; `null` for pages that have none (a file, a sandboxed frame). */
  readonly exact: ReadonlySet<string>;
  /** Wildcards: a scheme, the part behind the `*`, and a port. */
  readonly below: readonly { readonly scheme: string; readonly suffix: string; readonly port: string }[];
}

const maxOriginLength = 512;
const defaultPorts: Readonly<Record<string, string>> = { http: "80", https: "443", ws: "80", wss: "443" };

/**
 * Reads an allow-list: origins (`https://example.com`, `http://localhost:3000`), all subdomains of a domain
 * (`https://*.example.com`, not the domain itself), `null`, or `*` for everybody.
 *
 * @throws {N2OError} `bad_origin` for an entry that is none of these; the message says what it should be.
 *
 * @example
 * ```ts
 * import { originAllowed, parseOrigins } from "./origin.ts";
 *
 * const list = parseOrigins(["https://*.example.com"]);
 * if (!originAllowed("https://app.example.com", "chat.example.net", true, list)) throw new Error("refused");
 * if (originAllowed("https://evil.example", "chat.example.net", true, list)) throw new Error("allowed");
 * ```
 */
export function parseOrigins(entries: readonly string[]): OriginList {
  const exact = new Set<string>();
  const below: { scheme: string; suffix: string; port: string }[] = [];
  let any = false;
  for (const entry of entries) {
    if (entry === "*") any = true;
    else if (entry === "null") exact.add(entry);
    else if (entry.includes("*")) below.push(parseWildcard(entry));
    else {
      const origin = parseOrigin(entry);
      if (origin === undefined) throw badOrigin(entry);
      exact.add(textOf(origin));
    }
  }
  return { any, exact, below };
}

/**
 * Whether a request with this `Origin` may connect.
 *
 * No origin at all is allowed: it is not a browser. The own host is allowed: `Origin` and `Host` name the same host and
 * port. The scheme does not count, since a proxy in front may speak TLS for a server that does not; but where the client
 * is known to have come over TLS (`secure`), a page without is another origin.
 */
export function originAllowed(
  origin: string | null,
  host: string | null,
  secure: boolean,
  list: OriginList,
): boolean {
  if (origin === null || list.any) return true;
  if (origin === "null") return list.exact.has(origin);
  const parsed = parseOrigin(origin);
  if (parsed === undefined) return false;
  if (list.exact.has(textOf(parsed))) return true;
  if (list.below.some((wildcard) => isBelow(parsed, wildcard))) return true;
  if (host === null || (secure && parsed.scheme === "http")) return false;
  const own = parseHost(host);
  if (own === undefined || own.name !== parsed.name) return false;
  const implied = defaultPorts[parsed.scheme];
  return implied !== undefined && (own.port || implied) === (parsed.port || implied);
}

/** The name or address in a `Host` header: in small letters, IPv6 in brackets, without a port or a dot at its end; `undefined` for nonsense. */
export function hostName(host: string): string | undefined {
  return parseHost(host)?.name.replace(/\.$/, "");
}

/** Whether it is the name of an origin that may connect, whatever its scheme and port. */
export function isHostOf(name: string, list: OriginList): boolean {
  return list.any || [...list.exact].some((origin) => parseOrigin(origin)?.name === name) ||
    list.below.some(({ suffix }) => name.length > suffix.length && name.endsWith(suffix));
}

interface Host {
  readonly name: string;
  /** Empty when it is not said. */
  readonly port: string;
}

interface Origin extends Host {
  readonly scheme: string;
}

function parseOrigin(text: string): Origin | undefined {
  if (text.length > maxOriginLength) return undefined;
  const colon = text.indexOf("://");
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) return undefined;
  const host = parseHost(text.slice(colon + 3));
  if (host === undefined) return undefined;
  return { scheme, name: host.name, port: host.port === defaultPorts[scheme] ? "" : host.port };
}

/** A host and perhaps a port, as they stand in `Host` and behind an origin's scheme. */
function parseHost(text: string): Host | undefined {
  if (text.length > maxOriginLength) return undefined;
  let name: string;
  let rest: string;
  if (text.startsWith("[")) {
    const end = text.indexOf("]");
    const address = end === -1 ? undefined : parseIp(text.slice(1, end));
    if (address === undefined) return undefined;
    name = `[${formatIp(address)}]`;
    rest = text.slice(end + 1);
  } else {
    const colon = text.indexOf(":");
    name = (colon === -1 ? text : text.slice(0, colon)).toLowerCase();
    rest = colon === -1 ? "" : text.slice(colon);
    // Letters, digits and what names have beside them; above all no `/`, `@` or space, which would shift the host.
    if (!/^[a-z0-9._-]+$/.test(name)) return undefined;
  }
  if (rest === "") return { name, port: "" };
  return /^:[0-9]{1,5}$/.test(rest) ? { name, port: String(Number(rest.slice(1))) } : undefined;
}

function parseWildcard(entry: string): { scheme: string; suffix: string; port: string } {
  const at = entry.indexOf("://*.");
  const domain = at === -1 ? undefined : parseOrigin(entry.slice(0, at + 3) + entry.slice(at + 5));
  // One label (`*.com`) is everybody who pays for a domain.
  if (domain === undefined || !domain.name.includes(".") || domain.name.startsWith(".")) {
    throw badOrigin(entry);
  }
  return { scheme: domain.scheme, suffix: `.${domain.name}`, port: domain.port };
}

function isBelow(origin: Origin, wildcard: { scheme: string; suffix: string; port: string }): boolean {
  return origin.scheme === wildcard.scheme && origin.port === wildcard.port &&
    origin.name.length > wildcard.suffix.length && origin.name.endsWith(wildcard.suffix);
}

function textOf(origin: Origin): string {
  return `${origin.scheme}://${origin.name}${origin.port === "" ? "" : `:${origin.port}`}`;
}

function badOrigin(entry: string): N2OError {
  return new N2OError(
    "bad_origin",
    `"${entry}" is no origin: write https://example.com (scheme and host, a port if needed, no path), ` +
      "https://*.example.com, null, or *",
    entry,
  );
}
