/**
 * URLs in attributes: only schemes that cannot run anything.
 *
 * @module
 */

/** What an attribute's URL is for: a `link` is followed or submitted to, a `source` is loaded, an `image` is only looked at. */
export type UrlUse = "link" | "source" | "image";

/** What stands in the place of a URL that is not let through. */
export const INVALID_URL = "about:invalid";

const SAFE = new Set(["http", "https", "mailto", "tel", "ftp", "sms"]);
// Browsers leave out what stands before a URL up to a space, and tabs and line ends anywhere in it.
const IGNORED = /^[\0- ]+|[\t\n\r]/g;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const IMAGE = /^data:image\/[a-z0-9.+-]+[;,]/i;

/**
 * The URL when it is relative or its scheme is harmless, `about:invalid` otherwise: `http`, `https`, `mailto`, `tel`, `ftp` and `sms`
 * everywhere, `blob` for what is loaded, `data:image/…` for images.
 */
export function safeUrl(url: string, use: UrlUse = "link"): string {
  return isSafeUrl(url, use) ? url : INVALID_URL;
}

/** Whether {@linkcode safeUrl} lets a URL through. */
export function isSafeUrl(url: string, use: UrlUse = "link"): boolean {
  if (!url.includes(":")) return true;
  const seen = url.replace(IGNORED, "");
  const scheme = SCHEME.exec(seen)?.[1].toLowerCase();
  if (scheme === undefined || SAFE.has(scheme)) return true;
  if (use === "link") return false;
  return scheme === "blob" || use === "image" && IMAGE.test(seen);
}
