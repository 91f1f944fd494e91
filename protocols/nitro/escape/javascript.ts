/**
 * Escaping for JavaScript that is sent to be evaluated.
 *
 * @module
 */

const SPECIAL = /[\\'"`\n\r\u2028\u2029<$]/;

/** Text as it stands between quotes of any kind, backquotes too, in JavaScript. */
export function escapeScript(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[\\'"`]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r")
    .replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029").replaceAll("${", "\\${")
    .replace(/<(?=\/?script|!--)/gi, "\\x3c");
}
