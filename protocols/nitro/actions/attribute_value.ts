/**
 * Values of attributes that are set by themselves.
 *
 * @module
 */
import { NitroError } from "../error.ts";
import { safeUrl } from "../escape/url.ts";

const LINKS = new Set([
  "href",
  "xlink:href",
  "action",
  "formaction",
  "cite",
  "ping",
  "manifest",
  "background",
  "longdesc",
]);
const SOURCES = new Set(["src", "poster", "data", "codebase", "archive"]);

/** An attribute's value, harmless where it is an address; throws `bad_field` for `srcdoc`, which is a document of its own. */
export function checkedValue(name: string, value: string): string {
  const plain = name.toLowerCase();
  if (LINKS.has(plain)) return safeUrl(value);
  if (SOURCES.has(plain)) return safeUrl(value, "source");
  if (plain === "srcdoc") {
    throw new NitroError("bad_field", "setAttr: srcdoc is HTML; update the iframe", name);
  }
  return value;
}
