/**
 * How a server is, as `n2o status` tells it.
 *
 * @module
 */
import type { Counters } from "../../counters.ts";
import type { Problem } from "../problem.ts";
import type { Link } from "../protocols.ts";
import { version } from "../version.ts";
import type { ShownCertificate, Status } from "./wire.ts";

/** What a status is made of. */
export interface StatusParts {
  /** The application's name. */
  readonly name: string;
  /** Its chain. */
  readonly links: readonly Link[];
  /** The generation in force. */
  readonly generation: number;
  /** Where clients find it. */
  readonly urls: readonly string[];
  /** The certificate in force. */
  readonly certificate: ShownCertificate | undefined;
  /** When it began to serve, in milliseconds since 1970. */
  readonly startedMs: number;
  /** What it counts. */
  readonly counters: Counters;
  /** What kept the last reload from being served. */
  readonly problems: readonly Problem[];
}

/** Makes a status of what a server knows. */
export function statusOf(parts: StatusParts): Status {
  const { name, links, generation, urls, certificate, startedMs, counters, problems } = parts;
  const { rss, heapUsed, heapTotal } = Deno.memoryUsage();
  return {
    name,
    version,
    pid: Deno.pid,
    generation,
    started: new Date(startedMs).toISOString(),
    uptimeMs: Math.max(0, Date.now() - startedMs),
    urls,
    certificate,
    chain: links.map(({ protocol, file }) => ({ name: protocol.name, file })),
    counters: { ...counters },
    memory: { rss, heapUsed, heapTotal },
    problems,
  };
}
