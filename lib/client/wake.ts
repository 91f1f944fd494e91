/**
 * When a browser's page or network comes back.
 *
 * @module
 */

/** Calls back when the page is shown, thawed or online again, until the returned function is called. */
export function onWake(callback: () => void): () => void {
  const page = globalThis as unknown as Partial<EventTarget> & {
    document?: EventTarget & { hidden: boolean };
  };
  const shown = (): void => {
    if (!page.document!.hidden) callback();
  };
  // The first `pageshow` is the page's own start.
  const restored = (event: Event): void => {
    if ((event as Event & { persisted?: boolean }).persisted) callback();
  };
  page.addEventListener?.("online", callback);
  page.addEventListener?.("pageshow", restored);
  page.document?.addEventListener("visibilitychange", shown);
  page.document?.addEventListener("resume", callback);
  return () => {
    page.removeEventListener?.("online", callback);
    page.removeEventListener?.("pageshow", restored);
    page.document?.removeEventListener("visibilitychange", shown);
    page.document?.removeEventListener("resume", callback);
  };
}
