/**
 * Escaping for JavaScript that is sent to be evaluated.
 *
 * @module
 */

const SPECIAL = /[\\'"`\n\r\u2028\u2029<$]/;
/** What would end an inline script's element, or keep it from ending. */
const INLINE = /<(?=\/?script|!--)/gi;
const LINES = /[\n\r\u2028\u2029]/g;

/** Text as it stands between quotes of any kind, backquotes too, in JavaScript. */
export function escapeScript(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[\\'"`]|\$(?=\{)/g, "\\$&").replace(LINES, lineEscape).replace(INLINE, "\\x3c");
}

/** Text as it stands between single quotes: HTML mostly, whose double quotes are left as they are. */
export function escapeSingle(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[\\']/g, "\\$&").replace(LINES, lineEscape).replace(INLINE, "\\x3c");
}

/** HTML as it stands between backquotes. A carriage return there would be read as a newline. */
export function escapeTemplate(html: string): string {
  if (!SPECIAL.test(html)) return html;
  return html.replace(/[\\`]|\$(?=\{)/g, "\\$&").replaceAll("\r", "\\r").replace(INLINE, "\\x3c");
}

function lineEscape(line: string): string {
  switch (line) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    default:
      return line === "\u2028" ? "\\u2028" : "\\u2029";
  }
}
