/**
 * The connection as the page shows it: `data-n2o-state` of the root element, for style sheets.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Client } from "../client.ts";

/**
 * Shows the client's state, or `offline` while it waits without a network. A click on `data-n2o-connect` connects now; where the session
 * has ended elsewhere the page goes to the root element's `data-n2o-logout`.
 */
export function showState(client: Client): void {
  const { dataset } = document.documentElement;
  const show = () => {
    const isOffline = client.state === "waiting" && !navigator.onLine;
    dataset.n2oState = isOffline ? "offline" : client.state;
  };
  client.on("state", show);
  for (const type of ["online", "offline"]) addEventListener(type, show);
  client.on("logout", () => {
    if (dataset.n2oLogout) location.assign(dataset.n2oLogout);
  });
  addEventListener("click", ({ target }) => {
    if ((target as Element).closest?.("[data-n2o-connect]")) client.connect();
  });
}
