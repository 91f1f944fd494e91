/**
 * The rules that a field's value must keep, checked by the browser and by the server.
 *
 * Every byte of this goes to each page: what a rule means is compiled by the server to a few simple ones.
 *
 * @module
 */
import { isTuple, list, type Term, text } from "./term.ts";

/** What is wrong with a value by these rules, `{Name, Value, Text}` each, as text to show; `undefined` when it keeps them all. */
export function checkValue(value: Term, rules: readonly Term[]): string | undefined {
  const broken = brokenRule(value, rules) as readonly Term[] | undefined;
  return broken && text(broken[2]);
}

/** The first rule that a value breaks; of a list each value has to keep them. */
export function brokenRule(value: Term, rules: readonly Term[]): Term | undefined {
  const values = list(value) ?? [];
  if (typeof values[0] === "object" || typeof values[0] === "string") {
    return values.map((one) => brokenRule(one, rules)).find(Boolean);
  }
  const parts = isTuple(value) ? Array.from(value, (part) => String(part).padStart(2, "0")) : undefined;
  const plain = parts ? parts.join("-") : text(value) ?? String(value);
  const isEmpty = plain.trim() === "";
  return rules.find((rule) => {
    const [name, given] = rule as Iterable<Term> as readonly Term[];
    return isEmpty ? text(name) === "required" : breaks(plain, text(name), given);
  });
}

/** Whether a value that is not empty breaks a rule; one that is not known is kept. */
function breaks(value: string, name: string | undefined, given: Term): boolean {
  switch (name) {
    case "minLength":
      return value.length < Number(given);
    case "maxLength":
      return value.length > Number(given);
    case "pattern":
      return !new RegExp(`^(?:${text(given)})$`, "u").test(value);
    case "min":
      return typeof given === "number" ? !(Number(value) >= given) : value < text(given)!;
    case "max":
      return typeof given === "number" ? !(Number(value) <= given) : value > text(given)!;
    case "oneOf":
      return !list(given)!.some((one) => text(one) === value);
  }
  return false;
}
