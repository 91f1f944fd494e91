import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import {
  checkValue,
  input,
  messageOf,
  render,
  renderActions,
  type RenderHost,
  renderOperations,
  type Rules,
  rulesTerm,
  update,
  validate,
} from "@n2o/n2o/nitro";
import { atom, bert, float, map, type Term, tuple } from "@n2o/n2o";
import { list } from "../lib/term.ts";
import { checkValue as checkInBrowser } from "../lib/validation.ts";
import { rulesScript } from "../protocols/nitro/validation_script.ts";
import { OperationsWriter } from "../protocols/nitro/operations_output.ts";
import { ScriptWriter } from "../protocols/nitro/script_output.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Rules, and values with the code that each comes to. */
const TABLE: readonly (readonly [Rules, Readonly<Record<string, string | undefined>>])[] = [
  [{}, { "": undefined, a: undefined }],
  [{ required: true }, { "": "required", "  \n": "required", a: undefined, false: undefined }],
  [{ required: false, minLength: 3 }, { "": undefined, ab: "too_short", abc: undefined, "😀": "too_short" }],
  [{ maxLength: 3 }, { abc: undefined, abcd: "too_long" }],
  [{ pattern: "[a-z]+" }, {
    ab: undefined,
    aB: "bad_format",
    "a\nb": "bad_format",
    ["a".repeat(257)]: "too_long",
  }],
  [{ pattern: "a|b", maxLength: 300 }, {
    a: undefined,
    b: undefined,
    ab: "bad_format",
    ["a".repeat(257)]: "too_long",
  }],
  [{ pattern: "\\p{Lu}.'" }, { "Жs'": undefined, "жs'": "bad_format" }],
  [{ type: "email" }, {
    "a@b.c": undefined,
    "a.b+c@d-e.f.example": undefined,
    "a@b": "bad_email",
    "a b@c.d": "bad_email",
    "@b.c": "bad_email",
    "a@b..c": "bad_email",
    "a@b@c.d": "bad_email",
  }],
  [{ type: "url" }, {
    "http://a": undefined,
    "HTTPS://a.b/c?d#e": undefined,
    "ftp://a": "bad_url",
    "javascript:alert(1)": "bad_url",
    "http://": "bad_url",
    "http://a b": "bad_url",
    "//a": "bad_url",
  }],
  [{ type: "integer" }, {
    "0": undefined,
    "-12": undefined,
    "+3": undefined,
    "1.5": "bad_integer",
    "1e3": "bad_integer",
  }],
  [{ type: "number" }, {
    "1.5": undefined,
    ".5": undefined,
    "1e3": undefined,
    "-2.": undefined,
    "1,5": "bad_number",
    e: "bad_number",
  }],
  [{ min: 2, max: 10 }, {
    "2": undefined,
    "10": undefined,
    "1.9": "too_small",
    "10.5": "too_large",
    x: "bad_number",
  }],
  [{ type: "integer", min: "0", max: "5" }, { "3": undefined, "-1": "too_small", "6": "too_large" }],
  [{ type: "date" }, {
    "2026-02-28": undefined,
    "2024-02-29": undefined,
    "2026-13-01": "bad_date",
    "2026-1-1": "bad_date",
    today: "bad_date",
  }],
  [{ type: "date", min: "2026-01-31", max: "2026-12-31" }, {
    "2026-01-31": undefined,
    "2026-01-30": "too_early",
    "2027-01-01": "too_late",
  }],
  [{ oneOf: ["a", "b'\\"] }, { a: undefined, "b'\\": undefined, c: "not_allowed" }],
  [{ required: true, minLength: 2, oneOf: ["true"] }, {
    true: undefined,
    false: "not_allowed",
    "": "required",
  }],
];

Deno.test("each rule keeps what it says, and names what breaks it", () => {
  for (const [rules, values] of TABLE) {
    for (const [value, code] of Object.entries(values)) {
      strictEqual(checkValue(value, rules), code, JSON.stringify([rules, value]));
      strictEqual(checkValue(bytes(value), rules), code, JSON.stringify([rules, value]));
    }
  }
});

Deno.test("the browser finds the same, by the rules as they are sent, and shows the message", () => {
  for (const [rules, values] of TABLE) {
    const sent = list(bert.decode(bert.encode(rulesTerm(rules))))!;
    for (const [value, code] of Object.entries(values)) {
      const expected = code === undefined ? undefined : messageOf(code, rules);
      strictEqual(checkInBrowser(value, sent), expected, JSON.stringify([rules, value]));
    }
  }
});

Deno.test("the original's client finds the same, by the expression that it is sent", () => {
  for (const [rules, values] of TABLE) {
    const holds = new Function("e", `return ${rulesScript(rules)}`) as (e: { detail: unknown }) => boolean;
    for (const [value, code] of Object.entries(values)) {
      strictEqual(holds({ detail: value }), code === undefined, JSON.stringify([rules, value]));
    }
  }
});

