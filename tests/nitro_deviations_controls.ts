/**
 * Where the controls differ from what the original renders, and why. Every other recorded row equals byte for byte.
 *
 * @module
 */
import type { ElementRow } from "./nitro_vector.ts";

/** A row that is rendered in another way. */
export interface ControlDeviation {
  /** What differs. */
  readonly what: string;
  /** Why. */
  readonly why: string;
  /** How many rows it is about. */
  readonly count: number;
  /** Whether it is about a row. */
  readonly of: (row: ElementRow) => boolean;
  /** The HTML that is rendered in place of the recorded one. */
  readonly html?: (recorded: string) => string;
  /** The JavaScript that is wired in place of the recorded one. */
  readonly actions?: (recorded: string) => string;
}

const crashes: Readonly<Record<string, string>> = {
  "comboLookupEdit without form": '<div id="ce" data-edit-input="data-edit-input" multiple="false">' +
    '<div style="display: flex; position: relative; width: 100%; justify-content: center;"><input id="ci" type="text"/></div></div>',
  "comboLookupEdit form without body": '<div id="ce" data-edit-input="data-edit-input" multiple="false">' +
    '<div style="display: flex; position: relative; width: 100%; justify-content: center;"><input id="ci" type="text"/>' +
    '<div id="ci_form" class="dropdown-content dropdown-content-form"><div class="dropdown-item"><div></div></div></div></div></div>',
  "multipleInput atom ids": '<div id="mi" data-vector-input="data-vector-input"><div class="multi-input" ' +
    'style="display: flex; width: 100%; justify-content: center;"><input id="mii"/><a class="button sgreen add-btn" ' +
    'style="min-width: 40px; text-align: center; height: fit-content; margin-left: 5px;" href="javascript:void(0);" ' +
    `onclick="addSortableItemFrom('#mi_list', 'mii')">+</a></div><div id="mi_list" data-sortable-list="data-sortable-list"></div></div>`,
  "sortable_list values undefined": '<div id="sl" data-sortable-list="data-sortable-list"></div>',
};

const lookup = (id: string, feed: string, outer = "") =>
  `<div id="lookup_${id}" class="dropdown"${outer}><input class="column" id="${id}" autocomplete="off" type="comboLookup" ` +
  ["keyup", "keydown"].map((name) =>
    `on${name}="comboLookup${name[0].toUpperCase()}${name.slice(1)}('${id}','${id}','${feed}','')" `
  ).join("") +
  `onchange="comboLookupChange('${id}')"/><div class="triangle" onclick="comboLookupClick('${id}','${id}','${feed}','')"></div>` +
  `<div id="comboContainer_${id}" class="dropdown-content"></div><a class="button sgreen delete-btn" ` +
  'style="min-width: 40px; text-align: center; height: fit-content; margin-left: 5px;" href="javascript:void(0);" ' +
  `onclick="clearInput('${id}')"></a></div>`;

/** An input with two bound terms; the id of a search is written `<UID>`. */
const TWICE = /(<input(?:[^>"]|"[^"]*")* data-bind=(?:[^>"]|"[^"]*")*) data-bind="[^"]*"/;

/** The deviations. A row may have several. */
export const controlDeviations: readonly ControlDeviation[] = [
  {
    what: "quotes in attributes stand as they are",
    why:
      "in HTML a backslash before a quote is part of the JavaScript, which it breaks; an update's JavaScript is escaped as a whole",
    count: 18,
    of: ({ html, case: name }) =>
      html?.includes("\\'") === true && !name.includes("quote in id") && !name.endsWith("show_if false"),
    html: (html) => html.replaceAll("\\'", "'"),
  },
  {
    what: 'inputs have no multiple="false"',
    why: "the attribute by itself says yes, whatever its value",
    count: 21,
    of: ({ html, case: name }) =>
      html?.includes("<input") === true && html.includes(' multiple="false"') &&
      !name.includes("quote in id") &&
      !name.endsWith("show_if false"),
    html: (html) => html.replaceAll(/(<input[^>]*) multiple="false"/g, "$1"),
  },
  {
    what: "data-bind is written once",
    why: "an attribute that is there twice is an error of the page; browsers drop the second one",
    count: 2,
    of: ({ html }) => html !== undefined && TWICE.test(html),
    html: (html) => html.replace(TWICE, "$1"),
  },
  {
    what: "what showIf hides is not there",
    why: "the original draws it all the same",
    count: 1,
    of: ({ case: name }) => name === "comboLookup show_if false",
    html: () => "",
  },
  {
    what: "an id with a quote is escaped for the JavaScript in which it stands",
    why: "the original's quote ends the text there",
    count: 1,
    of: ({ case: name }) => name.includes("quote in id"),
    html: () =>
      lookup("c'l", "f&quot;x").replaceAll("('c'l'", "('c\\'l'").replaceAll(",'c'l',", ",'c\\'l',")
        .replaceAll("f&quot;x','')", "f\\&quot;x','d')"),
  },
  {
    what: "a calendar begins with no day, and without a first and a last one",
    why:
      "the original's defaults are 2020-02-02 between 2009-04-04 and 2019-02-02: the last day clamps its own value",
    count: 3,
    of: ({ element, fields }) =>
      element === "calendar" && fields?.id !== undefined && fields.value === undefined,
    actions: (js) =>
      js.replace("defaultDate: new Date(2020,1,2)", "defaultDate: ''").replace("new Date(2009, 3, 4)", "null")
        .replace("maxDate: new Date(2019,1,2)", "maxDate: null"),
  },
  {
    what: "a calendar has no body",
    why: "an input has no end tag",
    count: 1,
    of: ({ case: name }) => name === "calendar own",
    html: (html) => html.replace(">x</input>", "/>"),
  },
  {
    what: "a form's validation is wired once",
    why: "the original renders the form twice",
    count: 1,
    of: ({ case: name }) => name === "comboLookupEdit field validation",
    actions: (js) => js.slice(0, js.length / 2),
  },
  {
    what: "what crashes the original is drawn",
    why: "a form may be missing or empty, ids may be atoms, and a list may have no values",
    count: 4,
    of: ({ error, case: name }) => error !== undefined && Object.hasOwn(crashes, name),
    html: () => "",
  },
  {
    what: "koatuu is a lookup over the feed koatuu",
    why: "the original's is a stub that crashes",
    count: 2,
    of: ({ element }) => element === "koatuu",
    html: () => `<div id="koatuu_ko">${lookup("ko", "koatuu")}</div>`,
  },
];

/** What is drawn where the original crashes. */
export function drawnInstead(row: ElementRow): string | undefined {
  return row.error === undefined ? undefined : crashes[row.case];
}
