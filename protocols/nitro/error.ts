/**
 * What is wrong with a page.
 *
 * @module
 */
import { N2OError } from "../../lib/error.ts";

/**
 * An error of a page: `script_in_page` for JavaScript where the page's way to the browser has none, `bad_field` for a field's value that
 * cannot be drawn, `no_text`, `too_deep`, `bad_target`, and others that their functions name.
 *
 * @example
 * ```ts
 * import { bind, NitroError, renderOperations } from "@n2o/n2o/nitro";
 *
 * try {
 *   renderOperations(bind({ target: "name", type: "input", postback: "console.log(1);" }));
 *   throw new Error("taken");
 * } catch (error) {
 *   if (!(error instanceof NitroError) || error.code !== "script_in_page") throw error;
 * }
 * ```
 */
export class NitroError extends N2OError {
  /** Its name, for logs. */
  override readonly name = "NitroError";
}
