/**
 * Rules as JavaScript, for clients of the original.
 *
 * @module
 */
import type { Term } from "../../lib/term.ts";
import { escapeSingle } from "./escape/javascript.ts";
import { rowsOf, type Rules } from "./validation.ts";

/** A JavaScript expression that says whether the value `e.detail` keeps the rules. */
export function rulesScript(rules: Rules): string {
  const rows = rowsOf(rules).filter(({ name }) => name !== "required");
  const checks = rows.map(({ name, value }) => checkScript(name, value)).join("&&") || "true";
  return `(function(d){var v=d instanceof Date?isNaN(d)?'':d.toISOString().slice(0,10):d==null?'':String(d);` +
    `return v.trim()===''?${rules.required !== true}:${checks};})(e.detail)`;
}

function checkScript(name: string, value: Term): string {
  switch (name) {
    case "minLength":
      return `v.length>=${value}`;
    case "maxLength":
      return `v.length<=${value}`;
    case "pattern":
      return `new RegExp('^(?:${escapeSingle(String(value))})$','u').test(v)`;
    case "oneOf":
      return `[${(value as string[]).map((one) => `'${escapeSingle(one)}'`).join(",")}].indexOf(v)>=0`;
    default: {
      const sign = name === "min" ? ">=" : "<=";
      return typeof value === "number" ? `+v${sign}${value}` : `v${sign}'${escapeSingle(String(value))}'`;
    }
  }
}
