/**
 * Templates in Django's template language, the role of DTL in N2O: HTML files with variables, for pages and for parts of pages.
 *
 * The package behind it is liquidjs. It was chosen among those of npm for these reasons:
 *
 * - it is kept: 68 releases of its tenth version, the last one of the year of this choice, and what was reported against it (paths that
 *   left the folder, memory that was not counted) was mended in days. nunjucks, which is nearer to Jinja than to Django, had its last
 *   stable release in 2023; swig and plate are given up;
 * - it runs without `eval` and without `new Function` (nunjucks, eta and vento make JavaScript text of a template), so that a template is
 *   data and never code;
 * - it renders without promises, as NITRO's drawing does;
 * - it is one script of 180 KB with one small dependency for its command line (minijinja is 3 MB of WebAssembly, twing 3 MB with fifteen
 *   dependencies);
 * - `{{ value|filter:"argument" }}`, `{% if %}`, `{% for %}` are Django's own notation, and its tags, filters, variables, output and files
 *   can be replaced one by one. Here all of them are, by Django's, so that a template can say what is in the lists below and nothing else,
 *   and the package opens no file.
 *
 * **Tags**: `extends`, `block` (with `block.super`), `include` (`with`, `only`), `if`/`elif`/`else`, `ifequal`, `ifnotequal`,
 * `for`/`empty` (with `forloop`, `reversed`, several names), `with`, `cycle`, `firstof`, `filter`, `autoescape`, `spaceless`, `now`,
 * `comment`, `verbatim`, and `{# … #}`.
 *
 * **Filters**: `add addslashes capfirst center cut date default default_if_none dictsort dictsortreversed divisibleby escape escapejs
 * filesizeformat first floatformat force_escape join last length length_is linebreaks linebreaksbr ljust lower pluralize rjust safe slice
 * slugify striptags time title truncatechars truncatewords upper urlencode wordcount yesno`.
 *
 * Everything is escaped for HTML (`& < > " '`) where it is put out, but for elements, `raw()` and what `safe` marks. A URL that a visitor
 * wrote needs more than that: use the element `link` for it, which looks at its scheme. Of objects only own properties are seen, and
 * nothing is called. `empty` and `blank` cannot be variables' names: the package reads them as words of its own.
 *
 * @module
 */
import { createLogger, type Logger } from "../../lib/log.ts";
import { NitroError } from "./error.ts";
import { render, type RenderOptions } from "./render.ts";
import { type Bindings, dtl, type TemplateSet } from "./templates_dtl.ts";
import { placed } from "./templates/place.ts";
import { Rendering, type RenderLimits, TemplateContext } from "./templates/rendering.ts";
import { Shelf } from "./templates/shelf.ts";
import { EmbeddedSource, FolderSource, type Source } from "./templates/source.ts";
import { renderCompiled } from "./templates/tags/inheritance.ts";
import type { Drawing, Element } from "./parts.ts";

export type { TemplateFault } from "./templates/place.ts";
export type { Bindings, Drawing, Element, Logger, NitroError, RenderLimits, RenderOptions, TemplateSet };

/** Options of {@linkcode createTemplates}: either `folder` or `embedded`, and what differs from the defaults. */
export interface TemplateOptions extends Partial<RenderLimits> {
  /** The folder with the templates. It needs the permission to be read, and nothing outside it does. */
  readonly folder?: string | URL;
  /** The templates' texts by their names, for a program in one file. */
  readonly embedded?: ReadonlyMap<string, string>;
  /** What a name without an extension gets. @default ".html" */
  readonly extension?: string;
  /**
   * How old the last look at a template's file may be when it is used. A change is seen after so long; `Infinity` looks once. A look takes
   * microseconds, and between two of them a rendering touches no file.
   *
   * @default 500
   */
  readonly recheckMs?: number;
  /** How large a template may be, in bytes. @default 262_144 */
  readonly maxBytes?: number;
  /** The time zone in which dates are told. @default "UTC" */
  readonly timeZone?: string;
  /** Where a line is written when a changed template has an error and the one before it goes on serving. @default stderr */
  readonly log?: Logger;
}

