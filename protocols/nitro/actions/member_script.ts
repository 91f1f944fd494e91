/**
 * JavaScript that does something with the elements of a target, each of them.
 *
 * @module
 */
import { escapeScript } from "../escape/javascript.ts";
import { isSelector, type Target } from "../target.ts";
import { isMany, targetScript } from "./target_script.ts";

/** A call of a method, or a property that is read. */
export function memberScript(target: Target, member: string): string {
  const path = pathOf(target);
  if (isMany(target)) return `${manyScript(target)}.map(i=>i.${member});`;
  if (path === undefined) return `${targetScript(target)}.${member};`;
  return `var ts=${targetScript(path[0])},ps = '${
    escapeScript(path[1])
  }'.split('.').reduce((a,p)=>(a&&a[p]?a[p]:null),ts);ps&&ps.${member};`;
}

/** An assignment to a property. */
export function assignScript(target: Target, assignment: string): string {
  const path = pathOf(target);
  if (path === undefined || isMany(target)) return memberScript(target, assignment);
  return `var ts=${targetScript(path[0])},ps = '${
    escapeScript(path[1])
  }'.split('.').reduce((a,p)=>(a&&a[p]?a[p]:null),ts);ps&&(ps.${assignment});`;
}

function manyScript(target: Target): string {
  const path = pathOf(target);
  if (path === undefined) return targetScript(target);
  return `var t=${targetScript(path[0])};t.map(ts => '${
    escapeScript(path[1])
  }'.split('.').reduce((a,p)=>(a&&a[p]?a[p]:null),ts)).filter(o=>o)`;
}

function pathOf(target: Target): readonly [Target, string] | undefined {
  return isSelector(target) ? target.ps : undefined;
}
