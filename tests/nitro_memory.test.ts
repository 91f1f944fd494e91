/**
 * What is sent of an update, and what is not because the browser shows it already.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { atom, format } from "@n2o/n2o";
import {
  button,
  declare,
  hide,
  input,
  p,
  panel,
  raw,
  redirect,
  type RenderHost,
  setAttr,
  span,
  update,
  type Wired,
} from "@n2o/n2o/nitro";
import { put } from "../protocols/nitro/flush.ts";
import { Memory } from "../protocols/nitro/memory.ts";
import type { PageState } from "../protocols/nitro/page_state.ts";

/** A browser that is told things in a way; gives what each answer holds. */
function browser(mode: RenderHost["mode"]): (...actions: Wired[]) => string {
  let ids = 0;
  const state: RenderHost & Pick<PageState, "memory" | "isBehind"> = {
    isBehind: () => false,
    mode,
    module: atom("index"),
    memory: new Memory(64, 65_536),
    pickle: () => "P",
    temporaryId: () => `auto-${++ids}`,
  };
  return (...actions) => {
    const said = put(actions, state as PageState);
    return said instanceof Uint8Array ? new TextDecoder().decode(said) : format(said, { utf8: true });
  };
}

const modes = ["operations", "script"] as const;
const NOTHING = { operations: "[]", script: "" };

/** Declares a test for each way to the browser. */
function each(name: string, test: (tell: (...actions: Wired[]) => string, nothing: string) => void): void {
  for (const mode of modes) Deno.test(`${mode}: ${name}`, () => test(browser(mode), NOTHING[mode]));
}

const box = (body: string) => panel({ id: "b", body });

each("the same twice is nothing", (tell, nothing) => {
  tell(update("b", box("B")));
  strictEqual(tell(update("b", box("B"))), nothing);
  strictEqual(tell(update("b", box("B")), update("b", box("B"))), nothing);
});

each("an answer that failed was not sent", (tell, nothing) => {
  throws(() => tell(update("b", box("B")), { action: "none" } as unknown as Wired));
  const again = tell(update("b", box("B")));
  strictEqual(again === nothing, false);
});

each("what another element's own actions did is known", (tell, nothing) => {
  tell(update("b", box("B")));
  tell(update("a", panel({ id: "a", actions: hide("b") })));
  strictEqual(tell(update("b", box("B"))) === nothing, false);
});

each("an element's own actions are done each time", (tell) => {
  const hiding = () => panel({ id: "a", actions: hide("b") });
  tell(update("a", hiding()));
  strictEqual(/none/.test(tell(update("a", hiding()))), true);
});

each("raw HTML may bring ids in another spelling", (tell, nothing) => {
  for (const html of ["<p id='b'>x</p>", "<p\nid=b>x</p>", '<p ID="b">x</p>', '<p title=""id="b">x</p>']) {
    tell(update("b", box("B")));
    tell(update("c", panel({ id: "c", body: raw(html) })));
    strictEqual(tell(update("b", box("B"))) === nothing, false, html);
  }
});

each("several elements in the place of one come each time", (tell, nothing) => {
  const two = () => update("m", [panel({ id: "m" }), p({ body: "x" })]);
  tell(two());
  strictEqual(tell(two()) === nothing, false);
  const rawTwo = () => update("m", raw('<div id="m"></div><p>x</p>'));
  tell(rawTwo());
  strictEqual(tell(rawTwo()) === nothing, false);
});

each("who is sent away may stay: nothing of what was said behind it is known", (tell, nothing) => {
  tell(redirect("/file.zip"), update("b", box("B")));
  strictEqual(tell(update("b", box("B"))) === nothing, false);
});

each("an attribute that was set makes it unknown, of the container too", (tell, nothing) => {
  const outer = () => panel({ id: "o", body: box("B") });
  tell(update("o", outer()));
  tell(setAttr("b", "title", "x"));
  strictEqual(tell(update("o", outer())) === nothing, false);
});

