/**
 * Problems as the page is told them: no path of the machine outside the application's folder, and bounded.
 *
 * @module
 */
import { relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Problem as ShownProblem } from "../../client/dev/messages.ts";
import type { Problem } from "../problem.ts";
import { frameOf, withoutGeneration } from "../code_frame.ts";

/** A problem as the dev client gets it. */
export type { ShownProblem };

/** So many are shown; who has more mends these first. */
const MAX_PROBLEMS = 50;
const MAX_TEXT = 4096;

/** The problems as the page is told them. One with a place and no frame gets it from its file. */
export function shownProblems(problems: readonly Problem[], folder: string): ShownProblem[] {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ where, what, fix, place, frame }): ShownProblem => {
    const lines = frame ?? (place && frameOf(place));
    return {
      where: plain(where, folder),
      what: plain(what, folder),
      fix: plain(fix, folder),
      ...(lines === undefined ? {} : { frame: cut(lines, 4 * MAX_TEXT) }),
      ...(place === undefined ? {} : {
        file: plain(place.file, folder),
        line: place.line,
        column: place.column,
      }),
    };
  });
  const more = problems.length - shown.length;
  if (more > 0) shown.push({ where: `${more} more`, what: "problems", fix: "mend those above first" });
  return shown;
}

/** A text without the paths of this machine: below the folder they are relative to it, of others the last two names are left. */
function plain(text: string, folder: string): string {
  const root = resolve(folder);
  const bare = root.endsWith(sep) ? root : root + sep;
  let told = withoutGeneration(text);
  for (const prefix of [`${pathToFileURL(root).href}/`, bare]) told = told.replaceAll(prefix, "");
  // What the command line named is told as it was written.
  const given = relative("", root);
  if (given !== "") {
    told = told.replace(new RegExp(`(^|[\\s"'(])(?:\\./)?${escaped(given)}[\\\\/]`, "g"), "$1");
  }
  told = told.replace(/file:\/\/\/[^\s"'()]*?([^/\s"'()]+\/[^/\s"'()]+)(?=[\s"'():]|$)/g, "…/$1");
  told = told.replace(/(^|[\s"'(])(?:[a-z]:)?[\\/](?:[^\s"'():\\/]+[\\/])+(?=[^\s"'():\\/]+)/gi, "$1…/");
  return cut(told, MAX_TEXT);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
