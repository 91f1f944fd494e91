import { el, icon } from "./dom.js";
import { bubble } from "./history.js";
import { unsent } from "./kept.js";

const REFUSED = {
  store_unavailable: "The server cannot store it now; trying again…",
  rate: "Too much at once; trying again…",
  bad_body: "The server does not take this text.",
  outbox_full: "Too much is waiting to be sent.",
  kept: "Not sent when this page was left.",
};

/**
 * The reader's own messages on their way: shown at once under the history, gone from here when the history has them.
 * One that is refused stays, with the choice to send it again or to drop it.
 */
export class Outgoing {
  #root;
  #room;
  #self;
  #connected = true;
  #posts = new Set();
  #onChange;

  constructor(root, room, self, onChange) {
    this.#root = root;
    this.#room = room;
    this.#self = self;
    this.#onChange = onChange;
    addEventListener("pagehide", () => this.#keep());
  }

  get size() {
    return this.#posts.size;
  }

  /** Shows what an earlier page of this tab could not send, unless the history has it. */
  restore(history) {
    for (const { id, body } of unsent.read(this.#self, this.#room.name)) {
      if (!id || !history.has(id)) this.#fail(this.#show({ id, body }), "kept");
    }
    this.#onChange();
  }

  /** Posts a text to the room. */
  send(body) {
    const post = this.#show({ id: undefined, body });
    const waiting = this.#room.pending.length;
    this.#room.post(body).then(() => {}, (error) => this.#fail(post, error.code));
    if (this.#room.pending.length > waiting) post.id = this.#room.pending.at(-1).id;
    this.#onChange();
  }

  /** Takes a message away that is in the history now. */
  arrived(id) {
    for (const post of this.#posts) if (post.id === id) this.#drop(post);
  }

  /** Says that the server cannot take a message yet; the client goes on trying. */
  delayed(id, code) {
    for (const post of this.#posts) if (post.id === id) this.#mark(post, REFUSED[code]);
  }

  /** Says under what waits whether there is a connection. */
  connected(on) {
    this.#connected = on;
    for (const post of this.#posts) if (!post.failed) this.#mark(post);
  }

  #show(post) {
    post.mark = el("div", { class: "mark" });
    const bubbles = el("div", { class: "bubbles" }, bubble(this.#self, post.body));
    post.element = el("div", { class: "group own pending" }, bubbles, post.mark);
    this.#posts.add(post);
    this.#root.append(post.element);
    this.#mark(post);
    return post;
  }

  #mark(post, reason) {
    const text = reason ?? (this.#connected ? "Sending…" : "Waits for the connection");
    post.mark.replaceChildren(el("span", {}, icon("sending"), text));
  }

  #fail(post, code) {
    if (!this.#posts.has(post)) return;
    const again = el("button", { class: "link-button", type: "button" }, "Send again");
    const drop = el("button", { class: "link-button", type: "button" }, "Discard");
    again.addEventListener("click", () => {
      this.#drop(post);
      this.send(post.body);
    });
    drop.addEventListener("click", () => this.#drop(post));
    post.failed = true;
    post.element.className = "group own failed";
    const why = el("span", { role: "alert" }, icon("failed"), REFUSED[code] ?? "Not sent.");
    post.mark.replaceChildren(why, el("span", { class: "choices" }, again, drop));
    this.#onChange();
  }

  #drop(post) {
    this.#posts.delete(post);
    post.element.remove();
    this.#onChange();
  }

  #keep() {
    const posts = [...this.#posts].map(({ id, body }) => ({ id, body }));
    unsent.write(this.#self, this.#room.name, posts);
  }
}
