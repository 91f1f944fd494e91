/**
 * Lines of an input.
 *
 * @module
 */
import { joined } from "../../joined.ts";
import { ProblemsError, WRONG_USAGE } from "../exit.ts";

/** The longest line that is read, in bytes. */
const MAX_LINE = 16_777_216;
const NEWLINE = 10;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The lines of an input in UTF-8, without their ends. Throws a {@linkcode ProblemsError} for what is too long or not UTF-8. */
export async function* linesOf(
  input: AsyncIterable<Uint8Array>,
  maxLine: number = MAX_LINE,
): AsyncGenerator<string, void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let count = 0;
  const take = (bytes: Uint8Array): void => {
    parts.push(bytes);
    size += bytes.length;
    if (size > maxLine) throw wrong(count + 1, `is longer than ${maxLine} bytes`, "send shorter messages");
  };
  const line = (): string => {
    const bytes = parts.length === 1 ? parts[0] : joined(parts);
    parts = [];
    size = 0;
    count++;
    try {
      return decoder.decode(bytes).replace(/\r$/, "");
    } catch {
      throw wrong(count, "is not UTF-8", "send text in UTF-8");
    }
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at; (at = chunk.indexOf(NEWLINE, from)) >= 0; from = at + 1) {
      take(chunk.subarray(from, at));
      yield line();
    }
    if (from < chunk.length) take(chunk.slice(from));
  }
  if (size > 0) yield line();
}

function wrong(line: number, what: string, fix: string): ProblemsError {
  return new ProblemsError([{ where: `stdin, line ${line}`, what, fix }], WRONG_USAGE);
}
