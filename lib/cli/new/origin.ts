/**
 * Where a project gets the library from: from where the command that makes it comes itself, unless it is told.
 *
 * @module
 */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import configuration from "../../../deno.json" with { type: "json" };
import { exists } from "../exists.ts";
import type { Problem } from "../problem.ts";

/** Where a project gets the library from. */
export interface Origin {
  /** What the names of the library stand for, in its `deno.json`. */
  readonly imports: Readonly<Record<string, string>>;
  /** The command, as `deno run` takes it. */
  readonly command: string;
  /** The host that modules are loaded from, if Deno does not allow it by itself. */
  readonly host: string | undefined;
  /** The same for people. */
  readonly about: string;
}

const { name, version, exports } = configuration;
/** The folder of the running library, or its address. */
const ROOT = new URL("../../../", import.meta.url);
/** What Deno loads modules from without being told. */
const HOSTS = ["deno.land", "jsr.io", "esm.sh", "cdn.jsdelivr.net", "raw.githubusercontent.com"];

/** The origin of the library for a project in a folder; `given` overrides. */
export function originFor(project: string, given: string | undefined): Origin | Problem {
  if (given === undefined) {
    return Deno.build.standalone ? fromPackage(`jsr:${name}@${version}`) : runningOrigin(ROOT, project);
  }
  if (/^jsr:@[\w-]+\/[\w-]+@[^\s/]+$/.test(given)) return fromPackage(given);
  if (/^https?:\/\/./.test(given) && URL.canParse(given)) {
    return fromAddress(new URL(given.replace(/\/?(?:(?:mod|main)\.ts|deno\.json)?(?:[?#].*)?$/, "/")));
  }
  const path = given.startsWith("file:") && URL.canParse(given) ? fileURLToPath(given) : given;
  if (exists(join(path, "deno.json")) && exists(join(path, "main.ts"))) {
    return fromFolder(resolve(path), project);
  }
  return {
    where: "--library",
    what: `${given} is no place of the library`,
    fix: `give jsr:${name}@${version}, the https address of its folder, or the path of a clone`,
  };
}

/** The origin of what runs from there. */
export function runningOrigin(root: URL, project: string): Origin {
  if (root.protocol === "file:") return fromFolder(fileURLToPath(root), project);
  const [, scoped, at] = /^\/(@[\w-]+\/[\w-]+)\/(\d[^/]*)\/$/.exec(root.pathname) ?? [];
  return scoped === undefined ? fromAddress(root) : fromPackage(`jsr:${scoped}@${at}`);
}

function fromPackage(specifier: string): Origin {
  return { imports: { [name]: specifier }, command: `${specifier}/cli`, host: undefined, about: specifier };
}

function fromAddress(base: URL): Origin {
  const isKnown = base.protocol === "https:" && base.port === "" && HOSTS.includes(base.hostname);
  return {
    imports: everyExport((path) => new URL(path, base).href),
    command: new URL("main.ts", base).href,
    host: isKnown ? undefined : base.host,
    about: base.href,
  };
}

function fromFolder(folder: string, project: string): Origin {
  const path = relative(project, folder);
  // Another drive of Windows has no path from here.
  const isApart = isAbsolute(path);
  const way = isApart ? pathToFileURL(folder).href : path.split(sep).map(encodeURIComponent).join("/");
  return {
    imports: everyExport((file) => `${way}/${file}`),
    command: isApart ? join(folder, "main.ts") : `${path.split(sep).join("/")}/main.ts`,
    host: undefined,
    about: isApart ? folder : path.split(sep).join("/"),
  };
}

function everyExport(place: (file: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(exports).filter(([path]) => path !== "./cli")
      .map(([path, file]) => [name + path.slice(1), place(file.slice(2))]),
  );
}
