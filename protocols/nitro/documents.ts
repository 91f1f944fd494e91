/**
 * The documents at the pages' addresses.
 *
 * @module
 */
import type { FileHandler } from "../../lib/endpoints/http.ts";
import { escapeAttribute, escapeText } from "./escape/html.ts";
import { safeUrl } from "./escape/url.ts";
import type { DocumentRequest } from "./page.ts";
import type { NamedPage, Routes } from "./routes.ts";
import { atom } from "../../lib/term.ts";
import { HtmlDrawing } from "./drawing.ts";

/** What a page made of our own scripts and styles is held to. */
const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'self'";

/** Serves the document of each page that has one. */
export function documents(routes: Routes): FileHandler {
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const url = new URL(request.url);
    let route: string;
    try {
      route = decodeURIComponent(url.pathname.slice(1));
    } catch {
      return undefined;
    }
    const page = routes.at(route);
    if (page?.page.document === undefined) return undefined;
    // Relative, since a proxy may know the page by a longer path.
    const here = `.${url.pathname.slice(url.pathname.lastIndexOf("/"))}${url.search}`;
    const html = documentOf(page, { route, query: url.search.slice(1) }, here);
    return new Response(request.method === "HEAD" ? null : html, {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-cache",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
      },
    });
  };
}

function documentOf({ name, page }: NamedPage, request: DocumentRequest, here: string): string {
  const { title = "", lang = "en", styles = [], icon, logout = here, body } = page.document!;
  const drawing = new HtmlDrawing({
    mode: "operations",
    module: atom(name),
    // Events belong to a session, and there is none before the connection.
    pickle: () => "",
    temporaryId: () => "",
  });
  drawing.body(typeof body === "function" ? body(request) : body);
  const links = styles.map((href) => `<link rel="stylesheet" href="${escapeAttribute(href)}">`).join("");
  const sign = icon === undefined ? "" : `<link rel="icon" href="${escapeAttribute(icon)}">`;
  const root = `lang="${escapeAttribute(lang)}" data-n2o-logout="${escapeAttribute(safeUrl(logout))}"`;
  return `<!DOCTYPE html><html ${root}><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">` +
    `<title>${
      escapeText(title)
    }</title>${sign}${links}<script type="module" src="/n2o/nitro.js"></script></head>` +
    `<body>${drawing.html}</body></html>`;
}
