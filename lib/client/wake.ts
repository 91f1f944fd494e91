/**
 * When a browser's page or network comes back.
 *
 * @module
 */

/** Calls back when the page is shown, thawed or online again, until the signal aborts. */
export function onWake(callback: () => void, signal: AbortSignal): void {
  const { document } = globalThis as { document?: EventTarget & { hidden: boolean } };
  const shown = (event: Event): void => {
    // The first `pageshow` is the page's own start.
    const isStart = event.type === "pageshow" && !(event as Event & { persisted: boolean }).persisted;
    if (!isStart && (event.type === "online" || !document?.hidden)) callback();
  };
  for (const type of ["online", "pageshow"]) globalThis.addEventListener?.(type, shown, { signal });
  for (const type of ["visibilitychange", "resume"]) document?.addEventListener(type, shown, { signal });
}
