/**
 * Names of projects and modules: they become folders, files, addresses and atoms, on every system.
 *
 * @module
 */
import type { Problem } from "../problem.ts";

/** What a name is for. */
export interface NameUse {
  /** How the command is called up to the name: `n2o new`. */
  readonly command: string;
  /** Whether `_` may stand in it. */
  readonly underscores: boolean;
}

/** Registries of packages and file systems take this much. */
const MOST = 58;
/** Files of these names are devices on Windows, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** What is wrong with a name. */
export function nameProblem(
  given: string | undefined,
  { command, underscores }: NameUse,
): Problem | undefined {
  const wrong = (what: string, fix: string): Problem => ({ where: given || "NAME", what, fix });
  if (given === undefined || given === "") {
    return wrong("is missing", `write ${command} ${exampleOf(underscores)}`);
  }
  const better = suggestion(given, underscores);
  const instead = `write ${command} ${better}`;
  if (/^\.{1,2}[/\\]?$/.test(given)) return wrong("is no name", `${command} NAME makes what it is called`);
  if (/[/\\]/.test(given)) return wrong("is a path, not a name", `go to the folder first, then ${instead}`);
  if (given.length > MOST) {
    return wrong(`has ${given.length} characters`, `give a name of ${MOST} at most`);
  }
  const allowed = underscores ? /^[a-z][a-z\d]*(?:[-_][a-z\d]+)*$/ : /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/;
  if (!allowed.test(given)) {
    const marks = underscores ? "single - or _" : "single -";
    return wrong(`is not made of small letters, digits and ${marks} between them, a letter first`, instead);
  }
  if (DEVICE.test(given)) return wrong("is a device on Windows, not a file", `write ${command} ${given}-app`);
  return undefined;
}

/** A name for a module, or for a project. */
function exampleOf(underscores: boolean): string {
  return underscores ? "hello" : "my-app";
}

/** A good name that is like a bad one. */
function suggestion(given: string, underscores: boolean): string {
  const last = given.split(/[/\\]/).findLast((part) => /[a-z]/i.test(part)) ?? "";
  const words = last.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .split(underscores ? /[^a-z\d_]+/ : /[^a-z\d]+/).join("-");
  const name = words.replace(/([-_])[-_]+/g, "$1").replace(/^[-_\d]+|[-_]+$/g, "").slice(0, MOST)
    .replace(/[-_]$/, "");
  return name === "" || DEVICE.test(name) ? exampleOf(underscores) : name;
}
