/**
 * The certificate and key that a configuration names.
 *
 * @module
 */
import { createPrivateKey, type X509Certificate } from "node:crypto";
import { chainOf } from "../endpoints/tls_context.ts";
import type { Config } from "./config.ts";
import { missingPermission } from "./exit.ts";
import type { Problem } from "./problem.ts";

/** What TLS takes; nothing for a server without. */
export interface Tls {
  /** The certificate chain, PEM. */
  readonly cert?: string;
  /** The key, PEM. */
  readonly key?: string;
  /** What the certificate says. */
  readonly facts?: CertificateFacts;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** Its file. */
  readonly file: string;
  /** The names that it is for. */
  readonly names: string;
  /** From when it is valid, in milliseconds since 1970. */
  readonly fromMs: number;
  /** Until when it, and all of its chain, is valid. */
  readonly toMs: number;
}

type File = "tlsCert" | "tlsKey";

const FLAGS = { tlsCert: "--tls-cert", tlsKey: "--tls-key" };
const RIGHT_FILE = "name the right file, PEM";

/** Reads the files, and sees that they belong together. */
export function readTls(config: Config): Tls {
  const { tlsCert, tlsKey } = config.settings;
  if (tlsCert === undefined && tlsKey === undefined) return { problems: [] };
  const problems: Problem[] = [];
  const read = <T>(file: File, parse: (text: string) => T): { text: string; parsed: T } | undefined => {
    const path = config.settings[file];
    if (path === undefined) {
      const fix = "TLS takes a certificate and its key: --tls-cert FILE --tls-key FILE";
      problems.push({ where: whereOf(config, file), what: "is missing", fix });
      return undefined;
    }
    let text: string;
    try {
      text = Deno.readTextFileSync(path);
    } catch (error) {
      problems.push({ where: whereOf(config, file), ...unreadable(error) });
      return undefined;
    }
    try {
      return { text, parsed: parse(text) };
    } catch {
      const kind = file === "tlsCert" ? "certificate" : "private key";
      problems.push({
        where: whereOf(config, file),
        what: `${path} holds no ${kind} in PEM`,
        fix: RIGHT_FILE,
      });
      return undefined;
    }
  };
  const cert = read("tlsCert", chainOf);
  const key = read("tlsKey", (text) => createPrivateKey(text));
  if (cert !== undefined && key !== undefined && !cert.parsed[0].checkPrivateKey(key.parsed)) {
    const what = `${tlsKey} is not the key of the certificate in ${tlsCert}`;
    problems.push({ where: whereOf(config, "tlsKey"), what, fix: RIGHT_FILE });
  }
  const facts = cert && factsOf(tlsCert!, cert.parsed);
  return { cert: cert?.text, key: key?.text, facts, problems };
}

/** Why a certificate that can be used is of no use now, and not to take the place of one in force. */
export function validityProblem(config: Config, { facts }: Tls, nowMs: number): Problem | undefined {
  if (facts === undefined) return undefined;
  const where = whereOf(config, "tlsCert");
  const { file, fromMs, toMs } = facts;
  if (toMs <= nowMs) {
    return { where, what: `${file} expired on ${dayOf(toMs)}`, fix: "renew it, then reload" };
  }
  if (fromMs <= nowMs) return undefined;
  const fix = "look at the clock of this machine, or reload when it is";
  return { where, what: `${file} is not valid before ${new Date(fromMs).toISOString()}`, fix };
}

/** A day as people read it: `2026-12-02`. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** Where a file is named. */
function whereOf(config: Config, file: File): string {
  return config.source(file) ?? FLAGS[file];
}

function factsOf(file: string, chain: readonly X509Certificate[]): CertificateFacts {
  const [{ subject, subjectAltName }] = chain;
  const names = [...(subjectAltName ?? "").matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name]) => name);
  return {
    file,
    names: names.join(" ") || subject.replaceAll("\n", ", "),
    fromMs: Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom))),
    toMs: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
  };
}

function unreadable(error: unknown): Omit<Problem, "where"> {
  const why = error instanceof Error ? error.message : String(error);
  return missingPermission(error) ??
    { what: `cannot be read: ${why}`, fix: "name a file that this user may read" };
}
