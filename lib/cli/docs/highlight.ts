/**
 * Code in colours.
 *
 * @module
 */
import { escapeText } from "../../../protocols/nitro/escape/html.ts";
import { languages } from "./languages.ts";

/** Code of a language as HTML: what is told apart stands in spans whose classes are the kinds. */
export function highlight(code: string, name: string): string {
  const language = languages.get(name);
  if (language === undefined) return escapeText(code);
  let html = "";
  let at = 0;
  for (const match of code.matchAll(language)) {
    const [kind] = Object.entries(match.groups!).find(([, text]) => text !== undefined) ?? [];
    html += escapeText(code.slice(at, match.index));
    html += `<span class="${kind}">${escapeText(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escapeText(code.slice(at));
}
