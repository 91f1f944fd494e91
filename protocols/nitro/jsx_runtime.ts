/**
 * JSX over NITRO's elements: `<button id="send" postback={atom("chat")} source={["message"]}>Chat</button>` is
 * `button({ id: "send", postback: atom("chat"), source: ["message"], body: "Chat" })`.
 *
 * A file takes it by a comment on top that says `@jsxImportSource @n2o/n2o/nitro`, all files by `"jsx": "react-jsx"` and
 * `"jsxImportSource": "@n2o/n2o/nitro"` in the `compilerOptions` of `deno.json`.
 *
 * - The names are the elements' (`panel`, `link`, `image`, `metaLink`), and the attributes their fields (`class`, `dataFields`, `showIf`);
 *   `a` and `img` are taken for `link` and `image`, too, since linters know HTML's `link` as a tag without a body.
 *   Editors and `deno check` know both: an attribute that an element does not have is an error. Tags that are no elements of NITRO's are
 *   written `<element htmlTag="strong">`.
 * - What stands between the tags is the element's `body`. Text in it is escaped as everywhere; `raw()` marks what is not to be.
 * - `data-…` and `aria-…` become `dataFields` and `ariaStates`.
 * - A function with a capital letter is a component: it gets its attributes and `children`, and gives what may stand in a body.
 * - Attributes hold values. There is no JavaScript in them, but for the fields of elements that say so; events are `postback`s.
 *
 * @example
 * ```ts
 * import { render } from "@n2o/n2o/nitro";
 * import { Fragment, jsx, jsxs } from "@n2o/n2o/nitro/jsx-runtime";
 *
 * // what the compiler makes of <><h1>{"a < b"}</h1><panel id="x" data-n="1">text</panel></>
 * const page = jsxs(Fragment, { children: [jsx("h1", { children: "a < b" }), jsx("panel", { id: "x", "data-n": 1, children: "text" })] });
 * const { html } = render(page);
 * if (html !== '<h1>a &lt; b</h1><div id="x" data-n="1">text</div>') throw new Error(html);
 * ```
 *
 * @module
 */
import { NitroError } from "./error.ts";
import { elements } from "./elements/mod.ts";
import { type Body, declare, Element, type ElementFunction } from "./parts.ts";

export type { Body, Element, ElementFunction };

/** Every element by its name in JSX: those of {@linkcode elements}, and HTML's names for two of them. */
export type Elements = typeof elements & {
  readonly a: typeof elements.link;
  readonly img: typeof elements.image;
};

/** The names among {@linkcode Elements} that make elements. */
export type ElementName = {
  [K in keyof Elements]: Elements[K] extends (fields?: infer F) => Element ? F extends object ? K : never
    : never;
}[keyof Elements];

/** An element's fields, and what stands between its tags when it has a body. */
export type Attributes<E> = E extends (fields?: infer F) => Element
  ? NonNullable<F> extends { readonly body?: infer B } ? NonNullable<F> & { readonly children?: B }
  : NonNullable<F>
  : never;

/** What a function component gets: its attributes, and what stands between its tags. */
export type Props<P extends object = Record<never, never>> = P & { readonly children?: Body };

/** A function component. */
export type Component<P extends object = Record<never, never>> = (props: P) => Body;

/** What TypeScript asks of a JSX runtime. */
export declare namespace JSX {
  /** What an expression in JSX gives. */
  type Element = import("./parts.ts").Element;
  /** What may stand as a tag: an element's name, or a function component. */
  type ElementType = ElementName | ((props: never) => Body);
  /** The elements, and their attributes. */
  type IntrinsicElements = { [K in ElementName]: Attributes<Elements[K]> };
  /** What every tag may have: the key that linters ask for; it has no meaning here. */
  interface IntrinsicAttributes {
    /** Ignored. */
    key?: string | number;
  }
  /** Where what stands between the tags goes. */
  interface ElementChildrenAttribute {
    /** Its name. */
    children: unknown;
  }
}

type Given = Readonly<Record<string, unknown>>;

