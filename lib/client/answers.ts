/**
 * Reading what the server says.
 *
 * @module
 */
import { isTuple, type Term } from "../term_shapes.ts";
import { text } from "../term_text.ts";
import { ClientError } from "./error.ts";

/** An error of the server: its code, and the request that it is about, shortened; an empty binary when about none. */
export interface Refusal {
  readonly code: string;
  readonly about: Term;
}

/** The token of `{io, Eval, {'Token', Token}}`. */
export function tokenOf(term: Term): string | undefined {
  return isTuple(term, "io", 3) && isTuple(term[2], "Token", 2) ? text(term[2][1]) : undefined;
}

/** What `{error, Code, About}` says. */
export function refusalOf(term: Term): Refusal | undefined {
  return isTuple(term, "error", 3) ? { code: text(term[1]) ?? "error", about: term[2] } : undefined;
}

/** Whether an error's code asks to send the same again later. */
export function isPassing(code: string): boolean {
  return code === "store_unavailable" || code === "rate";
}

/** Whether a refusal asks to send again later, and does not say what. */
export function isVague(refusal: Refusal | undefined): boolean {
  return refusal !== undefined && isPassing(refusal.code) && !isTuple(refusal.about);
}

/** Whether a refusal is about that request: it echoes the beginning of it. */
export function isAbout(about: Term, request: Term): boolean {
  return isTuple(about) && isTuple(request) && about.length > 0 &&
    [...about].every((element, i) => i < request.length && text(element) === text(request[i]));
}

/** Whether one of a tuple's elements is that text; what others say in a room names nothing. */
export function names(term: Term, id: string): boolean {
  return isTuple(term) && !isTuple(term, "message") && [...term].some((element) => text(element) === id);
}

/** A whole number from 0; `undefined` for anything else. */
export function count(term: Term): number | undefined {
  const value = typeof term === "bigint" ? Number(term) : term;
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** What a term must have; throws `bad_answer` when it has not. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new ClientError("bad_answer");
  return value;
}
