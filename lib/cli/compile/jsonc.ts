/**
 * JSON with comments and commas too many, as `deno.json` may be.
 *
 * @module
 */

const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const LAST_COMMA = /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g;

/** Reads such a text. Throws a `SyntaxError` for one that is no JSON without its comments either. */
export function parseJsonc(text: string): unknown {
  const bare = text.replace(/^\uFEFF/, "").replace(TOKEN, (token) => token.startsWith('"') ? token : " ");
  return JSON.parse(bare.replace(LAST_COMMA, (_, string?: string) => string ?? ""));
}
