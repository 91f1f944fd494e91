/**
 * A place in a source file with the lines around it, as text.
 *
 * @module
 */
import type { Place } from "./problem.ts";

/** How a frame is cut. */
export interface FrameOptions {
  /** So many lines before the place, and so many behind it. @default 2 */
  readonly around?: number;
  /** The longest piece of a line, in characters. @default 88 */
  readonly width?: number;
}

/** A larger file is no source that somebody writes. */
const MAX_BYTES = 4 * 1024 * 1024;
const TAB = "  ";
const CUT = "…";

/**
 * The lines around a place, with numbers and a mark under its column. A long line is cut: that of the place to what is around the column.
 * A place behind the end of the text is taken for its last line; `undefined` for an empty text.
 *
 * @param text The file's text.
 * @param place Its line and column, from 1.
 *
 * @example
 * ```ts
 * import { codeFrame } from "./code_frame.ts";
 *
 * const frame = codeFrame("const a = 1;\nconst b = ;\n", { line: 2, column: 11 });
 * if (frame !== "  1 | const a = 1;\n> 2 | const b = ;\n    |           ^") throw new Error(frame);
 * ```
 */
export function codeFrame(
  text: string,
  place: Pick<Place, "line" | "column">,
  { around = 2, width = 88 }: FrameOptions = {},
): string | undefined {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  if (lines.length > 1 && lines[lines.length - 1] === "") lines.pop();
  if (lines.length === 1 && lines[0] === "") return undefined;
  const line = between(place.line, 1, lines.length);
  const marked = lines[line - 1];
  const before = expanded(marked.slice(0, between(place.column, 1, marked.length + 1) - 1));
  const at = columns(before);
  const from = at < width - 8 ? 0 : at - Math.floor(width / 2);
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const digits = String(last).length;
  const rows: string[] = [];
  for (let number = first; number <= last; number++) {
    const mark = number === line ? ">" : " ";
    const shown = piece(expanded(lines[number - 1]), number === line ? from : 0, width);
    rows.push(`${mark} ${String(number).padStart(digits)} | ${shown}`.trimEnd());
    if (number === line) rows.push(`  ${" ".repeat(digits)} | ${" ".repeat(at - from)}^`);
  }
  return rows.join("\n");
}

/** The frame of a place in a file, which is read now; `undefined` when it cannot be, or is no text. */
export function frameOf({ file, line, column }: Place, options?: FrameOptions): string | undefined {
  try {
    const { isFile, size } = Deno.statSync(withoutGeneration(file));
    if (!isFile || size > MAX_BYTES) return undefined;
    const text = Deno.readTextFileSync(withoutGeneration(file));
    return text.includes("\0") ? undefined : codeFrame(text, { line, column }, options);
  } catch {
    // What is shown with a problem must not become another one.
    return undefined;
  }
}

/** A path, an address or a text with such, without the mark that a module loaded anew has behind its own: `?n2o=7`. */
export function withoutGeneration(text: string): string {
  return text.replace(/\?n2o=\d+/g, "");
}

function between(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.trunc(value), least), most) : least;
}

/** Tabs become spaces, so that the mark stands where it should, and what would steer a terminal becomes visible. */
function expanded(line: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what this replaces
  return line.replaceAll("\t", TAB).replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

function piece(line: string, from: number, width: number): string {
  const all = [...line];
  const shown = all.slice(from, from + width);
  if (from > 0) shown[0] = CUT;
  if (from + width < all.length) shown[shown.length - 1] = CUT;
  return shown.join("");
}

/** How many characters a text has: as many as the columns that it takes, but for scripts with wide ones. */
function columns(text: string): number {
  return [...text].length;
}
