/**
 * What client and server agree on about compression, RFC 7692 section 7.1.
 *
 * @module
 */
import { type ExtensionParameter, parseExtensions } from "./deflate_header.ts";
import type { DeflateSettings } from "./deflate_settings.ts";

/** What was agreed on. */
export interface DeflateParameters {
  /** Whether each message of the server stands by itself. */
  readonly serverNoContextTakeover: boolean;
  /** Whether each message of the client stands by itself. */
  readonly clientNoContextTakeover: boolean;
  /** How far back the server's messages refer: at most 2 to the power of this, in bytes; 8 to 15. */
  readonly serverMaxWindowBits: number;
  /** The same of the client's. */
  readonly clientMaxWindowBits: number;
}

/** An offer that was taken. */
export interface DeflateAgreement {
  /** The server's `Sec-WebSocket-Extensions`. */
  readonly answer: string;
  /** What that means. */
  readonly parameters: DeflateParameters;
}

/** What one offer asks for; a client's window without a number is one that it lets the server choose. */
interface Offer {
  serverNoContextTakeover: boolean;
  clientNoContextTakeover: boolean;
  serverMaxWindowBits: number | undefined;
  clientMaxWindowBits: number | "any" | undefined;
}

const LARGEST = 15;

/**
 * Takes the first offer of a client that can be taken, and gives what to answer. `undefined` where there is none: no header, other
 * extensions only, offers with unknown, doubled or bad parameters, or a header that cannot be read.
 *
 * @example
 * ```ts
 * import { negotiate } from "./deflate_offer.ts";
 * import { resolveDeflate } from "./deflate_settings.ts";
 *
 * const agreement = negotiate("permessage-deflate; client_max_window_bits", resolveDeflate());
 * const expected = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
 * if (agreement?.answer !== expected) throw new Error("another answer");
 * ```
 */
export function negotiate(header: string | null, settings: DeflateSettings): DeflateAgreement | undefined {
  if (header === null) return undefined;
  for (const { name, parameters } of parseExtensions(header) ?? []) {
    if (name !== "permessage-deflate") continue;
    const offer = readOffer(parameters);
    if (offer !== undefined) return agree(offer, settings);
  }
  return undefined;
}

function readOffer(parameters: readonly ExtensionParameter[]): Offer | undefined {
  const offer: Offer = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: undefined,
    clientMaxWindowBits: undefined,
  };
  const seen = new Set<string>();
  for (const { name, value } of parameters) {
    if (seen.has(name)) return undefined;
    seen.add(name);
    const bits = windowBits(value);
    if (name === "server_no_context_takeover" && value === undefined) offer.serverNoContextTakeover = true;
    else if (name === "client_no_context_takeover" && value === undefined) {
      offer.clientNoContextTakeover = true;
    } else if (name === "server_max_window_bits" && bits !== undefined) offer.serverMaxWindowBits = bits;
    else if (name === "client_max_window_bits" && value === undefined) offer.clientMaxWindowBits = "any";
    else if (name === "client_max_window_bits" && bits !== undefined) offer.clientMaxWindowBits = bits;
    else return undefined;
  }
  return offer;
}

function windowBits(value: string | undefined): number | undefined {
  return value !== undefined && /^(?:[89]|1[0-5])$/.test(value) ? Number(value) : undefined;
}

function agree(offer: Offer, settings: DeflateSettings): DeflateAgreement {
  const serverNoContextTakeover = offer.serverNoContextTakeover || !settings.contextTakeover;
  const clientNoContextTakeover = offer.clientNoContextTakeover || !settings.contextTakeover;
  const serverMaxWindowBits = Math.min(offer.serverMaxWindowBits ?? LARGEST, settings.windowBits);
  let answer = "permessage-deflate";
  if (serverNoContextTakeover) answer += "; server_no_context_takeover";
  if (clientNoContextTakeover) answer += "; client_no_context_takeover";
  if (offer.serverMaxWindowBits !== undefined) answer += `; server_max_window_bits=${serverMaxWindowBits}`;
  // Only a client that has said so can use a smaller window than the largest.
  let clientMaxWindowBits = LARGEST;
  if (offer.clientMaxWindowBits !== undefined) {
    const offered = offer.clientMaxWindowBits === "any" ? LARGEST : offer.clientMaxWindowBits;
    clientMaxWindowBits = Math.min(offered, settings.windowBits);
    if (offer.clientMaxWindowBits !== "any" || clientMaxWindowBits < LARGEST) {
      answer += `; client_max_window_bits=${clientMaxWindowBits}`;
    }
  }
  return {
    answer,
    parameters: {
      serverNoContextTakeover,
      clientNoContextTakeover,
      serverMaxWindowBits,
      clientMaxWindowBits,
    },
  };
}
