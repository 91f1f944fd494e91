import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nitro from "@n2o/n2o/nitro";
import { type Action, button, h1, jq, li, raw, renderOperations, tr, type Wired } from "@n2o/n2o/nitro";
import { atom, Charlist, format, type Term } from "../lib/term.ts";

/** Actions as operations, in Erlang's syntax. */
function said(wired: Wired): string {
  return renderOperations(wired, { pickle: () => "P" }).map((one) => format(one as Term, { utf8: true }))
    .join(" ");
}

const go = atom("go");

const OPERATIONS: readonly (readonly [Wired, string])[] = [
  [nitro.update("t", h1({ body: "<" })), '{update,<<"t">>,<<"<h1>&lt;</h1>">>}'],
  [nitro.update(atom("t"), "a"), '{update,<<"t">>,<<"a">>}'],
  [nitro.update(5, "a"), '{update,<<"5">>,<<"a">>}'],
  [nitro.update({ qs: ".a > b" }, "a"), '{update,{qs,<<".a > b">>},<<"a">>}'],
  [nitro.clear({ qa: ".row" }), '{clear,{qa,<<".row">>}}'],
  [nitro.clear({ ps: ["t", "parentNode"] }), '{clear,{ps,<<"t">>,<<"parentNode">>}}'],
  [nitro.replace({ target: "t", elements: "a" }), '{replace,<<"t">>,<<"a">>}'],
  [nitro.replace({ target: "t" }), ""],
  [nitro.insert({ target: "t", elements: ["a", "b"] }), '{insert,<<"t">>,beforeend,<<"ab">>}'],
  [nitro.insertTop("t", tr({ id: "r" })), '{insert,<<"t">>,afterbegin,<<"<tr id=\\"r\\"></tr>">>}'],
  [nitro.insertBottom("t", [li({}), li({})], "ul"), '{insert,<<"t">>,beforeend,<<"<li></li><li></li>">>}'],
  [nitro.insertBefore("t", "a"), '{insert,<<"t">>,beforebegin,<<"a">>}'],
  [nitro.insertAfter("t", "a"), '{insert,<<"t">>,afterend,<<"a">>}'],
  [nitro.insertAdjacent("afterbegin", "t", "a"), '{insert,<<"t">>,afterbegin,<<"a">>}'],
  [nitro.remove("t"), '{remove,<<"t">>}'],
  [nitro.setAttr("t", "title", "a"), '{attr,<<"t">>,<<"title">>,<<"a">>}'],
  [nitro.setAttr("t", atom("hidden"), undefined), '{attr,<<"t">>,<<"hidden">>,[]}'],
  [nitro.setStyle("t", "color: red"), '{style,<<"t">>,<<"color: red">>}'],
  [nitro.setStyle("t", "z-index", 5), '{style,<<"t">>,<<"z-index">>,<<"5">>}'],
  [nitro.display("t", "flex"), '{style,<<"t">>,<<"display">>,<<"flex">>}'],
  [
    [nitro.show("t"), nitro.hide("t")],
    '{style,<<"t">>,<<"display">>,<<"block">>} {style,<<"t">>,<<"display">>,<<"none">>}',
  ],
  [nitro.redirect("/a"), '{redirect,<<"/a">>}'],
  [nitro.cookie("k", "v", { ttlMs: 61_500 }), '{cookie,<<"k">>,<<"v">>,61}'],
  [nitro.cookie("k", "v", { ttlMs: 0, path: "/a" }), '{cookie,<<"k">>,<<"v">>,0,<<"/a">>}'],
  [nitro.setTitle("a"), '{title,<<"a">>}'],
  [nitro.alert({ text: "a" }), '{alert,<<"a">>}'],
  [nitro.confirm({ text: "a", postback: go, target: "t" }), '{confirm,<<"a">>,{event,<<"t">>,<<"P">>,[]}}'],
  [nitro.confirm({ text: "a" }), '{confirm,<<"a">>,[]}'],
  [nitro.focus({ target: "t" }), '{focus,<<"t">>}'],
  [nitro.wire([[nitro.focus({ target: "t" })], null]), '{focus,<<"t">>}'],
  [
    nitro.multi({ actions: [nitro.show("t"), nitro.focus({ target: "t" })] }),
    '{multi,[{style,<<"t">>,<<"display">>,<<"block">>},{focus,<<"t">>}]}',
  ],
  [
    nitro.event({
      target: "t",
      type: "change",
      postback: go,
      source: ["a", atom("b"), new Charlist(Uint8Array.of(99)), { key: atom("d"), id: "e" }],
    }),
    '{on,<<"t">>,<<"change">>,<<"P">>,[<<"a">>,b,"c",{d,<<"e">>}]}',
  ],
  [
    nitro.event({ target: { g: "window" }, type: "hashchange" }),
    '{on,{g,<<"window">>},<<"hashchange">>,<<>>,[]}',
  ],
  [nitro.event({ target: "t", postback: [] }), '{on,<<"t">>,<<"default">>,<<>>,[]}'],
  [
    nitro.validate("t", { required: true }),
    '{validate,<<"t">>,[{required,true,<<"Please fill in this field.">>}]}',
  ],
  [nitro.invalid("t", "a"), '{invalid,<<"t">>,<<"a">>}'],
  [nitro.valid("t"), '{valid,<<"t">>}'],
  [
    jq({ target: "t", method: ["focus", "select"] }),
    '{call,<<"t">>,<<"focus">>,[]} {call,<<"t">>,<<"select">>,[]}',
  ],
  [
    jq({ target: "t", method: "setSelectionRange", args: [0, 5] }),
    '{call,<<"t">>,<<"setSelectionRange">>,[0,5]}',
  ],
  [
    jq({ target: { ps: ["t", "classList"] }, method: "add", args: ["on"] }),
    '{call,<<"t">>,<<"classList.add">>,[<<"on">>]}',
  ],
  [
    jq({ target: "t", method: "classList.add", args: ["on"], format: "'~s'" }),
    '{call,<<"t">>,<<"classList.add">>,[<<"on">>]}',
  ],
  [jq({ target: "t", method: "remove" }), '{remove,<<"t">>}'],
  [jq({ target: "t", property: "value", right: "<" }), '{set,<<"t">>,<<"value">>,<<"<">>}'],
  [jq({ target: "t", property: "disabled", right: true }), '{set,<<"t">>,<<"disabled">>,true}'],
  [
    jq({ target: "t", property: "scrollTop", right: jq({ target: "t", property: "scrollHeight" }) }),
    '{set,<<"t">>,<<"scrollTop">>,{get,<<"t">>,<<"scrollHeight">>}}',
  ],
  [jq({ target: "t", property: "value" }), ""],
  [
    jq({ target: "t", property: "innerHTML", right: h1({}) }),
    '{clear,<<"t">>} {insert,<<"t">>,beforeend,<<"<h1></h1>">>}',
  ],
  [jq({ target: "t", property: "outerHTML", right: "a" }), '{replace,<<"t">>,<<"a">>}'],
  [jq({ target: "t", property: "style.color", right: "red" }), '{style,<<"t">>,<<"color">>,<<"red">>}'],
  [
    jq({ target: { ps: ["t", "style"] }, property: "color", right: "red" }),
    '{style,<<"t">>,<<"color">>,<<"red">>}',
  ],
  [jq({ target: "t", property: "style.cssText", right: "a:b" }), '{style,<<"t">>,<<"a:b">>}'],
  [jq({ target: { g: "window" }, property: "location", right: "/x" }), '{redirect,<<"/x">>}'],
  [jq({ target: { g: "document" }, property: "title", right: "x" }), '{title,<<"x">>}'],
  [jq({ target: "t", property: "href", right: "/x" }), '{attr,<<"t">>,<<"href">>,<<"/x">>}'],
];

