/**
 * Targets in JavaScript.
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Target } from "../target.ts";

/** The JavaScript expression for a target. */
export function targetScript(target: Target): string {
  if (typeof target === "object" && !("name" in target)) {
    if (target.qs !== undefined) return `qs('${escapeScript(target.qs)}')`;
    if (target.qa !== undefined) return `Array.from(qa('${escapeScript(target.qa)}'))`;
    if (target.g !== undefined) return target.g;
  }
  return `qi('${escapeScript(plainText(target))}')`;
}
