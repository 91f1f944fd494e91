/**
 * Reading what the server says.
 *
 * @module
 */
import { isTuple, type Term, text, type Tuple } from "../term.ts";

/** An error of the server: its code, and the request that it is about, shortened; an empty binary when about none. */
export interface Refusal {
  readonly code: string;
  readonly about: Term;
}

/** The token of `{io, Eval, {'Token', Token}}`. */
export function tokenOf(term: Term): string | undefined {
  if (!isTuple(term, "io", 3)) return undefined;
  const result = term[2];
  return isTuple(result, "Token", 2) ? text(result[1]) : undefined;
}

/** What `{error, Code, About}` says. */
export function refusalOf(term: Term): Refusal | undefined {
  if (!isTuple(term, "error", 3)) return undefined;
  return { code: text(term[1]) ?? "error", about: term[2] };
}

/** Whether an error's code asks to send the same again later. */
export function isPassing(code: string): boolean {
  return code === "store_unavailable" || code === "rate";
}

/** Whether a refusal is about that request: it echoes the beginning of it. */
export function isAbout(about: Term, request: Term): boolean {
  if (!isTuple(about) || !isTuple(request) || about.length > request.length || about.length === 0) {
    return false;
  }
  for (let i = 0; i < about.length; i++) {
    const a = text(about[i]);
    if (a === undefined || a !== text(request[i])) return false;
  }
  return true;
}

/** Calls back with each id that a term may name: messages and the like are other people's texts and name none. */
export function eachId(term: Tuple, callback: (id: string) => void): void {
  if (["message", "presence", "joined"].some((name) => isTuple(term, name))) return;
  const elements: readonly Term[] = isTuple(term, "posted", 4) ? [term[2]] : [...term];
  for (const element of elements) {
    if (!(element instanceof Uint8Array) || element.length > 255) continue;
    const id = text(element);
    if (id !== undefined) callback(id);
  }
}

/** A whole number from 0; `undefined` for anything else. */
export function count(term: Term): number | undefined {
  const value = typeof term === "bigint" ? Number(term) : term;
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}
