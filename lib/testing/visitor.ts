/**
 * A visitor of a page, without a browser.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { bert } from "../formats/bert.ts";
import { atom, format, isTuple, type Term, text, tuple } from "../term.ts";
import { answered, type Frame, Frames } from "./frames.ts";
import { type Heard, Screen, words } from "./screen.ts";
import type { TreeElement } from "./tree.ts";

const PICKLE = atom("pickle");
const DETAIL = "detail";

/**
 * A visitor of a page: gets its document, connects as the page's own script does, sees what the server changes, and clicks.
 * `TestApplication.visit` makes it.
 *
 * What only a browser can do is not here: styles, the focus, controls with scripts of their own, uploads.
 *
 * @example
 * ```ts
 * import { createNitro, type Page, p } from "@n2o/n2o/nitro";
 * import { startTest } from "@n2o/n2o/testing";
 *
 * const page: Page = { document: { title: "Hello", body: p({ id: "hello", body: "Hello" }) } };
 * await using app = startTest({ protocols: [createNitro({ pages: { hello: page } })] });
 * await using ann = await app.visit("hello");
 * if (ann.title !== "Hello" || ann.text("hello") !== "Hello") throw new Error(ann.title);
 * ```
 */
export class Visitor implements AsyncDisposable {
  /** The token of the visitor's session: another page can be opened with it. */
  token = "";
  #screen: Screen;
  #frames!: Frames;
  #answers: (() => void)[] = [];
  #changed = Promise.withResolvers<void>();
  #fault: string | undefined;

  private constructor(html: string) {
    this.#screen = new Screen(html);
  }

  /** Opens a page of the application at a URL. */
  static async open(url: string, path: string, token: string): Promise<Visitor> {
    const answer = await fetch(url + path);
    const html = await answer.text();
    if (!answer.ok) throw new N2OError("no_page", `${path}: ${answer.status} ${html}`, path);
    const visitor = new Visitor(html);
    const address = `${url.replace(/^http/, "ws")}ws/${path}`;
    visitor.#frames = await Frames.open(address, (frame) => visitor.#take(frame));
    visitor.#frames.send(`N2O,${token},operations`);
    await visitor.#answered();
    return visitor;
  }

  /** The document's title. */
  get title(): string {
    return this.#screen.title;
  }

  /** Where the page sent its visitor to; `undefined` while it did not. */
  get redirected(): string | undefined {
    return this.#screen.left;
  }

  /** Whether the page has an element with this id. */
  has(id: string): boolean {
    return this.#screen.element(id) !== undefined;
  }

  /** The text of the element with this id. Throws an `N2OError` `no_element` when there is none. */
  text(id: string): string {
    return this.#element(id).text;
  }

  /** An attribute of the element with this id; `undefined` when it has none of this name. Throws as {@linkcode Visitor.text}. */
  attribute(id: string, name: string): string | undefined {
    return this.#element(id).attributes.get(name);
  }

  /** What the page says is wrong with the value of a field; `undefined` when nothing is. */
  fault(id: string): string | undefined {
    return this.#screen.faults.get(id);
  }

  /** Writes into a field, ticks a box with `true`, or chooses a value. Throws as {@linkcode Visitor.text}. */
  fill(id: string, value: Term): void {
    this.#element(id);
    this.#screen.typed.set(id, value);
  }

  /**
   * Clicks on an element, or does something else to it that it listens to, such as `change`, and waits until the server has dealt with
   * that. A click on a form's button submits the form. Throws an `N2OError`: `no_element`, `deaf` when it does not listen. What the page's function throws goes to the log.
   */
  async click(id: string, type = "click"): Promise<void> {
    const form = type === "click" ? formOf(this.#element(id)) : undefined;
    const trigger = this.#screen.heard(id, type) === undefined && form !== undefined ? form : id;
    const heard = this.#screen.heard(trigger, trigger === id ? type : "submit");
    if (heard === undefined) {
      const others = this.#screen.listeners.join(", ") || "nothing does";
      throw new N2OError("deaf", `#${id} does not listen to ${type}; what listens: ${others}`, id);
    }
    this.#send(trigger, heard);
    await this.#answered();
  }

  /** Waits until the element with this id has this text: for what others do. Throws an `N2OError` `timeout` after 5 seconds. */
  async sees(id: string, text: string): Promise<void> {
    await this.until(() => this.has(id) && this.text(id) === text, () => {
      return `#${id} ${this.has(id) ? `is "${this.text(id)}"` : "is not there"}, not "${text}"`;
    });
  }

  /** Waits until something holds, which is asked again at each change of the page. Throws as {@linkcode Visitor.sees}. */
  async until(holds: () => boolean, instead: () => string = () => `not seen: ${holds}`): Promise<void> {
    while (!holds()) await answered(this.#changed.promise, instead);
  }

  /** Closes the page. */
  async close(): Promise<void> {
    await this.#frames.close();
  }

  /** As {@linkcode Visitor.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #element(id: string): TreeElement {
    const found = this.#screen.element(id);
    if (found === undefined) throw new N2OError("no_element", `the page has no element #${id}`, id);
    return found;
  }

  /** Messages of a connection are dealt with in order: the answer to a heart-beat comes behind all that was said before. */
  async #answered(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answers.push(resolve);
    this.#frames.send("PING");
    await answered(promise, () => "the server does not answer");
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw new N2OError("page_failed", `the page failed: ${fault}; see the log`);
  }

  #send(id: string, { pickle, sources }: Heard): void {
    const values = sources.map((source) => {
      const [key, from] = isTuple(source) ? source : [source, source];
      return tuple(key, this.#value(words(from)));
    });
    this.#frames.send(bert.encode(tuple(PICKLE, id, pickle, [tuple(tuple(id, DETAIL), []), ...values])));
  }

  #value(id: string): Term {
    const typed = this.#screen.typed.get(id);
    const element = this.#screen.element(id);
    if (typed !== undefined || element === undefined) return typed ?? "";
    const { tag, attributes } = element;
    if (tag === "input" && /^(checkbox|radio)$/.test(attributes.get("type") ?? "")) {
      return attributes.has("checked");
    }
    return attributes.get("value") ?? (tag === "textarea" ? element.text : "");
  }

  #take(frame: Frame): void {
    if (frame.length === 0 || frame === "PONG") return this.#answers.shift()?.();
    if (typeof frame === "string") return;
    const term = bert.decode(frame);
    if (!isTuple(term, "io", 3)) return;
    const [, operations, data] = term;
    if (isTuple(data, "Token", 2)) this.token = text(data[1]) ?? this.token;
    if (isTuple(data, "stack", 2) || isTuple(data, "error", 2)) this.#fault = format(data, { utf8: true });
    for (const operation of flat(operations)) {
      const now = this.#screen.apply(operation);
      if (now !== undefined) this.#send(now.id, now.heard);
    }
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** The id of the form that a button submits. */
function formOf(button: TreeElement): string | undefined {
  const { tag, attributes } = button;
  const type = attributes.get("type") ?? (tag === "button" ? "submit" : "");
  if (!/^(button|input)$/.test(tag) || !/^(submit|image)$/.test(type)) return undefined;
  let at: TreeElement | undefined = button;
  while (at !== undefined && at.tag !== "form") at = at.parent;
  return attributes.get("form") ?? at?.attributes.get("id");
}

/** Operations in one list: `{multi, Operations}` holds several. */
function flat(operations: Term): Term[] {
  if (!Array.isArray(operations)) return [];
  return operations.flatMap((one) => isTuple(one, "multi", 2) ? flat(one[1]) : [one]);
}
