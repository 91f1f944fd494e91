/**
 * permessage-deflate, RFC 7692: compresses and inflates the messages of one WebSocket.
 *
 * @module
 */
import { constants, deflateRawSync } from "node:zlib";
import { DeflateEncoder } from "./deflate_encoder.ts";
import { Inflater } from "./deflate_inflater.ts";
import type { DeflateParameters } from "./deflate_offer.ts";
import type { DeflateSettings } from "./deflate_settings.ts";
import type { MessageDeflate } from "./websocket.ts";

/** The four bytes that RFC 7692 leaves away from every message. */
const TAIL_BYTES = 4;
/** Zlib makes no smaller window for raw streams: it would take this one in silence. */
const SMALLEST_OF_ZLIB = 9;
const SMALLEST_CHUNK = 256;

/**
 * Compresses and inflates the messages of one WebSocket.
 *
 * Without context takeover it keeps nothing between messages.
 *
 * @example
 * ```ts
 * import { Deflate } from "./deflate.ts";
 * import { negotiate } from "./deflate_offer.ts";
 * import { resolveDeflate } from "./deflate_settings.ts";
 *
 * const settings = resolveDeflate();
 * const { parameters } = negotiate("permessage-deflate", settings)!;
 * const [server, client] = [new Deflate(settings, parameters), new Deflate(settings, parameters, "client")];
 * const compressed = server.compress(new TextEncoder().encode("again and again and again"));
 * const payload = client.inflate(compressed, 1_048_576);
 * if (typeof payload === "string") throw new Error(payload);
 * if (new TextDecoder().decode(payload) !== "again and again and again") throw new Error("not the same");
 * ```
 */
export class Deflate implements MessageDeflate {
  /** What its messages look like, where they stand by themselves; empty where they refer to each other. */
  readonly form: string;
  #settings: DeflateSettings;
  #windowBits: number;
  #takeover: boolean;
  #encoder: DeflateEncoder | undefined;
  #inflater: Inflater;

  /** Begins with what was agreed on, as one of the two sides. */
  constructor(settings: DeflateSettings, agreed: DeflateParameters, side: "server" | "client" = "server") {
    const server = side === "server";
    const [writes, reads] = server
      ? [agreed.serverMaxWindowBits, agreed.clientMaxWindowBits]
      : [agreed.clientMaxWindowBits, agreed.serverMaxWindowBits];
    this.#settings = settings;
    this.#windowBits = Math.min(writes, settings.windowBits);
    this.#takeover = !(server ? agreed.serverNoContextTakeover : agreed.clientNoContextTakeover);
    this.#inflater = new Inflater(
      (server ? agreed.clientNoContextTakeover : agreed.serverNoContextTakeover) ? 0 : reads,
    );
    this.form = this.#takeover ? "" : `websocket deflate ${this.#windowBits}`;
  }

  /** Whether a message of so many bytes is worth it. */
  applies(bytes: number): boolean {
    return bytes >= this.#settings.thresholdBytes;
  }

  /** Compresses a message of any length. */
  compress(payload: Uint8Array): Uint8Array {
    const small = this.#windowBits < SMALLEST_OF_ZLIB;
    if (!this.#takeover && !small) return this.#zlib(payload);
    const encoder = this.#encoder ??= new DeflateEncoder(this.#windowBits);
    // In a message longer than the window little is gained by what was before, and more by codes of its own.
    if (payload.length > 2 ** this.#windowBits && !small) {
      encoder.remember(payload);
      return this.#zlib(payload);
    }
    if (!this.#takeover) encoder.forget();
    return encoder.compress(payload);
  }

  /** Gives what was compressed if it has no more than `maxBytes`; it keeps little more than these in memory at any time. */
  inflate(compressed: Uint8Array, maxBytes: number): Uint8Array | "too_big" | "bad" {
    return this.#inflater.inflate(compressed, maxBytes);
  }

  #zlib(payload: Uint8Array): Uint8Array {
    const flushed = deflateRawSync(payload, {
      level: this.#settings.level,
      windowBits: this.#windowBits,
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: Math.max(SMALLEST_CHUNK, payload.length >> 1),
    });
    // Not the Buffer itself: that is another kind of array, whose slice() copies nothing.
    return new Uint8Array(flushed.buffer, flushed.byteOffset, flushed.length - TAIL_BYTES);
  }
}
