/**
 * Keys for tokens: making them, naming them, reading them from text.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { N2OError } from "./error.ts";

/** The length of a key in bytes. */
export const keyBytes = 32;

/**
 * One key that seals tokens. Its bytes show neither in logs nor in JSON.
 *
 * @example
 * ```ts
 * import { SecretKey } from "./secret_key.ts";
 *
 * const key = SecretKey.generate();
 * if (JSON.stringify(key).includes("bytes")) throw new Error("leaked");
 * ```
 */
export class SecretKey {
  /** Its name, 8 hexadecimal characters; it follows from the bytes, stands in each token, and tells nothing about them. */
  readonly id: string;
  /** When it was made, in milliseconds since 1970; 0 where nobody knows. */
  readonly createdMs: number;
  #bytes: Uint8Array;

  /** Takes 32 bytes; throws `bad_secret` for another length. */
  constructor(bytes: Uint8Array, createdMs = 0) {
    if (bytes.length !== keyBytes) {
      throw new N2OError("bad_secret", `a key has ${keyBytes} bytes, this one has ${bytes.length}`);
    }
    this.#bytes = bytes.slice();
    this.id = this.derive("n2o key id").toString("hex", 0, 4);
    this.createdMs = createdMs;
  }

  /** Makes a random key. */
  static generate(): SecretKey {
    return new SecretKey(randomBytes(keyBytes), Date.now());
  }

  /** A key of 32 bytes for one use alone, so that no two uses of this key can be played against each other. */
  derive(use: string): Buffer {
    return createHmac("sha256", this.#bytes).update(use).digest();
  }

  /** The key as text, base64url: for a file that only its owner can read. */
  reveal(): string {
    return Buffer.from(this.#bytes).toString("base64url");
  }
}

/**
 * Reads keys from text, as an environment variable or a credential holds them: one key or several, the newest first,
 * separated by spaces, commas or newlines; each is 32 bytes as 64 hexadecimal characters or as base64.
 *
 * Throws `bad_secret`; the message never shows the text.
 *
 * @example
 * ```ts
 * import { parseSecretText } from "./secret_key.ts";
 *
 * const keys = parseSecretText("8f0c1d2e3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d");
 * if (keys.length !== 1) throw new Error("one key");
 * ```
 */
export function parseSecretText(text: string): SecretKey[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0) throw new N2OError("bad_secret", "the secret is empty");
  return words.map((word) => {
    const bytes = keyOf(word);
    if (bytes === undefined) {
      throw new N2OError(
        "bad_secret",
        `the secret is no key of ${keyBytes} bytes in hexadecimal or base64; \`n2o secret new\` makes one`,
      );
    }
    // Eight different bytes among 32 random ones are always there; fewer are somebody's placeholder.
    if (new Set(bytes).size < 8) throw new N2OError("bad_secret", "the secret is not random");
    return new SecretKey(bytes);
  });
}

/** The 32 bytes of a key in hexadecimal or base64, either alphabet, padded or not; `undefined` for anything else. */
export function keyOf(word: string): Uint8Array | undefined {
  if (word.length === keyBytes * 2) {
    const bytes = Buffer.from(word, "hex");
    return bytes.length === keyBytes ? bytes : undefined;
  }
  if (word.length < 43 || word.length > 44) return undefined;
  const plain = word.replace(/=$/, "").replaceAll("+", "-").replaceAll("/", "_");
  const bytes = Buffer.from(plain, "base64url");
  return bytes.length === keyBytes && bytes.toString("base64url") === plain ? bytes : undefined;
}
