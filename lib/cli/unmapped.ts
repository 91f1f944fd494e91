/**
 * Names in imports that lead nowhere.
 *
 * @module
 */
import { mapTheLibrary } from "./library.ts";
import { isLibrary, libraryNames } from "./library_names.ts";
import { nearest } from "./nearest.ts";

const WITHIN = "modules on disk may import relative files, node: and @n2o/n2o here; " +
  "`n2o compile` makes a program of the application with its packages inside, and `deno run` gets them too";

/** What is wrong with a name, and what to write instead. */
export function unmapped(specifier: string): { what: string; fix: string } {
  const what = (why: string) => `imports "${specifier}", which ${why}`;
  if (isLibrary(specifier)) {
    const names = libraryNames();
    if (names.includes(specifier)) return { what: what("nothing maps"), fix: mapTheLibrary };
    const near = nearest(specifier, names);
    const fix = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
    return { what: what("is no part of the library"), fix };
  }
  if (!Deno.build.standalone) {
    return { what: what("nothing maps"), fix: `give the whole specifier, such as npm:${specifier}@VERSION` };
  }
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(specifier);
  return { what: what(isAddress ? "a compiled n2o cannot get" : "nothing maps"), fix: WITHIN };
}
