/** Elements made from names and texts alone: nothing that a user wrote is ever parsed as markup. */

const SVG = "http://www.w3.org/2000/svg";

/** The element of this page with that id. */
export const byId = (id) => document.getElementById(id);

/** A new element with attributes (an absent value leaves one out) and children: elements, or strings as text. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** An icon of the page's sprite: the symbol with the id `icon-NAME`. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}
