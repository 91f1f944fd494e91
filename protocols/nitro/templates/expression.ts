/**
 * Expressions: a value with its filters, and the conditions of {% if %}.
 *
 * @module
 */
import { type Context, type Liquid, LiquidError, toValueSync, Value } from "./liquid.ts";
import { comparable, listOf, property, same, truthy } from "./values.ts";
import { Raw } from "../parts.ts";

/** Gives the value of an expression. */
export type Expression = (context: Context) => unknown;

/** Reads one value with its filters: `user.name|default:"nobody"`. */
export function expression(text: string, liquid: Liquid): Expression {
  let value: Value;
  try {
    value = new Value(text, liquid);
  } catch (error) {
    // its place would be that in the expression; the tag's is in the file
    throw LiquidError.is(error) ? new Error(`${text} cannot be read as an expression`) : error;
  }
  return (context) => toValueSync(value.value(context));
}

type Comparison = (left: unknown, right: unknown) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "==": same,
  is: same,
  "!=": (left, right) => !same(left, right),
  "is not": (left, right) => !same(left, right),
  "<": (left, right) => order(left, right, (a, b) => a < b),
  ">": (left, right) => order(left, right, (a, b) => a > b),
  "<=": (left, right) => order(left, right, (a, b) => a <= b),
  ">=": (left, right) => order(left, right, (a, b) => a >= b),
  in: contains,
  "not in": (left, right) => !contains(left, right),
};

function order(left: unknown, right: unknown, holds: (a: number, b: number) => boolean): boolean {
  const a = comparable(left);
  const b = comparable(right);
  const numeric = (value: unknown) => typeof value === "number" || typeof value === "bigint";
  const alike = (numeric(a) && numeric(b)) || (typeof a === "string" && typeof b === "string");
  return alike && holds(a as number, b as number);
}

function contains(one: unknown, all: unknown): boolean {
  if (typeof all === "string" || all instanceof Raw) {
    const part = comparable(one);
    return typeof part === "string" && String(comparable(all)).includes(part);
  }
  if (typeof one === "string" && property(all, one) !== undefined) return true;
  return listOf(all).some((value) => same(value, one));
}

/**
 * Reads a condition: values with their filters, `not`, `and`, `or`, `in`, `is` and comparisons, which bind as Django's do:
 * `or` the least, then `and`, then `not`, then the others.
 */
export function condition(parts: readonly string[], liquid: Liquid): (context: Context) => boolean {
  let at = 0;

  const any = (): Expression => {
    let left = all();
    while (parts[at] === "or") {
      at++;
      const [first, second] = [left, all()];
      left = (context) => truthy(first(context)) || truthy(second(context));
    }
    return left;
  };
  const all = (): Expression => {
    let left = negated();
    while (parts[at] === "and") {
      at++;
      const [first, second] = [left, negated()];
      left = (context) => truthy(first(context)) && truthy(second(context));
    }
    return left;
  };
  const negated = (): Expression => {
    if (parts[at] !== "not") return compared();
    at++;
    const operand = negated();
    return (context) => !truthy(operand(context));
  };
  const compared = (): Expression => {
    let left = operand();
    for (let holds = comparison(); holds !== undefined; holds = comparison()) {
      const [first, second, compare] = [left, operand(), holds];
      left = (context) => compare(first(context), second(context));
    }
    return left;
  };
  const comparison = (): Comparison | undefined => {
    const two = `${parts[at]} ${parts[at + 1]}`;
    const name = Object.hasOwn(COMPARISONS, two) ? two : parts[at] ?? "";
    if (!Object.hasOwn(COMPARISONS, name)) return undefined;
    at += name === two ? 2 : 1;
    return COMPARISONS[name];
  };
  const operand = (): Expression => {
    const word = parts[at++];
    if (word === undefined) throw new Error("a value is missing in its condition");
    if (["and", "or", "not"].includes(word) || Object.hasOwn(COMPARISONS, word)) {
      throw new Error(`a value is missing before ${word}`);
    }
    return expression(word, liquid);
  };

  const whole = any();
  if (at < parts.length) throw new Error(`${parts[at]} is not expected in its condition`);
  return (context) => truthy(whole(context));
}
