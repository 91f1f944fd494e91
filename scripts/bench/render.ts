/**
 * A table of 1000 rows of five cells, made and rendered, against Preact's renderer.
 *
 * @module
 */

import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { render, table, tbody, td, tr } from "../../protocols/nitro/mod.ts";
import { alternate, type Measurement, median } from "./measure.ts";

const PEER = "preact-render-to-string 6.8.2";
const ROWS = Array.from({ length: 1000 }, (_, i) => [
  `row-${i}`,
  `Ada & Grace <${i}>`,
  `user${i}@example.org`,
  "London",
  String(i * 7),
  i % 2 === 0 ? "active" : "away",
]);

function ours(): number {
  const rows = ROWS.map(([id, ...cells]) =>
    tr({ id, class: "person", cells: cells.map((body) => td({ class: "cell", body })) })
  );
  return render(table({ id: "people", body: tbody({ body: rows }) })).html.length;
}

function peer(): number {
  const rows = ROWS.map(([id, ...cells]) =>
    h("tr", { id, class: "person" }, cells.map((body) => h("td", { class: "cell" }, body)))
  );
  return renderToString(h("table", { id: "people" }, h("tbody", null, rows))).length;
}

/** Rendering, in tables a second. */
export const rendering: Measurement = {
  name: "render",
  how:
    "A table of 1000 rows × 5 cells with ids and classes, from data to HTML, in one process in turn: elements of this library, and " +
    "`h` and `renderToString` of Preact.",
  async run({ rounds, seconds }) {
    const rate = (make: () => number) => () => {
      const started = performance.now();
      let count = 0;
      let passed = 0;
      do {
        if (make() < 100_000) throw new Error("that is no table");
        count++;
        passed = performance.now() - started;
      } while (passed < seconds * 1000);
      return Promise.resolve(count / passed * 1000);
    };
    const results = await alternate(rounds, rate(ours), rate(peer));
    const [us, them] = [results.ours, results.peer].map((of) => median(of, (value) => value));
    return [{
      name: "render a table",
      unit: "tables/s",
      ours: us,
      peer: { name: PEER, figure: them },
      goal: { words: "≥ 1 × the peer", figure: them, met: us >= them },
    }];
  },
};
