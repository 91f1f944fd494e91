/** Parts of the page's client that need no page. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { atom, type Term, tuple } from "@n2o/n2o";
import { METHODS, PROPERTIES } from "../lib/client/nitro/allowed.ts";
import { createControls, type Page } from "../lib/client/nitro/controls.ts";

const page = {} as Page;
const element = (isConnected = true) => ({ isConnected }) as HTMLElement;
const options = (n: number): Term => [tuple(atom("n"), n), tuple("text", "t")];

Deno.test("a control is attached once, told of new options, and let go of with its element", () => {
  const controls = createControls();
  const seen: unknown[] = [];
  controls.register("kept", (_, options, given) => {
    strictEqual(given, page);
    seen.push(["attach", options.get("n"), options.get("text")]);
    return {
      update: (options) => seen.push(["update", options.get("n")]),
      detach: () => seen.push(["detach"]),
      value: () => 7,
    };
  });
  controls.register("plain", () => {});
  const [one, two] = [element(), element()];
  controls.attach(one, "kept", options(1), page);
  controls.attach(one, "kept", options(2), page);
  strictEqual(controls.of(one)?.value?.(), 7);
  strictEqual(controls.of(two), undefined);
  controls.attach(one, "plain", [], page);
  deepStrictEqual(seen.splice(0), [["attach", 1, "t"], ["update", 2], ["detach"]]);
  controls.attach(two, "kept", options(3), page);
  controls.sweep();
  deepStrictEqual(seen.splice(0), [["attach", 3, "t"]]);
  Object.assign(two, { isConnected: false });
  controls.sweep();
  controls.sweep();
  deepStrictEqual(seen, [["detach"]]);
  ok(controls.has("kept") && !controls.has("none"));
});

Deno.test("what operations may call and set runs no code and brings in no HTML", () => {
  for (const name of ["focus", "scrollIntoView", "classList.add"]) ok(METHODS.test(name), name);
  for (
    const name of [
      "append",
      "insertAdjacentHTML",
      "setAttribute",
      "setHTMLUnsafe",
      "write",
      "eval",
      "focus.x",
      "",
    ]
  ) ok(!METHODS.test(name), name);
  for (const name of ["value", "checked", "scrollTop", "textContent"]) ok(PROPERTIES.test(name), name);
  for (
    const name of [
      "innerHTML",
      "outerHTML",
      "srcdoc",
      "onclick",
      "href",
      "src",
      "__proto__",
      "cookie",
      "text",
    ]
  ) {
    ok(!PROPERTIES.test(name), name);
  }
});
