/**
 * Targets in JavaScript, and the check of what stands there without quotes.
 *
 * @module
 */
import { G, isSelector, type Target, targetTerm } from "../target.ts";
import { type Term, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeScript } from "../escape/javascript.ts";

const PATH = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;
/** The globals that a client without `eval` knows. */
const GLOBALS = new Set(["window", "document"]);

/** A name, or names joined by dots, as they may stand in JavaScript without quotes; throws `bad_name` for anything else. */
export function namePath(name: unknown, what: string): string {
  const text = plainText(name);
  if (!PATH.test(text)) {
    throw new NitroError("bad_name", `${what}: names joined by dots, as in JavaScript`, text);
  }
  return text;
}

/** Whether a target means any number of elements. */
export function isMany(target: Target): boolean {
  return isSelector(target) && (target.qa !== undefined || target.ps !== undefined && isMany(target.ps[0]));
}

/** The JavaScript expression for a target: an element or `null`; an array for one that means many. */
export function targetScript(target: Target): string {
  if (isSelector(target)) {
    if (target.qs !== undefined) return `qs('${escapeScript(target.qs)}')`;
    if (target.qa !== undefined) return `Array.from(qa('${escapeScript(target.qa)}'))`;
    if (target.g !== undefined) return namePath(target.g, "target");
    const [start, path] = target.ps!;
    const step = `'${escapeScript(path)}'.split('.').reduce((a,p)=>(a&&a[p]?a[p]:null),`;
    if (isMany(start)) return `${targetScript(start)}.map(ts => ${step}ts)).filter(o=>o)`;
    return `${step}${targetScript(start)})`;
  }
  return `qi('${escapeScript(plainText(target))}')`;
}

/** A target as it stands in an operation; throws `bad_target` for globals that the client does not know. */
export function operationTarget(target: Target): Term {
  if (isSelector(target) && target.g !== undefined) {
    if (!GLOBALS.has(target.g)) throw new NitroError("bad_target", "window or document", target.g);
    return tuple(G, target.g);
  }
  return targetTerm(target);
}
