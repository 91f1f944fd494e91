/**
 * Offers of permessage-deflate: every combination of its parameters, and those that are none.
 *
 * @module
 */
import { type Case, goodbye, heard, type Step } from "./case.ts";
import { records } from "./deflate_content.ts";

const bits = [8, 9, 10, 11, 12, 13, 14, 15];
/** Three of them are longer than all windows but the largest, so that what lies too far back is found. */
const LENGTH = 8_000;

function combined(lists: readonly (readonly string[])[]): string[] {
  const [first, ...rest] = lists;
  if (first === undefined) return [""];
  return first.flatMap((one) => combined(rest).map((more) => one + more));
}

const all = combined([
  ["", "; server_no_context_takeover"],
  ["", "; client_no_context_takeover"],
  ["", ...bits.map((count) => `; server_max_window_bits=${count}`)],
  ["", "; client_max_window_bits", ...bits.map((count) => `; client_max_window_bits=${count}`)],
]).map((parameters) => `permessage-deflate${parameters}`);

/** A server need not be able to compress with the smallest window: many libraries are not. */
const isSmallest = (offer: string) => offer.includes("server_max_window_bits=8");

/** Offers that a server may decline, and must keep to when it does not. */
export const hardOffers: readonly string[] = [
  ...all.filter(isSmallest),
  'permessage-deflate; server_max_window_bits="10"',
];

/** A case for each offer that is to be agreed to: messages that refer to each other are understood on both sides. */
export const offerCases: readonly Case[] = all.filter((offer) => !isSmallest(offer)).map(offerCase);

/** Three messages under an offer. */
export function offerCase(offer: string): Case {
  const messages = records.messages(LENGTH, 3);
  return {
    id: `+13 ${offer}`,
    title: "three messages",
    offer,
    send: messages.flatMap((payload, i): Step[] => [{ heard: i }, { op: "text", payload }]),
    hears: messages.map((payload) => heard("text", payload)),
    end: goodbye,
  };
}

/** Offers that are none: a server declines them, and works without. */
export const badOffers: readonly string[] = [
  "permessage-deflate; unknown",
  "permessage-deflate; unknown=1",
  "permessage-deflate; server_no_context_takeover=1",
  "permessage-deflate; client_no_context_takeover=true",
  "permessage-deflate; server_max_window_bits",
  "permessage-deflate; server_max_window_bits=7",
  "permessage-deflate; server_max_window_bits=16",
  "permessage-deflate; client_max_window_bits=7",
  "permessage-deflate; client_max_window_bits=16",
  "permessage-deflate; client_max_window_bits=abc",
  "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
  "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
];

/** The same, with numbers that a careless reader takes. */
export const looseOffers: readonly string[] = [
  "permessage-deflate; server_max_window_bits=09",
  "permessage-deflate; server_max_window_bits=1e1",
  "permessage-deflate; client_max_window_bits=+9",
  "permessage-deflate; client_max_window_bits=9.0",
];

/** Other extensions, which are passed over. */
export const otherExtensions: readonly string[] = [
  "x-webkit-deflate-frame",
  "permessage-bzip2; level=9",
  "PERMESSAGE-DEFLATEX",
  "bbf-usp-protocol",
];
