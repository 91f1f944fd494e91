/**
 * When a browser's page or network comes back.
 *
 * @module
 */

/** What this needs of a window or document, apart from the types of any one runtime. */
interface Page {
  addEventListener(
    type: string,
    listener: (event: { type: string; persisted?: boolean }) => void,
    options: { signal: AbortSignal },
  ): void;
}

/** Calls back when the page is shown, thawed or online again, until the signal aborts. */
export function onWake(callback: () => void, signal: AbortSignal): void {
  const page = globalThis as unknown as Partial<Page> & { document?: Page & { hidden: boolean } };
  const { document } = page;
  const shown = (event: { type: string; persisted?: boolean }): void => {
    // The first `pageshow` is the page's own start.
    const isStart = event.type === "pageshow" && !event.persisted;
    if (!isStart && (event.type === "online" || !document?.hidden)) callback();
  };
  for (const type of ["online", "pageshow"]) page.addEventListener?.(type, shown, { signal });
  for (const type of ["visibilitychange", "resume"]) document?.addEventListener(type, shown, { signal });
}
