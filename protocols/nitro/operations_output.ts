/**
 * Actions said in operations: terms that the project's own client applies without evaluating anything.
 *
 * @module
 */
import type { Term } from "../../lib/term.ts";
import { HtmlDrawing } from "./drawing.ts";
import { NitroError } from "./error.ts";
import type { RenderHost } from "./host.ts";
import { Action, type Body, type OperationsOutput, type Wired } from "./parts.ts";

/** Clients take messages of 16 MiB: a longer one would end the connection, and the next one as well. */
const MAX_HTML = 16_000_000;

/** Operations that grow, action by action. */
export class OperationsWriter implements OperationsOutput {
  /** The operations so far. */
  list: Term[] = [];
  /** The page that they are made for. */
  readonly host: RenderHost;
  /** Whether HTML was drawn that nobody looked at. */
  raw = false;
  #pending: Action[] = [];
  #length = 0;

  /** Begins an empty list. */
  constructor(host: RenderHost) {
    this.host = host;
  }

  /** Draws, and keeps what the elements wire until the action that is being written has been. */
  html(body: Body): string {
    const drawing = new HtmlDrawing(this.host);
    drawing.body(body);
    if (drawing.raw) this.raw = true;
    this.#length += drawing.html.length;
    if (this.#length > MAX_HTML) {
      throw new NitroError(
        "too_large",
        `an answer has ${MAX_HTML} characters of HTML at most: show less at once`,
        this.#length,
      );
    }
    if (drawing.wired !== undefined) this.#pending.push(...drawing.wired);
    return drawing.html;
  }

  /** Adds an operation. */
  add(operation: Term): void {
    this.list.push(operation);
  }

  /** Adds an action's operations, and after them what its elements wired, at any depth. */
  run(wired: Wired): void {
    if (wired === undefined || wired === null) return;
    if (typeof wired === "string") throw scriptInPage("wire", "a string");
    if (wired instanceof Action) {
      const outer = this.#pending;
      this.#pending = [];
      wired.kind.operate(wired.fields, this);
      const own = this.#pending;
      this.#pending = outer;
      for (const action of own) this.run(action);
    } else if (Array.isArray(wired)) { for (const one of wired) this.run(one); }
    else throw new NitroError("bad_action", "an action is made by a function such as update", wired);
  }

  /** The operations of actions that stand inside another one's. */
  inner(wired: Wired): Term[] {
    const outer = this.list;
    this.list = [];
    this.run(wired);
    const list = this.list;
    this.list = outer;
    return list;
  }
}

/**
 * The error for what is JavaScript by nature, on a page whose way to the browser has none.
 *
 * @example
 * ```ts
 * import { declareAction, NitroError, renderOperations, scriptInPage } from "@n2o/n2o/nitro";
 *
 * const beep = declareAction<{ readonly code: string }>("beep", ({ code }, out) => {
 *   out.js += code;
 * }, () => {
 *   throw scriptInPage("beep", "code");
 * });
 * try {
 *   renderOperations(beep({ code: "beep();" }));
 *   throw new Error("taken");
 * } catch (error) {
 *   if (!(error instanceof NitroError) || error.code !== "script_in_page") throw error;
 * }
 * ```
 */
export function scriptInPage(element: string, field: string): NitroError {
  return new NitroError(
    "script_in_page",
    `${element}: ${field} is JavaScript, and this page reaches its browser without; use a postback, or the original's client`,
    { element, field },
  );
}
