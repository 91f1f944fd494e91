/**
 * Why a module could not be imported, for its author.
 *
 * @module
 */
import { builtinModules } from "node:module";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { N2OError } from "../error.ts";
import { type BrokenData, brokenData } from "./broken_data.ts";
import { messageUnderRun } from "./compiled_errors.ts";
import { frameOf, withoutGeneration } from "./code_frame.ts";
import { missingPermission } from "./exit.ts";
import { unreadableProblem } from "./file_problem.ts";
import { isLibrary } from "./library_names.ts";
import { nearest } from "./nearest.ts";
import { type Place, type Problem, reasons, thrown } from "./problem.ts";
import { unmapped } from "./unmapped.ts";

/** What is wrong, and what to do. */
type Explained = Omit<Problem, "where">;

/** Reads the first line of an error's message; `undefined` where it says something else. */
type Reading = (first: string, place: Place | undefined, error: Error) => Explained | undefined;

/** The library's own machinery is never where an application's error is. */
const MACHINERY = new URL("../", import.meta.url).href;

/**
 * Why a module could not be imported, and what to do.
 *
 * @param module Its file, if it is one: what is broken may be data that it imports.
 */
export function explainImport(error: unknown, module?: string): Explained {
  const missing = missingPermission(error);
  if (missing !== undefined) return missing;
  if (error instanceof N2OError && error.code === "load_timeout") {
    return { what: error.message, fix: "do not wait at its top level" };
  }
  if (error instanceof N2OError && error.code === "superseded") {
    return {
      what: `was still loading, and was given up: ${error.message}`,
      fix: "it is loaded anew with that; if it waits at its top level, have it wait elsewhere",
    };
  }
  if (!(error instanceof Error)) return { what: `throws ${thrown(error)}`, fix: "mend the module" };
  const message = messageUnderRun(plain(error.message));
  // An error from the hook of a compiled program comes wrapped in another one.
  const first = withoutGeneration(message.split("\n")[0].replace(/^(?:TypeError: )+/, ""));
  const data = module !== undefined && DATA.test(first) ? brokenData(module) : undefined;
  if (data !== undefined) return ofData(data);
  const place = trusted(placeIn(message) ?? placeIn(plain(error.stack ?? "")), first);
  for (
    const read of [
      unmappedName,
      unknownBuiltin,
      absentFile,
      folder,
      unreadableFile,
      unreadableInside,
      badSyntax,
    ]
  ) {
    const explained = read(first, place, error);
    if (explained !== undefined) return shown(explained, place);
  }
  const at = place === undefined ? "" : ` at ${locationOf(place)}`;
  const fix = /^React is not defined$/.test(first) ? JSX : "mend the module; it runs when it is loaded";
  return shown({ what: `throws ${error.name}: ${shortened(first)}${at}${reasons(error)}`, fix }, place);
}

/** What the runtime says of JSON and of WebAssembly that is broken. */
const DATA = /\bin JSON\b|\bJSON input\b|\bWasm\b/;

function ofData({ file, what, place }: BrokenData): Explained {
  const at = place === undefined ? "" : `, at ${locationOf(place)}`;
  return shown({ what: `imports ${file}, which ${what}${at}`, fix: "mend it there" }, place);
}

function shown(explained: Explained, place: Place | undefined): Explained {
  return place === undefined ? explained : { ...explained, place, frame: frameOf(place) };
}

/** For a file that is not there the runtime names who imported it first, which may be long mended: then no place is named. */
function trusted(place: Place | undefined, first: string): Place | undefined {
  const absent = ABSENT.exec(first)?.[1];
  if (place === undefined || absent === undefined) return place;
  return lineAt(place)?.includes(basename(fileURLToPath(absent))) ? place : undefined;
}

const ABSENT = /^Module not found "?(file:[^"\s]+)/;

const unmappedName: Reading = (first) => {
  const found = /^Import "([^"]+)" not a dependency/.exec(first) ??
    /^Relative import path "([^"]+)" not prefixed/.exec(first);
  if (found !== null) return unmapped(found[1]);
  const part = /^Unknown export '\.\/(.*)' for '(.*)'/.exec(first);
  return part !== null && isLibrary(part[2]) ? unmapped(`${part[2]}/${part[1]}`) : undefined;
};

