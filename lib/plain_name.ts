/**
 * Names that come from outside: of users, rooms, messages.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Whether a name has 1 to so many bytes of UTF-8 and no control characters. */
export function isPlainName(name: string, maxBytes: number): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what this refuses
  return name !== "" && encoder.encode(name).length <= maxBytes && !/[\0-\x1f\x7f]/.test(name);
}
