/**
 * Whether HTML is one element.
 *
 * @module
 */

const OPEN = /^<([a-z][a-z0-9-]*)[\s/>]/i;

/** Whether HTML is one element with its end. When in doubt it is not. */
export function isOneElement(html: string): boolean {
  const tag = OPEN.exec(html)?.[1];
  if (tag === undefined) return false;
  const close = `</${tag}>`;
  if (!html.endsWith(close)) return html.indexOf("<", 1) < 0 && html.indexOf(">") === html.length - 1;
  // Elements of the same name may stand in each other: the first one has to end where the HTML does.
  const open = `<${tag}`;
  let depth = 1;
  for (let at = open.length;;) {
    const end = html.indexOf(close, at);
    let inner = html.indexOf(open, at);
    for (; inner >= 0 && inner < end; inner = html.indexOf(open, at)) {
      at = inner + open.length;
      if (/[\s/>]/.test(html[at])) depth++;
    }
    depth--;
    at = end + close.length;
    if (depth === 0) return at === html.length;
    if (end < 0) return false;
  }
}
