/**
 * The certificate and key that a configuration names.
 *
 * @module
 */
import type { Config } from "./config.ts";
import { missingPermission } from "./exit.ts";
import type { Problem } from "./problem.ts";
import type { SettingName } from "./settings.ts";

/** What TLS takes; nothing for a server without. */
export interface Tls {
  /** The certificate chain, PEM. */
  readonly cert?: string;
  /** The key, PEM. */
  readonly key?: string;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/** Reads the files. */
export function readTls(config: Config): Tls {
  const { tlsCert, tlsKey } = config.settings;
  if (tlsCert === undefined && tlsKey === undefined) return { problems: [] };
  const problems: Problem[] = [];
  const cert = read("tlsCert", "CERTIFICATE", config, problems);
  const key = read("tlsKey", "PRIVATE KEY", config, problems);
  return { cert, key, problems };
}

function read(
  name: SettingName & `tls${string}`,
  label: string,
  config: Config,
  problems: Problem[],
): string | undefined {
  const path = config.settings[name];
  const flag = name === "tlsCert" ? "--tls-cert" : "--tls-key";
  const where = config.source(name) ?? flag;
  if (path === undefined) {
    problems.push({
      where,
      what: "is missing",
      fix: "TLS takes a certificate and its key: --tls-cert FILE --tls-key FILE",
    });
    return undefined;
  }
  try {
    const text = Deno.readTextFileSync(path);
    if (text.includes(`${label}-----`)) return text;
    problems.push({ where, what: `${path} holds no ${label} in PEM`, fix: "name the right file" });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const fix = "name a file that this user may read";
    problems.push({ where, ...missingPermission(error) ?? { what: `cannot be read: ${why}`, fix } });
  }
  return undefined;
}
