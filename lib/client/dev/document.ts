/**
 * Whether the page's document is still what its server gives: a page that is drawn by its server need not be loaded anew for most changes,
 * but for those of its document.
 *
 * @module
 */
/// <reference lib="dom" />

let known: Promise<string | undefined> | undefined;

/** Notes what the document is now. */
export function noteDocument(): void {
  known = load();
}

/** Whether it has become another one. One that is another one each time has not. */
export async function isDocumentChanged(): Promise<boolean> {
  const [before, now] = await Promise.all([known, load()]);
  if (before === undefined || now === undefined || before === now) return false;
  const again = await load();
  known = Promise.resolve(again);
  return again === now;
}

/** The document without what the dev server puts into it. */
async function load(): Promise<string | undefined> {
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) return undefined;
    return (await response.text()).replace(/<script [^>]*data-n2o-dev="[^"]*"><\/script>/, "");
  } catch {
    return undefined;
  }
}
