/**
 * The name `@n2o/n2o` in protocol modules on disk: it must be the library that runs, since its terms and replies are told
 * by their classes.
 *
 * Under `deno run` the map of imports decides, that of the `deno.json` beside `main.ts`; in a compiled program a hook.
 *
 * @module
 */
import configuration from "../../deno.json" with { type: "json" };
import type { Problem } from "./problem.ts";

const { name, exports } = configuration;

/** Makes protocol modules find the running library; tells what stands against it. */
export async function provideLibrary(): Promise<Problem | undefined> {
  if (Deno.build.standalone) {
    const { isBuiltin, registerHooks } = await import("node:module");
    const root = new URL("../../", import.meta.url).href;
    registerHooks({
      resolve(specifier, context, next) {
        const url = embedded(specifier);
        if (url !== undefined) return { url, format: "module", shortCircuit: true };
        // The runtime would look for a file of that name, and say that this is not there.
        if (isBare(specifier) && !isBuiltin(specifier) && context.parentURL?.startsWith(root) === false) {
          throw new TypeError(`Import "${specifier}" not a dependency`);
        }
        return next(specifier, context);
      },
    });
    return undefined;
  }
  const other = mapped();
  if (other === undefined || other === embedded(name)) return undefined;
  return {
    where: name,
    what: `is mapped to ${other}, which is not the library that runs`,
    fix: `map it to ${embedded(name)} in the deno.json that this runs under`,
  };
}

/** What to do where a module imports the library and nothing maps its name. */
export const mapTheLibrary = `run n2o under a deno.json with "imports": { "${name}": "${
  embedded(name)
}" }, as its own one does`;

/** Whether a specifier names the library. */
export function isLibrary(specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

function isBare(specifier: string): boolean {
  return !/^(?:\.{0,2}\/|[a-z][a-z0-9+.-]*:)/i.test(specifier);
}

/** Where the running library's module of a specifier is; `undefined` for others. */
function embedded(specifier: string): string | undefined {
  if (!isLibrary(specifier)) return undefined;
  const path = (exports as Record<string, string>)[`.${specifier.slice(name.length)}`];
  return path === undefined ? undefined : new URL(`../../${path}`, import.meta.url).href;
}

function mapped(): string | undefined {
  try {
    return import.meta.resolve(name);
  } catch {
    return undefined;
  }
}
