/**
 * Every setting of a server: its flag, its variable, its key in `n2o.json`, what is allowed and the default.
 *
 * @module
 */
import { trustProxy } from "../endpoints/forwarded.ts";
import { parseOrigins } from "../endpoints/origin.ts";
import type { LogLevel } from "../log.ts";
import type { Prolongation } from "../sessions.ts";
import { against, choice, duration, integer, type Kind, list, path, text, word } from "./kinds.ts";
import { limits } from "./limit_values.ts";
import { headers, type HeaderValues } from "./header_values.ts";

/** One setting. */
export interface Setting<T> {
  /** What values it takes. */
  readonly kind: Kind<T>;
  /** The value where nobody gives one. */
  readonly fallback: T;
  /** What it is for, in a line. */
  readonly about: string;
  /** How help shows the value: `PORT`. */
  readonly value: string;
  /** The flag without its dashes; the variable follows from it. `undefined`: only in `n2o.json`. */
  readonly flag?: string;
  /** The key in `n2o.json`. `undefined`: not there. */
  readonly key?: string;
  /** Whether the flag may come several times. */
  readonly many?: boolean;
  /** The default as help shows it, where the value itself says too little. */
  readonly shown?: string;
}

/** Which store, and where. */
export interface StoreChoice {
  /** The driver. */
  readonly driver: "memory" | "kv";
  /** The file; `undefined` stands for the one in the application's data folder. */
  readonly path?: string;
}

const YEAR = 366 * 86_400_000;

const store: Kind<StoreChoice> = text("memory, kv, or kv:PATH", (value, base) => {
  if (value === "memory" || value === "kv") return { driver: value };
  return value.startsWith("kv:") && value.length > 3
    ? { driver: "kv", path: against(base, value.slice(3)) }
    : undefined;
});

/** Where to listen for TCP: a port of the host, or a Unix socket. */
export interface StreamAddress {
  /** The port. */
  readonly port?: number;
  /** The socket's path. */
  readonly path?: string;
}

const port = integer(0, 65535);

const streamAddress: Kind<StreamAddress> = {
  allowed: "a port from 0 to 65535, or unix:PATH",
  fromText(value, base) {
    if (value.startsWith("unix:") && value.length > 5) return { path: against(base, value.slice(5)) };
    const number = port.fromText(value, base);
    return number === undefined ? undefined : { port: number };
  },
  fromJson(value, base) {
    return typeof value === "number" || typeof value === "string"
      ? streamAddress.fromText(String(value), base)
      : undefined;
  },
};

const host = word("an address such as 127.0.0.1, 0.0.0.0 or ::, or a name of this machine");

function setting<T>(setting: Setting<T>): Setting<T> {
  return setting;
}

const optional = <T>(kind: Kind<T>): Kind<T | undefined> => kind;