each("what is bounded is forgotten, and sent again", (tell, nothing) => {
  for (let i = 0; i < 100; i++) tell(update(`e${i}`, panel({ id: `e${i}` })));
  strictEqual(tell(update("e99", panel({ id: "e99" }))), nothing);
  strictEqual(tell(update("e0", panel({ id: "e0" }))) === nothing, false);
});

each("a large element that did not change sends nothing, as long as nothing else did", (tell, nothing) => {
  const big = (end = "") =>
    update("big", panel({ id: "big", body: [span({ id: "in" }), "x".repeat(100_000), end] }));
  tell(big());
  strictEqual(tell(big()), nothing);
  strictEqual(tell(big("y")) === nothing, false);
  strictEqual(tell(big("y")), nothing);
  tell(update("in", span({ id: "in", body: "1" })));
  strictEqual(tell(big("y")) === nothing, false);
});

each("a large element with many buttons that did not change sends nothing", (tell, nothing) => {
  const rows = (last: string) =>
    update(
      "rows",
      panel({
        id: "rows",
        body: Array.from(
          { length: 500 },
          (_, i) => button({ id: `b${i}`, body: last, postback: atom("go") }),
        ),
      }),
    );
  tell(rows("x"));
  strictEqual(tell(rows("x")), nothing);
  strictEqual(tell(rows("y")) === nothing, false);
});

each("an element that draws two comes each time, whatever draws it", (tell, nothing) => {
  const pair = declare<{ readonly id: string }>("pair", ({ id }, out) => {
    out.body([panel({ id }), panel({})]);
  });
  for (const body of [[[panel({ id: "m" }), p({ body: "x" })]], pair({ id: "m" })]) {
    tell(update("m", body));
    strictEqual(tell(update("m", body)) === nothing, false);
  }
  const nested = panel({ id: "m", body: panel({ body: panel({ id: "n" }) }) });
  tell(update("m", nested));
  strictEqual(tell(update("m", nested)), nothing);
});

Deno.test("only a text that changed is sent as a text", () => {
  const tell = browser("operations");
  const answers = [
    tell(update("c", span({ id: "c", class: "n", body: "1" }))),
    tell(update("c", span({ id: "c", class: "n", body: "<&>\"'" }))),
    tell(update("c", span({ id: "c", class: "m", body: "2" }))),
    tell(update("c", span({ id: "c", class: "m", body: raw("&nbsp;") }))),
    tell(update("c", span({ id: "c", class: "m", body: ["a", span({ body: "b" })] }))),
  ];
  deepStrictEqual(answers.map((answer) => /^\[\{(\w+)/.exec(answer)![1]), [
    "update",
    "text",
    "patch",
    "patch",
    "patch",
  ]);
  strictEqual(answers[1], '[{text,<<"c">>,<<"<&>\\"\'">>}]');
});

Deno.test("a text is not set over what is being edited, and no field's is", () => {
  const tell = browser("operations");
  tell(update("e", panel({ id: "e", contenteditable: true, body: "1" })));
  strictEqual(/text/.test(tell(update("e", panel({ id: "e", contenteditable: true, body: "2" })))), false);
});

Deno.test("an element that stays is not told again to listen, and one that is another is", () => {
  const tell = browser("operations");
  const field = (type: string) => update("i", input({ id: "i", type, postback: atom("go") }));
  tell(field("password"));
  strictEqual(/\{on,/.test(tell(field("text"))), true, "another type is another element");
  const add = (body: string, postback = true) =>
    update("k", button({ id: "k", body, postback: postback ? atom("go") : undefined }));
  tell(add("1"));
  strictEqual(tell(add("2")), '[{text,<<"k">>,<<"2">>}]');
  strictEqual(/^\[\{update,.*\}\]$/.test(tell(add("3", false))), true, "what is taken away is gone");
  strictEqual(/\{on,/.test(tell(add("3"))), true);
});
