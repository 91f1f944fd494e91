/**
 * JavaScript that the original's client is told by its controls.
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import { escapeScript } from "../escape/javascript.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

/** JavaScript for the original's client; the project's own gets a {@linkcode control} instead. */
export const scriptOnly: ActionFunction<{ readonly js: string }> = declareAction<{ readonly js: string }>(
  "wire",
  ({ js }, out) => {
    out.js += js;
  },
  () => {},
);

/** A call of one of the original client's functions, each argument as text between quotes. */
export function call(name: string, ...values: unknown[]): string {
  return `${name}(${values.map((value) => `'${escapeScript(plainText(value))}'`).join(",")})`;
}
