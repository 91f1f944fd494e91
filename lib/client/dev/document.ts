/**
 * Whether the page's document is still what its server gives: a page that is drawn by its server need not be loaded anew for most changes,
 * but for those of its document.
 *
 * @module
 */
/// <reference lib="dom" />

const LATER_MS = 700;
const GONE = "";
let asked = 0;
let known: Promise<string | undefined> | undefined;
let address: string;

/** Notes what the document is now. */
export function noteDocument(): void {
  known = load();
  address = addressOf();
}

/** Whether it has become another one, at once or soon. One that is another one each time has not. */
export async function isDocumentChanged(): Promise<boolean> {
  const mine = ++asked;
  if (await isOther()) return true;
  // A server may look at a template's file only now and then.
  await later();
  return mine === asked && await isOther();
}

/** Whether there is a document at the page's address. */
export async function isDocumentThere(): Promise<boolean> {
  const document = await load();
  return document !== undefined && document !== GONE;
}

async function isOther(): Promise<boolean> {
  const [before, now] = await Promise.all([known, load()]);
  if (before === undefined || now === undefined || before === now) return false;
  // A script has given the page an address that the server need not know.
  if (now === GONE && addressOf() !== address) return false;
  // What is away for a moment is being saved.
  if (now === GONE) await later();
  const again = await load();
  if (now === GONE && again === before) return false;
  known = Promise.resolve(again);
  return again === now;
}

function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LATER_MS));
}

function addressOf(): string {
  return location.pathname + location.search;
}

/** The document without what the dev server puts into it; an empty one where there is none any more, `undefined` where that is not known. */
async function load(): Promise<string | undefined> {
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (response.status === 404 || response.status === 410) return GONE;
    if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) return undefined;
    return (await response.text()).replace(/<script [^>]*data-n2o-dev="[^"]*"><\/script>/, "");
  } catch {
    return undefined;
  }
}
