/**
 * What a log writes of a value: always something, never much, and nothing that names itself a secret.
 *
 * @module
 */

/** A value that JSON can write as it is. */
export type Loggable = null | boolean | number | string | readonly Loggable[] | {
  readonly [name: string]: Loggable;
};

/** The longest text, in UTF-16 units. */
const MAX_TEXT = 8192;
/** The most entries of one object, array, map or set. */
const MAX_ENTRIES = 32;
/** How many values one logged value may hold in all. */
const MAX_VALUES = 256;
const MAX_DEPTH = 4;
const MAX_CAUSES = 4;
/** A bigint beyond this takes long to be written in decimal. */
const MAX_BIGINT = 1n << 1024n;
const SECRET = /secret|token|passw|cookie|authori[sz]ation|credential|private.?key/i;

/**
 * A value as a log writes it, bounded in depth, entries and length. An `Error` becomes its code, stack and causes. Binaries
 * are told by their size, getters are not called, and what a name within an object calls a secret is not shown.
 *
 * Never throws, whatever the value does when it is looked at.
 *
 * @example
 * ```ts
 * import { loggable } from "./log_value.ts";
 *
 * const shown = JSON.stringify(loggable({ n: 1n, token: "abc", bytes: new Uint8Array(3) }));
 * if (shown !== '{"n":"1","token":"[hidden]","bytes":"[Uint8Array, 3 bytes]"}') throw new Error(shown);
 * ```
 */
export function loggable(value: unknown): Loggable {
  return new Walk().value(value, 0);
}

class Walk {
  #left = MAX_VALUES;
  #above: object[] = [];

  value(value: unknown, depth: number): Loggable {
    if (this.#left-- <= 0) return "…";
    switch (typeof value) {
      case "string":
        return cut(value);
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "bigint":
        return -MAX_BIGINT < value && value < MAX_BIGINT ? String(value) : "[bigint]";
      case "symbol":
        return cut(value.toString());
    }
    if (value === undefined) return "undefined";
    if (value === null) return null;
    try {
      return this.#object(value, depth);
    } catch {
      return "[unprintable]";
    }
  }

  #object(value: object, depth: number): Loggable {
    if (typeof value === "function") return `[function ${cut(String(value.name))}]`;
    if (value instanceof Error) return describe(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return `[${kindOf(value)}, ${value.byteLength} bytes]`;
    }
    if (this.#above.includes(value)) return "[circular]";
    if (depth >= MAX_DEPTH) return `[${kindOf(value)}]`;
    this.#above.push(value);
    try {
      if (Array.isArray(value)) return this.#list(value, value.length, depth);
      if (value instanceof Set) return this.#list(value, value.size, depth);
      if (value instanceof Map) return this.#list(value, value.size, depth, isSecretEntry);
      const own = asJson(value);
      return own === value ? this.#fields(value, depth) : this.value(own, depth + 1);
    } finally {
      this.#above.pop();
    }
  }

  #list(
    items: Iterable<unknown>,
    size: number,
    depth: number,
    isSecret: (item: unknown) => boolean = () => false,
  ): Loggable {
    const shown: Loggable[] = [];
    for (const item of items) {
      if (shown.length === MAX_ENTRIES || this.#left <= 0) {
        shown.push(`… ${size - shown.length} more`);
        break;
      }
      shown.push(isSecret(item) ? "[hidden]" : this.value(item, depth + 1));
    }
    return shown;
  }

  #fields(value: object, depth: number): Loggable {
    const shown: [string, Loggable][] = [];
    for (const name in value) {
      if (!Object.hasOwn(value, name)) continue;
      if (shown.length === MAX_ENTRIES || this.#left <= 0) {
        shown.push(["…", "more"]);
        break;
      }
      shown.push([cut(name), this.#field(value, name, depth)]);
    }
    const kind = kindOf(value);
    return shown.length === 0 && kind !== "Object" ? `[${kind}]` : Object.fromEntries(shown);
  }

  #field(value: object, name: string, depth: number): Loggable {
    if (SECRET.test(name)) return "[hidden]";
    const property = Object.getOwnPropertyDescriptor(value, name);
    return property !== undefined && "value" in property ? this.value(property.value, depth + 1) : "[getter]";
  }
}

function isSecretEntry(entry: unknown): boolean {
  const [name] = entry as [unknown];
  return typeof name === "string" && SECRET.test(name);
}

/** What the value itself says that it is in JSON: a date and a URL know better than their fields. */
function asJson(value: object): unknown {
  try {
    const { toJSON } = value as { toJSON?: unknown };
    return typeof toJSON === "function" ? toJSON.call(value) : value;
  } catch {
    return value;
  }
}

function kindOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? cut(name) : "Object";
}

const NO_DESCRIPTORS = new Set(["EMFILE", "ENFILE"]);

function describe(error: Error): string {
  let text = "";
  let at: unknown = error;
  for (let causes = 0; at instanceof Error && causes <= MAX_CAUSES; causes++, at = at.cause) {
    const { code } = at as { code?: unknown };
    if (causes === 0 && (typeof code === "string" || typeof code === "number")) text += `[${code}] `;
    // To read a stack takes descriptors, and the runtime ends the process when it has none.
    const stack = typeof code === "string" && NO_DESCRIPTORS.has(code) ? undefined : at.stack;
    text += causes === 0 ? cut(String(stack ?? at.message)) : `; caused by ${cut(String(at.message))}`;
  }
  return cut(text);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT).toWellFormed()}… ${text.length} in all`;
}
