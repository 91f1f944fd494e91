import { strict as assert } from "node:assert";
import { type Body, elements, NitroError, raw, render } from "@n2o/n2o/nitro";
import * as nitro from "@n2o/n2o/nitro";
import { atom, format, type Term, tuple } from "../lib/term.ts";

const {
  alert,
  button,
  div,
  iframe,
  image,
  input,
  label,
  link,
  literal,
  option,
  panel,
  script,
  select,
  span,
  style,
  td,
  tr,
} = nitro;

const OPERATIONS = { mode: "operations" } as const;

function html(body: Body): string {
  return render(body, OPERATIONS).html;
}

function written(term: Term): string {
  return format(term);
}

/** Asserts that something is JavaScript where there is none, and that the error says where. */
function refused(draw: () => unknown, element: string, field: string): void {
  assert.throws(draw, (error) => {
    assert(error instanceof NitroError, String(error));
    assert.equal(error.code, "script_in_page");
    assert.deepEqual(error.value, { element, field });
    assert(error.message.includes(element) && error.message.includes(field), error.message);
    return true;
  });
}

Deno.test("without scripts a style is an attribute that the client reads", () => {
  assert.equal(html(panel({ style: "color:red", body: "x" })), '<div data-n2o-style="color:red">x</div>');
  assert.equal(
    html(td({ style: 'a:"b"' })),
    '<td data-n2o-style="a:&quot;b&quot;" rowspan="1" colspan="1"></td>',
  );
  assert.equal(
    html(span({ dataFields: [["style", "a:1"], ["STYLE", "b:2"]] })),
    '<span data-n2o-style="a:1" data-n2o-style="b:2"></span>',
  );
  assert.equal(html(tr({ id: "r" })), '<tr id="r"></tr>');
  assert.equal(
    html(tr({ id: "r", postback: atom("go") })),
    '<tr id="r" data-n2o-style="cursor:pointer;"></tr>',
  );
  for (const [name, make] of Object.entries(elements)) {
    const { html } = render(
      drawable(name, make as (fields: object) => Body, { id: "x", style: "top:0" }),
      OPERATIONS,
    );
    assert(!/ style=/.test(html), `${name}: ${html}`);
  }
});

Deno.test("without scripts a style sheet is a template that the client reads, since a policy refuses every style element", () => {
  assert.equal(
    html(style({ id: "s", media: "print", body: "a > b { color: red }" })),
    '<template id="s" media="print" data-n2o-css="a &gt; b { color: red }"></template>',
  );
  assert.equal(
    html(
      style({
        type: "text/css",
        scoped: true,
        class: "c",
        dataFields: { "data-x": 1 },
        body: 'a{content:"&"}',
      }),
    ),
    '<template class="c" data-x="1" data-n2o-css="a{content:&quot;&amp;&quot;}"></template>',
  );
  assert.equal(
    html(style({ body: ["a{}", raw("b{}</style>")] })),
    '<template data-n2o-css="a{}b{}\\3c /style&gt;"></template>',
  );
  assert.equal(html(style()), '<template data-n2o-css=""></template>');
  assert.equal(html(style({ showIf: false, body: "a{}" })), "");
});

