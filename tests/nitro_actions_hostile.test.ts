import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nitro from "@n2o/n2o/nitro";
import { type Action, p, raw, render, renderActions, renderOperations } from "@n2o/n2o/nitro";
import { atom } from "../lib/term.ts";

const PIECES = [
  "'",
  '"',
  "`",
  "\\",
  "${ran()}",
  "</script>",
  "<script>ran()</script>",
  "<!--",
  "-->",
  "\n",
  "\r",
  "\u2028",
  "\u2029",
];
PIECES.push(
  "');ran();('",
  '");ran();("',
  "`);ran();(`",
  "<img src=x onerror=ran()>",
  "javascript:ran()",
  "&lt;",
  "\0",
  "Ж",
  "😀",
  "a",
);

/** A text of hostile pieces: the same ones in every run. */
function hostile(seed: number): string {
  let text = "";
  for (let i = seed; i > 0; i = Math.floor(i / 3)) text += PIECES[(i * 7919 + seed) % PIECES.length];
  return text;
}

/** An element as the scripts see it: whatever is set or called is kept. */
class Seen {
  readonly ids: string[] = [];
  readonly values: unknown[] = [];
  ran = 0;

  element(has: Readonly<Record<string, unknown>> = {}): object {
    const { values } = this;
    const own: Record<string, unknown> = {
      firstChild: null,
      childNodes: [],
      style: {},
      classList: {},
      ...has,
    };
    return new Proxy(own, {
      set: (_, name, value) => {
        values.push(value);
        own[String(name)] = value;
        return true;
      },
      get: (_, name) => {
        if (name === "style" || name === "parentNode") return this.element();
        if (Object.hasOwn(own, name)) return own[String(name)];
        return (...args: unknown[]) => {
          for (const arg of args) {
            if (typeof arg !== "function") values.push(arg);
            else (arg as (event: object) => void)({ preventDefault: () => {} });
          }
          return this.element();
        };
      },
    });
  }
}

/** Runs a script as the original's client does, with stand-ins for what it uses. */
function run(js: string): Seen {
  const seen = new Seen();
  const find = (id: string) => {
    seen.ids.push(id);
    return seen.element();
  };
  const keep = (...args: unknown[]) => {
    seen.values.push(...args);
    return true;
  };
  const page: Record<string, unknown> = {
    qi: find,
    qs: find,
    qa: (id: string) => [find(id)],
    qn: () => seen.element(),
    querySource: find,
    ran: () => seen.ran++,
    alert: keep,
    confirm: keep,
    bin: keep,
    atom: keep,
    string: keep,
    tuple: () => {},
    enc: () => {},
    ws: { send: () => {} },
    validateSources: (ids: string[]) => keep(...ids),
    document: seen.element(),
    window: seen.element({ setTimeout: (later: () => void) => later() }),
  };
  new Function(...Object.keys(page), js)(...Object.values(page));
  return seen;
}

const TEXTS: Readonly<Record<string, (text: string) => Action>> = {
  alert: (text) => nitro.alert({ text }),
  confirm: (text) => nitro.confirm({ text }),
  setAttr: (text) => nitro.setAttr("x", "title", text),
  style: (text) => nitro.setStyle("x", text),
  "property of a style": (text) => nitro.setStyle("x", "color", text),
  "property of a style with a dash": (text) => nitro.setStyle("x", "font-size", text),
  "argument of jq": (text) => nitro.jq({ target: "x", method: "select", args: [text] }),
  "argument of jq in a format": (text) =>
    nitro.jq({ target: "x", method: "select", args: [text], format: "'~s'" }),
  "right of jq": (text) => nitro.jq({ target: "x", property: "value", right: text }),
  title: (text) => nitro.setTitle(text),
  invalid: (text) => nitro.invalid("x", text),
};

