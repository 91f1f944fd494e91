/**
 * Where templates come from: a folder, or texts that are in the program.
 *
 * @module
 */
import { isAbsolute, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { NitroError } from "../error.ts";
import { templateMissing } from "./tags/inheritance.ts";

/** Where templates come from. */
export interface Source {
  /** What changes when a template changes; `undefined` when there is none of this name. */
  stamp(name: string): string | undefined;
  /** A template's text. */
  read(name: string): string;
  /** Where that is, for errors: `in /folder`. */
  readonly where: string;
}

const MAX_NAME = 255;
// deno-lint-ignore no-control-regex -- control characters are what this refuses
const REFUSED = /[\0-\x1f\x7f\\:]/;

/** Whether a name stays in its folder: names with slashes between them, none of them empty, `.` or `..`. */
function isConfined(name: string): boolean {
  if (name.length > MAX_NAME || REFUSED.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** The templates of a folder. */
export class FolderSource implements Source {
  /** Its folder. */
  readonly where: string;
  readonly #folder: string;
  readonly #maxBytes: number;

  /** Knows its folder, and how large a template may be. */
  constructor(folder: string | URL, maxBytes: number) {
    const path = typeof folder === "string" ? folder : fileURLToPath(folder);
    this.#folder = isAbsolute(path) ? path : resolve(path);
    this.where = `in ${this.#folder}`;
    this.#maxBytes = maxBytes;
  }

  /** Its file's time, size and number. */
  stamp(name: string): string | undefined {
    if (!isConfined(name)) return undefined;
    try {
      const { isFile, mtime, size, ino } = Deno.statSync(`${this.#folder}/${name}`);
      return isFile ? `${mtime?.getTime()} ${size} ${ino}` : undefined;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  /** Its file's text. A link may not lead out of the folder. */
  read(name: string): string {
    const folder = Deno.realPathSync(this.#folder);
    const path = Deno.realPathSync(`${folder}/${name}`);
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      throw templateMissing(name, this.where);
    }
    if (Deno.statSync(path).size > this.#maxBytes) throw tooLarge(name, this.#maxBytes);
    return Deno.readTextFileSync(path);
  }
}

/** Templates that are in the program. */
export class EmbeddedSource implements Source {
  /** The program. */
  readonly where: string = "among those that are embedded";
  readonly #texts: ReadonlyMap<string, string>;
  readonly #maxBytes: number;

  /** Knows its texts, and how large a template may be. */
  constructor(texts: ReadonlyMap<string, string>, maxBytes: number) {
    this.#texts = texts;
    this.#maxBytes = maxBytes;
  }

  /** They never change. */
  stamp(name: string): string | undefined {
    return this.#texts.has(name) ? "embedded" : undefined;
  }

  /** Its text. */
  read(name: string): string {
    const text = this.#texts.get(name)!;
    if (text.length > this.#maxBytes) throw tooLarge(name, this.#maxBytes);
    return text;
  }
}

function tooLarge(name: string, maxBytes: number): NitroError {
  return new NitroError("template_error", `${name}: has more than ${maxBytes} bytes`, {
    file: name,
    line: undefined,
  });
}

function isAbsence(error: unknown): boolean {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return true;
  // a name that is too long for the file system, and a circle of links
  return error instanceof Deno.errors.FilesystemLoop || (error as { code?: string }).code === "ENAMETOOLONG";
}
