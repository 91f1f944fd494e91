/**
 * Templates: Django's template language, the role of N2O's DTL.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { atom, charlist, createLogger, map, tuple } from "@n2o/n2o";
import { event, raw, render } from "@n2o/n2o/nitro";
import { createTemplates, type TemplateFault, type TemplateOptions } from "@n2o/n2o/nitro/templates";
import { NitroError } from "../protocols/nitro/error.ts";
import { dtl } from "../protocols/nitro/templates_dtl.ts";
import { templateCount } from "./nitro_counts.ts";
import { templateDeviations } from "./nitro_deviations_templates.ts";
import vectors from "./vectors/nitro.json" with { type: "json" };
import { declare } from "../protocols/nitro/parts.ts";

type Bindings = Record<string, unknown>;

function embedded(texts: Record<string, string>, options: Omit<TemplateOptions, "folder" | "embedded"> = {}) {
  return createTemplates({ ...options, embedded: new Map(Object.entries(texts)) });
}

function rendered(text: string, bindings: Bindings = {}, options: Omit<TemplateOptions, "folder"> = {}) {
  return embedded({ "page.html": text }, options).render("page", bindings);
}

/** The error of a template, with its place. */
function fault(work: () => unknown): { code: string; message: string; value: TemplateFault } {
  let caught: unknown;
  throws(work, (error) => (caught = error) instanceof NitroError);
  return caught as { code: string; message: string; value: TemplateFault };
}

/** An element that wires an event when it has a postback. */
const knob = declare<{ id: string; body?: string; postback?: string }>("knob", (fields, out) => {
  out.html += "<button";
  out.id(fields.id);
  out.html += ">";
  out.body(fields.body);
  out.html += "</button>";
  if (fields.postback !== undefined) {
    out.wire(event({ target: fields.id, type: "click", postback: fields.postback }));
  }
});

Deno.test("a template's values are escaped, whatever quotes its author has around them", () => {
  const hostile = `<script>alert("1")</script>' onload='&`;
  strictEqual(
    rendered("<p title='{{ a }}'>{{ a }}</p>", { a: hostile }),
    "<p title='&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#39;&amp;'>" +
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#39;&amp;</p>",
  );
});

Deno.test("what is marked as safe stays as it is, until a filter that can spoil it changes it", () => {
  const b = "<b>";
  strictEqual(rendered("{{ a }}{{ b|safe }}{{ b|safe|lower }}", { a: raw("<i>"), b }), "<i><b><b>");
  strictEqual(
    rendered("{{ b|safe|upper }}{{ b|safe|escape }}{{ b|safe|force_escape }}", { b }),
    "&lt;B&gt;<b>&lt;b&gt;",
  );
  strictEqual(rendered("{{ b|escape }}{{ b|escape|escape }}", { b }), "&lt;b&gt;&lt;b&gt;");
  strictEqual(
    rendered("{% autoescape off %}{{ b }}{{ b|escape }}{% endautoescape %}{{ b }}", { b }),
    "<b>&lt;b&gt;&lt;b&gt;",
  );
});

Deno.test("a template extends others, whose blocks it fills, and sees what they had", () => {
  const templates = embedded({
    "base.html": "<{% block a %}A{% block b %}B{% endblock %}{% endblock %}|{% block c %}C{% endblock %}>",
    "middle.html": "{% extends 'base' %}{% block c %}middle({{ block.super }}){% endblock %}",
    "page.html": "{% extends parent %} not shown {% block b %}[{{ block.super }}{{ who }}]{% endblock b %}" +
      "{% block c %}page({{ block.super }}){% endblock %}",
  });
  strictEqual(
    templates.render("page", { parent: "middle", who: "<me>" }),
    "<A[B&lt;me&gt;]|page(middle(C))>",
  );
  strictEqual(templates.render("middle"), "<AB|middle(C)>");
  strictEqual(templates.render("base.html"), "<AB|C>");
});

