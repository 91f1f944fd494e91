/**
 * The page around a document.
 *
 * @module
 */
import { escapeAttribute, escapeText } from "../../../protocols/nitro/escape/html.ts";
import { version } from "../version.ts";
import { contents } from "./contents.ts";
import type { Heading } from "./markdown.ts";
import type { Hit } from "./search.ts";

/** What a page shows. */
export interface Shown {
  /** Its title. */
  readonly title: string;
  /** Its text as HTML. */
  readonly html: string;
  /** Its path, for the navigation to show where one is. */
  readonly path?: string;
  /** Its headings, for the table of contents. */
  readonly headings?: readonly Heading[];
  /** What was looked for. */
  readonly query?: string;
  /** Whether there is a reference of the exports. */
  readonly reference?: boolean;
}

/** A whole page. */
export function page({ title, html, path, headings = [], query = "", reference = false }: Shown): string {
  const outline = tableOfContents(headings);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title === "" ? "N2O" : `${title} · N2O`)}</title>
<link rel="icon" href="/-/icon.svg">
<link rel="stylesheet" href="/-/style.css">
<script src="/-/script.js" defer></script>
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<header class="bar">
<button class="open" popovertarget="menu">Documents</button>
<a class="brand" href="/">N2O <small>${escapeText(version)}</small></a>
<form action="/search" role="search">
<input type="search" name="q" value="${
    escapeAttribute(query)
  }" placeholder="Search" aria-label="Search the documents" maxlength="200" required>
</form>
${outline === "" ? "" : '<button class="open" popovertarget="outline">On this page</button>'}
</header>
<div class="columns">
<nav id="menu" class="side" popover aria-label="Documents">${navigation(path, reference)}</nav>
<main id="text">${html}</main>
${outline === "" ? "" : `<nav id="outline" class="side" popover aria-label="On this page">${outline}</nav>`}
</div>
</body>
</html>
`;
}

function navigation(path: string | undefined, reference: boolean): string {
  const groups = contents.map(({ name, entries }) => {
    const items = entries.map((entry) => {
      const here = entry.path === path ? ' aria-current="page"' : "";
      return `<li><a href="/${escapeAttribute(entry.path)}"${here}>${escapeText(entry.name)}</a></li>`;
    });
    return `<h2>${escapeText(name)}</h2><ul>${items.join("")}</ul>`;
  });
  if (reference) groups.push('<h2>Exports</h2><ul><li><a href="/reference/">Every export</a></li></ul>');
  return groups.join("");
}

function tableOfContents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ depth }) => depth === 2 || depth === 3);
  if (shown.length < 2) return "";
  const items = shown.map(({ depth, text, id }) =>
    `<li class="depth-${depth}"><a href="#${escapeAttribute(id)}">${escapeText(text)}</a></li>`
  );
  return `<h2>On this page</h2><ul>${items.join("")}</ul>`;
}

/** What was found, as a page's text. */
export function results(query: string, hits: readonly Hit[]): string {
  const head = query === "" ? "Search" : `Search: ${query}`;
  const items = hits.map(({ path, document, heading, id, excerpt }) => {
    const text = excerpt.map((piece, at) =>
      at % 2 === 1 ? `<mark>${escapeText(piece)}</mark>` : escapeText(piece)
    );
    const link = `/${path}#${encodeURIComponent(id)}`;
    return `<li><a href="${escapeAttribute(link)}">${escapeText(heading)}</a> <small>${
      escapeText(document)
    }</small><p>${text.join("")}</p></li>`;
  });
  const none = query === "" ? "" : "<p>Nothing has all these words. Fewer words find more.</p>";
  return `<h1>${escapeText(head)}</h1>${
    items.length === 0 ? none : `<ul class="hits">${items.join("")}</ul>`
  }`;
}
