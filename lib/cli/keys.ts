/**
 * The keys of a running server's tokens, and how it hears of new ones.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { openKeyring, readKeyring } from "../keyring.ts";
import type { Logger } from "../log.ts";
import { createSecret, type Secret } from "../secret.ts";
import { parseSecretText, type SecretKey } from "../secret_key.ts";
import type { Config } from "./config.ts";
import { CREDENTIAL, credentialPath, isCredential } from "./credential.ts";
import { dataPaths } from "./data.ts";
import type { Problem } from "./problem.ts";

/** Where the keys come from. */
export type KeySource = { from: "variable" } | { from: "file"; path: string } | { from: "nowhere" };

/** Between two looks at the key file, in milliseconds. */
const LOOK_MS = 2000;

/**
 * Where the keys of a configuration come from. A server that keeps nothing makes no key file either: its keys end with it,
 * unless a file is there.
 */
export function keySource(config: Config): KeySource {
  if (config.secret !== undefined) return { from: "variable" };
  const { secret: path } = dataPaths(config);
  const { store, secretFile } = config.settings;
  const keepsNothing = store.driver === "memory" && secretFile === undefined;
  return keepsNothing && stamp(path) === undefined ? { from: "nowhere" } : { from: "file", path };
}

/** What is wrong with where the keys are to come from, as far as that is seen without reading them. */
export function secretProblem(config: Config): Problem | undefined {
  if (config.secret === undefined) return missingCredential(config);
  const where = "N2O_SECRET";
  const file = config.source("secretFile");
  const other = file ?? (credentialPath() === undefined ? undefined : `the credential ${CREDENTIAL}`);
  if (other !== undefined) return { where, what: `stands against ${other}`, fix: "give one of them" };
  try {
    parseSecretText(config.secret);
    return undefined;
  } catch (error) {
    if (!(error instanceof N2OError)) throw error;
    return { where, what: error.message, fix: "give 32 random bytes, as `openssl rand -hex 32` makes them" };
  }
}

function missingCredential(config: Config): Problem | undefined {
  const { secret: where } = dataPaths(config);
  if (!isCredential(where) || stamp(where) !== undefined) return undefined;
  const fix = "give it to the service: LoadCredential=NAME:FILE in its unit";
  return { where, what: "is no credential of this service", fix };
}

/** Makes the secret; a key file that is not there yet is made. */
export function openSecret(source: KeySource, config: Config): Secret {
  if (source.from === "nowhere") return createSecret();
  if (source.from === "variable") return createSecret({ keys: parseSecretText(config.secret ?? "") });
  // Only making the file needs the permission to write, and nobody makes a credential but the service manager.
  const { path } = source;
  const made = stamp(path) !== undefined || isCredential(path);
  return createSecret({ keys: made ? readKeys(path) : openKeyring(path) });
}

/** Reads the keys of a file that is there. */
export function readKeys(path: string): SecretKey[] {
  const advice =
    "a credential of the service holds 32 random bytes as `openssl rand -hex 32` makes them, or what " +
    "`n2o secret new --secret-file FILE` wrote";
  return isCredential(path) ? readKeyring(path, advice) : readKeyring(path);
}

/** Keeps a server's keys as its key file has them; the function that this gives looks at once. */
export function followKeys(secret: Secret, source: KeySource, log: Logger): () => void {
  if (source.from !== "file") return () => log.info("no_key_file", {});
  const { path } = source;
  let known = stamp(path);
  const look = (asked: boolean) => {
    const now = stamp(path);
    if (now === known && !asked) return;
    known = now;
    try {
      const keys = readKeys(path);
      secret.useKeys(keys);
      log.info("keys_read", { file: path, keys: keys.length, newest: keys[0].id });
    } catch (error) {
      // A file that is damaged or gone takes nobody's session: the keys in memory are still the right ones.
      log.error("keys_not_read", { reason: error instanceof Error ? error.message : error });
    }
  };
  Deno.unrefTimer(setInterval(() => look(false), LOOK_MS));
  return () => look(true);
}

/** What tells that a file is another one than before; `undefined` when it is not there. */
function stamp(path: string): string | undefined {
  try {
    const { ino, mtime, size, mode } = Deno.statSync(path);
    return `${ino} ${mtime?.getTime()} ${size} ${mode}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return "unreadable";
  }
}