Deno.test("a template includes others, with its variables, with further ones, or with those only", () => {
  const templates = embedded({
    "row.html": "{{ a }}{{ b }}{{ c }};",
    "page.html":
      "{% include 'row' %}{% include name with a=1 c=a|lower %}{% include 'row.html' with a=2 only %}{{ a }}",
  });
  strictEqual(templates.render("page", { a: "A", b: "B", name: "row" }), "AB;1Ba;2;A");
});

Deno.test("an included template's blocks are its own", () => {
  const templates = embedded({
    "base.html": "{% block x %}base{% endblock %}",
    "card.html": "{% extends 'base' %}{% block x %}card{% endblock %}",
    "page.html": "{% extends 'base' %}{% block x %}page {% include 'card' %} {{ block.super }}{% endblock %}",
  });
  strictEqual(templates.render("page"), "page card base");
});

Deno.test("conditions bind as Django's do", () => {
  const cases: [string, boolean][] = [
    ["yes or no and no", true],
    ["not no and yes", true],
    ["not yes or no", false],
    ["list|length > 1", true],
    ["list|length >= 3 or text == 'a b'", true],
    ["1 in list and not 5 in list", true],
    ["5 not in list", true],
    ["'a' in text and 'key' in object", true],
    ["missing is None", true],
    ["text is not None", true],
    ["yes == True and no == False", true],
    ["empty_text or zero or empty_list or empty_object or missing", false],
    ["big > 1 and big == 2", true],
    ["text < 'b'", true],
    ["text < 1 or text > 1", false],
  ];
  const bindings = {
    yes: true,
    no: false,
    list: [1, 2],
    text: "a b",
    object: { key: 1 },
    empty_text: "",
    zero: 0,
    empty_list: [],
    empty_object: {},
    big: 2n,
  };
  const seen = cases.map((
    [text],
  ) => [text, rendered(`{% if ${text} %}1{% else %}0{% endif %}`, bindings) === "1"]);
  deepStrictEqual(seen, cases);
});

Deno.test("the first branch that holds is rendered", () => {
  const text = "{% if n == 1 %}one{% elif n == 2 %}two{% elif n == 3 %}three{% else %}more{% endif %}";
  deepStrictEqual([1, 2, 3, 4].map((n) => rendered(text, { n })), ["one", "two", "three", "more"]);
  strictEqual(rendered("{% ifequal a 'x' %}same{% else %}other{% endifequal %}", { a: "x" }), "same");
  strictEqual(rendered("{% ifnotequal a 'x' %}other{% endifnotequal %}", { a: "x" }), "");
});

Deno.test("a loop tells where it is, and what stands there when there is nothing", () => {
  const text = "{% for x in list %}{{ forloop.counter }}/{{ forloop.revcounter }}{{ x }}" +
    "{% if forloop.first %}<{% endif %}{% if forloop.last %}>{% endif %}{% empty %}none{% endfor %}";
  strictEqual(rendered(text, { list: ["a", "b", "c"] }), "1/3a<2/2b3/1c>");
  strictEqual(rendered(text, { list: [] }), "none");
  strictEqual(rendered(text), "none");
  const nested =
    "{% for a in x %}{% for b in x %}{{ forloop.parentloop.counter0 }}{{ forloop.counter0 }} {% endfor %}{% endfor %}";
  strictEqual(rendered(nested, { x: "ab" }), "00 01 10 11 ");
});

Deno.test("a loop goes through objects, maps, sets, tuples and pairs, from either end", () => {
  strictEqual(
    rendered("{% for k, v in o.items reversed %}{{ k }}={{ v }} {% endfor %}", { o: { a: 1, b: 2 } }),
    "b=2 a=1 ",
  );
  strictEqual(
    rendered("{% for k, v in o.items %}{{ k }}={{ v }} {% endfor %}", { o: map([["a", 1], ["b", 2]]) }),
    "a=1 b=2 ",
  );
  strictEqual(rendered("{% for k in o %}{{ k }}{% endfor %}", { o: new Map([["a", 1], ["b", 2]]) }), "ab");
  strictEqual(rendered("{% for x in o %}{{ x }}{% endfor %}", { o: new Set([1, 2]) }), "12");
  strictEqual(
    rendered("{% for a, b in o %}{{ b }}{{ a }}{% endfor %}", { o: [tuple(1, 2), [3, 4]] }),
    "2143",
  );
});

