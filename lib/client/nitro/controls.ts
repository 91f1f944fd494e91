/**
 * Client controls: what some elements do in the browser on their own, such as an upload's progress or a combo's list.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { list, type Term, text } from "../browser.ts";
import type { Client } from "../client.ts";
import type { Tuple } from "../../term_shapes.ts";

/** What a control may use of its page. */
export interface Page {
  /** The connection; `client.on("term", …)` hears everything that the server sends. */
  readonly client: Client;
  /** Sends a term, now or when there is a connection again; false when too much waits already. */
  send(term: Term): boolean;
  /** What an event that has this id as its source would bring along. */
  source(id: string): Term;
  /** Applies operations as if the server had sent them. */
  apply(operations: readonly Term[]): void;
}

/** A control that is attached to an element. Every method may be missing. */
export interface Control {
  /** The value of the element as an event's source, in place of what its kind of element would give. */
  value?(): Term;
  /** The server sent an operation that is named like the control, `{Name, Id, …}`. */
  receive?(operation: Tuple): void;
  /** The server attached it again, as after every update of the element. Without it the control is detached and attached anew. */
  update?(options: ReadonlyMap<string, Term>): void;
  /** The element has gone from the page, or another control takes its place. */
  detach?(): void;
}

/**
 * Attaches a control to its element. The options are those of the operation `{control, Id, Name, Options}`, by the text of their keys.
 *
 * Updates of the page leave alone the elements that a control puts into the page and marks with the attribute `data-n2o-own`.
 */
export type Attach = (element: HTMLElement, options: ReadonlyMap<string, Term>, page: Page) => Control | void;

interface Attached {
  readonly name: string;
  readonly control: Control;
}

/** The kinds of controls, and those that are attached. */
export interface Controls {
  /** Makes a kind of control known by its name. */
  register(name: string, attach: Attach): void;
  /** Whether there are controls of that name. */
  has(name: string): boolean;
  /** The control that is attached to an element. */
  of(element: Element | null): Control | undefined;
  /** Attaches a control to an element, or tells the one that is there of its options. */
  attach(element: HTMLElement, name: string, options: Term, page: Page): void;
  /** Lets go of the controls whose elements have gone. */
  sweep(): void;
}

/** No kinds, and none attached. */
export function createControls(): Controls {
  const kinds = new Map<string, Attach>();
  const all = new Map<Element, Attached>();
  return {
    register: (name, attach) => void kinds.set(name, attach),
    has: (name) => kinds.has(name),
    of: (element) => all.get(element!)?.control,
    attach(element, name, options, page) {
      const given = new Map<string, Term>();
      for (const option of list(options) ?? []) {
        const [key, value] = option as Tuple;
        given.set(text(key) ?? "", value);
      }
      const attached = all.get(element);
      if (attached?.name === name && attached.control.update) return attached.control.update(given);
      attached?.control.detach?.();
      all.set(element, { name, control: kinds.get(name)!(element, given, page) ?? {} });
    },
    sweep() {
      for (const [element, { control }] of all) {
        if (element.isConnected) continue;
        all.delete(element);
        control.detach?.();
      }
    },
  };
}
