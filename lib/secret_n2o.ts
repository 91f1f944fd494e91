/**
 * Tokens as the original N2O makes them, to exchange them with it.
 *
 * A token is lower-case hexadecimal of: IV (16), HMAC-SHA256 of cipher text and IV (32), AES-128-CBC cipher text of the
 * term's BERT and 1 to 16 zero bytes; one key of 16 bytes for both. The format has no room for a purpose.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import { N2OError } from "./error.ts";
import { bert } from "./formats/bert.ts";
import { randomSid, sidOf } from "./session_id.ts";
import type { Term } from "./term.ts";

const blockBytes = 16;
const cipherAt = 48;

/** The original's secret. */
export class N2OSecret {
  /** The driver's name. */
  readonly driver = "n2o";
  #key: Uint8Array;
  #maxTokenBytes: number;

  /** Takes the key; throws `bad_secret` when it has not 16 bytes. */
  constructor(key: Uint8Array, maxTokenBytes: number) {
    if (key.length !== blockBytes) {
      throw new N2OError("bad_secret", `the n2o secret has ${blockBytes} bytes, this one has ${key.length}`);
    }
    this.#key = key.slice();
    this.#maxTokenBytes = maxTokenBytes;
  }

  /** Seals a term; throws `token_too_large`. */
  pickle(term: Term): string {
    return this.pickleWith(term, crypto.getRandomValues(new Uint8Array(blockBytes)));
  }

  /** {@linkcode pickle} with a given IV, to be compared with recorded tokens; an IV must never be used twice. */
  pickleWith(term: Term, iv: Uint8Array): string {
    const plain = bert.encode(term);
    const padded = new Uint8Array(plain.length + blockBytes - plain.length % blockBytes);
    const length = 2 * (cipherAt + padded.length);
    if (length > this.#maxTokenBytes) {
      throw new N2OError(
        "token_too_large",
        `a token of ${length} bytes; the limit is ${this.#maxTokenBytes}`,
        length,
      );
    }
    padded.set(plain);
    const cipher = createCipheriv("aes-128-cbc", this.#key, iv);
    cipher.setAutoPadding(false);
    const sealed = cipher.update(padded);
    cipher.final();
    return Buffer.concat([iv, this.#mac(sealed, iv), sealed]).toString("hex");
  }

  /** The term of a token; `undefined` for anything else. */
  depickle(token: string): Term | undefined {
    if (typeof token !== "string" || token.length > this.#maxTokenBytes) return undefined;
    const bytes = Buffer.from(token, "hex");
    const sealed = bytes.subarray(cipherAt);
    // One token, one spelling: no capitals, no half byte, nothing behind.
    if (sealed.length === 0 || bytes.toString("hex") !== token) return undefined;
    const iv = bytes.subarray(0, blockBytes);
    if (!timingSafeEqual(this.#mac(sealed, iv), bytes.subarray(blockBytes, cipherAt))) return undefined;
    try {
      const decipher = createDecipheriv("aes-128-cbc", this.#key, iv);
      decipher.setAutoPadding(false);
      const plain = decipher.update(sealed);
      decipher.final();
      return bert.decode(plain);
    } catch {
      return undefined;
    }
  }

  /** The session id of a seed. */
  sid(seed: Term): string {
    return sidOf(this.#key, bert.encode(seed));
  }

  /** A session id that nobody can guess. */
  newSid(): string {
    return randomSid(this.#key);
  }

  /** Throws `bad_secret`: there is one key. */
  useKeys(): void {
    throw new N2OError("bad_secret", "the n2o secret has one key");
  }

  #mac(sealed: Uint8Array, iv: Uint8Array): Buffer {
    return createHmac("sha256", this.#key).update(sealed).update(iv).digest();
  }
}
