import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { tables } from "./cases.ts";
import { deflateCases, deflateFrames } from "./deflate_cases.ts";
import { deviations } from "./deviations.ts";
import { textTable, wrongAt } from "./text_table.ts";

const cases = [...tables.flatMap((table) => table.cases), ...deflateCases, ...deflateFrames];
const ids = cases.map(({ id }) => id).filter((id) => !id.startsWith("+"));

/** How many cases the sections of the Autobahn fuzzing client's list have: 1.1, 1.2, 2 and so on. */
const sections: Record<string, number> = {
  "1.1": 8,
  "1.2": 8,
  "2": 11,
  "3": 7,
  "4.1": 5,
  "4.2": 5,
  "5": 20,
  ...numbered("6", [3, 4, 2, 4, 5, 11, 4, 2, 4, 3, 5, 8, 5, 10, 1, 3, 5, 5, 5, 7, 8, 34, 7]),
  "7.1": 6,
  "7.3": 6,
  "7.5": 1,
  "7.7": 13,
  "7.9": 9,
  "7.13": 2,
  ...numbered("9", [6, 6, 9, 9, 6, 6, 6, 6]),
  "10.1": 1,
  ...numbered("12", Array(5).fill(18)),
  ...numbered("13", Array(7).fill(18)),
};

function numbered(group: string, counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(counts.map((count, at) => [`${group}.${at + 1}`, count]));
}

Deno.test("the tables have the 517 cases of the Autobahn fuzzing client's list, each once", () => {
  const listed = Object.entries(sections).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, at) => `${section}.${at + 1}`)
  );
  strictEqual(listed.length, 517);
  deepStrictEqual(ids.toSorted(), listed.toSorted());
});

Deno.test("no two cases have the same number", () => {
  strictEqual(new Set(cases.map(({ id }) => id)).size, cases.length);
});

Deno.test("every known difference is about a case", () => {
  for (const { of, subject, why } of deviations) ok(cases.some(of), `${subject}: ${why}`);
  deepStrictEqual(deviations.filter(({ subject }) => subject === "stream"), []);
});

Deno.test("what the table takes for a text is what the platform takes for one", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const isText = (bytes: Uint8Array) => {
    try {
      decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  for (const bytes of textTable.flatMap(({ rows }) => rows)) {
    const at = wrongAt(bytes);
    strictEqual(at === undefined, isText(bytes), bytes.toHex());
    // What comes before the first wrong byte can still become a text.
    const before = bytes.subarray(0, at);
    const continued = [[], [0x80], [0xa0], [0x90], [0x80, 0x80], [0xa0, 0x80], [0x90, 0x80], [
      0x80,
      0x80,
      0x80,
    ], [
      0x90,
      0x80,
      0x80,
    ]];
    ok(continued.some((rest) => isText(Uint8Array.of(...before, ...rest))), bytes.toHex());
  }
});
