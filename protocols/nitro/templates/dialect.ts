/**
 * Django's template language: liquidjs with these tags and filters in the place of its own.
 *
 * @module
 */
import type { Filter, Filters } from "./filters/filter.ts";
import { markupFilters, textFilters } from "./filters/text.ts";
import { choiceFilters, dateFilters, listFilters, numberFilters } from "./filters/values.ts";
import type { Liquid, Tag } from "./liquid.ts";
import { Reader } from "./reader.ts";
import type { TemplateContext } from "./rendering.ts";
import { IfEqualTag, IfTag } from "./tags/branches.ts";
import { blockTag, extendsTag, includeTag, type Library } from "./tags/inheritance.ts";
import { ForTag } from "./tags/loop.ts";
import { AutoescapeTag, CommentTag, FilterTag, SpacelessTag, VerbatimTag, WithTag } from "./tags/scopes.ts";
import { CycleTag, FirstOfTag, nowTag } from "./tags/single.ts";
import { Element } from "../parts.ts";

/** How many members a range such as `(1..9)`, which the package reads too, may have. */
const MAX_RANGE = 10_000;

/** The reader of templates in this language. */
export function dialect(library: Library, timeZone: string): Liquid {
  const liquid = new Reader({
    fs: NO_FILES,
    relativeReference: false,
    strictFilters: true,
    ownPropertyOnly: true,
    memoryLimit: MAX_RANGE,
    globals: { True: true, False: false, None: null },
    outputEscape: function (this: { context: TemplateContext }, value: unknown) {
      return this.context.rendering.html(value);
    } as (value: unknown) => string,
  });
  for (const name of Object.keys(liquid.tags)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const [name, tag] of Object.entries(tagsOf(library, timeZone))) {
    liquid.registerTag(name, tag as typeof Tag & Made);
  }
  const all: Filters[] = [
    textFilters,
    markupFilters,
    listFilters,
    numberFilters,
    choiceFilters,
    dateFilters(timeZone),
  ];
  for (const filters of all) {
    for (const [name, filter] of Object.entries(filters)) liquid.registerFilter(name, handler(filter));
  }
  return liquid;
}

type Made = Parameters<Liquid["registerTag"]>[1];

function tagsOf(library: Library, timeZone: string): Record<string, unknown> {
  return {
    autoescape: AutoescapeTag,
    block: blockTag(library),
    comment: CommentTag,
    cycle: CycleTag,
    extends: extendsTag(library),
    filter: FilterTag,
    firstof: FirstOfTag,
    for: ForTag,
    if: IfTag,
    ifequal: IfEqualTag,
    ifnotequal: IfEqualTag,
    include: includeTag(library),
    now: nowTag(timeZone),
    raw: VerbatimTag,
    spaceless: SpacelessTag,
    with: WithTag,
  };
}

/** The filters of this library know their rendering, and get elements as the HTML that they are. */
function handler(filter: Filter) {
  return function (this: unknown, value: unknown, ...given: unknown[]): unknown {
    const { rendering } = (this as { context: TemplateContext }).context;
    return filter(value instanceof Element ? rendering.draw(value) : value, given, rendering);
  };
}

/** Templates are found by this library, which knows the limits; the package never looks for any. */
const NO_FILES = {
  exists: () => Promise.resolve(false),
  existsSync: () => false,
  readFile: () => Promise.reject(new Error("no files")),
  readFileSync: (): string => {
    throw new Error("no files");
  },
  resolve: (_folder: string, file: string) => file,
};

/** Where Django's language has what the package reads otherwise. Lines stay where they are. */
const OTHERWISE = /\{%\s*verbatim\s*%\}([\s\S]*?)\{%\s*endverbatim\s*%\}|\{#[^\n]*?#\}/g;

/** A template's text as the package reads it: without {# comments #}, and `verbatim` under its name there. */
export function translated(text: string): string {
  return text.replace(/^\ufeff/, "").replace(
    OTHERWISE,
    (_all, verbatim) => verbatim === undefined ? "" : `{% raw %}${verbatim}{% endraw %}`,
  );
}