Deno.test("whatever a text is, the browser gets it as it is, and runs nothing of it", () => {
  for (const [name, make] of Object.entries(TEXTS)) {
    for (let seed = 1; seed < 300; seed++) {
      const text = hostile(seed);
      const js = renderActions(make(text));
      const seen = run(js);
      ok(seen.values.includes(text), `${name}: ${JSON.stringify(text)} in ${js}`);
      strictEqual(seen.ran, 0, js);
      ok(!/<\/?script|<!--/i.test(js), js);
    }
  }
});

const TARGETS: Readonly<Record<string, (target: string) => Action>> = {
  update: (target) => nitro.update(target, "a"),
  replace: (target) => nitro.replace({ target, elements: "a" }),
  insert: (target) => nitro.insert({ target, elements: "a" }),
  insertTop: (target) => nitro.insertTop(target, "a"),
  "insertTop of many": (target) => nitro.insertTop(target, ["a", p({})]),
  insertBottom: (target) => nitro.insertBottom(target, "a"),
  insertBefore: (target) => nitro.insertBefore(target, "a"),
  insertAfter: (target) => nitro.insertAfter(target, "a"),
  clear: (target) => nitro.clear(target),
  remove: (target) => nitro.remove(target),
  setAttr: (target) => nitro.setAttr(target, "title", "a"),
  setStyle: (target) => nitro.setStyle(target, "a"),
  show: (target) => nitro.show(target),
  focus: (target) => nitro.focus({ target }),
  bind: (target) => nitro.bind({ target, postback: "" }),
  jq: (target) => nitro.jq({ target, method: "focus" }),
  event: (target) => nitro.event({ target, postback: atom("go") }),
  "source of an event": (target) => nitro.event({ target: "x", postback: atom("go"), source: [target] }),
  "source by another name": (id) =>
    nitro.event({ target: "x", postback: atom("go"), source: [{ key: "k", id }] }),
  "selector of one": (qs) => nitro.show({ qs }),
  "selector of many": (qa) => nitro.show({ qa }),
  valid: (target) => nitro.valid(target),
};

Deno.test("whatever an id or a selector is, it is looked for as it is", () => {
  for (const [name, make] of Object.entries(TARGETS)) {
    for (let seed = 1; seed < 150; seed++) {
      const target = hostile(seed);
      const js = renderActions(make(target));
      const seen = run(js);
      ok(seen.ids.includes(target), `${name}: ${JSON.stringify(target)} in ${js}`);
      strictEqual(seen.ran, 0, js);
    }
  }
});

const BODIES: Readonly<Record<string, (body: nitro.Body) => Action>> = {
  update: (body) => nitro.update("x", body),
  replace: (elements) => nitro.replace({ target: "x", elements }),
  insert: (elements) => nitro.insert({ target: "x", elements }),
  insertTop: (body) => nitro.insertTop("x", body),
  insertBottom: (body) => nitro.insertBottom("x", body),
  innerHTML: (right) => nitro.jq({ target: "x", property: "innerHTML", right }),
};

Deno.test("whatever stands in an element, its HTML comes to the browser as it was drawn", () => {
  for (const [name, make] of Object.entries(BODIES)) {
    for (let seed = 1; seed < 200; seed++) {
      const body = [p({ title: hostile(seed + 7), body: hostile(seed) }), raw(hostile(seed + 3))];
      const { html } = render(body);
      const js = renderActions(make(body));
      const seen = run(js);
      ok(seen.values.includes(html), `${name}: ${html} in ${js}`);
      strictEqual(seen.ran, 0, js);
    }
  }
});

Deno.test("a redirection goes to relative, http and https addresses only", () => {
  for (const url of ["/a", "a?x='1'", "https://n2o.dev/", "HTTP://a", "#z", "", "//other.example/", "/a:b"]) {
    deepStrictEqual(run(renderActions(nitro.redirect(url))).values, [url]);
    strictEqual(renderOperations(nitro.redirect(url)).length, 1);
  }
  const bad = [
    "javascript:ran()",
    " JavaScript:ran()",
    "java\nscript:ran()",
    "\0javascript:ran()",
    "data:text/html,x",
    "vbscript:x",
    "blob:x",
  ];
  for (const url of bad) {
    throws(() => nitro.redirect(url), { code: "bad_url" });
    throws(() => renderActions(nitro.jq({ target: { g: "window" }, property: "location", right: url })), {
      code: "bad_url",
    });
    throws(
      () => renderOperations(nitro.jq({ target: { g: "window" }, property: "location.href", right: url })),
      {
        code: "bad_url",
      },
    );
  }
});

