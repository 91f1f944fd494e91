import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { atom, Charlist } from "@n2o/n2o";
import * as nitro from "@n2o/n2o/nitro";
import vectors from "./vectors/nitro.json" with { type: "json" };
import { actionCount, conversionCount } from "./nitro_counts.ts";
import { ACTION_DEVIATIONS, ESCAPE_DEVIATIONS } from "./nitro_deviations_actions.ts";
import {
  type ActionRow,
  type ActionVectors,
  type EscapeRow,
  isSaid,
  nameOf,
  type Said,
  say,
} from "./nitro_action_rows.ts";
import * as escapes from "./nitro_escape_rows.ts";

const { actions, escape } = vectors as unknown as ActionVectors;

function attempt(row: ActionRow): Said | undefined {
  try {
    return say(row);
  } catch {
    return undefined;
  }
}

Deno.test("each recorded action is said byte for byte as the original says it, but for the named deviations", () => {
  const deviating = new Set(ACTION_DEVIATIONS.flatMap(({ rows }) => rows));
  let equal = 0;
  for (const row of actions) {
    if (deviating.has(nameOf(row))) continue;
    const said = say(row);
    strictEqual(said.js, row.js, nameOf(row));
    ok(isSaid(row, said), `${nameOf(row)}: its events`);
    equal++;
  }
  strictEqual(equal, actionCount.same);
  strictEqual(actions.length, actionCount.rows);
});

Deno.test("each deviation of an action is one", () => {
  let count = 0;
  for (const { what, rows } of ACTION_DEVIATIONS) {
    for (const name of rows) {
      const row = actions.find((one) => nameOf(one) === name);
      ok(row, `there is no row ${name}`);
      const said = attempt(row);
      ok(said === undefined || !isSaid(row, said), `${what}: ${name} is what was recorded`);
      count++;
    }
  }
  strictEqual(count, actionCount.differ);
  strictEqual(new Set(ACTION_DEVIATIONS.flatMap(({ rows }) => rows)).size, count);
});

Deno.test("each recorded conversion gives the original's text, but for the named deviations", () => {
  const found = ESCAPE_DEVIATIONS.map(() => 0);
  const elsewhere: Record<string, number> = {};
  let equal = 0;
  for (const row of escape) {
    if (Object.hasOwn(escapes.ELSEWHERE, row.fn)) {
      elsewhere[row.fn] = (elsewhere[row.fn] ?? 0) + 1;
    } else if (isConverted(row)) equal++;
    else {
      const at = ESCAPE_DEVIATIONS.findIndex((one) => one.is(row, escapes.nameOf(row)));
      ok(at >= 0, `${escapes.nameOf(row)} deviates`);
      found[at]++;
    }
  }
  const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0);
  deepStrictEqual({
    rows: escape.length,
    same: equal,
    differ: sum(found),
    elsewhere: sum(Object.values(elsewhere)),
  }, conversionCount);
  deepStrictEqual(found, ESCAPE_DEVIATIONS.map(({ rows }) => rows));
  deepStrictEqual(
    elsewhere,
    Object.fromEntries(Object.entries(escapes.ELSEWHERE).map(([name, [rows]]) => [name, rows])),
  );
});

/** Whether a conversion gives the same text, or refuses as the original did. */
function isConverted(row: EscapeRow): boolean {
  try {
    const text = escapes.convert(row);
    return row.error === undefined && text === escapes.textOf(row.out!);
  } catch (error) {
    if (row.error === undefined) throw error;
    return true;
  }
}

Deno.test("bytes, as an event brings them, and lists of characters are ids as their text is", () => {
  const id = new TextEncoder().encode("row-1");
  for (const target of [id, new Charlist(id), atom("row-1")]) {
    const acts = (target: nitro.Target) => [
      nitro.update(target, nitro.span({ body: "x" })),
      nitro.insertTop(target, "x"),
      nitro.clear(target),
      nitro.focus({ target }),
      nitro.jq({ target, method: "focus" }),
      nitro.jq({ target, property: "value", right: "x" }),
      nitro.event({ target, type: "click", postback: 1 }),
      nitro.confirm({ target, text: "?", postback: 1 }),
    ];
    strictEqual(nitro.renderActions(acts(target)), nitro.renderActions(acts("row-1")));
    deepStrictEqual(nitro.renderOperations(acts(target)), nitro.renderOperations(acts("row-1")));
  }
});

Deno.test("what is no target is an error that says so, whichever way it reaches the browser", () => {
  for (
    const target of [undefined, null, true, {}, [], { ps: "a.b" }, () => "x"] as unknown as nitro.Target[]
  ) {
    for (const render of [nitro.renderActions, nitro.renderOperations]) {
      for (
        const action of [
          nitro.clear(target),
          nitro.jq({ target, method: "focus" }),
          nitro.event({ target, postback: 1 }),
        ]
      ) {
        throws(() => render(action), { code: "bad_target" });
      }
    }
  }
});

Deno.test("what is no action among an element's is an error that names the element", () => {
  for (const actions of [7, {}, atom("a"), new Uint8Array(1)] as unknown as nitro.Wired[]) {
    throws(() => nitro.render(nitro.span({ actions })), { code: "bad_field", message: /span/ });
  }
});