const unknownBuiltin: Reading = (first) => {
  const name = /^(?:No such built-in module: |Module not found ")(node:[^"\s]+)/.exec(first)?.[1];
  if (name === undefined) return undefined;
  const near = nearest(name, builtinModules.map((module) => `node:${module}`));
  const fix = near === undefined ? "node: has the modules of Node.js" : `did you mean ${near}?`;
  return { what: `imports "${name}", which the runtime does not have`, fix };
};

const absentFile: Reading = (first, place) => {
  const url = ABSENT.exec(first)?.[1];
  if (url === undefined) return undefined;
  const path = fileURLToPath(url);
  if (place === undefined) {
    return { what: `${path} is not found`, fix: "make that file, or take the link away" };
  }
  const what = `imports ${path}, which is not there, at ${locationOf(place)}`;
  return { what, fix: "make that file, or correct its name" };
};

const folder: Reading = (first, place) => {
  const url = /^\[ERR_UNSUPPORTED_DIR_IMPORT\] Directory import '(file:[^']+)'/.exec(first)?.[1];
  if (url === undefined) return undefined;
  const at = place === undefined ? "" : `, at ${locationOf(place)}`;
  return { what: `imports ${fileURLToPath(url)}, which is a folder${at}`, fix: "name a file in it" };
};

/** The runtime of a compiled program does not say which file it is. */
const unreadableInside: Reading = (first) => {
  const why = /^JsErrorBox \{ inner: Os \{ code: \d+, kind: \w+, message: "([^"]*)"/.exec(first)?.[1];
  if (why === undefined) return undefined;
  return {
    what: `cannot be read, or a file that it imports cannot: ${why.toLowerCase()}`,
    fix: "make each of them a file that the user who runs n2o may read",
  };
};

const unreadableFile: Reading = (first, place) => {
  const url = /^Import '(file:[^']+)' failed/.exec(first)?.[1];
  const problem = url === undefined ? undefined : unreadableProblem(fileURLToPath(url));
  if (url === undefined || problem === undefined) return undefined;
  if (place === undefined) return problem;
  return {
    ...problem,
    what: `imports ${fileURLToPath(url)}, which ${problem.what}, at ${locationOf(place)}`,
  };
};

const badSyntax: Reading = (first, place, error) => {
  // A file in another encoding has characters that are none.
  if (/Unexpected character '\ufffd'/.test(first)) return { what: first, fix: "save the file as UTF-8" };
  const isSyntax = error instanceof SyntaxError ||
    /^SyntaxError: |could not be parsed|Expected|Unexpected/.test(first);
  if (!isSyntax) return undefined;
  const at = place === undefined || first.includes(" at file:") ? "" : ` at ${locationOf(place)}`;
  return { what: `${shortened(first)}${at}`, fix: isDecorator(place) ? DECORATORS : "mend it there" };
};

const JSX = "begin the file with /** @jsxImportSource @n2o/n2o/nitro */";
const DECORATORS =
  "decorators do not work here in modules on disk: do without, or make a program of the application with `n2o compile`";

/** Whether it is a decorator that the engine does not know. */
function isDecorator(place: Place | undefined): boolean {
  if (!Deno.build.standalone || place === undefined) return false;
  return lineAt(place)?.trimStart().startsWith("@") === true;
}

function lineAt({ file, line }: Place): string | undefined {
  try {
    return Deno.readTextFileSync(file).split("\n")[line - 1];
  } catch {
    return undefined;
  }
}

/** The first place in a file of the application that a text with a stack names. */
function placeIn(text: string): Place | undefined {
  for (const [, url, line, column] of text.matchAll(/(file:[^\s?]*?)(?:\?n2o=\d+)?:(\d+):(\d+)/g)) {
    if (url.startsWith(MACHINERY) || url === Deno.mainModule) continue;
    return { file: fileURLToPath(url), line: Number(line), column: Number(column) };
  }
  return undefined;
}

function locationOf({ file, line, column }: Place): string {
  return `${pathToFileURL(file).href}:${line}:${column}`;
}

function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[\d;]*m/g, "");
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
