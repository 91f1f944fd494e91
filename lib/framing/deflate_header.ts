/**
 * The header `Sec-WebSocket-Extensions`, as RFC 6455 9.1 has it.
 *
 * @module
 */

/** A parameter of an extension. */
export interface ExtensionParameter {
  /** Its name. */
  readonly name: string;
  /** Its value without quotes, if it has one. */
  readonly value: string | undefined;
}

/** An extension that is offered or agreed on. */
export interface Extension {
  /** Its name. */
  readonly name: string;
  /** Its parameters in their order, those that stand there twice too. */
  readonly parameters: readonly ExtensionParameter[];
}

/** The longest header that is read, in characters. */
const MAX_CHARACTERS = 4096;
/** The most extensions in a header, and the most parameters of one of them. */
const MAX_ITEMS = 16;

/**
 * Reads the header; several of them are joined by commas, as `Headers.get` does. Gives what stands there in its order, or
 * `undefined` when it breaks the grammar or is longer than anybody needs: 4096 characters, 16 extensions, 16 parameters of one.
 *
 * @example
 * ```ts
 * import { parseExtensions } from "./deflate_header.ts";
 *
 * const [first] = parseExtensions('permessage-deflate; server_max_window_bits="10", other')!;
 * if (first.parameters[0].value !== "10") throw new Error("not read");
 * ```
 */
export function parseExtensions(header: string): Extension[] | undefined {
  if (header.length > MAX_CHARACTERS) return undefined;
  const reader = new Reader(header);
  const extensions: Extension[] = [];
  do {
    // A list may have empty places, which mean nothing.
    if (reader.atListEnd()) continue;
    const extension = readExtension(reader);
    if (extension === undefined || !reader.atListEnd()) return undefined;
    if (extensions.push(extension) > MAX_ITEMS) return undefined;
  } while (reader.take(","));
  return extensions.length > 0 ? extensions : undefined;
}

function readExtension(reader: Reader): Extension | undefined {
  const name = reader.token();
  if (name === undefined) return undefined;
  const parameters: ExtensionParameter[] = [];
  while (reader.take(";")) {
    const name = reader.token();
    if (name === undefined) return undefined;
    let value: string | undefined;
    if (reader.take("=")) {
      value = reader.value();
      if (value === undefined) return undefined;
    }
    if (parameters.push({ name, value }) > MAX_ITEMS) return undefined;
  }
  return { name, parameters };
}

/** Reads one header from its beginning to its end, and the blanks around everything. */
class Reader {
  #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skip();
  }

  atListEnd(): boolean {
    return this.#at === this.#text.length || this.#text[this.#at] === ",";
  }

  take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    this.#skip();
    return true;
  }

  token(): string | undefined {
    const start = this.#at;
    while (this.#at < this.#text.length && isTokenCharacter(this.#text.charCodeAt(this.#at))) this.#at++;
    if (this.#at === start) return undefined;
    const token = this.#text.slice(start, this.#at);
    this.#skip();
    return token;
  }

  /** A token, in quotes or not: what stands in quotes must be a token too. */
  value(): string | undefined {
    if (this.#text[this.#at] !== '"') return this.token();
    let value = "";
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      if (this.#text[at] === '"') {
        this.#at = at + 1;
        this.#skip();
        return value === "" ? undefined : value;
      }
      if (this.#text[at] === "\\") at++;
      if (!isTokenCharacter(this.#text.charCodeAt(at))) return undefined;
      value += this.#text[at];
    }
    return undefined;
  }

  #skip(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
  }
}

/** No control character, no blank, nothing beyond ASCII, and no separator. */
function isTokenCharacter(code: number): boolean {
  return code > 32 && code < 127 && !'()<>@,;:\\"/[]?={}'.includes(String.fromCharCode(code));
}
