/**
 * From the URL of a request to the path of a static file.
 *
 * @module
 */

/** A request's path, decoded once and known to hold no tricks. */
export interface StaticPath {
  /** The decoded segments; none of them is empty, hidden, `..`, or holds a separator. */
  readonly segments: readonly string[];
  /** Whether the path ends in a slash: it asks for a directory's index. */
  readonly directory: boolean;
}

// What file systems allow for one name; a longer one cannot be there.
const maxNameBytes = 255;
const utf8 = new TextEncoder();

/**
 * Reads the path of a request's URL below a prefix.
 *
 * Each segment is percent-decoded exactly once. The path is not normalised: what a browser would have normalised away
 * (`..`, `//`, a backslash) comes only from somebody who tries something, and is refused.
 *
 * @returns The path; `"malformed"` when an escape is none or no UTF-8; `"too_long"` when the raw path is longer than
 * `maxPathBytes`; `undefined` when it lies outside the prefix or can name no file that may be served.
 */
export function parseStaticPath(
  url: string,
  prefix: string,
  maxPathBytes: number,
): StaticPath | "malformed" | "too_long" | undefined {
  const raw = rawPath(url);
  if (raw.length > maxPathBytes) return "too_long";
  if (!raw.startsWith(prefix)) return undefined;
  const parts = raw.slice(prefix.length).split("/");
  const directory = parts[parts.length - 1] === "";
  if (directory) parts.pop();
  const segments: string[] = [];
  let servable = true;
  for (const part of parts) {
    let segment: string;
    try {
      segment = decodeURIComponent(part);
    } catch {
      return "malformed";
    }
    servable &&= isServableName(segment) &&
      (!isHidden(segment) || (segments.length === 0 && isWellKnown(segment)));
    segments.push(segment);
  }
  return servable ? { segments, directory } : undefined;
}

/** Whether a path inside a folder (as a link may lead to) passes through a hidden name. */
export function isHiddenPath(path: string, separator: string): boolean {
  const names = path.split(separator);
  return names.some((name, index) => isHidden(name) && !(index === 0 && isWellKnown(name)));
}

/** The path of an absolute URL as it was sent; `URL` would normalise it, and throws on some hosts that pass the server. */
function rawPath(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start === -1) return "/";
  let end = start;
  while (end < url.length && url[end] !== "?" && url[end] !== "#") end++;
  return url.slice(start, end);
}

function isHidden(name: string): boolean {
  return name.startsWith(".");
}

function isWellKnown(name: string): boolean {
  return name === ".well-known";
}

function isServableName(name: string): boolean {
  if (name === "" || name.includes("/") || name.includes("\\") || name.includes("\0")) return false;
  if (name.length > maxNameBytes || utf8.encode(name).length > maxNameBytes) return false;
  // Windows gives these a meaning: drives and streams, and names that lose their last character.
  return Deno.build.os !== "windows" || !(name.includes(":") || name.endsWith(".") || name.endsWith(" "));
}
