/**
 * Errors of imports in a compiled program, as `deno run` words them.
 *
 * The runtime of a compiled program has no printer for what its parser finds: it dumps the finding with the whole source. And it does not
 * tell who imports a file that is not there.
 *
 * @module
 */
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importerOf } from "./embedded_library.ts";
import { placeOfImport } from "./import_place.ts";
import { placeOf } from "./source_place.ts";

const PARSER =
  /ParseDiagnostic\(.*?path: "((?:[^"\\]|\\.)*)".*?start: SourcePos\((\d+)\), end: SourcePos\((\d+)\) \}, kind: (\w+)(.*?), source: SourceTextInfo/s;
const MISSING = /^(?:TypeError: )*Module not found: ((?:file|node):\S+)/;

/** The message that `deno run` would have given. */
export function messageUnderRun(message: string): string {
  const parsed = PARSER.exec(message);
  if (parsed !== null) {
    const [, path, from, to, kind, about] = parsed;
    return syntaxError(JSON.parse(`"${path}"`), Number(from), Number(to), kind, about);
  }
  const missing = MISSING.exec(message);
  if (missing === null) return message;
  const importer = importerOf(missing[1]);
  const at = importer === undefined ? "" : `\n    at ${placeOfImport(importer.url, importer.specifier)}`;
  return `Module not found "${missing[1]}".${at}`;
}

function syntaxError(path: string, from: number, to: number, kind: string, about: string): string {
  const url = pathToFileURL(decodeURIComponent(path)).href;
  let source: string;
  try {
    source = Deno.readTextFileSync(fileURLToPath(url));
  } catch {
    return `SyntaxError: ${wordsOf(kind, about)}\n    at ${url}:1:1`;
  }
  const said = saidByParser(source);
  const place = placeOf(source, from);
  // That parser knows no JSX: with JSX in the file it must have stumbled at the same place.
  if (said !== undefined && (!/x$/.test(path) || said.includes(`.ts:${place.line}:${place.column}`))) {
    return said.replace("file:///stripTypeScriptTypes.ts", url);
  }
  const number = String(place.line);
  const edge = `${" ".repeat(number.length)} |`;
  const marks = "~".repeat(Math.max(1, Math.min(to - from, place.text.length - place.column + 1)));
  const frame = `${edge}\n${number} | ${place.text}\n${edge} ${" ".repeat(place.column - 1)}${marks}`;
  return `SyntaxError: ${wordsOf(kind, about)}\n${frame}\n    at ${url}:${number}:${place.column}`;
}

/** What the same parser says where it has a printer. */
function saidByParser(source: string): string | undefined {
  try {
    stripTypeScriptTypes(source, TRANSFORM);
    return undefined;
  } catch (error) {
    // deno-lint-ignore no-control-regex
    return (error as Error).message.replace(/\x1b\[[\d;]*m/g, "");
  }
}

/** With enums and the like; the types of Node.js that packages are checked with do not know it. */
const TRANSFORM = { mode: "transform" } as object as Parameters<typeof stripTypeScriptTypes>[1];

/** The parser's findings that tell most, in words. */
const WORDS: Readonly<Record<string, string>> = {
  Eof: "Unexpected end of the file",
  TS1003: "Expected a name",
  TS1005: "Expected another token",
  TS1109: "Expression expected",
  TS1110: "Type expected",
  UnterminatedStrLit: "Unterminated string",
  UnterminatedTpl: "Unterminated template",
  UnterminatedBlockComment: "Unterminated comment",
  UnterminatedRegExp: "Unterminated regular expression",
  UnterminatedJSXContents: "Unterminated JSX",
  JSXExpectedClosingTag: "Expected a closing JSX tag",
  JSXExpectedClosingTagForLtGt: "Expected the closing tag of a JSX fragment",
};

function wordsOf(kind: string, about: string): string {
  const detail = [...about.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text);
  if (kind === "Expected" && detail.length === 2) return `Expected '${detail[0]}', got '${detail[1]}'`;
  if (kind === "Unexpected" && detail.length > 0) return `Unexpected token ${detail[0]}`;
  const words = WORDS[kind] ??
    kind.replace(/([a-z])([A-Z])/g, (_, end, begin) => `${end} ${begin.toLowerCase()}`);
  return detail.length === 0 ? words : `${words}: ${detail.join(", ")}`;
}
