/**
 * A statement about the elements of a target that are there.
 *
 * @module
 */
import type { Target } from "../target.ts";
import { isMany, targetScript } from "./target_script.ts";

/** JavaScript that does something with each element `x` of a target, if there is one. */
export function targetStatement(target: Target, statement: string): string {
  if (isMany(target)) return `${targetScript(target)}.map(x=>{ ${statement}; });`;
  return `{ var x = ${targetScript(target)}; if (x) ${statement}; }`;
}
