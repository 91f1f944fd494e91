/**
 * What an application's own `deno.json` and `package.json` say about its imports.
 *
 * @module
 */
import { join } from "node:path";
import { isLibrary } from "../library_names.ts";
import type { Problem } from "../problem.ts";
import { parseJsonc } from "./jsonc.ts";

/** The parts of a configuration that decide how modules are found and translated. */
export interface ProjectConfig {
  /** What names stand for. */
  readonly imports: Readonly<Record<string, string>>;
  /** The same below some addresses. */
  readonly scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How TypeScript and JSX are translated. */
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  /** Parts of the runtime that are not stable yet. */
  readonly unstable: readonly string[];
  /** All that `deno.json` says; `undefined` where there is none. */
  readonly deno: Json | undefined;
  /** All that `package.json` says; `undefined` where there is none. */
  readonly node: Json | undefined;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/** The names of the files that are read here. They are not copied as they are, since the compiler would follow them. */
export const PROJECT_FILES: readonly string[] = ["deno.json", "deno.jsonc", "package.json"];

type Json = Readonly<Record<string, unknown>>;
type Names = Record<string, string>;

/** Reads the configuration of the application in `folder`, whose files are to lie at `base`, such as `./application/chat/`. */
export function readProjectConfig(folder: string, base: string): ProjectConfig {
  const problems: Problem[] = [];
  const read = (name: string) => readObject(join(folder, name), problems);
  const node = read("package.json");
  const found = read("deno.json") ?? read("deno.jsonc");
  const deno = found ?? {};
  const named = typeof deno.importMap === "string" && /^\.?[^:]*$/.test(deno.importMap)
    ? read(deno.importMap) ?? {}
    : {};
  const moved = (names: unknown) => rebase(asObject(names), base);
  const scopes = Object.entries({ ...asObject(named.scopes), ...asObject(deno.scopes) });
  return {
    imports: { ...packages(node ?? {}), ...moved(named.imports), ...moved(deno.imports) },
    scopes: Object.fromEntries(scopes.map(([scope, names]) => [moveAddress(scope, base), moved(names)])),
    compilerOptions: asObject(deno.compilerOptions),
    unstable: Array.isArray(deno.unstable) ? deno.unstable.map(String) : [],
    deno: found,
    node,
    problems,
  };
}

/**
 * The files that stand for them beside the application's modules, which may read them: with the same names and versions, and the library
 * as `imports` say.
 */
export function projectFiles(config: ProjectConfig, imports: Names): Record<string, string> {
  const files: Record<string, string> = {};
  if (config.deno !== undefined) {
    const rest = without(config.deno, /^(?:workspace|importMap|lock|links)$/);
    const merged = { ...config.imports, ...imports };
    files["deno.json"] = JSON.stringify({
      ...rest,
      nodeModulesDir: "none",
      imports: merged,
      scopes: config.scopes,
    });
  }
  if (config.node !== undefined) {
    files["package.json"] = JSON.stringify(without(config.node, /dependencies$|^workspaces$/i));
  }
  return files;
}

function without(value: Json, keys: RegExp): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.test(key)));
}

/** The packages of a `package.json` by their names, and what lies below them. */
function packages({ dependencies }: Json): Names {
  const names: Names = {};
  for (const [name, range] of Object.entries(asObject(dependencies))) {
    if (typeof range !== "string" || isLibrary(name)) continue;
    const specifier = /^(?:npm|jsr):/.test(range) ? range : `npm:${name}@${range}`;
    if (!/^(?:npm|jsr):@?[^:]*$/.test(specifier)) continue;
    names[name] = specifier;
    names[`${name}/`] = specifier.replace(":", ":/") + "/";
  }
  return names;
}

/** The library is the one that compiles, whatever the application's map says. */
function rebase(names: Json, base: string): Names {
  const moved: Names = {};
  for (const [name, address] of Object.entries(names)) {
    if (typeof address !== "string" || isLibrary(name)) continue;
    moved[moveAddress(name, base)] = moveAddress(address, base);
  }
  return moved;
}

function moveAddress(address: string, base: string): string {
  return address.startsWith("./") ? `${base}${address.slice(2)}` : address;
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Json : {};
}

function readObject(path: string, problems: Problem[]): Json | undefined {
  try {
    return asObject(parseJsonc(Deno.readTextFileSync(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    problems.push({ where: path, what: `cannot be read: ${why}`, fix: "mend it there" });
    return undefined;
  }
}