Deno.test("attributes that are addresses run nothing, by whichever action they are set", () => {
  for (const name of ["href", "HREF", "src", "action", "formaction", "xlink:href", "poster", "data"]) {
    deepStrictEqual(run(renderActions(nitro.setAttr("x", name, "javascript:ran()"))).values, [
      name,
      "about:invalid",
    ]);
    ok(
      JSON.stringify(Array.from(renderOperations(nitro.setAttr("x", name, "javascript:ran()"))[0] as never))
        .includes("about:invalid"),
    );
  }
  deepStrictEqual(
    run(renderActions(nitro.jq({ target: "x", property: "href", right: "javascript:ran()" }))).values,
    [
      "about:invalid",
    ],
  );
  throws(() => renderActions(nitro.setAttr("x", "srcdoc", "<script>")), { code: "bad_field" });
  throws(() => renderActions(nitro.jq({ target: "x", property: "srcdoc", right: "a" })), {
    code: "bad_field",
  });
});

Deno.test("names that stand in JavaScript without quotes are names", () => {
  for (const bad of ["a b", "a;ran()", "a'", "", "1a", "a..b", "a[0]", "a()", "ran()"]) {
    throws(() => renderActions(nitro.jq({ target: "x", method: bad })), { code: "bad_name" }, bad);
    throws(
      () => renderActions(nitro.jq({ target: "x", property: bad, right: 1 })),
      { code: "bad_name" },
      bad,
    );
    throws(() => renderActions(nitro.clear({ g: bad })), { code: "bad_name" }, bad);
    throws(() => renderActions(nitro.api({ name: bad })), { code: "bad_name" }, bad);
    throws(
      () => renderActions(nitro.bind({ target: { g: "window" }, source: bad })),
      { code: "bad_name" },
      bad,
    );
    throws(() => renderActions(nitro.setStyle("x", bad, "1")), { code: "bad_field" }, bad);
  }
  for (const bad of ["", "a b", "a=b", 'a"', "a'", "a>", "a/b", "a\n"]) {
    throws(() => renderActions(nitro.setAttr("x", bad, "1")), { code: "bad_field" }, bad);
  }
  throws(
    () => nitro.insertTop("x", "a", "div');ran();('") && renderActions(nitro.insertTop("x", "a", "b c")),
    { code: "bad_field" },
  );
  throws(() => renderActions(nitro.insertAdjacent("beside" as nitro.Position, "x", "a")), {
    code: "bad_position",
  });
});

Deno.test("a cookie is one cookie, whatever its value is", () => {
  const js = renderActions(nitro.cookie("a", 'it\'s "1"', { path: "/app" }));
  const [text] = run(js).values as string[];
  ok(text.startsWith('a=it\'s "1"; path=/app; expires='), text);
  const until = Date.parse(text.slice(text.indexOf("expires=") + 8));
  ok(until > Date.now() + 364 * 86_400_000);
  for (const key of ["", "a b", "a=b", "a;b", "ключ", "a\n"]) {
    throws(() => nitro.cookie(key, "v"), { code: "bad_cookie" }, key);
  }
  for (const value of ["a; domain=x", "a\r\nb", "\0", "v".repeat(4096)]) {
    throws(() => nitro.cookie("k", value), { code: "bad_cookie" }, value);
  }
  for (const path of ["app", "/a;b", "/a\n"]) {
    throws(() => nitro.cookie("k", "v", { path }), { code: "bad_cookie" }, path);
  }
  for (const ttlMs of [-1, NaN, Infinity]) {
    throws(() => nitro.cookie("k", "v", { ttlMs }), { code: "bad_cookie" });
  }
});
