/**
 * The page: its connection, and what comes by it.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { atom, createClient, isTuple, list, type Term, tuple } from "../browser.ts";
import { watchComposition } from "./composition.ts";
import type { Controls, Page } from "./controls.ts";
import { keepDrafts } from "./drafts.ts";
import { endEarly, watchEarly } from "./early.ts";
import { follow, watchEnds } from "./ends.ts";
import { adopt } from "./html.ts";
import { watchKeys } from "./keys.ts";
import { saying } from "./loose.ts";
import { applyAll } from "./operations.ts";
import { sourceOf } from "./sources.ts";
import { showState } from "./state.ts";
import { applySheets } from "./styles.ts";
import { markDays } from "./times.ts";

/** Connects the page, and does from now on what its server says. */
export function startPage(controls: Controls): Page {
  const client = createClient({ page: "operations" });
  let next = 0;
  const settle = () => {
    controls.sweep();
    applySheets();
    markDays();
    follow();
  };
  const page: Page = {
    client,
    send: (term) => client.send(term),
    source: (id) => sourceOf(id, controls),
    apply: (operations: readonly Term[]) => {
      applyAll(operations, page, controls);
      settle();
    },
  };
  adopt(document.body);
  watchComposition();
  watchEarly();
  watchKeys();
  watchEnds();
  keepDrafts(client);
  showState(client);
  settle();
  client.on("term", (term) => {
    if (!isTuple(term, "io", 3)) return;
    const [, operations, about] = term;
    saying(isTuple(about, "Token") || isTuple(about, "init"), () => page.apply(list(operations) ?? []));
    // Also when the page has nothing to say: then nothing listens.
    endEarly();
    // An event that is no longer good: the page is drawn anew, with such as are.
    if ((isTuple(about, "error") || isTuple(about, "refused")) && Date.now() > next) {
      next = Date.now() + 5000;
      client.send(tuple(atom("init"), `${client.token},operations`));
    }
  });
  client.connect();
  return page;
}
