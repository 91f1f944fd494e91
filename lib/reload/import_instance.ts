/**
 * Has the runtime load an instance.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { type Instance, MARK } from "./instance.ts";

/**
 * Imports a module under the address of an instance.
 *
 * Before the runtime loads a module it goes through all that the module imports, without numbers, and there it may come upon a fault that
 * was mended long ago: it reads a file again only when it is newer than the broken one was, and not always then. When it is asked a second
 * time it loads the module without going through. One that has been loaded fails again as it did, and is not run again.
 */
export async function importInstance({ path, generation }: Instance): Promise<Record<string, unknown>> {
  const address = `${pathToFileURL(path).href}?${MARK}=${generation}`;
  const options = path.endsWith(".json") ? { with: { type: "json" } } : undefined;
  try {
    return await import(address, options);
  } catch (first) {
    try {
      return await import(address, options);
    } catch (second) {
      throw isOld(first, second) ? second : first;
    }
  }
}

/** Faults that may have been mended meanwhile: of other ones the runtime says more the first time. */
const MENDABLE = /^(?:SyntaxError|Module not found|\[ERR_UNSUPPORTED_DIR_IMPORT\])/;

/** What the runtime says of one that it has not gone through, whatever keeps it from loading. */
const SAYS_NOTHING = /^Loading unprepared module/;

function isOld(first: unknown, second: unknown): boolean {
  const [text, later] = [messageOf(first), messageOf(second)];
  return MENDABLE.test(text) && !later.startsWith(text) && !SAYS_NOTHING.test(later);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(new RegExp(`\\?${MARK}=\\d+`, "g"), "") : "";
}
