/**
 * What the page's module `/n2o/original.js` does: it connects a page whose server answers in JavaScript, runs what comes, and offers the
 * functions that the original's scripts offer to such code. It needs a policy that lets text be run.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { atom, bert, createClient, float, isTuple, list, type Term, text, tuple } from "../browser.ts";
import type { Client } from "../client.ts";
import { sourceOf } from "./sources.ts";

/** The connection. */
export const client: Client = createClient();

/** The class of what came as a string of Erlang's. */
const StringExt = bert.decode(Uint8Array.of(131, 107, 0, 1, 0)).constructor as new (
  bytes: Uint8Array,
) => Term;

function bin(value: unknown = ""): Term {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : value instanceof Uint8Array
    ? value
    : `${value}`;
}

function string(value: unknown): Term {
  const bytes = new TextEncoder().encode(`${value}`);
  return bytes.length > 0 && bytes.length < 65_536 ? new StringExt(bytes) : [...bytes];
}

/** Asks the fields' own listeners whether their values are right. */
function validateSources(ids: string[] = []): boolean {
  return ids.filter((id) => {
    const element = document.getElementById(id) as HTMLElement & { validation?: boolean } | null;
    if (!element?.validation) return false;
    const detail = sourceOf(id);
    return !element.dispatchEvent(
      new CustomEvent("validation", { bubbles: true, cancelable: true, detail }),
    );
  }).length === 0;
}

function send(data: Term): boolean {
  return client.send(data instanceof Uint8Array ? bert.decode(data) : data);
}

Object.assign(globalThis, {
  qi: (id: string) => document.getElementById(id),
  qs: (selector: string) => document.querySelector(selector),
  qa: (selector: string) => document.querySelectorAll(selector),
  qn: (name: string) => document.createElement(name),
  enc: bert.encode,
  dec: (data: ArrayBuffer) => bert.decode(new Uint8Array(data)),
  tuple,
  atom: (name: unknown) =>
    name === true || name === "true" || name !== false && name !== "false" && atom(`${name}`),
  bin,
  string,
  list: (...terms: Term[]) => terms,
  nil: () => [],
  number: Number,
  float,
  map: (...pairs: { k: Term; v: Term }[]) => new Map(pairs.map(({ k, v }) => [k, v])),
  querySource: sourceOf,
  querySourceRaw: sourceOf,
  validateSources,
  direct: (term: Term) => send(tuple(atom("direct"), term)),
  ws: { send },
});

client.on("term", (term) => {
  const code = isTuple(term, "io", 3) && (text(term[1]) ?? list(term[1])?.map(text).join(""));
  if (!code) return;
  try {
    // As the original, which does so in a function of its own.
    new Function(code)();
  } catch (error) {
    console.error("Eval failed:", error);
  }
});
client.connect();
