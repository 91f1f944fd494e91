/**
 * Where a text stops being JSON.
 *
 * @module
 */

const SPACE = /[ \t\n\r]*/y;
// deno-lint-ignore no-control-regex
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;

/** A place in a text; both count from 1. */
export interface Place {
  /** The line. */
  readonly line: number;
  /** The character in it. */
  readonly column: number;
}

/** The first place where a text cannot be JSON; `undefined` for JSON. The runtime's own error names no place for some faults. */
export function jsonFault(text: string): Place | undefined {
  const at = scan(text);
  if (at === undefined) return undefined;
  const before = text.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
}

/** Walks over one value without recursion, so that no depth of nesting is too much. */
function scan(text: string): number | undefined {
  const open: string[] = [];
  let at = 0;
  let expected: "value" | "value or ]" | "name or }" | "name" | "next" = "value";
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length ?? 0;
    at += length;
    return length > 0;
  };
  for (;;) {
    skip(SPACE);
    const character = text[at];
    if (expected === "next") {
      const around = open.at(-1);
      if (around === undefined) return at === text.length ? undefined : at;
      if (character === ",") expected = around === "{" ? "name" : "value";
      else if (character === (around === "{" ? "}" : "]")) open.pop();
      else return at;
      at++;
    } else if (expected === "name" || expected === "name or }") {
      if (character === "}" && expected === "name or }") {
        open.pop();
        at++;
        expected = "next";
        continue;
      }
      if (!skip(STRING)) return at;
      skip(SPACE);
      if (text[at] !== ":") return at;
      at++;
      expected = "value";
    } else if (character === "]" && expected === "value or ]") {
      open.pop();
      at++;
      expected = "next";
    } else if (character === "{" || character === "[") {
      open.push(character);
      at++;
      expected = character === "{" ? "name or }" : "value or ]";
    } else if (skip(STRING) || skip(NUMBER) || skip(WORD)) expected = "next";
    else return at;
  }
}