/**
 * Templates: see {@linkcode createTemplates}.
 *
 * @example
 * ```ts
 * import { render, span } from "@n2o/n2o/nitro";
 * import { createTemplates, type Templates } from "@n2o/n2o/nitro/templates";
 *
 * const templates: Templates = createTemplates({ embedded: new Map([["hello.html", "Hello {{ who }}!"]]) });
 * const { html } = render(templates.element("hello", { who: span({ body: "Ada" }) }));
 * if (html !== "Hello <span>Ada</span>!") throw new Error(html);
 * ```
 */
export class Templates implements TemplateSet {
  readonly #shelf: Shelf;
  readonly #limits: RenderLimits;

  /** See {@linkcode createTemplates}. */
  constructor(options: TemplateOptions) {
    const { maxDepth = 20, maxLoops = 100_000, maxOutput = 4_194_304, recheckMs = 500 } = options;
    const { extension = ".html", timeZone = "UTC", log = createLogger() } = options;
    const { maxBytes = 262_144 } = options;
    for (const [name, value] of Object.entries({ maxDepth, maxLoops, maxOutput, maxBytes, recheckMs })) {
      if (!(value >= (name === "recheckMs" ? 0 : 1))) {
        throw new NitroError("bad_option", `${name} is no limit: ${value}`, value);
      }
    }
    this.#limits = { maxDepth, maxLoops, maxOutput };
    this.#shelf = new Shelf(sourceOf(options, maxBytes), {
      extension,
      recheckMs,
      timeZone: knownZone(timeZone),
      log,
    });
  }

  /**
   * The HTML of a template. Elements among its bindings are drawn for the page that `options` name.
   *
   * Throws a `NitroError`: `template_missing`, `template_error` with file and line, and what drawing elements throws; elements that wire
   * something need {@linkcode element}.
   */
  render(name: string, bindings: Bindings = {}, options: RenderOptions = {}): string {
    const { html, actions, operations } = render(this.element(name, bindings), options);
    if (actions === "" && operations.length === 0) return html;
    throw new NitroError(
      "template_error",
      `${name}: an element among the bindings wires something; use element() and put the template into a page`,
      { file: name, line: undefined },
    );
  }

  /** The template as an element, as {@linkcode dtl} makes it. */
  element(name: string, bindings: Bindings = {}): Element {
    return dtl({ templates: this, file: name, bindings });
  }

  /** The HTML of a template, whose elements are drawn into `out`. */
  draw(name: string, bindings: Bindings, out: Drawing): string {
    try {
      this.#shelf.asOf = out.host.asOf ?? 0;
      const compiled = this.#shelf.load(name);
      const { liquid } = this.#shelf;
      const rendering = new Rendering(this.#limits, out);
      const variables = bindings instanceof Map ? Object.fromEntries(bindings) : bindings;
      const output = rendering.output();
      renderCompiled(compiled, this.#shelf, new TemplateContext(liquid, variables, rendering), output);
      for (const fault of this.#shelf.faults.splice(0)) out.host.report?.(fault);
      return output.buffer;
    } catch (error) {
      throw placed(error, name);
    }
  }
}

/**
 * Opens templates. Each is read when it is used first, kept, and read anew when its file has changed; one that then has an error is told to
 * the log, and the one before it goes on serving. Names are relative to the folder and stay in it: no `..`, no link that leads out.
 *
 * Throws a `NitroError` with the code `bad_option`.
 *
 * @example
 * ```ts
 * import { createTemplates } from "@n2o/n2o/nitro/templates";
 *
 * const templates = createTemplates({
 *   embedded: new Map([
 *     ["base.html", "<title>{% block title %}Chat{% endblock %}</title>"],
 *     ["room.html", '{% extends "base.html" %}{% block title %}{{ room|upper }} - {{ block.super }}{% endblock %}'],
 *   ]),
 * });
 * const html = templates.render("room", { room: "<lobby>" });
 * if (html !== "<title>&lt;LOBBY&gt; - Chat</title>") throw new Error(html);
 * ```
 */
export function createTemplates(options: TemplateOptions): Templates {
  return new Templates(options);
}

function sourceOf({ folder, embedded }: TemplateOptions, maxBytes: number): Source {
  if ((folder === undefined) === (embedded === undefined)) {
    throw new NitroError("bad_option", "templates come from a folder or are embedded: give one of both");
  }
  return folder === undefined ? new EmbeddedSource(embedded!, maxBytes) : new FolderSource(folder, maxBytes);
}

function knownZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new NitroError("bad_option", `there is no time zone ${JSON.stringify(timeZone)}`, timeZone);
  }
  return timeZone;
}
