/**
 * Has the runtime load an instance.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { loadBy, type Way } from "./hook.ts";
import { type Instance, MARK } from "./instance.ts";

/**
 * Imports a module under the address of an instance.
 *
 * Before the runtime loads a module it goes through all that the module imports, without numbers, and there it may come upon a fault that
 * was mended long ago: it reads a file again only when it is newer than the broken one was, and not always then. When it is asked a second
 * time it loads the module without going through. One that has been loaded fails again as it did, and is not run again.
 */
export async function importInstance(
  { path, generation }: Instance,
  way: Way,
): Promise<Record<string, unknown>> {
  const address = `${pathToFileURL(path).href}?${MARK}=${generation}`;
  const options = path.endsWith(".json") ? { with: { type: "json" } } : undefined;
  loadBy(way);
  try {
    return await import(address, options);
  } catch (first) {
    const said = messageOf(first);
    if (SAYS_NOTHING.test(said)) {
      // Under this address the runtime will not go through the graph any more. Nothing of the module has run yet.
      const another = address.replace(`${MARK}=`, `${MARK}=0`);
      loadBy("graph");
      return await import(another, options);
    }
    if (!MENDABLE.test(said)) throw first;
    try {
      return await import(address, options);
    } catch (second) {
      const later = messageOf(second);
      throw later.startsWith(said) || SAYS_NOTHING.test(later) ? first : second;
    }
  }
}

/** Faults that may have been mended meanwhile. */
const MENDABLE = /^(?:SyntaxError|Module not found|\[ERR_UNSUPPORTED_DIR_IMPORT\])/;
/** What the runtime says of a module that something keeps from loading, when it has not gone through its graph. */
const SAYS_NOTHING = /^Loading unprepared module/;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(new RegExp(`\\?${MARK}=\\d+`, "g"), "") : "";
}