Deno.test("without scripts a link that leads nowhere is a button", () => {
  const { html, operations } = render(
    link({ id: "l", class: "c", body: "go", postback: atom("go") }),
    OPERATIONS,
  );
  assert.equal(html, '<button class="c" id="l" type="button">go</button>');
  assert.equal(operations.map(written).join().replace(/<<"P[^"]*">>/, "P"), '{on,<<"l">>,<<"click">>,P,[]}');
  assert.equal(render(link({ body: "x" }), OPERATIONS).html, '<button type="button">x</button>');
  assert.equal(
    render(link({ url: "javascript:void(0);" }), OPERATIONS).html,
    '<button type="button"></button>',
  );
  assert.equal(render(link({ href: "/a" }), OPERATIONS).html, '<a href="/a"></a>');
  assert.equal(render(link({ url: null, body: "x" }), OPERATIONS).html, "<a>x</a>");
});

Deno.test("without scripts JavaScript in a page is an error that names element and field", () => {
  refused(() => html(panel({ onclick: "f()" })), "panel", "onclick");
  refused(() => html(div({ onmouseover: "f()" })), "div", "onmouseover");
  refused(() => html(button({ onchange: "f()" })), "button", "onchange");
  refused(() => html(input({ onkeyup: "f()" })), "input", "onkeyup");
  refused(() => html(label({ onclick: "f()" })), "label", "onclick");
  refused(() => html(link({ href: "/", onclick: "f()" })), "link", "onclick");
  refused(() => html(link({ onmouseover: "f()" })), "link", "onmouseover");
  refused(() => html(link({ postback: atom("a"), validate: "f()" })), "link", "validate");
  refused(() => html(select({ onchange: "f()" })), "select", "onchange");
  refused(() => html(td({ onclick: "f()" })), "td", "onclick");
  refused(() => html(tr({ onmouseout: "f()" })), "tr", "onmouseout");
  refused(() => html(span({ dataFields: { ONCLICK: "f()" } })), "span", "ONCLICK");
  refused(() => html(image({ ariaStates: [["onerror", "f()"]] })), "image", "onerror");
  refused(() => html(script({ body: "f()" })), "script", "body");
  refused(() => html(span({ id: "s", validation: "true" })), "span", "validation");
  refused(() => html(span({ actions: "f()" })), "span", "actions");
  refused(() => html(span({ actions: [[alert({ text: "a" }), "f()"]] })), "span", "actions");
});

Deno.test("without scripts what is no JavaScript is drawn", () => {
  assert.equal(html(script({ src: "/a.js", body: "ignored" })), '<script src="/a.js"></script>');
  assert.equal(html(script({ body: [] })), "<script></script>");
  assert.equal(html(panel({ onclick: [], onmouseover: null })), "<div></div>");
  assert.equal(
    render(span({ actions: alert({ text: "a" }) }), OPERATIONS).operations.map(written).join(),
    '{alert,<<"a">>}',
  );
});

Deno.test("nothing is drawn or wired when showIf is false, whatever the element", () => {
  for (const [name, make] of Object.entries(elements)) {
    if (name === "dtl") continue;
    for (const mode of ["script", "operations"] as const) {
      const fields = {
        id: "x",
        showIf: false,
        body: "x",
        postback: atom("go"),
        actions: alert({ text: "x" }),
      };
      const { html, actions, operations } = render(drawable(name, make as (fields: object) => Body, fields), {
        mode,
      });
      assert.deepEqual({ name, html, actions, operations }, { name, html: "", actions: "", operations: [] });
    }
  }
});

Deno.test("every element is a function of its fields, and drawing it twice gives the same", () => {
  for (const [name, make] of Object.entries(elements)) {
    if (name === "dtl") continue;
    const one = drawable(name, make as (fields: object) => Body, { id: "x" });
    assert.equal(render(one).html, render(one).html, name);
    const ids = /auto-\d+/g;
    assert.equal(render([one, one]).html.replace(ids, ""), render(one).html.repeat(2).replace(ids, ""), name);
  }
});

Deno.test("URLs that could run something become about:invalid", () => {
  const bad = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript\t:alert(1)",
    "vbscript:x",
    "data:text/html,<script>1</script>",
    "view-source:x",
    "filesystem:x",
    "blob:x",
  ];
  for (const url of bad) {
    assert.equal(render(link({ href: url })).html, '<a href="about:invalid"></a>', url);
    assert.equal(html(link({ href: url })), '<a href="about:invalid"></a>', url);
    assert.equal(html(span({ dataFields: [["HREF", url]] })), '<span HREF="about:invalid"></span>', url);
    if (url !== "blob:x") {
      assert.equal(html(iframe({ src: url })), '<iframe src="about:invalid"></iframe>', url);
    }
  }
  const good = [
    "",
    "/a:b",
    "a",
    "?q=javascript:",
    "#javascript:",
    "//host/a",
    "https://a/b?c=d",
    "mailto:a@b",
    "tel:1",
    "sms:1",
    "ftp://a",
  ];
  for (const url of good) assert.equal(render(link({ href: url })).html, `<a href="${url}"></a>`, url);
  assert.equal(html(image({ src: "data:image/png;base64,AA" })), '<img src="data:image/png;base64,AA"/>');
  assert.equal(html(image({ src: "data:text/html,x" })), '<img src="about:invalid"/>');
  assert.equal(html(iframe({ src: "blob:x" })), '<iframe src="blob:x"></iframe>');
  assert.equal(html(iframe({ src: "data:image/svg+xml,x" })), '<iframe src="about:invalid"></iframe>');
});

