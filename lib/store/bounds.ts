/**
 * What a store refuses before it does anything.
 *
 * @module
 */
import { StoreError } from "./error.ts";

/** The largest value, unless an option says otherwise, in bytes. */
export const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/** When a value expires, as a number that compares: `Infinity` for never. Throws `bad_expiry`. */
export function expiryOf(expiresAt: number | undefined): number {
  if (expiresAt === undefined) return Infinity;
  if (Number.isNaN(expiresAt)) throw new StoreError("bad_expiry", "a value cannot expire at NaN", expiresAt);
  return expiresAt;
}

/** How many entries a list may have. Throws `bad_option`. */
export function limitOf(limit: number | undefined): number {
  if (limit === undefined) return Infinity;
  return Math.ceil(checkOption("limit", limit, 0, Infinity));
}

/** Throws `value_too_large` for a value over the bound. */
export function checkValue(value: Uint8Array, most: number): void {
  if (value.length > most) {
    throw new StoreError(
      "value_too_large",
      `a value of ${value.length} bytes is over the ${most} that it may have`,
    );
  }
}

/** Gives a numeric option back when it is a number in its range; throws `bad_option` otherwise. */
export function checkOption(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new StoreError("bad_option", `${name} must be from ${least} to ${most}, not ${value}`, value);
}
