/**
 * Escaping for the places of an HTML document.
 *
 * @module
 */

const TEXT = /[&<>\0\r]/;
const ATTRIBUTE = /[&<>"\0\r]/;
const ATTRIBUTE_NAME = /^[^\s"'<>/=\p{Cc}]+$/u;

/**
 * Text as it stands between tags. A carriage return is named by its number, since parsers make a line feed of it; a NUL, which cannot
 * stand in a document, becomes U+FFFD.
 */
export function escapeText(text: string): string {
  return TEXT.test(text) ? escapeAll(text) : text;
}

/** Text as it stands in an attribute between double quotes; see {@linkcode escapeText}. */
export function escapeAttribute(text: string): string {
  return ATTRIBUTE.test(text) ? escapeAll(text).replaceAll('"', "&quot;") : text;
}

/** Whether a text can be the name of an attribute. */
export function isAttributeName(name: string): boolean {
  return ATTRIBUTE_NAME.test(name);
}

function escapeAll(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;").replaceAll("\0", "\ufffd");
}
