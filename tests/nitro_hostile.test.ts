import { strict as assert } from "node:assert";
import { render, renderActions } from "@n2o/n2o/nitro";
import { type ActionRow, actionsOf, textOf } from "./nitro_action_rows.ts";
import { type Effect, effectsOf } from "./nitro_browser.ts";
import { hostileRows } from "./nitro_counts.ts";
import { keyOf } from "./nitro_deviations.ts";
import {
  type ElementRow,
  type NitroVectors,
  recordedBody,
  recordedElement,
  recordedTerm,
  type Tagged,
  type TaggedFields,
} from "./nitro_vector.ts";
import { vectors } from "./vector_term.ts";

const recording = await vectors<NitroVectors>("nitro");
const drawnRows = recording.hostile.filter((row) => row.element !== undefined);
const actionRows = recording.hostile.filter((row) => row.element === undefined) as readonly ActionRow[];

/** Text as it stands in HTML, written apart from the code that is tested. */
function escaped(text: string, quotes: boolean): string {
  let html = "";
  for (const character of text) {
    if (character === "&") html += "&amp;";
    else if (character === "<") html += "&lt;";
    else if (character === ">") html += "&gt;";
    else if (character === "\r") html += "&#13;";
    else if (character === "\0") html += "\ufffd";
    else html += character === '"' && quotes ? "&quot;" : character;
  }
  return html;
}

function unescaped(html: string): string {
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll(
    "&#13;",
    "\r",
  )
    .replaceAll("&amp;", "&");
}

function bin(value: string): object {
  return { made: "bin", value };
}

/** What each of the rows that are no mere text has to give. */
const DRAWN: Readonly<Record<string, string | { readonly error: string }>> = {
  "literal/literal: img onerror": "&lt;img src=x onerror=alert(1)&gt;",
  "literal/literal: close script": "&lt;/script&gt;",
  "input/attribute break out": '<input id="i" value="&quot; onfocus=&quot;alert(1)&quot; x=&quot;"/>',
  "panel/class break out": '<div class="a&quot; onclick=&quot;x"></div>',
  "panel/style break out": '<div style="x&quot;&gt;&lt;script&gt;1&lt;/script&gt;"></div>',
  "panel/data field name": { error: "bad_field" },
  "panel/html_tag": { error: "bad_field" },
  "button/id with quote and postback": '<button id="a\'b" type="button"></button>',
  "button/id with double quote and postback": '<button id="a&quot;b" type="button"></button>',
  "panel/id with angle bracket": '<div id="a&gt;&lt;b"></div>',
  "button/id with space and postback": '<button id="a b" type="button"></button>',
  "button/id with backslash and postback": '<button id="a\\" type="button"></button>',
  "button/id with newline and postback": '<button id="a\nb" type="button"></button>',
  "button/source with quote": '<button id="b" type="button"></button>',
  "button/source with close script": '<button id="b" type="button"></button>',
  "button/postback with hostile text": '<button id="b" type="button"></button>',
  "link/href javascript": '<a href="about:invalid">x</a>',
  "link/href quote": '<a href="/?q=&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</a>',
  "link/href data url": '<a href="about:invalid"></a>',
  "image/image src": '<img src="x&quot; onerror=&quot;alert(1)"/>',
  "iframe/iframe srcdoc":
    '<iframe srcdoc="&amp;lt;script&amp;gt;&quot;1&quot;&amp;lt;/script&amp;gt;"></iframe>',
  "script/script body": "<script>'<\\/script>'</script>",
  "dropdown/option label":
    '<select><option label="&lt;b&gt;&quot;" value="&quot;">&lt;b&gt;"</option></select>',
  "textarea/textarea body": "<textarea>&lt;/textarea&gt;&lt;script&gt;1&lt;/script&gt;</textarea>",
  "title/title tag": "<title>&lt;/title&gt;&lt;script&gt;</title>",
  "input/validation code": '<input id="v\'x"/>',
  "panel/onclick": '<div onclick="f(&quot;x&quot;)"></div>',
};

/** Rows that differ in more than escaping: what cannot be escaped, and `multiple="false"`. */
const OTHERWISE =
  /^(?:link\/href (?:javascript|data url)|iframe\/iframe srcdoc|script\/script body|literal\/.*|panel\/(?:body|title): (?:NUL|not utf8)|panel\/(?:data field name|html_tag))$/;

function draw(row: ElementRow): { html?: string; actions?: string; error?: string } {
  try {
    return render(recordedElement(row.element!, row.fields!), { pickle: () => "<PICKLED>" });
  } catch (error) {
    return { error: (error as { code?: string }).code ?? String(error) };
  }
}

Deno.test("hostile text in an element is escaped for where it stands", () => {
  for (const row of drawnRows) {
    const { html, error } = draw(row);
    const field = /^(body|title): /.exec(row.case)?.[1];
    if (field === undefined) {
      assert(Object.hasOwn(DRAWN, keyOf(row)), keyOf(row));
      assert.deepEqual(error === undefined ? html : { error }, DRAWN[keyOf(row)], keyOf(row));
      continue;
    }
    const given = recordedBody(row.fields![field]);
    const text = typeof given === "string" ? given : new TextDecoder().decode(given as Uint8Array);
    const expected = field === "body"
      ? `<div>${escaped(text, false)}</div>`
      : `<div title="${escaped(text, true)}"></div>`;
    assert.equal(html, expected, keyOf(row));
  }
});

Deno.test("it differs from the original's by escaping only", () => {
  let compared = 0;
  for (const row of drawnRows) {
    if (OTHERWISE.test(keyOf(row))) continue;
    assert.equal(unescaped(draw(row).html!), row.html!.replace(' multiple="false"', ""), keyOf(row));
    compared++;
  }
  assert.equal(compared, drawnRows.length - 12);
});

