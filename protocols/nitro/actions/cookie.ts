/**
 * Cookies that the page's scripts may read.
 *
 * @module
 */
import { type Atom, atom, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { PlainText } from "./attribute.ts";
import { type Action, declareAction } from "../parts.ts";

/** Options of {@linkcode cookie}. */
export interface CookieOptions {
  /** For which paths it is sent. @default "/" */
  readonly path?: string;
  /** How long it is kept, in milliseconds; whole seconds of it count, and 0 takes it away. @default 31_536_000_000 (365 days) */
  readonly ttlMs?: number;
}

interface CookieFields {
  readonly key: string;
  readonly value: string;
  readonly path: string;
  readonly seconds: number;
}

const COOKIE = atom("cookie");
const YEAR_MS = 31_536_000_000;
const KEY = /^[\w!#$%&'*+.^`|~-]+$/;
// deno-lint-ignore no-control-regex
const TEXT = /^[^\u0000-\u001f\u007f;]*$/;
/** Browsers drop what is longer. */
const MAX_BYTES = 4096;

const encoder = new TextEncoder();

const cookieAction = declareAction<CookieFields>("cookie", ({ key, value, path, seconds }, out) => {
  const expires = new Date(Date.now() + seconds * 1000).toUTCString();
  out.js += `document.cookie='${escapeScript(`${key}=${value}; path=${path}; expires=${expires}`)}';`;
}, ({ key, value, path, seconds }, out) => {
  out.add(path === "/" ? tuple(COOKIE, key, value, seconds) : tuple(COOKIE, key, value, seconds, path));
});

/**
 * Sets a cookie in the browser.
 *
 * Operation: `{cookie, Name, Value, MaxAgeSeconds}`, with the path as a fifth element when it is not `/`.
 *
 * Throws `bad_cookie` for a key that is no token, for control characters and `;` in value or path, for more than 4096 bytes, and for a
 * time that is negative or not finite.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { cookie, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(cookie("theme", "dark", { path: "/", ttlMs: 86_400_000 }));
 * if (format(operation) !== '{cookie,<<"theme">>,<<"dark">>,86400}') throw new Error(format(operation));
 * ```
 */
export function cookie(key: string | Atom, value: PlainText, options: CookieOptions = {}): Action {
  const { path = "/", ttlMs = YEAR_MS } = options;
  const fields = { key: plainText(key), value: plainText(value), path, seconds: Math.floor(ttlMs / 1000) };
  if (!KEY.test(fields.key)) throw new NitroError("bad_cookie", "a cookie's key is a token", fields.key);
  if (!TEXT.test(fields.value) || encoder.encode(fields.key + fields.value).length > MAX_BYTES) {
    throw new NitroError(
      "bad_cookie",
      `a cookie's value has no ; and no control characters, and ${MAX_BYTES} bytes at most`,
    );
  }
  if (!path.startsWith("/") || !TEXT.test(path)) {
    throw new NitroError("bad_cookie", "a cookie's path begins with /", path);
  }
  if (!(ttlMs >= 0) || !Number.isSafeInteger(fields.seconds)) {
    throw new NitroError("bad_cookie", "a cookie's time is in milliseconds, 0 or more", ttlMs);
  }
  return cookieAction(fields);
}
