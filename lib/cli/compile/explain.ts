/**
 * What the compiler says about an application, for its author.
 *
 * @module
 */
import { relative, sep } from "node:path";
import { explainImport } from "../import_problem.ts";
import type { Problem } from "../problem.ts";
import { errorOf } from "./compiler.ts";
import type { Stage } from "./stage.ts";

/** A problem of the compiler with an application's module, told as `n2o serve` would tell it. */
export function explainCompile(problem: Problem, stage: Stage, said: string): Problem {
  const error = errorOf(said);
  if (error === undefined || !error.includes("file:")) {
    return { ...problem, what: stage.translate(problem.what) };
  }
  const message = stage.translate(error).replace(
    /^The module's source code could not be parsed: /,
    "SyntaxError: ",
  );
  const explained = explainImport(new TypeError(message));
  const where = explained.place?.file ?? stage.source;
  const outside = /imports (\S+), which is not there/.exec(explained.what)?.[1];
  if (outside !== undefined && isOutside(outside, stage.source)) {
    const what = `imports ${outside}, which is outside ${stage.source}`;
    const fix = "move it into the application's folder: only that goes into the executable";
    return { ...explained, where, what, fix };
  }
  const what = explained.what.replace(/^throws TypeError: /, "");
  return {
    ...explained,
    where,
    what,
    fix: explained.fix.startsWith("mend the module") ? "mend it there" : explained.fix,
  };
}

function isOutside(path: string, folder: string): boolean {
  return relative(folder, path).split(sep)[0] === "..";
}
