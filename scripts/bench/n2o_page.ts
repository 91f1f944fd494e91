/**
 * A page under load: a click on a row's button is an event, and the answer an update of that row; `{echo, Data}` comes back beside it.
 *
 *     deno run --allow-net=127.0.0.1 n2o_page.ts
 *
 * @module
 */

import { atom, createN2O, heart, isTuple, type Protocol, reply, unknown } from "../../mod.ts";
import { button, createNitro, type Element, type Page, td, tr } from "../../protocols/nitro/mod.ts";
import { announce } from "./listening.ts";

const ADD = atom("add");

/** A row of five cells, one of them with a button. */
function row(count: number): Element {
  return tr({
    id: "row",
    cells: [
      td({ body: "Ada Lovelace" }),
      td({ body: "London" }),
      td({ body: "ada@example.org" }),
      td({ body: count }),
      td({ body: button({ id: "add", body: "Add", postback: ADD }) }),
    ],
  });
}

const page: Page = {
  init(nitro) {
    nitro.state.count = 0;
    nitro.update("row", row(0));
  },
  event(_message, nitro) {
    nitro.state.count = Number(nitro.state.count) + 1;
    nitro.update("row", row(nitro.state.count as number));
  },
};

const echo: Protocol = {
  name: "echo",
  info: (message) => isTuple(message, "echo", 2) ? reply("bert", message) : unknown,
};

const n2o = createN2O({
  protocols: [heart, createNitro({ pages: { "app/index": page } }), echo],
  limits: { maxMessagesPerSecond: 1e9 },
});
announce(n2o.listen({ hostname: "127.0.0.1", port: 0, engine: "stream" }));
