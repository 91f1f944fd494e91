import { el } from "./dom.js";

const SHORT_LENGTH = 1500;
const SHORT_LINES = 18;
// no quotes, brackets or direction controls: an address shows as what it opens
const ADDRESS = /https?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const TAIL = /[.,;:!?…\]}]+$/u;

const sizes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** Text as nodes, http addresses in it as links. */
function linked(text) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    if (!URL.canParse(address)) continue;
    nodes.push(text.slice(done, match.index));
    nodes.push(el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    done = match.index + address.length;
  }
  nodes.push(text.slice(done));
  return nodes;
}

/** An address without what ends the sentence around it: brackets belong to it as far as it opens them. */
function withoutTail(address) {
  for (let rest = address;;) {
    const shorter = rest.replace(TAIL, "");
    const closed = shorter.endsWith(")") && shorter.split(")").length > shorter.split("(").length;
    const next = closed ? shorter.slice(0, -1) : shorter;
    if (next === rest) return rest;
    rest = next;
  }
}

/** The beginning of a long text: up to the limit of characters or lines, never cut inside a character. */
function beginning(text) {
  const lines = text.split("\n", SHORT_LINES + 1);
  let end = lines.length > SHORT_LINES ? lines.slice(0, SHORT_LINES).join("\n").length : text.length;
  if (end > SHORT_LENGTH * 1.5) end = SHORT_LENGTH;
  const code = text.charCodeAt(end - 1);
  return text.slice(0, end < text.length && code >= 0xd800 && code < 0xdc00 ? end - 1 : end);
}

/** A message's text; a very long one is folded, with a button that shows the rest. */
export function bodyElements(text) {
  const body = el("div", { class: "body", dir: "auto" });
  const short = beginning(text);
  if (short === text) {
    body.append(...linked(text));
    return [body];
  }
  const more = el("button", { class: "more link-button", type: "button", "aria-expanded": "false" });
  const fold = (folded) => {
    body.replaceChildren(...linked(folded ? `${short.trimEnd()}…` : text));
    more.textContent = folded
      ? `Show ${sizes.format(text.length - short.length)} more characters`
      : "Show less";
    more.setAttribute("aria-expanded", String(!folded));
  };
  let folded = true;
  more.addEventListener("click", () => fold(folded = !folded));
  fold(folded);
  return [body, more];
}
