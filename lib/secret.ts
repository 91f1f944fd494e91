/**
 * Tokens: terms sealed so that a client can keep them and neither read nor change them.
 *
 * @module
 */
import { N2OError } from "./error.ts";
import { GcmSecret } from "./secret_gcm.ts";
import { parseSecretText, SecretKey } from "./secret_key.ts";
import { N2OSecret } from "./secret_n2o.ts";
import type { Term } from "./term.ts";

/** What makes and reads tokens. Everything is synchronous. */
export interface Secret {
  /** How tokens are made: `aes-256-gcm`, or `n2o` for tokens that the original N2O understands. */
  readonly driver: "aes-256-gcm" | "n2o";
  /**
   * Seals a term into a token of the characters `A-Z a-z 0-9 - _`.
   *
   * A token made for a purpose reads only for that purpose; `n2o` tokens cannot carry one. Throws `token_too_large` when
   * the token would be longer than {@linkcode SecretOptions.maxTokenBytes}, and what the BERT encoder throws.
   */
  pickle(term: Term, purpose?: string): string;
  /** The term of a token; `undefined` for anything that is not a token of this secret for this purpose. Never throws. */
  depickle(token: string, purpose?: string): Term | undefined;
  /** A session id from a seed, as the original makes it: 20 hexadecimal characters, the same for the same seed. */
  sid(seed: Term): string;
  /** A session id that nobody can guess: 20 hexadecimal characters. */
  newSid(): string;
  /**
   * Puts other keys, the newest first, in place of the present ones: new tokens use the first one, tokens of all are
   * read. Throws `bad_secret` for no keys, for twice the same, and always with `n2o`, which has one key.
   */
  useKeys(keys: readonly SecretKey[]): void;
}

/** How tokens are made. */
export interface SecretOptions {
  /**
   * `aes-256-gcm`, or `n2o` to exchange tokens with the original N2O (AES-128-CBC and HMAC-SHA256 under one key).
   *
   * @default {"aes-256-gcm"}
   */
  driver?: "aes-256-gcm" | "n2o";
  /**
   * The key. For `aes-256-gcm`: 32 bytes, or a text as {@linkcode parseSecretText} reads it. For `n2o`: 16 bytes, or a
   * text of 16 bytes, as the original's `n2o` environment has it under `secret`.
   */
  key?: Uint8Array | string;
  /** The keys of `aes-256-gcm`, the newest first, in place of `key`; by default one random key that ends with the process. */
  keys?: readonly SecretKey[];
  /**
   * The longest token in bytes; a longer one is neither made nor looked at.
   *
   * @default {65536}
   */
  maxTokenBytes?: number;
}

/**
 * Makes what makes and reads tokens.
 *
 * Throws `bad_secret` for keys that do not fit the driver; no message shows a key. A key is good for 2^32 tokens; rotate
 * it before.
 *
 * @example
 * ```ts
 * import { createSecret, text } from "@n2o/n2o";
 *
 * const secret = createSecret();
 * const token = secret.pickle("alice", "login");
 * if (text(secret.depickle(token, "login")!) !== "alice") throw new Error("lost");
 * if (secret.depickle(token, "invitation") !== undefined) throw new Error("taken for another purpose");
 * ```
 */
export function createSecret(options: SecretOptions = {}): Secret {
  const { driver = "aes-256-gcm", key, keys, maxTokenBytes = 65536 } = options;
  if (key !== undefined && keys !== undefined) {
    throw new N2OError("bad_secret", "a secret takes `key` or `keys`, not both");
  }
  if (driver === "aes-256-gcm") {
    return new GcmSecret(keys ?? (key === undefined ? [SecretKey.generate()] : keysOf(key)), maxTokenBytes);
  }
  if (driver !== "n2o") throw new N2OError("bad_secret", `no secret driver is named "${driver}"`, driver);
  if (key === undefined) throw new N2OError("bad_secret", "the n2o secret needs a `key` of 16 bytes");
  return new N2OSecret(typeof key === "string" ? new TextEncoder().encode(key) : key, maxTokenBytes);
}

function keysOf(key: Uint8Array | string): SecretKey[] {
  return typeof key === "string" ? parseSecretText(key) : [new SecretKey(key)];
}