Deno.test("only own properties are seen, and nothing is called", () => {
  let calls = 0;
  class User {
    name = "Ada";
    get secret(): string {
      calls++;
      return "secret";
    }
    forget(): string {
      calls++;
      return "forgotten";
    }
    own = () => this.forget();
  }
  const text =
    "{{ u.name }}|{{ u.secret }}{{ u.forget }}{{ u.own }}{{ u.constructor.name }}{{ u.__proto__ }}{{ l.map }}{{ toString }}";
  strictEqual(rendered(text, { u: new User(), l: [1] }), "Ada|");
  strictEqual(calls, 0);
});

Deno.test("terms that are text are text", () => {
  const bindings = {
    a: atom("ok"),
    b: new TextEncoder().encode("ü<"),
    c: charlist("abc"),
    t: tuple(atom("x"), 7),
  };
  strictEqual(
    rendered("{{ a }} {{ b }} {{ c|upper }} {{ t.1 }}{% if a == 'ok' %}!{% endif %}", bindings),
    "ok ü&lt; ABC 7!",
  );
});

Deno.test("a value that has no text is an error with its place", () => {
  const { code, message, value } = fault(() => rendered("\n{{ o }}", { o: { a: 1 } }));
  deepStrictEqual([code, value], ["no_text", { file: "page.html", line: 2 }]);
  match(message, /^page\.html:2: /);
});

Deno.test("comments say nothing, and what is verbatim is as it is", () => {
  strictEqual(rendered("a{# {% if %} #}b{% comment 'why' %}{% if %}{{ x }}{% endcomment %}c"), "abc");
  strictEqual(rendered("{% verbatim %}{{ a }}{% if %}{# b #}{% endverbatim %}"), "{{ a }}{% if %}{# b #}");
});

Deno.test("a byte order mark is no part of a template", () => {
  strictEqual(
    embedded({ "page.html": "\ufeff{% extends 'base' %}", "base.html": "\ufeffbase" }).render("page"),
    "base",
  );
});

