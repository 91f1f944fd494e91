/**
 * Payloads of frames: texts, terms, and bytes that are neither.
 *
 * @module
 */
import { bert } from "../../mod.ts";
import type { Random } from "./random.ts";
import { newTerm } from "./terms.ts";

const encoder = new TextEncoder();
const GREETINGS = [
  "",
  "PING",
  "PONG",
  "PANG",
  "PINK",
  "pING",
  "N2O,",
  "N2O",
  "N3O,",
  "NNO,x",
  "N2N,",
  "PIN",
  "PINGS",
];
GREETINGS.push(
  "N2O,token,0123456789abcdef",
  "N2O,token,0123456789abcde",
  "N2O,0123456789abcdef",
  "N2O,,0123456789abcdef",
);

/** A payload, mostly within the limit. */
export function payload(random: Random, limit: number): Uint8Array {
  const length = random.length(limit);
  switch (random.below(6)) {
    case 0:
      return encoder.encode(
        random.pick(GREETINGS),
      );
    case 1:
      return random.utf8(length);
    case 2:
      return bert.encode(newTerm(random));
    case 3: {
      const bytes = random.bytes(length);
      if (length > 0) bytes[0] = 131;
      return bytes;
    }
    default:
      return random.bytes(length);
  }
}

/** A payload as a line, where the framing does not tell text from bytes. */
export function textLine(bytes: Uint8Array, bert: boolean): string {
  const ascii = String.fromCharCode(...bytes.subarray(0, 5));
  const isText = bert
    ? bytes.length === 0 || bytes[0] !== 131
    : bytes.length === 0 || ascii === "PING" || ascii.startsWith("N2O,");
  if (!isText) return `binary ${bytes.toHex()}`;
  return utf8Line(bytes);
}

/** The line of a text; of one that is none, the violation. */
export function utf8Line(bytes: Uint8Array): string {
  try {
    return `text ${new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)}`;
  } catch {
    return "violated 1007";
  }
}
