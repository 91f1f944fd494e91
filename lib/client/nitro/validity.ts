/**
 * Fields that are wrong: the rules that their values must keep, and how it is shown.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Term } from "../browser.ts";
import { checkValue } from "../../validation.ts";

const rules = new WeakMap<Element, readonly Term[]>();

/** The field that an id means: the element with the id, else the first with that name. */
function fieldOf(id: string): HTMLElement | undefined {
  return document.getElementById(id) ?? document.getElementsByName(id)[0];
}

/** Sets the rules of a field. */
export function setRules(id: string, given: readonly Term[]): void {
  const field = fieldOf(id);
  if (field) rules.set(field, given);
}

/** Takes the rules of a field away. */
export function dropRules(field: Element): void {
  rules.delete(field);
}

/** Whether the values of all these fields keep their rules; shows what is wrong, and goes to the first that is. */
export function areValid(ids: readonly string[], valueOf: (id: string) => Term): boolean {
  let first: string | undefined;
  for (const id of ids) {
    const given = rules.get(fieldOf(id)!);
    if (!given) continue;
    const fault = checkValue(valueOf(id), given);
    showFault(id, fault);
    if (fault !== undefined) first ??= id;
  }
  if (first !== undefined) fieldOf(first)?.focus();
  return first === undefined;
}

/** Shows what is wrong with a field, or that nothing is. */
export function showFault(id: string, fault?: string): void {
  const field = fieldOf(id);
  if (!field) return;
  const errorId = `${id}-error`;
  let error = document.getElementById(errorId);
  if (fault !== undefined && !error) {
    error = document.createElement("span");
    error.id = errorId;
    error.className = "n2o-error";
    error.role = "alert";
    error.dataset.n2oOwn = "";
    field.after(error);
  }
  if (error) error.textContent = fault ?? "";
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ")
    .filter((other) => other && other !== errorId);
  if (fault !== undefined) described.push(errorId);
  set(field, "aria-describedby", described.join(" "));
  set(field, "aria-invalid", fault === undefined ? "" : "true");
}

function set(field: Element, name: string, value: string): void {
  if (value) field.setAttribute(name, value);
  else field.removeAttribute(name);
}
