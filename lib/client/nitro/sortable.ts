/**
 * Lists whose order the visitor makes, and groups of such: values are moved by their handles, with the pointer or the arrow keys,
 * added and taken out.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Term } from "../browser.ts";
import { bind, unbind } from "./bound.ts";
import { isTaken } from "./composition.ts";
import type { Attach, Page } from "./controls.ts";
import { say } from "./say.ts";

const LIST = "[data-n2o-list]";

/** What the server drew around a list, or a list by itself. */
export const sortable: Attach = (element, _options, page) => {
  element.addEventListener("click", (event) => click(event, element, page));
  element.addEventListener("keydown", (event) => key(event, element, page));
  element.addEventListener("pointerdown", drag);
  return {
    value() {
      const list = listIn(element);
      if (list) return valuesIn(list);
      const { id } = element.querySelector(element.dataset.n2oHome ? "textarea" : "input")!;
      return page.source(id);
    },
    update() {},
  };
};

/** The values of a list; an item may be one itself. */
function valuesIn(list: Element): Term[] {
  return itemsIn(list).map((item) =>
    item.matches(LIST)
      ? valuesIn(item)
      : item.dataset.bind
      ? unbind(item.dataset.bind)
      : titleOf(item).textContent
  );
}

function itemsIn(list: Element): HTMLElement[] {
  return ([...list.children] as HTMLElement[]).filter(isItem);
}

function isItem(element: Element | null): boolean {
  return (element as HTMLElement)?.dataset.n2oItem === "";
}

function titleOf(item: Element): Element {
  return item.querySelector("[data-n2o-title]")!;
}

/** The list in a control. */
export function listIn(element: Element): HTMLElement | null {
  return element.matches(LIST) ? element as HTMLElement : element.querySelector(LIST);
}

/** Adds a value to a list or a draft, unless it is there already; its item is made of the template that the server drew. */
export function addValue(list: Element, title: string, bound = ""): void {
  for (const item of itemsIn(list)) {
    if (bound ? item.dataset.bind === bound : titleOf(item).textContent === title) return;
  }
  const item = fresh(list.querySelector("template") ?? list.parentElement!.querySelector("template")!);
  titleOf(item).textContent = title;
  if (bound) item.dataset.bind = bound;
  list.append(item);
  changed(list);
}

function fresh(template: HTMLTemplateElement): HTMLElement {
  return template.content.firstElementChild!.cloneNode(true) as HTMLElement;
}

function changed(element: Element): void {
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

function click(event: Event, element: HTMLElement, page: Page): void {
  const button = (event.target as Element).closest<HTMLElement>("[data-n2o-do]");
  // A list in a control is one by itself, too: whoever is the first does it.
  if (!button || event.defaultPrevented) return;
  event.preventDefault();
  const item = button.parentElement!;
  const todo = button.dataset.n2oDo;
  if (todo === "add") add(element, page);
  else if (todo === "group") regroup(item, element);
  else {
    const list = item.parentElement!;
    (beside(item, 1) ?? beside(item, -1))?.querySelector("button")?.focus();
    item.remove();
    changed(list);
  }
}

/** Takes what the input holds over into the list. */
function add(element: HTMLElement, page: Page): void {
  const input = element.querySelector("input")!;
  const value = page.source(input.id);
  if (input.value) addValue(listIn(element)!, input.value, typeof value === "string" ? "" : bind(value));
  input.value = "";
  input.focus();
}

/** Saves the draft as a group, or makes a group the draft again. */
function regroup(group: Element, element: HTMLElement): void {
  let target = element.querySelector("[data-n2o-draft]")!;
  const items = itemsIn(group);
  if (group !== target) {
    for (const item of itemsIn(target)) item.remove();
    group.remove();
  } else if (items.length) element.append(target = fresh(element.querySelectorAll("template")[1]));
  target.append(...items);
  changed(element);
}

function key(event: KeyboardEvent, element: HTMLElement, page: Page): void {
  const { key } = event;
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || isTaken(event)) return;
  if (isHandle(target) && key.startsWith("Arrow")) {
    const item = target.parentElement!;
    if (move(item, /Up|Left/.test(key) ? -1 : 1)) {
      item.scrollIntoView({ block: "nearest" });
      changed(item.parentElement!);
      say(String(itemsIn(item.parentElement!).indexOf(item) + 1));
    }
  } else if (key === "Enter" && target.matches(".multi-input input")) add(element, page);
  else return;
  event.preventDefault();
}

function isHandle({ dataset }: HTMLElement): boolean {
  return dataset.n2oHandle === "";
}

/** The item before or behind another one. */
function beside(item: Element, step: number): Element | null {
  const near = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  return isItem(near) ? near : null;
}

/** Moves an item by one place. The other one is taken out and put back, so that this one keeps focus and pointer. */
function move(item: Element, step: number): boolean {
  const other = beside(item, step);
  if (other) step < 0 ? item.after(other) : item.before(other);
  return !!other;
}

function drag({ target, button, pointerId }: PointerEvent): void {
  const handle = target as HTMLElement;
  if (!isHandle(handle) || button || handle.onpointermove) return;
  const item = handle.parentElement!;
  const middle = (step: number): number => {
    const other = beside(item, step)?.getBoundingClientRect();
    return other ? other.top + other.height / 2 : step * Infinity;
  };
  let moved = false;
  handle.setPointerCapture(pointerId);
  item.dataset.n2oDragged = "";
  handle.onpointermove = ({ clientY }) => {
    while (clientY < middle(-1)) moved = move(item, -1);
    while (clientY > middle(1)) moved = move(item, 1);
    item.scrollIntoView({ block: "nearest" });
  };
  handle.onlostpointercapture = () => {
    handle.onpointermove = handle.onlostpointercapture = null;
    delete item.dataset.n2oDragged;
    if (moved) changed(item.parentElement!);
  };
}
