/**
 * Elements whose inside belongs to the visitor as long as the server has nothing new to say.
 *
 * @module
 */
import type { Drawing } from "../parts.ts";

/**
 * Draws an element's attributes and what stands in it. The attribute `data-n2o-control` names what the server drew inside: a later update that
 * would draw the same leaves alone what the visitor has chosen, ordered or added since.
 */
export function drawKept(name: string, out: Drawing, attributes: () => void, inside: () => void): void {
  const before = out.html;
  out.html = "";
  inside();
  const inner = out.html;
  out.html = `${before}<div`;
  attributes();
  out.html += ` data-n2o-control="${name}-${hash(inner)}">${inner}</div>`;
}

function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
}
