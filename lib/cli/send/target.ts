/**
 * Where `n2o send` sends to.
 *
 * @module
 */
import { didYouMean } from "../nearest.ts";
import type { Problem } from "../problem.ts";

/** How frames stand in a stream. */
export type FramingName = "packet4" | "packet2" | "line";

/** An endpoint. */
export type Target =
  | {
    readonly kind: "websocket" | "post";
    readonly url: string;
    readonly hostname: string;
    readonly port: number;
  }
  | {
    readonly kind: "stream";
    readonly hostname: string;
    readonly port: number;
    readonly tls: boolean;
    readonly framing: FramingName;
  }
  | { readonly kind: "unix"; readonly path: string; readonly framing: FramingName }
  | { readonly kind: "datagram"; readonly hostname: string; readonly port: number };

/** The framings of streams. */
export const FRAMINGS: readonly FramingName[] = ["packet4", "packet2", "line"];

const SCHEMES = ["ws", "wss", "http", "https", "tcp", "tls", "udp", "unix"];
const EXAMPLE = "give a URL such as ws://localhost:8001/ws/, tcp://localhost:9001 or unix:/run/n2o.sock";

/** Ports that a URL need not name. */
const PORTS: Readonly<Record<string, number>> = { ws: 80, http: 80, wss: 443, https: 443 };

/** Reads where to send to; `framing` is that of a flag, and wins over the URL's own. */
export function readTarget(text: string, framing: string | undefined): Target | Problem {
  const problem = (what: string, fix = EXAMPLE): Problem => ({ where: text, what, fix });
  const [, scheme, rest] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  if (scheme === undefined || /^\d+(\/|$)/.test(rest)) return problem("is no URL");
  if (!SCHEMES.includes(scheme)) {
    return problem(`begins with none of ${SCHEMES.join(", ")}${didYouMean(scheme, SCHEMES)}`);
  }
  const query = /\?framing=(.*)$/s.exec(rest);
  const isStream = scheme === "unix" || scheme === "tcp" || scheme === "tls";
  const named = framing ?? (isStream ? query?.[1] : undefined) ?? "packet4";
  const found = FRAMINGS.find((name) => name === named);
  if (found === undefined) return problem(`has no framing ${named}`, `give one of ${FRAMINGS.join(", ")}`);
  if (framing !== undefined && !isStream) return problem("has its own framing", "leave --framing away");
  if (scheme === "unix") {
    const path = (query === null ? rest : rest.slice(0, query.index)).replace(/^\/\/(?=\/)/, "");
    return path === "" || path.includes("\0")
      ? problem("has no path")
      : { kind: "unix", path, framing: found };
  }
  // so that the platform reads host and port of schemes that it does not know
  const url = URL.parse(text.replace(/^(tcp|tls|udp):/, "ws:"));
  if (url === null || !rest.startsWith("//")) return problem("is no URL");
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(url.port) || PORTS[scheme] ||
    (/^(tcp|tls|udp)$/.test(scheme) && /:80(?!\d)/.test(rest) ? 80 : 0);
  if (port === 0) return problem("has no port");
  switch (scheme) {
    case "tcp":
    case "tls":
      return { kind: "stream", hostname, port, tls: scheme === "tls", framing: found };
    case "udp":
      return { kind: "datagram", hostname, port };
  }
  // without a path N2O's own is meant
  if (/^\/\/[^/?#]*$/.test(rest)) url.pathname = "/ws/";
  return { kind: scheme.startsWith("ws") ? "websocket" : "post", url: url.href, hostname, port };
}
