/**
 * Actions: what a page does in its browser, before it is put into words.
 *
 * @module
 */
import type { OperationsOutput } from "./operations_output.ts";
import type { ScriptOutput } from "./script_output.ts";

/** How the actions of one name are said in both ways to the browser. */
export interface ActionKind {
  /** The record's name, as the original has it. */
  readonly name: string;
  /** Writes it as JavaScript, as the original does. */
  script(fields: object, out: ScriptOutput): void;
  /** Writes it as operations for the project's own client; throws `script_in_page` for what is JavaScript by nature. */
  operate(fields: object, out: OperationsOutput): void;
}

/** An action: its kind and its fields. */
export class Action {
  /** What it is. */
  readonly kind: ActionKind;
  /** Its fields, as they were given. */
  readonly fields: object;

  /** Made by the actions' functions. */
  constructor(kind: ActionKind, fields: object) {
    this.kind = kind;
    this.fields = fields;
  }
}

/** The function that makes actions of one name. */
export interface ActionFunction<F extends object> {
  /** Makes an action of these fields. */
  (fields: F): Action;
  /** How it is said. */
  readonly kind: ActionKind;
}

/** Declares an action: its record's name, and how it is said. */
export function declareAction<F extends object>(
  name: string,
  script: (fields: F, out: ScriptOutput) => void,
  operate: (fields: F, out: OperationsOutput) => void,
): ActionFunction<F> {
  const kind = { name, script, operate } as ActionKind;
  return Object.assign((fields: F) => new Action(kind, fields), { kind });
}
