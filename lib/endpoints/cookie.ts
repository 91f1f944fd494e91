/**
 * One cookie of a request.
 *
 * @module
 */

/** Longer `Cookie` headers are not looked at; browsers send at most 4096 bytes a cookie. */
const maxCookieBytes = 16_384;

/**
 * The value of a cookie in a `Cookie` header, as it stands there but for quotes around it; the first one of several,
 * which is the one with the most specific path. `undefined` when there is none, or the header is longer than 16 KiB.
 *
 * What else the header holds, broken or not, is passed over. Names are compared with their case.
 *
 * @example
 * ```ts
 * import { cookieValue } from "./cookie.ts";
 *
 * if (cookieValue("a=1; X-Auth-Token=abc", "X-Auth-Token") !== "abc") throw new Error("not found");
 * ```
 */
export function cookieValue(header: string | null | undefined, name: string): string | undefined {
  if (!header || header.length > maxCookieBytes) return undefined;
  for (let start = 0; start < header.length;) {
    let end = header.indexOf(";", start);
    if (end === -1) end = header.length;
    const pair = header.slice(start, end);
    const equals = pair.indexOf("=");
    if (equals !== -1 && pair.slice(0, equals).trim() === name) {
      const value = pair.slice(equals + 1).trim();
      const quoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
      return quoted ? value.slice(1, -1) : value;
    }
    start = end + 1;
  }
  return undefined;
}