Deno.test("each action has its operations", () => {
  for (const [wired, expected] of OPERATIONS) strictEqual(said(wired), expected);
});

Deno.test("what elements wire comes behind the operation that brings them, at any depth", () => {
  const inner = button({ id: "b", body: "B", postback: go });
  const outer = button({ id: "a", body: "A", postback: go, actions: nitro.update("c", inner) });
  const names = (wired: Wired) =>
    renderOperations(wired).map((operation) => {
      const [name, target] = operation as Iterable<Term> as readonly Term[];
      return `${format(name)} ${format(target)}`;
    });
  deepStrictEqual(names([nitro.update("x", outer), nitro.clear("z")]), [
    'update <<"x">>',
    'update <<"c">>',
    'on <<"b">>',
    'on <<"a">>',
    'clear <<"z">>',
  ]);
});

Deno.test("what is JavaScript by nature is refused on a page without, and named", () => {
  const refused: readonly (readonly [Wired, string, string])[] = [
    ["f();", "wire", "a string"],
    [nitro.wire("f();"), "wire", "a string"],
    [nitro.bind({ target: "t", postback: "f();" }), "bind", "postback"],
    [nitro.api({ name: "ping" }), "api", "name"],
    [nitro.setAttr("t", "onClick", "f()"), "setAttr", "onClick"],
    [nitro.event({ target: "t", postback: go, validation: "v();" }), "event", "validation"],
    [nitro.event({ target: "t", postback: go, source: [["a", "f()"]] }), "event", "source"],
    [nitro.watch({ target: "t", rules: "e.detail" }), "element", "validation"],
    [jq({ target: "t", method: "eval" }), "jq", "method eval"],
    [jq({ target: "t", method: "focus", args: [raw("f()")] }), "jq", "args"],
    [jq({ target: "t", method: "focus", args: ["a"], format: "{x:~s}" }), "jq", "format"],
    [jq({ target: "t", property: "onclick", right: "f()" }), "jq", "property onclick"],
    [jq({ target: "t", property: "srcdoc", right: "<script>" }), "jq", "property srcdoc"],
    [jq({ target: "t", property: "value", right: jq({ target: "t", method: "f" }) }), "jq", "right"],
  ];
  for (const [wired, element, field] of refused) {
    throws(
      () => renderOperations(wired),
      { code: "script_in_page", value: { element, field } },
      `${element} ${field}`,
    );
  }
  throws(() => renderOperations(nitro.clear({ g: "window.top" })), { code: "bad_target" });
  throws(() => renderOperations(jq({ target: "t" })), { code: "bad_field" });
  throws(() => renderOperations(jq({ target: "t", property: "value", right: nitro.show("x") as Action })), {
    code: "bad_field",
  });
});
