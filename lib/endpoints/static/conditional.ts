/**
 * Conditional requests: what a client has already, and whether it is still the same.
 *
 * @module
 */
import { ifMatch, ifNoneMatch } from "../../std/etag.ts";

// A list of tags is short; what parses it takes quadratic time on a long run of spaces.
const maxTagsBytes = 1024;

/** What the conditional headers decide, in the order of RFC 9110, section 13.2.2. */
export function precondition(
  headers: Headers,
  etag: string | undefined,
  modifiedMs: number | undefined,
): "failed" | "not_modified" | undefined {
  const match = headers.get("if-match");
  if (match !== null) {
    if (match.length > maxTagsBytes || !ifMatch(match, etag)) return "failed";
  } else {
    const unmodified = secondsOf(headers.get("if-unmodified-since"));
    if (unmodified !== undefined && modifiedMs !== undefined && toSeconds(modifiedMs) > unmodified) {
      return "failed";
    }
  }
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== null) {
    return noneMatch.length <= maxTagsBytes && !ifNoneMatch(noneMatch, etag) ? "not_modified" : undefined;
  }
  const since = secondsOf(headers.get("if-modified-since"));
  if (since === undefined || modifiedMs === undefined) return undefined;
  return toSeconds(modifiedMs) <= since ? "not_modified" : undefined;
}

/** Whether `If-Range` lets a range through: only what the client holds a part of, by a strong comparison. */
export function rangeApplies(
  headers: Headers,
  etag: string | undefined,
  modifiedMs: number | undefined,
): boolean {
  const condition = headers.get("if-range");
  if (condition === null) return true;
  const settled = etag !== undefined && !etag.startsWith("W/");
  if (condition.startsWith('"') || condition.startsWith("W/")) return settled && condition === etag;
  return settled && modifiedMs !== undefined && secondsOf(condition) === toSeconds(modifiedMs);
}

function secondsOf(date: string | null): number | undefined {
  const ms = date === null ? NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : toSeconds(ms);
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