Deno.test("properties of a style that are given apart cannot get out of their value", () => {
  const drawn = (style: Record<string, string | number>) =>
    /style="([^"]*)"/.exec(render(span({ style })).html)![1];
  assert.equal(
    drawn({ color: "red", backgroundColor: "#fff", "--x": 1 }),
    "color:red;background-color:#fff;--x:1;",
  );
  assert.equal(drawn({ color: "red; position: fixed" }), "color:red\\3b  position: fixed;");
  assert.equal(drawn({ color: "red /* x" }), "color:red \\2f \\2a  x;");
  assert.equal(drawn({ content: "'a' attr(b)" }), "content:'a' attr(b);");
  assert.equal(drawn({ content: "'a" }), "content:\\27 a;");
  assert.equal(drawn({ width: "calc((1px)" }), "width:calc\\28 \\28 1px\\29 ;");
  assert.equal(drawn({ color: "}a{b:c" }), "color:\\7d a\\7b b:c;");
  assert.throws(() => render(span({ style: { "color:red;a": "b" } })), { code: "bad_field" });
});

Deno.test("what would end a script or a style sheet in its own text does not", () => {
  assert.equal(
    render(script({ body: 'x("</script><!--")' })).html,
    '<script>x("<\\/script><\\!--")</script>',
  );
  assert.equal(
    render(style({ body: "a{content:'</STYLE>'}" })).html,
    "<style>a{content:'\\3c /STYLE>'}</style>",
  );
  assert.throws(() => render(script({ body: span() })), { code: "bad_field" });
});

Deno.test("names of attributes and tags are names, or an error says so", () => {
  for (const name of ['x onclick="f()" y', "a>b", "", "a=b", "a/b", "a\0"]) {
    assert.throws(
      () => render(span({ dataFields: [[name, "1"]] })),
      { code: "bad_field" },
      JSON.stringify(name),
    );
  }
  for (const htmlTag of ["b onclick=f()", "script", "STYLE", "a>", "", "1"]) {
    if (htmlTag === "") continue;
    assert.throws(() => render(panel({ htmlTag })), { code: "bad_field" }, htmlTag);
  }
  assert.throws(() => render(span({ dataFields: { srcdoc: "<p>" } })), { code: "bad_field" });
});

Deno.test("raw is HTML in bodies, and literal is without being encoded", () => {
  assert.equal(render(panel({ body: raw("<b>x</b>") })).html, "<div><b>x</b></div>");
  assert.equal(render(literal({ body: "<b>" })).html, "&lt;b&gt;");
  assert.equal(render(literal({ body: "<b>", htmlEncode: false })).html, "<b>");
  assert.equal(render(iframe({ srcdoc: raw("<p>") })).html, '<iframe srcdoc="&lt;p&gt;"></iframe>');
});

Deno.test("a line feed that a parser would leave out is doubled", () => {
  assert.equal(render(nitro.pre({ body: "\na" })).html, "<pre>\n\na</pre>");
  assert.equal(render(nitro.textarea({ value: "\na" })).html, "<textarea>\n\na</textarea>");
  assert.equal(render(nitro.textarea({ body: "a\n" })).html, "<textarea>a\n</textarea>");
});

Deno.test("elements in elements that nest too deep are an error, not an overflow", () => {
  let body: Body = "x";
  for (let depth = 0; depth < 2000; depth++) body = panel({ body });
  assert.throws(() => render(body), { code: "too_deep" });
});

/** The element with what it cannot be drawn without. */
function drawable(name: string, make: (fields: object) => Body, fields: object): Body {
  switch (name) {
    case "dtl":
      return make({ ...fields, templates: { draw: () => "" } });
    case "dropdown":
      return make({ ...fields, options: [option({ label: "a" })] });
    case "comboLookupModifyItem":
      return make({ ...fields, bind: tuple(atom("user"), 1), pos: 2 });
    case "script":
      return make({ ...fields, body: [] });
  }
  return make(fields);
}