Deno.test("values come as whatever terms fields give", () => {
  const date: Rules = { required: true, type: "date", min: "2026-01-01" };
  strictEqual(checkValue(tuple(2026, 2, 3), date), undefined);
  strictEqual(checkValue(tuple(2025, 12, 31), date), "too_early");
  strictEqual(checkValue(tuple(2026, 2, 30), date), "bad_date");
  strictEqual(checkValue("2026-02-30", date), "bad_date");
  strictEqual(checkValue(undefined, date), "required");
  strictEqual(checkValue([], date), "required");
  strictEqual(checkValue(true, { oneOf: ["true"] }), undefined);
  strictEqual(checkValue(atom("blue"), { oneOf: ["red", "blue"] }), undefined);
  strictEqual(checkValue(5, { min: 1, max: 5 }), undefined);
  strictEqual(checkValue(5n, { max: 4 }), "too_large");
  strictEqual(checkValue(float(5), { min: 1, max: 5 }), undefined);
  strictEqual(checkValue([bytes("a"), bytes("b")], { required: true, oneOf: ["a", "b"] }), undefined);
  strictEqual(checkValue([bytes("a"), bytes("x")], { oneOf: ["a", "b"] }), "not_allowed");
});

Deno.test("a term that no field gives breaks the rules, and nothing else", () => {
  const strange: readonly Term[] = [
    tuple(),
    tuple(atom("a"), tuple(1, [2])),
    map([["a", 1]]),
    [tuple("a"), map([["a", 1]])],
    [[[["deep"]]]],
    Uint8Array.of(0xff, 0xfe),
    2 ** 1000,
  ];
  for (const value of strange) {
    for (
      const rules of [{ type: "email" }, { oneOf: ["a"] }, {
        pattern: "[a-z]+",
        minLength: 3,
        maxLength: 3,
      }] as Rules[]
    ) {
      const code = checkValue(value, rules);
      ok(code !== undefined || value === strange[0], `${JSON.stringify(rules)} took a strange term`);
    }
  }
});

Deno.test("rules that are none are refused when they are written, not when a visitor meets them", () => {
  const bad: readonly object[] = [
    { minLength: -1 },
    { maxLength: 1.5 },
    { type: "colour" },
    { type: "toString" },
    { min: "x" },
    { max: "" },
    { max: Infinity },
    { type: "date", min: 5 },
    { type: "date", max: "tomorrow" },
    { pattern: "[" },
    { pattern: "a".repeat(257) },
    { oneOf: Array(10_001).fill("a") },
  ];
  for (const rules of bad) {
    throws(() => rulesTerm(rules as Rules), { code: "bad_rules" }, JSON.stringify(rules).slice(0, 50));
    throws(() => renderActions(validate("x", rules as Rules)), { code: "bad_rules" });
  }
});

Deno.test("a pattern that could take exponentially long is refused", () => {
  const bad = [
    "(a+)+",
    "(a*)*",
    "(a|a)*",
    "(a|ab)*c",
    "(\\w+\\s?)+",
    "([a-z]+)*",
    "(a+){2,}",
    "(a+){1,50}",
    "(a?){50}",
    "((a+)b?)+",
    "(aa+)+",
    "(?:a?)+",
    "(a)\\1",
    "(.+)*x",
  ];
  for (const pattern of bad) throws(() => rulesTerm({ pattern }), { code: "bad_rules" }, pattern);
  const good = [
    "\\w+(-\\w+)*",
    "[a-z]+(?:\\.[a-z]+)+",
    "(foo|bar)+",
    "\\d{3}-\\d{4}",
    "(?=.*\\d)(?=.*[a-z]).{8,}",
    "(ab)+",
    "[(+*)]+",
    "a\\(+",
    "(\\d{2})*",
    "(\\d{1,3}\\.){3}\\d{1,3}",
  ];
  for (const pattern of good) {
    rulesTerm({ pattern });
    // What is not good would not come to an end here.
    checkValue(`${"a-".repeat(127)}!`, { pattern });
  }
});

Deno.test("the browser and the server hear of a field's rules by its element", () => {
  const field = input({ id: "age", validation: { required: true, type: "integer" } });
  const { operations } = render(field, { mode: "operations" });
  deepStrictEqual(operations, renderOperations(validate("age", { required: true, type: "integer" })));
  const { actions } = render(field);
  ok(
    actions.startsWith(
      "{var name='age'; qi(name) && qi(name).addEventListener('validation',function(e) { if (!(",
    ),
    actions,
  );
  throws(() => render(input({ validation: { required: true } })), { code: "bad_field" });
});

Deno.test("the page notes what the value of a field has to be, whichever way it reaches its browser", () => {
  for (const Output of [ScriptWriter, OperationsWriter]) {
    const noted: [string, Rules][] = [];
    const host: RenderHost = {
      mode: Output === ScriptWriter ? "script" : "operations",
      module: atom("index"),
      pickle: () => "",
      temporaryId: () => "",
      rules: (id, rules) => noted.push([id, rules]),
    };
    const rules = { required: true };
    new Output(host).run(update("form", input({ id: "name", validation: rules })));
    deepStrictEqual(noted, [["name", rules]]);
  }
});

Deno.test("a message of one's own is said for whatever is wrong", () => {
  const rules: Rules = { required: true, minLength: 3, message: "Ваше ім’я, будь ласка" };
  strictEqual(messageOf("required", rules), rules.message);
  strictEqual(checkInBrowser("", rulesTerm(rules)), rules.message);
  for (const code of ["too_short", "too_long", "too_small", "too_large", "too_early", "too_late"]) {
    ok(messageOf(code, { minLength: 1, maxLength: 2, min: 3, max: 4 }).startsWith("Please"), code);
  }
  ok(messageOf("something newer") !== "");
});