/** All settings, in the order of the help. */
export const settings = {
  port: setting({
    kind: port,
    fallback: 8001,
    value: "PORT",
    flag: "port",
    key: "port",
    about: "listen on this port; 0 takes a free one",
  }),
  host: setting({
    kind: {
      ...host,
      fromText: (value: string, base: string) => host.fromText(value.replace(/^\[(.*)\]$/, "$1"), base),
    },
    fallback: "127.0.0.1",
    value: "ADDRESS",
    flag: "host",
    key: "host",
    about: "listen on this address; 0.0.0.0 and :: are all of the machine's",
  }),
  engine: setting<"stream" | "serve">({
    kind: choice("stream", "serve"),
    fallback: "stream",
    value: "NAME",
    flag: "engine",
    key: "engine",
    about: "what serves WebSockets: stream (this program's own) or serve (Deno.serve)",
  }),
  deflate: setting<"on" | "off">({
    kind: choice("on", "off"),
    fallback: "off",
    value: "WHETHER",
    flag: "deflate",
    key: "deflate",
    about: "compress WebSocket messages where the client can: on or off",
  }),
  tcp: setting<StreamAddress | undefined>({
    kind: optional(streamAddress),
    fallback: undefined,
    value: "PORT",
    flag: "tcp",
    key: "tcp",
    about: "listen for TCP on this port too, or on a Unix socket: unix:PATH",
    shown: "no TCP",
  }),
  tcpFraming: setting<"packet4" | "packet2" | "line">({
    kind: choice("packet4", "packet2", "line"),
    fallback: "packet4",
    value: "NAME",
    flag: "tcp-framing",
    key: "tcpFraming",
    about: "how frames stand in TCP: packet4 or packet2 (a length before each), or line",
  }),
  udp: setting({
    kind: optional(integer(0, 65535)),
    fallback: undefined,
    value: "PORT",
    flag: "udp",
    key: "udp",
    about: "listen for UDP on this port too",
    shown: "no UDP",
  }),
  protocolsFolder: setting({
    kind: optional(path),
    fallback: undefined,
    value: "DIR",
    flag: "protocols",
    key: "protocolsFolder",
    about: "the folder of the protocols",
    shown: "FOLDER/protocols",
  }),
  order: setting({
    kind: optional(list("a list of names of protocol files, heart, session and room")),
    fallback: undefined,
    value: "NAMES",
    key: "protocols",
    about: "the whole chain, in this order",
    shown: "heart, session, then the files by name",
  }),
  static: setting({
    kind: optional(path),
    fallback: undefined,
    value: "DIR",
    flag: "static",
    key: "static",
    about: "the folder of the static files, served at /",
    shown: "FOLDER/static",
  }),
  headers: setting<HeaderValues>({
    kind: headers,
    fallback: { "content-security-policy": "default-src 'self'" },
    value: "OBJECT",
    key: "headers",
    about: "headers of the static files; null takes one away",
    shown: "Content-Security-Policy: default-src 'self'",
  }),
  data: setting({
    kind: optional(path),
    fallback: undefined,
    value: "DIR",
    flag: "data",
    key: "data",
    about: "the folder of the data: store, keys, uploads and the control socket",
    shown: "FOLDER/.n2o",
  }),
  store: setting<StoreChoice>({
    kind: store,
    fallback: { driver: "kv" },
    value: "STORE",
    flag: "store",
    key: "store",
    about: "where sessions and rooms are kept: memory, kv, or kv:PATH",
    shown: "kv, in .n2o/kv",
  }),
  secretFile: setting({
    kind: optional(path),
    fallback: undefined,
    value: "FILE",
    flag: "secret-file",
    key: "secretFile",
    about: "the keys of the tokens; made if it is not there",
    shown: ".n2o/secret",
  }),
  origins: setting<readonly string[]>({
    kind: list("origins such as https://example.com or https://*.example.com, or *", parseOrigins),
    fallback: [],
    value: "ORIGIN",
    flag: "origin",
    key: "origins",
    many: true,
    about: "pages of this origin may connect, besides the server's own",
    shown: "none",
  }),
  trustProxy: setting<readonly string[]>({
    kind: list("addresses or networks such as 10.0.0.0/8", trustProxy),
    fallback: [],
    value: "CIDR",
    flag: "trust-proxy",
    key: "trustProxy",
    many: true,
    about: "believe the Forwarded and X-Forwarded-* headers of these proxies",
    shown: "none",
  }),
  tlsCert: setting({
    kind: optional(path),
    fallback: undefined,
    value: "FILE",
    flag: "tls-cert",
    key: "tlsCert",
    about: "serve TLS with this certificate chain, PEM",
    shown: "no TLS",
  }),
  tlsKey: setting({
    kind: optional(path),
    fallback: undefined,
    value: "FILE",
    flag: "tls-key",
    key: "tlsKey",
    about: "its key, PEM",
    shown: "no TLS",
  }),
  sessionTtlMs: setting({
    kind: duration(1000, YEAR),
    fallback: 900_000,
    value: "TIME",
    flag: "session-ttl",
    key: "sessionTtl",
    about: "how long a session lives that nobody uses",
    shown: "15m",
  }),
  sessionProlongation: setting<Prolongation>({
    kind: choice("off", "half-life", "always"),
    fallback: "half-life",
    value: "WHEN",
    flag: "session-prolongation",
    key: "sessionProlongation",
    about: "when a session's token moves on: off, half-life or always",
  }),
  formatter: setting<"bert" | "json" | "text" | "binary">({
    kind: choice("bert", "json", "text", "binary"),
    fallback: "bert",
    value: "NAME",
    flag: "formatter",
    key: "formatter",
    about: "the format of binary frames: bert, json, text or binary",
  }),
  limits: setting({
    kind: limits,
    fallback: {},
    value: "NAME=VALUE",
    flag: "limit",
    key: "limits",
    many: true,
    about: "change a limit, such as maxFrameBytes=65536 (docs/limits.md)",
    shown: "docs/limits.md",
  }),
  drainMs: setting({
    kind: duration(0, 86_400_000),
    fallback: 5000,
    value: "TIME",
    flag: "drain-timeout",
    key: "drainTimeout",
    about: "how long the end may take, once asked for",
    shown: "5s",
  }),
  logLevel: setting<LogLevel>({
    kind: choice("debug", "info", "warn", "error", "silent"),
    fallback: "info",
    value: "LEVEL",
    flag: "log-level",
    key: "logLevel",
    about: "log this and worse: debug, info, warn, error or silent",
  }),
  logFormat: setting<"text" | "json">({
    kind: choice("text", "json"),
    fallback: "text",
    value: "FORMAT",
    flag: "log-format",
    key: "logFormat",
    about: "log lines for people (text) or machines (json)",
  }),
};

/** The names of the settings. */
export type SettingName = keyof typeof settings;

/** The values of all settings. */
export type Settings = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer T> ? T : never;
};

/** The settings with their names. */
export const settingList: readonly (readonly [SettingName, Setting<unknown>])[] = Object.entries(
  settings,
) as [
  SettingName,
  Setting<unknown>,
][];

/** The variable of a flag: `N2O_TRUST_PROXY` for `trust-proxy`. */
export function variableOf(flag: string): string {
  return `N2O_${flag.replaceAll("-", "_").toUpperCase()}`;
}
