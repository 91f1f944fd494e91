/**
 * The values in templates: how they are looked into, compared, and told as text.
 *
 * @module
 */
import { Atom, Charlist, TermMap, Tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { Drop } from "./liquid.ts";
import { Element, Raw } from "../parts.ts";

/** Terms that are text become it, so that what follows sees strings only. */
export function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value;
  if (value instanceof Atom || value instanceof Uint8Array || value instanceof Charlist) {
    return plainText(value);
  }
  return value;
}

/** What `holder.key` means in a template. Only own properties are seen, and nothing is called. */
export function property(holder: unknown, key: string | number): unknown {
  if (typeof holder !== "object" || holder === null) return undefined;
  if (Array.isArray(holder) || holder instanceof Tuple) return plain(item(holder, key));
  if (holder instanceof Map || holder instanceof TermMap) {
    const found = holder.get(key);
    return found === undefined && key === "items" ? [...holder] : plain(found);
  }
  if (holder instanceof Element || holder instanceof Raw || holder instanceof Date) return undefined;
  if (Object.hasOwn(holder, key)) return plain((holder as Record<string, unknown>)[key]);
  return key === "items" ? Object.entries(holder) : undefined;
}

function item(list: readonly unknown[] | Tuple, key: string | number): unknown {
  const at = Number(key);
  return Number.isInteger(at) && at >= 0 && at < list.length ? (list as readonly unknown[])[at] : undefined;
}

/** What a loop goes through: lists, sets and tuples, a map's or an object's keys, a text's characters; nothing for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return [...value];
  if (typeof value !== "object" || value === null || value instanceof Element || value instanceof Raw) {
    return [];
  }
  if (value instanceof Map || value instanceof TermMap) return [...value.keys()];
  if (Symbol.iterator in value) return [...value as Iterable<unknown>];
  return value instanceof Date ? [] : Object.keys(value);
}

/** Django's truth: nothing, `0`, empty texts, lists and maps are false. */
export function truthy(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  const length = lengthOf(value);
  return length === undefined || length > 0;
}

/** How long a text, list or map is; `undefined` for what has no length. */
export function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string") return [...value].length;
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Element) {
    return undefined;
  }
  if (Array.isArray(value) || value instanceof Tuple) return value.length;
  if (value instanceof Raw) return [...value.html].length;
  if (value instanceof Map || value instanceof Set || value instanceof TermMap) return value.size;
  return Object.keys(value).length;
}

/** Whether two values are the same in a template: by value, `1` as number and bigint too. */
export function same(a: unknown, b: unknown): boolean {
  const left = comparable(a);
  const right = comparable(b);
  // deno-lint-ignore eqeqeq -- a bigint and a number of one value are one to a template
  if (typeof left === "bigint" || typeof right === "bigint") return typeof left !== "string" && left == right;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, at) => same(value, right[at]));
  }
  return left === right || (left ?? null) === (right ?? null);
}

/** What compares: the text of what is marked as safe, a date's time. */
export function comparable(value: unknown): unknown {
  if (value instanceof Raw) return value.html;
  return value instanceof Date ? value.getTime() : plain(value);
}

/** The text of a value. Nothing is an empty text; an object that is none of the library's has no text, which is an error. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  // the package's own words for nothing are drops
  if (value === undefined || value === null || value instanceof Drop) return "";
  if (value instanceof Raw) return value.html;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (value instanceof Element) {
    throw new NitroError("no_text", "an element has no text; it can only stand in the page");
  }
  return plainText(value);
}

/** The number that a value is or says; `NaN` when it is none. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  const text = typeof value === "string" ? value.trim() : value instanceof Raw ? value.html.trim() : "";
  return text === "" ? NaN : Number(text);
}
