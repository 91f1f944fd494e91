import { dayElement, dayName, dayOf, timeElement } from "./clock.js";
import { el, icon } from "./dom.js";
import { bodyElements } from "./message.js";
import { avatar } from "./names.js";

/** Messages of one author within this time stand together. */
const TOGETHER_MS = 180_000;

/**
 * The messages of a room in the order of their offsets: a line a day, a group an author and minute.
 * The same offset shows once, however often it is added.
 */
export class History {
  #root;
  #self;
  #shown = [];
  #group;
  #today = dayOf(Date.now());

  constructor(root, self) {
    this.#root = root;
    this.#self = self;
  }

  get size() {
    return this.#shown.length;
  }

  /** Whether a message with the poster's own id is shown. */
  has(id) {
    return this.#shown.some((message) => message.id === id);
  }

  /** Forgets all messages: the server's history starts over. */
  clear() {
    this.#shown = [];
    this.#group = undefined;
    this.#root.replaceChildren();
  }

  /** Shows a message `{offset, id, from, time, body}`; false when it was there. */
  add(message) {
    const shown = this.#shown;
    const last = shown.at(-1);
    if (!last || message.offset > last.offset) {
      shown.push(message);
      this.#append(message, last);
      return true;
    }
    if (shown.some((other) => other.offset === message.offset)) return false;
    const ordered = [...shown, message].sort((a, b) => a.offset - b.offset);
    this.clear();
    for (const each of ordered) this.add(each);
    return true;
  }

  #append(message, last) {
    const day = dayOf(message.time);
    const newDay = !last || dayOf(last.time) !== day;
    if (newDay) {
      this.#root.append(dayElement(day));
      this.#nameDays();
    }
    const together = !newDay && last.from === message.from && message.time - this.#group.time < TOGETHER_MS;
    if (!together) this.#open(message);
    this.#group.bubbles.append(bubble(message.from, message.body));
  }

  #open(message) {
    const own = message.from === this.#self;
    const bubbles = el("div", { class: "bubbles" });
    const time = timeElement(message.time);
    const parts = own
      ? [bubbles, el("div", { class: "mark" }, el("span", {}, time, icon("sent"), hidden("Sent")))]
      : [el("div", { class: "by" }, el("bdi", {}, message.from), time), avatar(message.from), bubbles];
    this.#root.append(el("div", { class: own ? "group own" : "group" }, ...parts));
    this.#group = { bubbles, time: message.time };
  }

  /** At midnight “today” becomes “yesterday”. */
  #nameDays() {
    const today = dayOf(Date.now());
    if (today === this.#today) return;
    this.#today = today;
    for (const day of this.#root.querySelectorAll(".day")) {
      day.firstElementChild.textContent = dayName(Number(day.dataset.day));
    }
  }
}

/** One message; its author is said to those who hear the page, since they hear it without its group. */
export function bubble(from, body) {
  return el("div", { class: "bubble" }, hidden(el("bdi", {}, from), ": "), ...bodyElements(body));
}

const hidden = (...content) => el("span", { class: "hidden-text" }, ...content);
