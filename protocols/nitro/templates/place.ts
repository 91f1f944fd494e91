/**
 * Errors in templates, with their places.
 *
 * @module
 */
import { NitroError } from "../error.ts";
import { LiquidError } from "./liquid.ts";

/** What an error in a template has as its value. */
export interface TemplateFault {
  /** The template's name. */
  readonly file: string;
  /** The line, from 1; `undefined` when it is none in particular. */
  readonly line: number | undefined;
}

/**
 * The error with the place where it happened: `users.html:12: …`. One of the library keeps its code; anything else is a
 * `template_error`.
 */
export function placed(error: unknown, file: string): NitroError {
  if (LiquidError.is(error)) {
    const { token, originalError } = error;
    if (isPlaced(originalError)) return originalError;
    const where = { file: token.file ?? file, line: token.getPosition()[0] };
    const code = originalError instanceof NitroError ? originalError.code : "template_error";
    return made(code, originalError?.message ?? plainMessage(error.message), where, originalError ?? error);
  }
  if (isPlaced(error)) return error;
  if (error instanceof RangeError) {
    return made("template_error", "nests too deep", { file, line: undefined }, error);
  }
  if (error instanceof NitroError) {
    return error.code === "template_missing"
      ? error
      : made(error.code, error.message, { file, line: undefined }, error);
  }
  const message = error instanceof Error ? error.message : String(error);
  return made("template_error", message, { file, line: undefined }, error);
}

function made(code: string, message: string, where: TemplateFault, cause: unknown): NitroError {
  const place = where.line === undefined ? where.file : `${where.file}:${where.line}`;
  return new NitroError(code, `${place}: ${message}`, where, { cause });
}

function isPlaced(error: unknown): error is NitroError {
  const value = error instanceof NitroError ? error.value : undefined;
  return typeof value === "object" && value !== null && "file" in value && "line" in value;
}

/** The package puts its own words for the place at a message's end. */
function plainMessage(message: string): string {
  return message.replace(/(, file:[^,]*)?, line:\d+, col:\d+$/, "");
}
