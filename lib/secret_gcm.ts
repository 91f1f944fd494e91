/**
 * Tokens sealed with AES-256-GCM.
 *
 * A token is base64url of: version (1), key id (4), nonce (12), cipher text, tag (16 bytes). Version, key id and purpose
 * are authenticated with it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv } from "node:crypto";
import { N2OError } from "./error.ts";
import { bert } from "./formats/bert.ts";
import type { SecretKey } from "./secret_key.ts";
import { randomSid, sidOf } from "./session_id.ts";
import type { Term } from "./term.ts";

const version = 1;
const nonceAt = 5;
const cipherAt = nonceAt + 12;
const tagBytes = 16;
const overhead = cipherAt + tagBytes;

interface RingKey {
  readonly id: number;
  readonly seal: Buffer;
  readonly sid: Buffer;
}

/** The default secret: several keys, of which the first seals and all open. */
export class GcmSecret {
  /** The driver's name. */
  readonly driver = "aes-256-gcm";
  #newest!: RingKey;
  #byId!: ReadonlyMap<number, RingKey>;
  #maxTokenBytes: number;

  /** Takes the keys, the newest first; throws `bad_secret` as {@linkcode useKeys} does. */
  constructor(keys: readonly SecretKey[], maxTokenBytes: number) {
    this.#maxTokenBytes = maxTokenBytes;
    this.useKeys(keys);
  }

  /** Puts other keys in place; throws `bad_secret` for none, or for twice the same. */
  useKeys(keys: readonly SecretKey[]): void {
    if (keys.length === 0) throw new N2OError("bad_secret", "a secret needs a key");
    // An own key for each use, made once: deriving costs more than sealing.
    const ring = keys.map((key): RingKey => ({
      id: parseInt(key.id, 16),
      seal: key.derive("n2o aes-256-gcm"),
      sid: key.derive("n2o sid"),
    }));
    const byId = new Map(ring.map((key) => [key.id, key]));
    if (byId.size !== ring.length) throw new N2OError("bad_secret", "two keys of a secret have the same id");
    this.#newest = ring[0];
    this.#byId = byId;
  }

  /** Seals a term for a purpose; throws `token_too_large`. */
  pickle(term: Term, purpose = ""): string {
    const plain = bert.encode(term);
    const size = overhead + plain.length;
    const length = Math.ceil(size * 4 / 3);
    if (length > this.#maxTokenBytes) {
      throw new N2OError(
        "token_too_large",
        `a token of ${length} bytes; the limit is ${this.#maxTokenBytes}`,
        length,
      );
    }
    const key = this.#newest;
    const bytes = Buffer.allocUnsafe(size);
    bytes[0] = version;
    bytes.writeUInt32BE(key.id, 1);
    const nonce = crypto.getRandomValues(bytes.subarray(nonceAt, cipherAt));
    const cipher = createCipheriv("aes-256-gcm", key.seal, nonce, { authTagLength: tagBytes });
    cipher.setAAD(associated(bytes, purpose));
    bytes.set(cipher.update(plain), cipherAt);
    cipher.final();
    bytes.set(cipher.getAuthTag(), size - tagBytes);
    return bytes.toString("base64url");
  }

  /** The term of a token for a purpose; `undefined` for anything else. */
  depickle(token: string, purpose = ""): Term | undefined {
    if (typeof token !== "string" || token.length > this.#maxTokenBytes) return undefined;
    const bytes = Buffer.from(token, "base64url");
    if (bytes.length <= overhead || bytes[0] !== version) return undefined;
    const key = this.#byId.get(bytes.readUInt32BE(1));
    // One token, one spelling: the decoder passes over padding, foreign characters and unused bits.
    if (key === undefined || bytes.toString("base64url") !== token) return undefined;
    try {
      const tagAt = bytes.length - tagBytes;
      const nonce = bytes.subarray(nonceAt, cipherAt);
      const decipher = createDecipheriv("aes-256-gcm", key.seal, nonce, { authTagLength: tagBytes });
      decipher.setAAD(associated(bytes, purpose));
      decipher.setAuthTag(bytes.subarray(tagAt));
      const plain = decipher.update(bytes.subarray(cipherAt, tagAt));
      decipher.final();
      return bert.decode(plain);
    } catch {
      return undefined;
    }
  }

  /** The session id of a seed. */
  sid(seed: Term): string {
    return sidOf(this.#newest.sid, bert.encode(seed));
  }

  /** A session id that nobody can guess. */
  newSid(): string {
    return randomSid(this.#newest.sid);
  }
}

/** Version and key id have a fixed length, so that no purpose can be mistaken for a part of them. */
function associated(bytes: Buffer, purpose: string): Buffer {
  return purpose === ""
    ? bytes.subarray(0, nonceAt)
    : Buffer.concat([bytes.subarray(0, nonceAt), Buffer.from(purpose)]);
}
