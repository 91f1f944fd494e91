/**
 * What a visitor without a browser sees: the page's elements, changed by the operations that its server sends.
 *
 * @module
 */
import { isTuple, type Term, text } from "../term.ts";
import { type Node, parse, type TreeElement } from "./tree.ts";

/** What is sent when something happens to an element. */
export interface Heard {
  /** The sealed event. */
  readonly pickle: Term;
  /** Where the values come from that it brings. */
  readonly sources: readonly Term[];
}

/** The elements of a page, and what they listen to. */
export class Screen {
  /** The document's title. */
  title: string;
  /** What the page wrote beside fields whose values it does not take, by the fields' ids. */
  readonly faults = new Map<string, string>();
  /** What was written into fields, by their ids. */
  readonly typed = new Map<string, Term>();
  /** Where the page sent its visitor to. */
  left: string | undefined;
  readonly #root: TreeElement;
  readonly #listening = new Map<string, Heard>();

  /** Takes the document. */
  constructor(html: string) {
    this.#root = parse(html);
    this.title = this.#root.find(({ tag }) => tag === "title")?.text ?? "";
  }

  /** The element with an id. */
  element(id: string): TreeElement | undefined {
    return this.#root.find(({ attributes }) => attributes.get("id") === id);
  }

  /** What listens, as `id type`. */
  get listeners(): string[] {
    return [...this.#listening.keys()].filter((key) => this.element(key.split(" ")[0]) !== undefined);
  }

  /** What is sent when that happens to an element. */
  heard(id: string, type: string): Heard | undefined {
    return this.#listening.get(`${id} ${type}`);
  }

  /** Applies one operation. What only a browser can do, such as styles and the focus, is left out. Gives what is to be sent at once. */
  apply(operation: Term): { id: string; heard: Heard } | undefined {
    if (!isTuple(operation)) return undefined;
    const [, target, second, third, fourth] = operation;
    const name = words(operation[0]);
    const id = words(target);
    const element = this.element(id);
    switch (name) {
      case "on":
        this.#listening.set(`${id} ${words(second)}`, { pickle: third, sources: listOf(fourth) });
        return undefined;
      case "event":
        return { id, heard: { pickle: second, sources: listOf(third) } };
      case "title":
        this.title = id;
        return undefined;
      case "redirect":
        this.left = id;
        return undefined;
      case "invalid":
        this.faults.set(id, words(second));
        return undefined;
      case "valid":
        this.faults.delete(id);
        return undefined;
    }
    if (element !== undefined) this.#change(element, name, second, third);
    return undefined;
  }

  #change(element: TreeElement, name: string, second: Term, third: Term): void {
    const { parent } = element;
    const at = parent?.children.indexOf(element) ?? -1;
    const end = element.children.length;
    switch (name) {
      case "update":
        this.#forget(element);
        return parent?.splice(at, 1, parse(words(second)).children);
      case "replace":
        // A field that is drawn again keeps what was written into it, one that is replaced does not.
        this.typed.delete(element.attributes.get("id")!);
        return parent?.splice(at, 1, parse(words(second)).children);
      case "patch":
        return parent?.splice(at, 1, parse(words(second)).children);
      case "text":
        return element.splice(0, end, [words(second)]);
      case "clear":
        return element.splice(0, end, []);
      case "remove":
        return parent?.splice(at, 1, []);
      case "insert": {
        const nodes = parse(words(third)).children;
        const place = words(second);
        if (place === "afterbegin") return insert(element, 0, nodes);
        if (place === "beforeend") return insert(element, end, nodes);
        return parent && insert(parent, place === "beforebegin" ? at : at + 1, nodes);
      }
      case "set":
        if (words(second) === "value") this.typed.delete(element.attributes.get("id")!);
        // falls through
      case "attr":
        if (third === false || (Array.isArray(third) && third.length === 0)) {
          element.attributes.delete(words(second));
        } else element.attributes.set(words(second), third === true ? "" : words(third));
    }
  }

  #forget(element: TreeElement): void {
    const id = element.attributes.get("id");
    for (const key of this.#listening.keys()) if (key.startsWith(`${id} `)) this.#listening.delete(key);
    for (const child of element.children) if (typeof child !== "string") this.#forget(child);
  }
}

/** Puts nodes in; what has the id of an element that is there already takes its place, since pages may say everything anew. */
function insert(into: TreeElement, at: number, nodes: readonly Node[]): void {
  const fresh = nodes.filter((node) => {
    const id = typeof node === "string" ? undefined : node.attributes.get("id");
    const twin = id === undefined
      ? -1
      : into.children.findIndex((child) => typeof child !== "string" && child.attributes.get("id") === id);
    if (twin >= 0) into.splice(twin, 1, [node]);
    return twin < 0;
  });
  into.splice(at, 0, fresh);
}

/** A term as text; `""` for what is none. */
export function words(term: Term): string {
  return typeof term === "number" ? String(term) : text(term) ?? "";
}

function listOf(term: Term): readonly Term[] {
  return Array.isArray(term) ? term : [];
}
