/**
 * The text of a term while it is read: what its characters, names and quotes are.
 *
 * @module
 */
import { TermSyntaxError } from "./term_parse_error.ts";

/** A letter that begins an atom without quotes, and what may follow: Latin-1, as in Erlang. */
const NAME = /[a-z\xdf-\xf6\xf8-\xff][\w@\xc0-\xd6\xd8-\xf6\xf8-\xff]*/y;
/** What would go on with a name or a number. */
const NAME_PART = /[\p{L}\p{N}_@]/uy;

const BACKSLASH = 0x5c;
const PERCENT = 0x25;

/** The letters that stand for characters behind a backslash; any other character stands for itself. */
const ESCAPED: Readonly<Record<string, string>> = {
  b: "\b",
  d: "\x7f",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  s: " ",
  t: "\t",
  v: "\v",
};

/** A text, and how far it has been read. */
export class TermText {
  /** The text. */
  readonly text: string;
  /** The offset of what comes next, in UTF-16 units. */
  at = 0;

  /** Begins to read a text. */
  constructor(text: string) {
    this.text = text;
    if (!text.isWellFormed()) {
      this.at = text.search(/\p{Surrogate}/u);
      this.fail("bad_character", "half a surrogate pair", "a character");
    }
  }

  /** Whether this comes next. */
  is(word: string): boolean {
    return this.text.startsWith(word, this.at);
  }

  /** Reads past this if it comes next, blanks before it included. */
  take(word: string): boolean {
    this.skip();
    if (!this.is(word)) return false;
    this.at += word.length;
    return true;
  }

  /** Reads past blanks and comments; gives the character that follows, empty at the end. */
  skip(): string {
    const { text } = this;
    for (;; this.at++) {
      const unit = text.charCodeAt(this.at);
      if (unit === PERCENT) {
        const end = text.indexOf("\n", this.at);
        this.at = end < 0 ? text.length : end;
        if (end < 0) return "";
      } else if (!(unit <= 0x20 || unit >= 0x80 && unit <= 0xa0)) {
        return text.charAt(this.at);
      }
    }
  }

  /** Reads what a sticky pattern finds here; `undefined` when that is nothing. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Reads a name without quotes; `undefined` when none begins here. */
  name(): string | undefined {
    return this.match(NAME);
  }

  /** Throws when a letter, a digit, `_` or `@` follows at once: two words need a blank, or more, between them. */
  endOfWord(code: string, message: string, expected: string): void {
    NAME_PART.lastIndex = this.at;
    if (NAME_PART.test(this.text)) this.fail(code, message, expected);
  }

  /** Reads what stands in quotes; the opening quote comes next. */
  quoted(): string {
    const { text } = this;
    const open = this.at;
    const quote = text.charCodeAt(open);
    let result = "";
    for (let from = ++this.at;; this.at++) {
      if (this.at >= text.length) {
        const name = quote === 0x22 ? "string" : "atom";
        this.at = open;
        this.fail("unexpected_end", `a quoted ${name} without an end`, `another ${text[open]}`);
      }
      const unit = text.charCodeAt(this.at);
      if (unit === quote) {
        result += text.slice(from, this.at++);
        return result;
      }
      if (unit === BACKSLASH) {
        result += text.slice(from, this.at) + this.#escape();
        from = this.at--;
      }
    }
  }

  /** Reads the character that comes next, or that an escape stands for; gives its code point. */
  character(): number {
    const code = this.text.codePointAt(this.at);
    if (code === undefined) this.fail("unexpected_end", "the text ends behind $", "a character");
    if (code === BACKSLASH) return this.#escape().codePointAt(0)!;
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Throws an error about what comes next, or about an offset. */
  fail(code: string, message: string, expected: string, offset: number = this.at): never {
    throw new TermSyntaxError(code, message, this.text, offset, expected);
  }

  /** Reads an escape from its backslash on. */
  #escape(): string {
    const { text } = this;
    const from = this.at++;
    const octal = this.match(/[0-7]{1,3}/y);
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    const hex = this.match(/x(?:\{[\da-fA-F]{1,8}\}|[\da-fA-F]{2})/y);
    if (hex !== undefined) {
      const code = parseInt(hex.replace(/[x{}]/g, ""), 16);
      if (code <= 0x10ffff && (code & 0xfff800) !== 0xd800) return String.fromCodePoint(code);
      this.fail("bad_escape", "an escape for what is no character", "up to 10FFFF, no surrogate", from);
    }
    const code = text.codePointAt(this.at);
    if (code === undefined) this.fail("unexpected_end", "the text ends behind a backslash", "a character");
    const character = String.fromCodePoint(code);
    if (character === "x") this.fail("bad_escape", "a bad escape", "\\xHH or \\x{H…}", from);
    this.at += character.length;
    if (character !== "^") return ESCAPED[character] ?? character;
    const control = text.charCodeAt(this.at++);
    // the same bits count for every character that has no control character of its own
    if (control >= 0x20 && control < 0x100) return String.fromCharCode(control & 31);
    this.fail("bad_escape", "a bad escape", "\\^A to \\^Z", from);
  }
}
