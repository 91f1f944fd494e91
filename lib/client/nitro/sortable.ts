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
import type { Attach, Page } from "./controls.ts";
import { say } from "./say.ts";

const LIST = "[data-sortable-list],[data-modify-list]";
const GROUP = "[data-group-list=saved]";
const ITEMS = "[data-sortable-item],[data-group-item],.modify_item";
const TITLE = ".list__item-title,.group-list__item-content";

/** What the server drew around a list, or a list by itself. */
export const sortable: Attach = (element, _options, page) => {
  element.addEventListener("click", (event) => click(event, element, page));
  element.addEventListener("keydown", (event) => key(event, element, page));
  element.addEventListener("pointerdown", drag);
  return { value: () => valueOf(element, page), update() {} };
};

function valueOf(element: HTMLElement, page: Page): Term {
  const { dataset } = element;
  if (dataset.groupInput) return [...element.querySelectorAll(GROUP)].map(valuesIn);
  if (dataset.textInput) return element.querySelector("textarea")!.value;
  const list = listIn(element);
  return list ? valuesIn(list) : page.source(element.querySelector("input")!.id);
}

function valuesIn(list: Element): Term {
  return itemsIn(list).map((item) => item.dataset.bind ? unbind(item.dataset.bind) : titleOf(item));
}

function itemsIn(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(ITEMS)];
}

function titleOf(item: Element): string {
  return item.querySelector(TITLE)!.textContent;
}

/** The list in a control. */
export function listIn(element: Element): HTMLElement | null {
  return element.matches(LIST) ? element as HTMLElement : element.querySelector(LIST);
}

/** Adds a value to a list or a group, unless it is there already; its item is made of the template that the server drew. */
export function addValue(list: Element, title: string, bound?: string): void {
  const isThere = (item: HTMLElement) => bound ? item.dataset.bind === bound : titleOf(item) === title;
  if (itemsIn(list).some(isThere)) return;
  const item = fresh(list.querySelector("template") ?? list.parentElement!.querySelector("template")!);
  item.querySelector(TITLE)!.textContent = title;
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
  const button = (event.target as Element).closest<HTMLElement>(
    "[data-n2o-add],[data-n2o-remove],[data-n2o-group]",
  );
  // A list in a control is one by itself, too: whoever is the first does it.
  if (!button || event.defaultPrevented) return;
  event.preventDefault();
  const item = button.parentElement!;
  const { n2oAdd, n2oRemove } = button.dataset;
  if (n2oAdd) add(element, page);
  else if (n2oRemove) {
    const list = item.parentElement!;
    (beside(item, 1) ?? beside(item, -1))?.querySelector("button")?.focus();
    item.remove();
    changed(list);
  } else regroup(item, element);
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
  const draft = element.querySelector("[data-group-list=draft]")!;
  const items = itemsIn(group);
  let target = draft;
  if (group !== draft) {
    for (const item of itemsIn(draft)) item.remove();
    group.remove();
  } else if (items.length) {
    element.append(target = fresh(element.querySelectorAll("template")[1]));
  }
  target.append(...items);
  changed(element);
}

function key(event: KeyboardEvent, element: HTMLElement, page: Page): void {
  const { target, key } = event;
  const handle = target as HTMLElement;
  if (event.defaultPrevented || event.isComposing) return;
  if (handle.dataset.sortableHandle) {
    const step = /^Arrow(Up|Left)$/.test(key) ? -1 : /^Arrow/.test(key) ? 1 : 0;
    if (!step) return;
    const item = handle.parentElement!;
    if (move(item, step)) {
      item.scrollIntoView({ block: "nearest" });
      changed(item.parentElement!);
      let place = 1;
      for (let before = beside(item, -1); before; before = beside(before, -1)) place++;
      say(String(place));
    }
  } else if (key === "Enter" && handle.closest(".multi-input") && handle.localName === "input") {
    add(element, page);
  } else return;
  event.preventDefault();
}

/** The item before or behind another one. */
function beside(item: Element, step: number): Element | null {
  const near = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  return near?.matches(`${ITEMS},${GROUP}`) ? near : null;
}

/** Moves an item by one place. The other one is taken out and put back, so that this one keeps focus and pointer. */
function move(item: Element, step: number): boolean {
  const other = beside(item, step);
  if (other) step < 0 ? item.after(other) : item.before(other);
  return !!other;
}

function drag({ target, button, pointerId }: PointerEvent): void {
  const handle = target as HTMLElement;
  if (!handle.dataset.sortableHandle || button || handle.onpointermove) return;
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
