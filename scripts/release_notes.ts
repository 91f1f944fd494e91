/**
 * What a release says: the part of `CHANGELOG.md` for its version. Ends with an error where tag, `deno.json` and changelog do not agree.
 *
 *     deno task release:notes v1.2.3
 *
 * @module
 */

/** A part of the changelog. */
export interface Release {
  readonly version: string;
  /** The day; `undefined` before it is released. */
  readonly date: string | undefined;
  /** What stands below the heading. */
  readonly text: string;
}

const HEADING = /^## (.*)$/gm;
const RELEASE = /^(\d+\.\d+\.\d+(?:-[\w.]+)?) (?:\(unreleased\)|- (\d{4}-\d\d-\d\d))$/;

/** The parts of a changelog, the newest first. Throws for a heading that is none. */
export function readChangelog(text: string): Release[] {
  const headings = [...text.matchAll(HEADING)];
  return headings.map(({ 1: heading, 0: line, index }, at) => {
    const [, version, date] = RELEASE.exec(heading) ?? [];
    if (version === undefined) {
      throw new Error(`CHANGELOG.md: "${line}" should be "## 1.2.3 (unreleased)" or "## 1.2.3 - 2026-01-31"`);
    }
    return { version, date, text: text.slice(index + line.length, headings[at + 1]?.index).trim() };
  });
}

/** What stands against a release of this tag. */
export function objections(tag: string, version: string, changelog: readonly Release[]): string[] {
  const [head] = changelog;
  const found: string[] = [];
  if (tag !== `v${version}`) {
    found.push(`the tag is ${tag}, and deno.json says ${version}: tag it v${version}`);
  }
  if (head?.version !== version) {
    found.push(`the changelog begins with ${head?.version}, and deno.json says ${version}`);
  } else if (head.date === undefined) {
    found.push(`the changelog says that ${version} is unreleased: give it its day`);
  } else if (head.text === "") found.push(`the changelog says nothing of ${version}`);
  return found;
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url);
  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root))) as { version: string };
  const changelog = readChangelog(await Deno.readTextFile(new URL("CHANGELOG.md", root)));
  const found = objections(Deno.args[0] ?? "", version, changelog);
  for (const one of found) console.error(one);
  if (found.length > 0) Deno.exit(1);
  console.log(changelog[0].text);
}
