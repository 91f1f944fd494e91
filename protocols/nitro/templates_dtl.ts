/**
 * The element `dtl`: a template that stands in a page. The templates themselves, and the package that reads them, are in the entry
 * `./nitro/templates`; this file needs none.
 *
 * @module
 */
import { Atom } from "../../lib/term.ts";
import { NitroError } from "./error.ts";
import { escapeScript } from "./escape/javascript.ts";
import { declare, type Drawing, type ElementFunction, Raw } from "./parts.ts";

/** What the variables of a template are: text, numbers, lists, maps and objects of these, and elements, which are drawn where they stand. */
export type Bindings = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

/** Templates that can be drawn, as `createTemplates` of `./nitro/templates` makes them. */
export interface TemplateSet {
  /** The HTML of a template. The elements among its bindings are drawn into `out`, which gets what they wire. */
  draw(name: string, bindings: Bindings, out: Drawing): string;
}

/** The fields of {@linkcode dtl}. */
export interface DtlFields {
  /** The templates of which it is one. */
  readonly templates: TemplateSet;
  /** Its name in their folder, the extension may be left out. @default "index" */
  readonly file?: string | Atom;
  /** Its variables. @default none */
  readonly bindings?: Bindings;
  /** Whether the HTML is escaped for a string in JavaScript. @default false */
  readonly jsEscape?: boolean;
}

const NONE: Bindings = {};

/**
 * A template in Django's template language.
 *
 * Throws a `NitroError` with the code `template_missing` or `template_error`.
 *
 * @example
 * ```ts
 * import { dtl, link, render } from "@n2o/n2o/nitro";
 * import { createTemplates } from "@n2o/n2o/nitro/templates";
 *
 * const templates = createTemplates({ embedded: new Map([["hello.html", "<p>Hello {{ who }}, {{ way }}</p>"]]) });
 * const { html } = render(dtl({ templates, file: "hello", bindings: { who: "<Ada>", way: link({ url: "/in", body: "come in" }) } }));
 * if (html !== '<p>Hello &lt;Ada&gt;, <a href="/in">come in</a></p>') throw new Error(html);
 * ```
 */
export const dtl: ElementFunction<DtlFields> = declare<DtlFields>("dtl", (fields, out) => {
  const { templates, file = "index", bindings = NONE, jsEscape = false } = fields;
  if (typeof templates?.draw !== "function") {
    throw new NitroError(
      "bad_field",
      "dtl: templates is missing; createTemplates of ./nitro/templates makes them",
    );
  }
  const html = templates.draw(file instanceof Atom ? file.name : file, bindings, out);
  out.body(new Raw(jsEscape ? escapeScript(html) : html));
});
