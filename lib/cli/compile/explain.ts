/**
 * What the compiler says about an application, for its author.
 *
 * @module
 */
import { relative, sep } from "node:path";
import { explainImport } from "../import_problem.ts";
import type { Problem } from "../problem.ts";
import type { Stage } from "./stage.ts";

/** A problem of the compiler with an application's module, told as `n2o serve` would tell it. */
export function explainCompile(stage: Stage, error: string): Problem {
  const message = stage.translate(error).replace(
    /^The module's source code could not be parsed: /,
    "SyntaxError: ",
  );
  const explained = explainImport(new TypeError(message));
  const where = explained.place?.file ?? stage.source;
  const absent = /imports (\S+), which is not there/.exec(explained.what)?.[1];
  if (absent !== undefined && isOutside(absent, stage.source)) {
    const what = `imports ${absent}, which is outside ${stage.source}`;
    return {
      ...explained,
      where,
      what,
      fix: "move it into the application's folder: only that goes into the executable",
    };
  }
  const what = explained.what.replace(/^throws TypeError: /, "");
  const bare = /^imports "([^@"][^"]*|@(?!n2o\/n2o)[^"]*)", which nothing maps$/.exec(what)?.[1];
  if (bare !== undefined) {
    const fix =
      `give the whole specifier, such as npm:${bare}@VERSION, or map it in ${stage.source}/deno.json`;
    return { ...explained, where, what, fix };
  }
  const address = /Requires import access to "([^"]+)"/.exec(message)?.[1];
  if (address !== undefined) {
    return { ...explained, where, what, fix: `allow it with --allow import=${address}` };
  }
  return { ...explained, where, what, fix: what === explained.what ? explained.fix : "mend it there" };
}

function isOutside(path: string, folder: string): boolean {
  return relative(folder, path).split(sep)[0] === "..";
}
