/**
 * What is wrong with a page.
 *
 * @module
 */
import { N2OError } from "../../lib/error.ts";

/**
 * An error of a page: `script_in_page` for JavaScript where the page's way to the browser has none, `bad_field` for a field's value that
 * cannot be drawn, `no_text`, `too_deep`, `bad_target`, and others that their functions name.
 */
export class NitroError extends N2OError {
  /** Its name, for logs. */
  override readonly name = "NitroError";
}
