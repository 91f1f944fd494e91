/**
 * The certificate and key that a configuration names.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Config } from "./config.ts";
import { missingPermission } from "./exit.ts";
import type { Problem } from "./problem.ts";

/** What TLS takes; nothing for a server without. */
export interface Tls {
  /** The certificate chain, PEM. */
  readonly cert?: string;
  /** The key, PEM. */
  readonly key?: string;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

type File = "tlsCert" | "tlsKey";

const FLAGS = { tlsCert: "--tls-cert", tlsKey: "--tls-key" };
const RIGHT_FILE = "name the right file, PEM";

/** Reads the files, and sees that they belong together. */
export function readTls(config: Config): Tls {
  const { tlsCert, tlsKey } = config.settings;
  if (tlsCert === undefined && tlsKey === undefined) return { problems: [] };
  const problems: Problem[] = [];
  const where = (file: File) => config.source(file) ?? FLAGS[file];
  const read = <T>(file: File, parse: (text: string) => T): { text: string; parsed: T } | undefined => {
    const path = config.settings[file];
    if (path === undefined) {
      const fix = "TLS takes a certificate and its key: --tls-cert FILE --tls-key FILE";
      problems.push({ where: where(file), what: "is missing", fix });
      return undefined;
    }
    let text: string;
    try {
      text = Deno.readTextFileSync(path);
    } catch (error) {
      problems.push({ where: where(file), ...unreadable(error) });
      return undefined;
    }
    try {
      return { text, parsed: parse(text) };
    } catch {
      const kind = file === "tlsCert" ? "certificate" : "private key";
      problems.push({ where: where(file), what: `${path} holds no ${kind} in PEM`, fix: RIGHT_FILE });
      return undefined;
    }
  };
  const cert = read("tlsCert", (text) => new X509Certificate(text));
  const key = read("tlsKey", (text) => createPrivateKey(text));
  if (cert !== undefined && key !== undefined && !cert.parsed.checkPrivateKey(key.parsed)) {
    const what = `${tlsKey} is not the key of the certificate in ${tlsCert}`;
    problems.push({ where: where("tlsKey"), what, fix: RIGHT_FILE });
  }
  return { cert: cert?.text, key: key?.text, problems };
}

function unreadable(error: unknown): Omit<Problem, "where"> {
  const why = error instanceof Error ? error.message : String(error);
  return missingPermission(error) ??
    { what: `cannot be read: ${why}`, fix: "name a file that this user may read" };
}
