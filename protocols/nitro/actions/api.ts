/**
 * Functions of the page's scripts that call the server.
 *
 * @module
 */
import { type Atom, atom, type Charlist, type Term } from "../../../lib/term.ts";
import { scriptInPage } from "../operations_output.ts";
import { sendScript } from "./send_script.ts";
import { namePath } from "./target_script.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

/** Fields of {@linkcode api}. */
export interface ApiFields {
  /** The function's name; it becomes a property of `document`. */
  readonly name: string | Atom | Charlist;
  /** The module whose `apiEvent` is called. @default the page's own */
  readonly delegate?: Term;
}

const API_EVENT = atom("api_event");
const TRIGGER = "document";

/**
 * Makes a function of `document` that calls the page's `apiEvent` with its name and what it was given, as JSON. For the original's client
 * only: other pages throw `script_in_page`.
 *
 * @example
 * ```ts
 * import { api, renderActions } from "@n2o/n2o/nitro";
 *
 * const script = renderActions(api({ name: "report" }));
 * if (!script.startsWith("document.report=function(data)")) throw new Error(script);
 * ```
 */
export const api: ActionFunction<ApiFields> = declareAction<ApiFields>("api", ({ name, delegate }, out) => {
  const { host } = out;
  const pickle = host.pickle(delegate ?? host.module, name, TRIGGER, API_EVENT);
  const send = sendScript({ trigger: TRIGGER, pickle, data: "string(JSON.stringify(data))" });
  out.js += `document.${namePath(name, "api")}=function(data){${send}};`;
}, () => {
  throw scriptInPage("api", "name");
});
