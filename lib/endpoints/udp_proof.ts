/**
 * The proof that an address is its own: digits that only who receives there can repeat.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";

/** How many hexadecimal digits a proof has. */
export const DIGITS = 16;
/** Digits are good until the end of the span after the one that they were given in, in seconds. */
const SPAN = 30;
const KEY_BYTES = 32;

/** What a client says to begin with: its token, and the digits that it was given, if it has such. */
export interface Greeting {
  /** The token, perhaps empty. */
  readonly token: string;
  /** The digits; `undefined` where there are none. */
  readonly digits: string | undefined;
}

/** Reads `N2O,` and a token, perhaps with a comma and digits behind it. Only for texts that begin with `N2O,`. */
export function readGreeting(text: string): Greeting {
  const comma = text.length - DIGITS - 1;
  if (comma < 4 || text[comma] !== ",") return { token: text.slice(4), digits: undefined };
  const digits = text.slice(comma + 1);
  if (!/^[0-9a-f]+$/.test(digits)) return { token: text.slice(4), digits: undefined };
  return { token: text.slice(4, comma), digits };
}

/**
 * Makes digits and knows them again. They follow from the address, the time and a random key, so that nothing is remembered of an
 * address that was given some: it may be forged.
 *
 * @example
 * ```ts
 * import { Proof } from "./udp_proof.ts";
 *
 * const proof = new Proof();
 * const digits = proof.digits("192.0.2.1", 4000, 0);
 * if (!proof.holds(digits, "192.0.2.1", 4000, 1)) throw new Error("not known again");
 * if (proof.holds(digits, "192.0.2.1", 4001, 1)) throw new Error("good for another port");
 * ```
 */
export class Proof {
  #key: KeyObject = createSecretKey(randomBytes(KEY_BYTES));

  /** The digits of an address in that second. */
  digits(address: string, port: number, second: number): string {
    return this.#digits(address, port, Math.floor(second / SPAN));
  }

  /** Whether somebody who has received at an address lately would say these digits. It takes equally long whichever of them are wrong. */
  holds(digits: string, address: string, port: number, second: number): boolean {
    const given = Buffer.from(digits, "latin1");
    if (given.length !== DIGITS) return false;
    const span = Math.floor(second / SPAN);
    const isOf = (span: number) =>
      timingSafeEqual(given, Buffer.from(this.#digits(address, port, span), "latin1"));
    return isOf(span) || isOf(span - 1);
  }

  #digits(address: string, port: number, span: number): string {
    return createHmac("sha256", this.#key).update(`${span} ${port} ${address}`).digest("hex").slice(
      0,
      DIGITS,
    );
  }
}
