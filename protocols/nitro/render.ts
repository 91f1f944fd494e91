/**
 * Rendering apart from any connection: an element's HTML and what it wires, as a pure function.
 *
 * @module
 */
import { bert } from "../../lib/formats/bert.ts";
import { type Atom, atom, type Term, tuple } from "../../lib/term.ts";
import type { Mode, RenderHost } from "./host.ts";
import { HtmlDrawing } from "./drawing.ts";
import { OperationsWriter } from "./operations_output.ts";
import type { Body, Wired } from "./parts.ts";
import { ScriptWriter } from "./script_output.ts";

const EV = atom("ev");

/** For whom something is rendered. */
export interface RenderOptions {
  /** How it reaches the browser. @default "script" */
  readonly mode?: Mode;
  /** Who gets the events of elements without a `delegate`. @default the atom `index` */
  readonly module?: Term;
  /**
   * Seals an event. The default only encodes it, in hexadecimal BERT, and is good for looking at, not for serving.
   */
  readonly pickle?: (event: Term) => string;
}

/** What rendering gave. */
export interface Rendered {
  /** The HTML. */
  readonly html: string;
  /** The JavaScript that the elements wire; empty in the mode `operations`. */
  readonly actions: string;
  /** The operations that the elements wire; empty in the mode `script`. */
  readonly operations: readonly Term[];
}

/**
 * Renders elements: their HTML, and the JavaScript or the operations that they wire. Nothing is kept between two calls, so the same
 * elements give the same text.
 *
 * Throws a `NitroError`: see there.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { button, render } from "@n2o/n2o/nitro";
 *
 * const { html, actions } = render(button({ id: "send", body: "Chat", postback: atom("chat"), source: ["message"] }));
 * if (html !== '<button id="send" type="button">Chat</button>') throw new Error(html);
 * if (!actions.includes("querySource('message')")) throw new Error(actions);
 * ```
 */
export function render(body: Body, options: RenderOptions = {}): Rendered {
  const host = hostOf(options);
  const drawing = new HtmlDrawing(host);
  drawing.body(body);
  if (host.mode === "script") {
    const out = new ScriptWriter(host);
    out.run(drawing.wired);
    return { html: drawing.html, actions: out.js, operations: [] };
  }
  const out = new OperationsWriter(host);
  out.run(drawing.wired);
  return { html: drawing.html, actions: "", operations: out.list };
}

/**
 * The JavaScript of actions, as {@linkcode render} has it for elements.
 *
 * @example
 * ```ts
 * import { hide, renderActions } from "@n2o/n2o/nitro";
 *
 * const script = renderActions(hide("menu"));
 * if (!script.includes("x.style.display = 'none'")) throw new Error(script);
 * ```
 */
export function renderActions(actions: Wired, options: RenderOptions = {}): string {
  const out = new ScriptWriter(hostOf({ ...options, mode: "script" }));
  out.run(actions);
  return out.js;
}

/**
 * The operations of actions, as {@linkcode render} has them for elements.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { focus, hide, renderOperations } from "@n2o/n2o/nitro";
 *
 * const operations = renderOperations([hide("menu"), focus({ target: "message" })]);
 * if (operations.length !== 2) throw new Error(operations.map((one) => format(one)).join());
 * ```
 */
export function renderOperations(actions: Wired, options: RenderOptions = {}): Term[] {
  const out = new OperationsWriter(hostOf({ ...options, mode: "operations" }));
  out.run(actions);
  return out.list;
}

function hostOf({ mode = "script", module = atom("index"), pickle = legible }: RenderOptions): RenderHost {
  let ids = 0;
  return {
    mode,
    module,
    pickle: (module: Term, message: Term, trigger: Term, name: Atom) =>
      pickle(tuple(EV, module, message, trigger, name)),
    temporaryId: () => `auto-${++ids}`,
  };
}

function legible(event: Term): string {
  return `P${bert.encode(event).toHex()}`;
}
