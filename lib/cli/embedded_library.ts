/**
 * What modules on disk import in a compiled program: the library inside it, files beside them, and the runtime's own modules.
 *
 * @module
 */
import { isBuiltin, registerHooks } from "node:module";
import { dirname } from "node:path/posix";
import { placeOfImport } from "./import_place.ts";
import { moduleOf } from "./library_names.ts";

/** Files that were imported, by address without a query: who did it, the last one. For errors that do not tell. */
const importers = new Map<string, Importer>();
/** More files than an application has. */
const MOST_IMPORTERS = 10_000;

/** Who imports a file. */
export interface Importer {
  /** The address of the module. */
  readonly url: string;
  /** What it writes to name the file. */
  readonly specifier: string;
}

let provided = false;

/** Makes modules on disk find the library of this program, and fail clearly where they import what it cannot have. */
export function provideEmbedded(): void {
  if (provided) return;
  provided = true;
  // The address below which the program's own modules are; it stands for no folder of this machine.
  const program = `${dirname(Deno.mainModule)}/`;
  registerHooks({
    resolve(specifier, context, next) {
      const parent = context.parentURL;
      // The program's own imports have been resolved when it was compiled.
      if (parent === undefined || !parent.startsWith("file:") || parent.startsWith(program)) {
        return next(specifier, context);
      }
      const url = moduleOf(specifier);
      if (url !== undefined) return { url, format: "module", shortCircuit: true };
      if (!isReachable(specifier)) {
        throw new TypeError(
          `Import "${specifier}" not a dependency\n    at ${placeOfImport(parent, specifier)}`,
        );
      }
      const resolved = next(specifier, context);
      if (importers.size < MOST_IMPORTERS) {
        importers.set(withoutQuery(resolved.url), { url: parent, specifier });
      }
      return resolved;
    },
  });
}

/** Who imported a file last. */
export function importerOf(url: string): Importer | undefined {
  return importers.get(withoutQuery(url));
}

/** What is no package's name and no address of another machine. The runtime would look for a file of such a name. */
function isReachable(specifier: string): boolean {
  return /^(?:\.{0,2}\/|file:|node:|data:|blob:)/i.test(specifier) || isBuiltin(specifier);
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "");
}
