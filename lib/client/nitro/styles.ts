/**
 * Style sheets that the server renders: `<style data-n2o-css="…">`, which a strict policy allows only as constructed ones.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

const sheets = new Map<string, CSSStyleSheet>();
const elements = document.getElementsByTagName("style");
let shown = "";

/** Makes the page's sheets those of its `style` elements, in their order. */
export function applySheets(): void {
  const texts = Array.from(elements, ({ dataset }) => dataset.n2oCss ?? "").filter(Boolean);
  if (shown === (shown = texts.join("\0"))) return;
  const mine = new Set(sheets.values());
  const others = document.adoptedStyleSheets.filter((sheet) => !mine.has(sheet));
  document.adoptedStyleSheets = [
    ...others,
    ...texts.map((css) => {
      let sheet = sheets.get(css);
      if (sheet === undefined) {
        sheets.set(css, sheet = new CSSStyleSheet());
        sheet.replaceSync(css);
      }
      return sheet;
    }),
  ];
}
