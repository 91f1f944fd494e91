/**
 * The table of what differs from the original, from the tests that count it.
 *
 * @module
 */
import { cell } from "./elements.ts";

interface Deviation {
  readonly what: string;
  readonly why: string;
  readonly rows?: number | readonly unknown[];
  readonly count?: number;
}

/** The table. */
export async function deviationsPart(root: string): Promise<string> {
  const files = [...Deno.readDirSync(`${root}/tests`)].map(({ name }) => name)
    .filter((name) => /^nitro_.*deviations.*\.ts$/.test(name) && !name.endsWith(".test.ts")).sort();
  const rows: string[] = [];
  for (const file of files) {
    const exported = await import(new URL(`../../tests/${file}`, import.meta.url).href) as Record<
      string,
      unknown
    >;
    for (const list of Object.values(exported)) {
      if (!Array.isArray(list)) continue;
      for (const one of list as Deviation[]) {
        if (typeof one.what !== "string" || typeof one.why !== "string") continue;
        const count = one.count ?? (typeof one.rows === "number" ? one.rows : one.rows?.length);
        rows.push(`| ${cell(one.what)} | ${cell(one.why)} | ${count ?? ""} | \`${file}\` |`);
      }
    }
  }
  return ["| here | why | recorded rows | counted in |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
