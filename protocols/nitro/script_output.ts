/**
 * Actions said in JavaScript, for clients that evaluate what they are sent, as the original's do.
 *
 * @module
 */
import { HtmlDrawing } from "./drawing.ts";
import { NitroError } from "./error.ts";
import type { RenderHost } from "./host.ts";
import { Action, type Body, type ScriptOutput, type Wired } from "./parts.ts";

/** Actions that say how something is to be, so that saying it twice changes nothing. */
export const STANDING_ACTIONS: ReadonlySet<string> = new Set(["update", "event", "validate"]);

/** JavaScript that grows, action by action. */
export class ScriptWriter implements ScriptOutput {
  /** The JavaScript so far. */
  js = "";
  /** How many actions there were that do something each time that they are sent. */
  deeds = 0;
  /** The page that it is written for. */
  readonly host: RenderHost;
  /** Whether HTML was drawn that nobody looked at. */
  raw = false;
  /** The HTML that was drawn last. */
  drawn = "";
  #pending: Action[] = [];

  /** Begins an empty script. */
  constructor(host: RenderHost) {
    this.host = host;
  }

  /** Draws, and keeps what the elements wire until the action that is being written has been. */
  html(body: Body): string {
    const drawing = new HtmlDrawing(this.host);
    drawing.body(body);
    this.drawn = drawing.html;
    if (drawing.raw) this.raw = true;
    if (drawing.wired !== undefined) this.#pending.push(...drawing.wired);
    return drawing.html;
  }

  /** Writes an action, and after it what its elements wired, at any depth. */
  run(wired: Wired): void {
    if (wired === undefined || wired === null) return;
    if (typeof wired === "string") this.js += wired;
    else if (wired instanceof Action) {
      const outer = this.#pending;
      this.#pending = [];
      if (!STANDING_ACTIONS.has(wired.kind.name)) this.deeds++;
      wired.kind.script(wired.fields, this);
      const own = this.#pending;
      this.#pending = outer;
      for (const action of own) this.run(action);
    } else if (Array.isArray(wired)) { for (const one of wired) this.run(one); }
    else throw new NitroError("bad_action", "an action is made by a function such as update", wired);
  }

  /** The JavaScript of actions that stand inside another one's. */
  inner(wired: Wired): string {
    const outer = this.js;
    this.js = "";
    this.run(wired);
    const js = this.js;
    this.js = outer;
    return js;
  }
}
