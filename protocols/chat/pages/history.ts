/**
 * The messages of a room as a page shows them: for our pages in groups of an author and a time, for the original's one by one.
 *
 * @module
 */
import type { RoomMessage } from "../../../lib/room.ts";
import {
  author,
  type Body,
  type Element,
  link,
  message as messageElement,
  panel,
  span,
} from "../../nitro/mod.ts";
import { fileOf } from "../files.ts";
import { avatar, isolated } from "./names.ts";
import { textElements } from "./text.ts";

/** Messages of one author with no longer silence between them stand together. */
const TOGETHER_MS = 180_000;

/** A message as the original's page shows it. */
export function plainMessage({ from, body }: RoomMessage): Element {
  const file = fileOf(body);
  const text = file === undefined ? body : link({ url: file.url, body: file.name });
  return messageElement({ body: [author({ body: from }), text] });
}

/** Whether a message begins a group. */
export function begins(before: RoomMessage | undefined, message: RoomMessage): boolean {
  return before === undefined || before.from !== message.from || message.time - before.time >= TOGETHER_MS;
}

/** The id of what holds the messages of a group. */
export function groupId(first: number): string {
  return `group${first}`;
}

/** One message of a group. Its author is said to those who hear the page, since they hear it without its group. */
export function bubble({ offset, from, body }: RoomMessage): Element {
  const by = author({ class: "hidden-text", body: [isolated(from), ": "] });
  return messageElement({ id: `m${offset}`, class: "bubble", body: [by, textElements(body)] });
}

/** A group of messages by one author, under the day that it belongs to; the browser leaves out a day that was named before. */
export function group(messages: readonly RoomMessage[], user: string): Body {
  const [{ offset, from, time }] = messages;
  const bubbles = panel({ id: groupId(offset), class: "bubbles", body: messages.map(bubble) });
  const own = from === user;
  const parts = own
    ? [bubbles, panel({ class: "mark", body: [clock(time), span({ class: "hidden-text", body: "Sent" })] })]
    : [panel({ class: "by", body: [isolated(from), clock(time)] }), avatar(from), bubbles];
  return [
    panel({ id: `day${offset}`, class: "day", body: moment(time, "day") }),
    panel({ id: `by${offset}`, class: own ? "group own" : "group", body: parts }),
  ];
}

/** Messages in their groups; `mark` stands before the message of that offset, and begins a group. */
export function groups(messages: readonly RoomMessage[], user: string, mark?: number): Body[] {
  const parts: Body[] = [];
  let from = 0;
  for (let at = 1; at <= messages.length; at++) {
    const next = messages[at];
    if (next !== undefined && !begins(messages[at - 1], next) && next.offset !== mark) continue;
    if (messages[from].offset === mark) parts.push(newLine());
    parts.push(group(messages.slice(from, at), user));
    from = at;
  }
  return parts;
}

/** The line between what was read and what is new. */
export function newLine(): Element {
  return panel({ id: "new", class: "day new", body: span({ body: "New" }) });
}

/** The offset of the first message of the last group. */
export function lastGroup(messages: readonly RoomMessage[], mark?: number): number {
  let at = messages.length - 1;
  while (at > 0 && !begins(messages[at - 1], messages[at]) && messages[at].offset !== mark) at--;
  return messages[at]?.offset ?? 0;
}

function clock(time: number): Element {
  return moment(time, "time");
}

/** A moment, which the browser writes as its user does. */
function moment(time: number, as: "time" | "day"): Element {
  const date = new Date(time);
  const iso = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return span({
    htmlTag: "time",
    dataFields: { datetime: iso, "data-n2o-time": as },
    body: as === "day" ? iso.slice(0, 10) : iso.slice(11, 16),
  });
}
