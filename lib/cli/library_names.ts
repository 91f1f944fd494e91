/**
 * The names by which modules import the library, and where it is.
 *
 * @module
 */
import configuration from "../../deno.json" with { type: "json" };

const exports: Readonly<Record<string, string>> = configuration.exports;

/** The package's name. */
export const libraryName: string = configuration.name;
/** The address of the running library, with a slash at its end. */
export const libraryRoot: string = new URL("../../", import.meta.url).href;

/** Whether a specifier names the library. */
export function isLibrary(specifier: string): boolean {
  return specifier === libraryName || specifier.startsWith(`${libraryName}/`);
}

/** What may be imported of the library: `@n2o/n2o` and what lies below it. */
export function libraryNames(): string[] {
  return Object.keys(exports).map((path) => `${libraryName}${path.slice(1)}`);
}

/** Where the running library's module of a specifier is; `undefined` for others. */
export function moduleOf(specifier: string): string | undefined {
  if (!isLibrary(specifier)) return undefined;
  const path = exports[`.${specifier.slice(libraryName.length)}`];
  return path === undefined ? undefined : new URL(path, libraryRoot).href;
}
