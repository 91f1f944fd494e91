/**
 * The recorded vectors' tagged rendering of terms, read into terms.
 *
 * @module
 */
import { atom, Bits, Charlist, float, ImproperList, map, type Term, tuple } from "../lib/term.ts";

/** A term as the vectors write it: an object with one key that names its type. */
export type Tagged = Readonly<Record<string, unknown>>;

/** Bytes of their hexadecimal digits. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

/** The hexadecimal digits of bytes. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The term that a tagged rendering stands for. */
export function termOf(tagged: Tagged): Term {
  const [[tag, value]] = Object.entries(tagged) as [[string, unknown]];
  switch (tag) {
    case "int": {
      const n = BigInt(value as string);
      return Number.isSafeInteger(Number(n)) ? Number(n) : n;
    }
    case "float": {
      const n = new DataView(bytesOf(tagged.bits as string).buffer).getFloat64(0);
      return Number.isInteger(n) ? float(n) : n;
    }
    case "atom":
      return value === "true" ? true : value === "false" ? false : atom(value as string);
    case "binary":
      return bytesOf(value as string);
    case "bitstring": {
      const [hex, size] = value as [string, number];
      return new Bits(bytesOf(hex), size);
    }
    case "string":
      return new Charlist(bytesOf(value as string));
    case "nil":
      return [];
    case "list":
      return (value as Tagged[]).map(termOf);
    case "improper": {
      const [elements, tail] = value as [Tagged[], Tagged];
      return new ImproperList(elements.map(termOf), termOf(tail));
    }
    case "tuple":
      return tuple(...(value as Tagged[]).map(termOf));
    case "map":
      return map((value as [Tagged, Tagged][]).map(([key, value]) => [termOf(key), termOf(value)] as const));
  }
  throw new Error(`a vector has a term of an unknown type, ${tag}`);
}

/** Reads one of the vectors' files. */
export async function vectors<T>(name: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(new URL(`./vectors/${name}.json`, import.meta.url)));
}