Deno.test("the smaller tags", () => {
  strictEqual(
    rendered("{% for i in 'abc' %}{% cycle 'odd' even %} {% endfor %}", { even: "<" }),
    "odd &lt; odd ",
  );
  strictEqual(rendered("{% firstof a b '<' %}{% firstof a b %}"), "&lt;");
  strictEqual(rendered("{% spaceless %}\n <p> <b>x y</b>\n</p> {% endspaceless %}"), "<p><b>x y</b></p>");
  strictEqual(rendered("{% filter upper|cut:'B' %}a{{ x }}{% endfilter %}", { x: "b" }), "A");
  strictEqual(
    rendered(
      "{% with a=1 b=x|upper %}{{ a }}{{ b }}{% endwith %}{{ b }}{% with x as y %}{{ y }}{% endwith %}",
      { x: "x" },
    ),
    "1Xx",
  );
  match(rendered("{% now 'Y-m-d\\TH:i' %}"), /^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
});

Deno.test("filters for text", () => {
  const cases: Record<string, string> = {
    "'ab c'|capfirst": "Ab c",
    "'ab CD'|title": "Ab Cd",
    "'AbC'|lower": "abc",
    "'AbC'|upper": "ABC",
    "'a b c'|cut:' '": "abc",
    "'it\\'s'|addslashes": "it\\&#39;s",
    "'ab'|center:6": "  ab  ",
    "'ab'|ljust:4": "ab  ",
    "'ab'|rjust:4": "  ab",
    "'hello world'|truncatechars:6": "hello…",
    "'hello'|truncatechars:5": "hello",
    "'a b c d'|truncatewords:2": "a b …",
    "'a b  c'|wordcount": "3",
    "'Ähm, so <it> is!'|slugify": "ahm-so-it-is",
    "'<p>a<b>b</b></p><<i>i>'|striptags": "ab",
    "'a b/ü'|urlencode": "a%20b/%C3%BC",
    "'a/b'|urlencode:''": "a%2Fb",
    "'a\\nb\\n\\n<c>'|linebreaks": "<p>a<br>b</p>\n\n<p>&lt;c&gt;</p>",
    "'a\\nb'|linebreaksbr": "a<br>b",
    "'</script>'|escapejs": "\\u003C/script\\u003E",
  };
  deepStrictEqual(
    Object.fromEntries(Object.keys(cases).map((text) => [text, rendered(`{{ ${text} }}`)])),
    cases,
  );
});

Deno.test("filters for lists, numbers and what may be missing", () => {
  const bindings = {
    list: ["<a>", "b", "c"],
    people: [{ n: 2, x: "two" }, { n: 1, x: "one" }],
    none: null,
    zero: 0,
  };
  const cases: Record<string, string> = {
    "list|length": "3",
    "missing|length": "0",
    "list|length_is:3": "true",
    "list|first": "&lt;a&gt;",
    "list|last": "c",
    "list|join:', '": "&lt;a&gt;, b, c",
    "list|join:'<br>'|upper": "&amp;LT;A&amp;GT;&amp;LT;BR&amp;GT;B&amp;LT;BR&amp;GT;C",
    "list|slice:'1:'|join:''": "bc",
    "list|slice:':-1'|length": "2",
    "'abcd'|slice:'1:3'": "bc",
    "people|dictsort:'n'|first|default:'?'|length": "2",
    "2|add:'3'": "5",
    "'a'|add:'b'": "ab",
    "9|divisibleby:3": "true",
    "1|filesizeformat": "1 byte",
    "123456789|filesizeformat": "117.7 MB",
    "3.14159|floatformat": "3.1",
    "3|floatformat": "3",
    "3|floatformat:2": "3.00",
    "'x'|floatformat": "",
    "1|pluralize": "",
    "2|pluralize": "s",
    "list|pluralize:'y,ies'": "ies",
    "missing|default:'none'": "none",
    "zero|default:'none'": "none",
    "zero|default_if_none:'none'": "0",
    "none|default_if_none:'none'": "none",
    "list|yesno:'on,off'": "on",
    "zero|yesno": "no",
    "none|yesno": "maybe",
  };
  const seen = Object.keys(cases).map((text) => [text, rendered(`{{ ${text} }}`, bindings)]);
  deepStrictEqual(Object.fromEntries(seen), cases);
});

Deno.test("dates are told by Django's letters, in the time zone of the templates", () => {
  const d = new Date("2026-03-01T00:05:09.250Z");
  const cases: Record<string, string> = {
    "Y-m-d H:i:s u": "2026-03-01 00:05:09 250000",
    "D, jS F y": "Sun, 1st March 26",
    "l N n M b": "Sunday March 3 Mar mar",
    "w z W o t L": "0 60 9 2026 31 False",
    "g:i a, h A, G, P": "12:05 a.m., 12 AM, 0, 12:05 a.m.",
    "O Z c": "+0000 0 2026-03-01T00:05:09+00:00",
    "r": "Sun, 1 Mar 2026 00:05:09 +0000",
    "U": "1772323509",
    "\\\\Y\\\\e\\\\a\\\\r Y": "Year 2026",
  };
  deepStrictEqual(
    Object.fromEntries(
      Object.keys(cases).map((format) => [format, rendered(`{{ d|date:'${format}' }}`, { d })]),
    ),
    cases,
  );
  strictEqual(
    rendered("{{ d|date:'Y-m-d H:i O' }}", { d }, { timeZone: "America/New_York" }),
    "2026-02-28 19:05 -0500",
  );
  strictEqual(rendered("{{ d|date }}, {{ d|time }}", { d }), "March 1, 2026, 12:05 a.m.");
});

Deno.test("dates come as dates, milliseconds, text and Erlang's tuples", () => {
  const bindings = {
    a: Date.UTC(2026, 0, 2),
    b: "2026-01-02",
    c: tuple(2026, 1, 2),
    d: tuple(tuple(2026, 1, 2), tuple(3, 4, 5)),
    e: "no date",
  };
  strictEqual(
    rendered("{% for x in l %}{{ x|date:'c' }} {% endfor %}", { l: Object.values(bindings) }),
    "2026-01-02T00:00:00+00:00 2026-01-02T00:00:00+00:00 2026-01-02T00:00:00+00:00 2026-01-02T03:04:05+00:00  ",
  );
});

Deno.test("every error in a template says its file and line", () => {
  const cases: [string, number, RegExp][] = [
    ["a\nb\n{% nope %}", 3, /nope/],
    ["\n{{ a|nope }}", 2, /nope/],
    ["{% if %}{% endif %}", 1, /missing/],
    ["\n{% if a == %}{% endif %}", 2, /missing/],
    ["{% if a b %}{% endif %}", 1, /b is not expected/],
    ["{% if a|nope %}{% endif %}", 1, /cannot be read|nope/],
    ["\n\n{% if a %}", 3, /endif/],
    ["{% for x of y %}{% endfor %}", 1, /name in list/],
    ["{% for x in y %}\n{% endif %}{% endfor %}", 2, /endif/],
    ["{{ a", 1, /closed/],
    ["{% with a %}{% endwith %}", 1, /name=value/],
    ["{% include 'a' and 'b' %}", 1, /include/],
    ["{% block a %}{% endblock %}\n{% block a %}{% endblock %}", 2, /two blocks a/],
    ["{% block a %}\n{% endblock b %}", 1, /endblock b/],
    ["x\n{% extends 'y' %}", 2, /first/],
    ["{% autoescape maybe %}{% endautoescape %}", 1, /on or off/],
    ["{% cycle %}", 1, /no values/],
  ];
  for (const [text, line, words] of cases) {
    const { code, message, value } = fault(() => rendered(text));
    deepStrictEqual([text, code, value], [text, "template_error", { file: "page.html", line }]);
    match(message, words);
    ok(message.startsWith(`page.html:${line}: `), message);
  }
});

Deno.test("an error in an included or extended template says that one's place", () => {
  const templates = embedded({
    "bad.html": "\n\n{% nope %}",
    "a.html": "{% include 'bad' %}",
    "b.html": "\n{% extends 'bad' %}",
    "c.html": "\n{% include 'none' %}",
    "d.html": "\n{% extends 'none' %}",
  });
  for (const name of ["a", "b"]) {
    deepStrictEqual(fault(() => templates.render(name)).value, { file: "bad.html", line: 3 });
  }
  for (const name of ["c", "d"]) {
    const { code, value } = fault(() => templates.render(name));
    deepStrictEqual([code, value], ["template_missing", { file: `${name}.html`, line: 2 }]);
  }
  strictEqual(fault(() => templates.render("none")).code, "template_missing");
});

Deno.test("a template that includes or extends itself, loops for ever, puts out or nests too much is stopped", () => {
  const templates = embedded({
    "a.html": "{% include 'a' %}",
    "b.html": "{% extends 'b' %}",
    "c.html": "{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}",
    "d.html": "{% for a in l %}{{ text }}{% endfor %}",
    "e.html": "{% for a in (1..100000000) %}{% endfor %}",
    "f.html": "{% if a %}".repeat(20_000) + "{% endif %}".repeat(20_000),
  }, { maxBytes: 1_000_000 });
  const bindings = { l: Array(100).fill(1), text: "x".repeat(100_000) };
  for (const name of ["a", "b", "c", "d", "e", "f"]) {
    strictEqual(fault(() => templates.render(name, bindings)).code, "template_error", name);
  }
});

Deno.test("a template that is too large is not read", () => {
  strictEqual(fault(() => rendered("x".repeat(101), {}, { maxBytes: 100 })).code, "template_error");
});

Deno.test("options that are none are refused", () => {
  for (
    const options of [{}, { folder: "x", embedded: new Map() }, { folder: "x", maxLoops: NaN }, {
      folder: "x",
      timeZone: "Mars",
    }]
  ) {
    strictEqual(fault(() => createTemplates(options)).code, "bad_option");
  }
});

Deno.test("elements stand in a template as they are, wired once wherever they stand", () => {
  const templates = embedded({
    "page.html": "<p>{{ go }}{{ go }}{% for k in all %}{{ k }}{% endfor %}{{ all }}</p>",
  });
  const go = knob({ id: "go", body: "<Go>", postback: "go" });
  const { html, actions } = render(templates.element("page", { go, all: [knob({ id: "a" }), "<b>"] }));
  const button = '<button id="go">&lt;Go&gt;</button>';
  strictEqual(
    html,
    `<p>${button}${button}<button id="a"></button>&lt;b&gt;<button id="a"></button>&lt;b&gt;</p>`,
  );
  strictEqual(actions.split("addEventListener").length, 2);
});

Deno.test("an element in a template that wires something needs a page", () => {
  const templates = embedded({ "page.html": "{{ go }}" });
  strictEqual(templates.render("page", { go: knob({ id: "go" }) }), '<button id="go"></button>');
  const { code, message } = fault(() => templates.render("page", { go: knob({ id: "go", postback: "go" }) }));
  strictEqual(code, "template_error");
  match(message, /element\(\)/);
});

Deno.test("the element dtl draws a template, for JavaScript too", () => {
  const templates = embedded({ "index.html": "<p>'{{ a }}'</p>", "code.html": "'</script>" });
  strictEqual(render(dtl({ templates })).html, "<p>''</p>");
  strictEqual(
    render(dtl({ templates, file: atom("index"), bindings: new Map([["a", 1]]) })).html,
    "<p>'1'</p>",
  );
  strictEqual(render(dtl({ templates, file: "code", jsEscape: true })).html, "\\'\\x3c/script>");
  strictEqual(fault(() => render(dtl())).code, "bad_field");
});

Deno.test("the recorded rows of dtl", () => {
  const templates = embedded({
    "gold.html":
      "<p>{% if a %}a={{ a }};b={{ b }};script={{ script|default:'undefined' }};{% endif %}'q'</p>",
  });
  const span = declare<{ body: string }>("span", (fields, out) => {
    out.html += "<span>";
    out.body(fields.body);
    out.html += "</span>";
  });
  const rows = vectors.elements.filter((row) =>
    (row as { element?: string }).element === "dtl"
  ) as unknown as {
    case: string;
    html?: string;
  }[];
  const bindings: Record<string, Bindings> = { dtl: { a: "1", b: span({ body: "x" }) } };
  deepStrictEqual(rows.map((row) => row.case), ["dtl", "dtl no module", "dtl file atom"]);
  const deviating = rows.filter((row) => row.html === undefined).map((row) => row.case);
  deepStrictEqual(deviating, templateDeviations.flatMap(({ rows }) => rows));
  deepStrictEqual([rows.length, deviating.length], [templateCount.rows, templateCount.differ]);
  for (const row of rows) {
    if (row.html === undefined) {
      strictEqual(fault(() => render(dtl({ templates, file: "nope" }))).code, "template_missing");
    } else {strictEqual(
        render(dtl({ templates, file: atom("gold"), bindings: bindings[row.case] })).html,
        row.html,
      );}
  }
});

/** A folder with templates, and what the log was told. */
async function folder(): Promise<
  { path: string; lines: string[]; options: TemplateOptions } & AsyncDisposable
> {
  const path = await Deno.makeTempDir();
  const lines: string[] = [];
  const log = createLogger({ write: (line) => lines.push(line) });
  return {
    path,
    lines,
    options: { folder: path, recheckMs: 0, log },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("a changed file is read anew, with what extends and includes it", async () => {
  await using files = await folder();
  const write = (name: string, text: string) => Deno.writeTextFile(`${files.path}/${name}`, text);
  await write("base.html", "[{% block a %}{% endblock %}]");
  await write("page.html", "{% extends 'base' %}{% block a %}{% include 'part' %}{% endblock %}");
  await write("part.html", "1");
  const templates = createTemplates(files.options);
  strictEqual(templates.render("page"), "[1]");
  await write("part.html", "second");
  strictEqual(templates.render("page"), "[second]");
  await write("base.html", "({% block a %}{% endblock %})");
  strictEqual(templates.render("page"), "(second)");
  deepStrictEqual(files.lines, []);
});

Deno.test("a template that gets an error or goes away is told once, and the one before it goes on serving", async () => {
  await using files = await folder();
  const page = `${files.path}/page.html`;
  await Deno.writeTextFile(page, "fine");
  const templates = createTemplates(files.options);
  strictEqual(templates.render("page"), "fine");
  await Deno.writeTextFile(page, "\n{% if %}");
  for (let i = 0; i < 3; i++) strictEqual(templates.render("page"), "fine");
  strictEqual(files.lines.length, 1);
  match(files.lines[0], /template_kept.*page\.html:2: /);
  await Deno.remove(page);
  for (let i = 0; i < 3; i++) strictEqual(templates.render("page"), "fine");
  strictEqual(files.lines.length, 2);
  await Deno.writeTextFile(page, "mended");
  strictEqual(templates.render("page"), "mended");
});

Deno.test("a template that had an error from the beginning serves once it is mended, and one that comes later too", async () => {
  await using files = await folder();
  const templates = createTemplates(files.options);
  const { code, message } = fault(() => templates.render("page"));
  deepStrictEqual([code, message], ["template_missing", `there is no template "page" in ${files.path}`]);
  await Deno.writeTextFile(`${files.path}/page.html`, "{% if %}");
  strictEqual(fault(() => templates.render("page")).value.line, 1);
  strictEqual(fault(() => templates.render("page")).value.line, 1);
  await Deno.writeTextFile(`${files.path}/page.html`, "mended");
  strictEqual(templates.render("page"), "mended");
});

Deno.test("between two looks a rendering touches no file", async () => {
  await using files = await folder();
  await Deno.writeTextFile(`${files.path}/page.html`, "{{ a }}");
  const templates = createTemplates({ ...files.options, recheckMs: Infinity });
  strictEqual(templates.render("page", { a: 1 }), "1");
  await Deno.remove(`${files.path}/page.html`);
  strictEqual(templates.render("page", { a: 2 }), "2");
});

Deno.test("names stay in their folder", async () => {
  await using files = await folder();
  await Deno.mkdir(`${files.path}/in/deep`, { recursive: true });
  await Deno.writeTextFile(`${files.path}/secret.html`, "secret");
  await Deno.writeTextFile(`${files.path}/in/deep/page.html`, "{% include name %}");
  await Deno.symlink(`${files.path}/secret.html`, `${files.path}/in/link.html`);
  await Deno.symlink(files.path, `${files.path}/in/out`);
  await Deno.writeTextFile(`${files.path}/in/deep/good.html`, "good");
  await Deno.symlink(`${files.path}/in/deep/good.html`, `${files.path}/in/alias.html`);
  await Deno.symlink("loop.html", `${files.path}/in/loop.html`);
  const templates = createTemplates({ ...files.options, folder: `${files.path}/in` });
  const outside = [
    "../secret.html",
    "deep/../../secret.html",
    `${files.path}/secret.html`,
    "link.html",
    "out/secret.html",
    "./deep/page.html",
    "deep//page.html",
    "deep",
    "deep/",
    "",
    "..",
    "..\\secret.html",
    "C:secret.html",
    "secret.html\0",
    "loop.html",
    "x".repeat(300),
    "x/".repeat(120) + "x",
  ];
  for (const name of outside) {
    strictEqual(fault(() => templates.render(name)).code, "template_missing", name);
    strictEqual(fault(() => templates.render("deep/page", { name })).code, "template_missing", name);
  }
  strictEqual(templates.render("deep/page.html", { name: "alias" }), "good");
});

Deno.test("only the templates' entry reaches their package", async () => {
  const reached = async (entry: string) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", new URL(`../protocols/nitro/${entry}`, import.meta.url).href],
      stderr: "null",
    }).output();
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: { specifier: string }[] };
    return modules.map(({ specifier }) => specifier).filter((specifier) =>
      /^npm:\/*liquidjs/.test(specifier)
    );
  };
  deepStrictEqual(await reached("mod.ts"), []);
  deepStrictEqual(await reached("jsx_runtime.ts"), []);
  strictEqual((await reached("templates.ts")).length, 1);
});
