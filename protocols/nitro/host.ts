/**
 * What drawing needs to know of the page that it is done for.
 *
 * @module
 */
import type { Rules } from "./validation.ts";
import type { Atom, Term } from "../../lib/term.ts";

/**
 * How a page reaches its browser: `script` is the original's way, JavaScript for `eval`; `operations` is a list of terms that the
 * project's own client applies, which needs no `eval` and no inline code.
 */
export type Mode = "script" | "operations";

/** A value that an event brings along. */
export interface SourceField {
  /** The key that it has in the event. */
  readonly key: string;
  /** The id of its field; empty for what is no field. */
  readonly id: string;
  /** What its value had to be when the event was sealed. */
  readonly rules?: Rules;
}

/** What drawing needs to know of its page. */
export interface RenderHost {
  /** How the page reaches its browser. */
  readonly mode: Mode;
  /** The page's module: who gets the events of elements without a `delegate`. */
  readonly module: Term;
  /** What was read from files before this instant of `performance.now()` is looked at again. */
  readonly asOf?: number;
  /** Notes that a file which was looked at again has an error, and that what it was before is drawn. */
  report?(error: unknown): void;
  /** Seals an event, `{ev, Module, Message, Trigger, Name}`, for its browser, with the fields whose values it is to bring. */
  pickle(module: Term, message: Term, trigger: Term, name: Atom, sources?: readonly SourceField[]): string;
  /** Notes what the value of a field has to be, so that it is checked when an event brings it. */
  rules?(id: string, rules: Rules): void;
  /** An id for an element that needs one and was given none. */
  temporaryId(): string;
}
