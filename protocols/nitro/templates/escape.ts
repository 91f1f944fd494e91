/**
 * Escaping of what a template puts out.
 *
 * @module
 */

const SPECIAL = /[&<>"']/;

/**
 * Text as it may stand between tags and in attributes with quotes of either kind: a template's author chooses them, unlike the
 * elements, which have double ones.
 */
export function escapeHtml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
