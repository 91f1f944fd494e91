/**
 * Escaping for the places of an HTML document.
 *
 * @module
 */

const TEXT = /[&<>]/;
const ATTRIBUTE = /[&<>"]/;

/** Text as it stands between tags. */
export function escapeText(text: string): string {
  if (!TEXT.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Text as it stands in an attribute between double quotes. */
export function escapeAttribute(text: string): string {
  if (!ATTRIBUTE.test(text)) return text;
  return escapeText(text).replaceAll('"', "&quot;");
}