Deno.test("hostile ids and sources arrive as they are when an element's event is sent", () => {
  let sent = 0;
  for (const row of drawnRows.filter((row) => "postback" in row.fields!)) {
    const id = recordedTerm(row.fields!.id) as string | { name: string };
    const target = typeof id === "string" ? id : id.name;
    const sources = ((row.fields!.source as { list?: Tagged[] } | undefined)?.list ?? []).map((source) => {
      const [[tag, value]] = Object.entries(source);
      return { made: tag === "atom" ? "atom" : "bin", value };
    });
    assert.deepEqual(effectsOf(draw(row).actions!), [
      ["listens", target, "click"],
      ["validated", sources.map(({ value }) => value), target],
      ["sent", [
        { made: "atom", value: "pickle" },
        bin(target),
        bin("<PICKLED>"),
        [
          [[bin(target), bin("detail")], []],
          ...sources.map((source) => [source, { made: "value", value: source.value }]),
        ],
      ]],
    ], keyOf(row));
    sent++;
  }
  assert.equal(sent, 8);
});

const A = "a";

/** What the rows do whose text is no mere text of an update or a box. */
const DONE: Readonly<Record<string, readonly Effect[] | { readonly code: string }>> = {
  "redirect quote": [["location", "/a'+alert(1)+'"]],
  "redirect javascript": { code: "bad_url" },
  "redirect close script": [["location", "/</script>"]],
  "redirect newline": [["location", "/a\nb"]],
  "redirect backslash": [["location", "/a\\"]],
  "target quote: update": [["outerHTML", "a'b", "<br/>"]],
  "target quote: clear": [],
  "target quote: remove": [["removed", "a'b"]],
  "target quote: insert_top": [["insertBefore", "a'b", "<div><p></p>", undefined]],
  "setAttr value quote": [["setAttribute", A, "title", "x'y"]],
  "setAttr name quote": { code: "bad_field" },
  "style value quote": [["setAttribute", A, "style", "x'y"]],
  "style/3 value quote": [["style.color", A, "x'y"]],
  "cookie value": { code: "bad_cookie" },
  "cookie semicolon": { code: "bad_cookie" },
  "insert_bottom backquote": [["appendChild", A, "<div><p>`${x}`</p>"]],
  "insert_before backquote": [["insertAdjacentHTML", A, "beforebegin", "<p>`</p>"]],
  "setAttr cyrillic": [["setAttribute", A, "title", "Ж"]],
  "setAttr cyrillic string": [["setAttribute", A, "title", "Ж"]],
  "update cyrillic string body": [["outerHTML", A, "<p>Ж</p>"]],
  "update latin1 string body": [["outerHTML", A, "<p>é</p>"]],
  "update cyrillic target": [["outerHTML", "поле", "<p></p>"]],
  "update cyrillic atom target": [["outerHTML", "поле", "<p></p>"]],
  "jq right quote": [["innerHTML", A, "it's"]],
  "jq right backslash newline": [["value", A, "a\\\nb"]],
  "jq target quote": [],
  "jq qs quote": [],
  "jq g hostile": { code: "bad_name" },
  // Arguments are JavaScript by nature: raw() says so here, and then it is put out as it is.
  "jq method args": [["no JavaScript"]],
  "bind code": [["listens", "a'b", "click"], ["called", "</script>"]],
  "focus quote": [["focus", "a'b"]],
  "replace quote": [["outerHTML", A, "<p>it's</p>"]],
  "replace newline": [["outerHTML", A, "<pre>a\nb</pre>"]],
  "event target quote": [["listens", "a'b", "click"], ["validated", [], "a'b"], ["sent", sent("a'b")]],
  "event source quote": [
    ["listens", A, "click"],
    ["validated", ["x'y"], A],
    ["sent", sent(A, [{ made: "string", value: "x'y" }, { made: "value", value: "x'y" }])],
  ],
  "confirm text": [
    ["confirm", "\"'`</script>\n"],
    ["validated", [], "c"],
    ["sent", [{ made: "atom", value: "pickle" }, bin("c"), bin("<PICKLED>"), []]],
  ],
  "api name": { code: "bad_name" },
  "wire string": [["called", "</script>"]],
};

function sent(target: string, ...values: unknown[]): unknown {
  const id = bin(target);
  return [{ made: "atom", value: "pickle" }, id, bin("<PICKLED>"), [[[id, bin("detail")], []], ...values]];
}

function run(js: string): Effect[] {
  try {
    return effectsOf(js);
  } catch (error) {
    if (error instanceof SyntaxError) return [["no JavaScript"]];
    throw error;
  }
}

Deno.test("hostile text in an action's JavaScript does what the action says, and nothing else", () => {
  for (const row of actionRows) {
    const make = () => renderActions(actionsOf(row), { pickle: () => "<PICKLED>" });
    let expected = DONE[row.case!];
    if (/^update body: /.test(row.case!)) {
      const { body } = (row.args![1].fields) as TaggedFields;
      expected = [["outerHTML", "t", `<span>${escaped(textOf(body), false)}</span>`]];
    } else if (/^alert: /.test(row.case!)) expected = [["alert", textOf(row.fields!.text)]];
    assert(expected !== undefined, String(row.case));
    if ("code" in expected) assert.throws(make, expected, row.case);
    else assert.deepEqual(run(make()), expected, `${row.case}: ${make()}`);
  }
  assert.equal(drawnRows.length + actionRows.length, hostileRows);
});
