/**
 * What people wrote, as elements: addresses become links, what is very long is folded.
 *
 * @module
 */
import { type Body, details, link, panel, summary } from "../../nitro/mod.ts";
import { fileOf } from "../files.ts";

const SHORT_LENGTH = 1500;
const SHORT_LINES = 18;
// No quotes, brackets or direction controls: an address shows as what it opens.
const ADDRESS = /https?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const TAIL = ".,;:!?…]}";

const sizes = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A message's text. */
export function textElements(text: string): Body {
  const file = fileOf(text);
  if (file !== undefined) {
    return panel({
      class: "body",
      body: link({
        class: "file",
        url: file.url,
        download: file.name,
        body: file.name,
        dataFields: { dir: "auto" },
      }),
    });
  }
  const end = endOfBeginning(text);
  if (end === text.length) return panel({ class: "body", dir: "auto", body: linked(text) });
  const beginning = text.slice(0, end);
  const more = `Show ${sizes.format(text.length - end)} more characters`;
  return [
    panel({ class: "body", dir: "auto", body: linked(beginning) }),
    details({
      class: "more",
      body: [
        summary({ body: more }),
        panel({ class: "body rest", dir: "auto", body: linked(text.slice(end)) }),
      ],
    }),
  ];
}

/** Text with the http addresses in it as links. */
function linked(text: string): Body {
  const parts: Body[] = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    if (!URL.canParse(address)) continue;
    parts.push(text.slice(done, match.index));
    const fields = { target: "_blank", rel: "noopener noreferrer nofollow" };
    parts.push(link({ url: address, body: address, dataFields: fields }));
    done = match.index + address.length;
  }
  if (done === 0) return text;
  parts.push(text.slice(done));
  return parts;
}

/** An address without what ends the sentence around it: brackets belong to it as far as it opens them. */
function withoutTail(address: string): string {
  let surplus = 0;
  for (const character of address) surplus += character === ")" ? 1 : character === "(" ? -1 : 0;
  let end = address.length;
  for (; end > 0; end--) {
    if (TAIL.includes(address[end - 1])) continue;
    if (address[end - 1] !== ")" || surplus-- <= 0) break;
  }
  return address.slice(0, end);
}

/** Where the beginning of a long text ends: at the limit of characters or lines, never inside a character; at its end when it is short. */
function endOfBeginning(text: string): number {
  const lines = text.split("\n", SHORT_LINES + 1);
  let end = lines.length > SHORT_LINES ? lines.slice(0, SHORT_LINES).join("\n").length : text.length;
  if (end > SHORT_LENGTH * 1.5) end = SHORT_LENGTH;
  const code = text.charCodeAt(end - 1);
  return end < text.length && code >= 0xd800 && code < 0xdc00 ? end - 1 : end;
}
