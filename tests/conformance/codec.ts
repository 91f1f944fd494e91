/**
 * The client's side of permessage-deflate, RFC 7692. It cannot read what refers further back than agreed.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  constants,
  createDeflateRaw,
  type DeflateRaw,
  deflateRawSync,
  inflateRawSync,
  type ZlibOptions,
} from "node:zlib";

/** Compresses and inflates the messages of one connection. */
export interface Codec {
  /** Compresses a message. */
  deflate(payload: Uint8Array): Promise<Uint8Array>;
  /** Gives what was compressed. */
  inflate(compressed: Uint8Array): Uint8Array;
  /** Lets go of what it holds. */
  close(): void;
}

/** What an offer asks for, or an answer grants. */
interface Terms {
  readonly serverForgets: boolean;
  readonly clientForgets: boolean;
  readonly serverBits: number | undefined;
  readonly clientBits: number | undefined;
}

const TAIL = Uint8Array.of(0, 0, 255, 255);
const LEVEL = 3;
const MOST_BITS = 15;

/** Reads one extension of a header. Throws when it is none that the RFC allows. */
function termsOf(extension: string, offered: boolean): Terms {
  const [name, ...parameters] = extension.split(";").map((part) => part.trim());
  if (name !== "permessage-deflate") throw new Error(`another extension: ${name}`);
  const given = new Map<string, string | undefined>();
  for (const parameter of parameters) {
    const [key, value] = parameter.split("=");
    if (given.has(key)) throw new Error(`${key} is there twice`);
    given.set(key, value?.replace(/^"(.*)"$/, "$1"));
  }
  const flag = (key: string): boolean => {
    if (given.get(key) !== undefined) throw new Error(`${key} with a value`);
    return given.delete(key);
  };
  const bits = (key: string, valueless: boolean): number | undefined => {
    const value = given.get(key);
    if (!given.delete(key)) return undefined;
    if (value === undefined && valueless) return MOST_BITS;
    if (!/^([89]|1[0-5])$/.test(value ?? "")) throw new Error(`${key}=${value}`);
    return Number(value);
  };
  const terms = {
    serverForgets: flag("server_no_context_takeover"),
    clientForgets: flag("client_no_context_takeover"),
    serverBits: bits("server_max_window_bits", false),
    clientBits: bits("client_max_window_bits", offered),
  };
  if (given.size > 0) throw new Error(`unknown parameters: ${[...given.keys()]}`);
  return terms;
}

/** Whether an answer may be given to one extension of an offer. */
function suits(answer: Terms, extension: string): boolean {
  let offer: Terms;
  try {
    offer = termsOf(extension, true);
  } catch {
    return false;
  }
  if (offer.serverForgets && !answer.serverForgets) return false;
  if (offer.serverBits !== undefined && (answer.serverBits ?? Infinity) > offer.serverBits) return false;
  return answer.clientBits === undefined || answer.clientBits <= (offer.clientBits ?? 0);
}

/** The codec for what was agreed on. Throws when the answer is none that the offer allows. */
export function codecOf(agreed: string, offer: string): Codec {
  const answer = termsOf(agreed, false);
  if (!offer.split(",").some((extension) => suits(answer, extension))) {
    throw new Error(`${offer} was answered with ${agreed}`);
  }
  const compressor = answer.clientForgets ? undefined : new Compressor(answer.clientBits ?? MOST_BITS);
  const past = new Past(answer.serverForgets ? 0 : 1 << (answer.serverBits ?? MOST_BITS));
  return {
    async deflate(payload) {
      return compressor === undefined
        ? compress(payload, answer.clientBits)
        : withoutTail(await compressor.add(payload));
    },
    inflate(compressed) {
      const before = past.bytes;
      const whole = inflateRawSync(Buffer.concat([stored(before), compressed, TAIL]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        windowBits: answer.serverBits ?? MOST_BITS,
        // Within a piece of output of this size, zlib lets a reference reach back further than agreed.
        chunkSize: 1 << (answer.serverBits ?? MOST_BITS),
      });
      const payload = whole.subarray(before.length);
      past.add(payload);
      return payload;
    },
    close: () => compressor?.close(),
  };
}

/** Compresses a message that has nothing to do with those before, the last four bytes left off. */
export function compress(payload: Uint8Array, windowBits?: number): Uint8Array {
  return withoutTail(
    deflateRawSync(payload, { ...settings(windowBits), finishFlush: constants.Z_SYNC_FLUSH }),
  );
}

/** zlib has no window of 256 bytes: without references there is none to be too long. */
function settings(windowBits = MOST_BITS): ZlibOptions {
  return windowBits === 8
    ? { level: LEVEL, windowBits: 9, strategy: constants.Z_HUFFMAN_ONLY }
    : { level: LEVEL, windowBits };
}

function withoutTail(compressed: Uint8Array): Uint8Array {
  return compressed.subarray(0, compressed.length - TAIL.length);
}

/** A block that says what it holds as it is: what went before a message, so that this can refer to it. */
function stored(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length === 0) return bytes;
  return Buffer.concat([
    Uint8Array.of(0, length & 255, length >> 8, ~length & 255, ~length >> 8 & 255),
    bytes,
  ]);
}

/** Compresses messages that refer to those before. */
class Compressor {
  #stream: DeflateRaw;
  #pieces: Uint8Array[] = [];

  constructor(windowBits: number) {
    this.#stream = createDeflateRaw(settings(windowBits));
    this.#stream.on("data", (piece: Uint8Array) => this.#pieces.push(piece));
  }

  async add(payload: Uint8Array): Promise<Uint8Array> {
    this.#stream.write(payload);
    await new Promise<void>((resolve) => this.#stream.flush(constants.Z_SYNC_FLUSH, resolve));
    const compressed = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return compressed;
  }

  close(): void {
    this.#stream.close();
  }
}

/** The end of what was received, as much as a message may refer to. */
class Past {
  bytes: Uint8Array = new Uint8Array(0);
  #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  add(payload: Uint8Array): void {
    if (this.#size > 0) this.bytes = Buffer.concat([this.bytes, payload]).subarray(-this.#size);
  }
}
