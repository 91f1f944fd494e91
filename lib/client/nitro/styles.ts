/**
 * Style sheets that the server renders: `<template data-n2o-css="…">`, since a strict policy allows only constructed ones, and no `style`
 * element, be it empty.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

const sheets = new Map<string, CSSStyleSheet>();
const elements = document.getElementsByTagName("template");
let shown = "";

/** Makes the page's sheets those of its elements, in their order. */
export function applySheets(): void {
  const given = [...elements].filter(({ dataset }) => dataset.n2oCss);
  if (shown === (shown = given.map(({ outerHTML }) => outerHTML).join())) return;
  const mine = new Set(sheets.values());
  document.adoptedStyleSheets = [
    ...document.adoptedStyleSheets.filter((sheet) => !mine.has(sheet)),
    ...given.map((element) => {
      const key = element.outerHTML;
      let sheet = sheets.get(key);
      if (!sheet) {
        sheets.set(key, sheet = new CSSStyleSheet({ media: element.getAttribute("media") ?? "" }));
        sheet.replaceSync(element.dataset.n2oCss!);
      }
      return sheet;
    }),
  ];
}