const BY_NAME: ReadonlyMap<string, ElementFunction<object>> = new Map(
  Object.entries({ ...elements, a: elements.link, img: elements.image } as Record<string, unknown>)
    .filter((entry): entry is [string, ElementFunction<object>] => isElementFunction(entry[1])),
);

const fragment = declare<{ readonly children?: Body }>("fragment", ({ children }, out) => out.body(children));

/**
 * `<>…</>`: what stands in it, without a tag around.
 *
 * @example
 * ```ts
 * import { render } from "@n2o/n2o/nitro";
 * import { Fragment, jsx, jsxs } from "@n2o/n2o/nitro/jsx-runtime";
 *
 * // <><b>1</b>2</>
 * const { html } = render(jsxs(Fragment, { children: [jsx("element", { htmlTag: "b", children: "1" }), 2] }));
 * if (html !== "<b>1</b>2") throw new Error(html);
 * ```
 */
export function Fragment({ children }: { readonly children?: Body }): Element {
  return fragment({ children });
}

/**
 * Makes the element that a tag stands for; compilers put calls of it in the place of JSX.
 *
 * Throws a `NitroError`: `bad_element` for a name that is no element's, `bad_field` for `children` beside a `body`, and for attributes with
 * a hyphen that are neither `data-…` nor `aria-…`.
 *
 * @example
 * ```ts
 * import { render } from "@n2o/n2o/nitro";
 * import { jsx } from "@n2o/n2o/nitro/jsx-runtime";
 *
 * // <h1>Hello</h1>
 * const { html } = render(jsx("h1", { children: "Hello" }));
 * if (html !== "<h1>Hello</h1>") throw new Error(html);
 * ```
 */
export function jsx(type: string | Component<never> | ElementFunction<object>, props: object): Element {
  if (typeof type === "string") return made(type, named(type), props as Given);
  if (isElementFunction(type)) return made(type.kind.name, type, props as Given);
  const body = (type as Component<object>)(props);
  return body instanceof Element ? body : fragment({ children: body });
}

/**
 * {@linkcode jsx} for tags with several children.
 *
 * @example
 * ```ts
 * import { render } from "@n2o/n2o/nitro";
 * import { jsxs } from "@n2o/n2o/nitro/jsx-runtime";
 *
 * // <p>Hello, {"Ada"}</p>
 * const { html } = render(jsxs("p", { children: ["Hello, ", "Ada"] }));
 * if (html !== "<p>Hello, Ada</p>") throw new Error(html);
 * ```
 */
export const jsxs: typeof jsx = jsx;

function isElementFunction(value: unknown): value is ElementFunction<object> {
  return typeof value === "function" && "kind" in value && "draw" in (value.kind as object);
}

function named(name: string): ElementFunction<object> {
  const found = BY_NAME.get(name);
  if (found !== undefined) return found;
  throw new NitroError("bad_element", `there is no element ${name}; use <element htmlTag="${name}">`, name);
}

function made(name: string, make: ElementFunction<object>, { children, ...fields }: Given): Element {
  let given: Record<string, unknown> = fields;
  for (const key in fields) {
    if (key.includes("-")) {
      given = hyphenated(name, fields);
      break;
    }
  }
  if (children !== undefined) {
    if (given.body !== undefined) {
      throw new NitroError("bad_field", `${name} has both a body and children`, name);
    }
    given.body = children;
  }
  return make(given);
}

/** Attributes `data-…` and `aria-…` after those that the fields for them name. */
function hyphenated(name: string, fields: Given): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  const data: [string, unknown][] = [];
  const aria: [string, unknown][] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith("data-")) data.push([key, value]);
    else if (key.startsWith("aria-")) aria.push([key, value]);
    else if (key.includes("-")) throw new NitroError("bad_field", `${name} has no attribute ${key}`, key);
    else given[key] = value;
  }
  if (data.length > 0) given.dataFields = [...pairs(given.dataFields), ...data];
  if (aria.length > 0) given.ariaStates = [...pairs(given.ariaStates), ...aria];
  return given;
}

function pairs(attributes: unknown): (readonly [unknown, unknown])[] {
  if (attributes === undefined || attributes === null) return [];
  return Array.isArray(attributes) ? attributes : Object.entries(attributes as object);
}
