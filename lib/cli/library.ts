/**
 * The name `@n2o/n2o` in protocol modules on disk: it must be the library that runs, since its terms and replies are told
 * by their classes.
 *
 * Under `deno run` the map of imports decides, that of the `deno.json` beside `main.ts`; in a compiled program a hook.
 *
 * @module
 */
import type { Problem } from "./problem.ts";
import { libraryName as name, libraryRoot, moduleOf } from "./library_names.ts";
import { version } from "./version.ts";

/** Makes protocol modules find the running library; tells what stands against it. */
export async function provideLibrary(): Promise<Problem | undefined> {
  if (Deno.build.standalone) {
    const { provideEmbedded } = await import("./embedded_library.ts");
    provideEmbedded();
    return undefined;
  }
  const other = mapped();
  if (other === undefined || other === moduleOf(name) || isThisPackage(other)) return undefined;
  return {
    where: name,
    what: `is mapped to ${other}, which is not the library that runs`,
    fix: `map it to ${moduleOf(name)} in the deno.json that this runs under`,
  };
}

/** What to do where a module imports the library and nothing maps its name. */
export const mapTheLibrary = `run n2o under a deno.json with "imports": { "${name}": "${
  moduleOf(name)
}" }, as its own one does`;

/** Whether it is this very version by its package's name, which is what the map says where the library comes from the registry. */
function isThisPackage(specifier: string): boolean {
  return libraryRoot.endsWith(`/${name}/${version}/`) &&
    specifier.replace(/^jsr:\/?/, "") === `${name}@${version}`;
}

function mapped(): string | undefined {
  try {
    return import.meta.resolve(name);
  } catch {
    return undefined;
  }
}
