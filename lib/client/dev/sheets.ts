/**
 * Style sheets that are loaded anew while the page stays as it is.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What a sheet's address has behind it, so that it is another one. */
const VERSION = "n2o-dev";
/** The links that are on their way, by those that they are to replace. */
const coming = new Map<HTMLLinkElement, HTMLLinkElement>();

/** Replaces the sheets of these paths; those that import one of them, too. A sheet goes when its successor has been loaded. */
export async function renewSheets(paths: readonly string[]): Promise<void> {
  const wanted = new Set(paths.map((path) => new URL(path, location.origin).pathname));
  const links = linksIn(document).filter((link) => ![...coming.values()].includes(link));
  for (const link of links) {
    const imported = importsOf(link.sheet).filter((url) => wanted.has(url.pathname));
    // What is imported is taken from the browser's cache: there it has to be new.
    await Promise.all(imported.map((url) => fetch(url, { cache: "reload" }).catch(() => {})));
    const url = new URL(link.href, document.baseURI);
    if (url.origin === location.origin && (imported.length > 0 || wanted.has(url.pathname))) renew(link, url);
  }
}

function renew(old: HTMLLinkElement, url: URL): void {
  coming.get(old)?.remove();
  const next = old.cloneNode() as HTMLLinkElement;
  url.searchParams.set(VERSION, Date.now().toString(36) + Math.floor(Math.random() * 1e6).toString(36));
  next.href = url.href;
  // It was that of the text before.
  next.removeAttribute("integrity");
  coming.set(old, next);
  next.addEventListener("load", () => {
    if (coming.get(old) !== next) return;
    coming.delete(old);
    old.remove();
  });
  next.addEventListener("error", () => {
    if (coming.get(old) === next) coming.delete(old);
    next.remove();
  });
  old.after(next);
}

/** The links to style sheets, those in open shadow roots included. */
function linksIn(root: Document | ShadowRoot): HTMLLinkElement[] {
  const found = [...root.querySelectorAll<HTMLLinkElement>("link[rel~=stylesheet][href]")];
  for (const { shadowRoot } of root.querySelectorAll("*")) {
    if (shadowRoot !== null) found.push(...linksIn(shadowRoot));
  }
  return found;
}

/** The addresses of all sheets that a sheet imports, directly or not. */
function importsOf(sheet: CSSStyleSheet | null, depth = 0): URL[] {
  if (sheet === null || depth > 8) return [];
  let rules: CSSRuleList;
  try {
    rules = sheet.cssRules;
  } catch {
    // That of another origin does not tell.
    return [];
  }
  const found: URL[] = [];
  for (const rule of rules) {
    if (!(rule instanceof CSSImportRule)) continue;
    found.push(new URL(rule.href, sheet.href ?? document.baseURI), ...importsOf(rule.styleSheet, depth + 1));
  }
  return found;
}
