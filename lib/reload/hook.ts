/**
 * The hook on the runtime's module loader.
 *
 * The runtime knows a module by its address. The hook puts the number of a generation on the addresses of an application's local files
 * (`hello.ts?n2o=7`), so that another number is another instance; it is asked for every import, and so tells who imports what.
 *
 * @module
 */
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { MARK } from "./instance.ts";

/** Who is asked what the imports of its modules mean. */
export interface Importing {
  /** Whether a file is one of the application's, imported by that specifier. */
  owns(path: string, specifier: string): boolean;
  /** The number of the instance that an import means. */
  resolve(path: string, importer: string, generation: number): number;
}

/** Hooks are the process's, and so are the numbers. */
const owners = new Map<number, Importing>();
let newest = 0;
let isHooked = false;

/** Gives a number that no module has had before, to those whose modules will have it. */
export function nextNumber(owner: Importing): number {
  owners.set(++newest, owner);
  return newest;
}

/**
 * How the runtime loads modules. By its graph: it goes through all that it has ever loaded with each of them, which costs time once that is
 * much, and says well where a fault lies. By a hook: what is loaded is not put into the graph, which costs memory, four times as much.
 */
export type Way = "graph" | "hook";

let loading: ReturnType<typeof registerHooks> | undefined;

/** Has the runtime load modules in a way from now on. */
export function loadBy(way: Way): void {
  if (way === "hook") {
    loading ??= registerHooks({ load: (url, context, next) => next(url, context) });
    return;
  }
  loading?.deregister();
  loading = undefined;
}

/** Hooks the module loader, once. */
export function hook(): void {
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const importer = context.parentURL === undefined ? undefined : marked(context.parentURL);
      const owner = importer === undefined ? undefined : owners.get(importer.generation);
      if (importer === undefined || owner === undefined) return next(specifier, context);
      const mark = (url: URL): string => {
        const path = pathOf(url);
        if (owner.owns(path, specifier)) {
          url.searchParams.set(MARK, String(owner.resolve(path, importer.path, importer.generation)));
        }
        return url.href;
      };
      let resolved: ReturnType<typeof next>;
      try {
        resolved = next(specifier, context);
      } catch (error) {
        // A file that is not there may come to be: then its importer is loaded anew.
        if (/^\.{0,2}\//.test(specifier)) mark(new URL(specifier, context.parentURL));
        throw error;
      }
      return resolved.url.startsWith("file:") ? { ...resolved, url: mark(new URL(resolved.url)) } : resolved;
    },
  });
}

/** The file and the generation that an address is of, if it is of one. */
function marked(address: string): { path: string; generation: number } | undefined {
  if (!address.startsWith("file:")) return undefined;
  const url = new URL(address);
  const generation = url.searchParams.get(MARK);
  if (generation === null || !/^\d{1,15}$/.test(generation)) return undefined;
  return { path: pathOf(url), generation: Number(generation) };
}

function pathOf(url: URL): string {
  const bare = new URL(url);
  bare.search = bare.hash = "";
  return fileURLToPath(bare);
}
