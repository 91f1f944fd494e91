/**
 * The reference of the exports, where `deno task docs:html` has made it.
 *
 * @module
 */
import { staticFiles } from "../../endpoints/static.ts";

const FOLDER = new URL("../../../dist/reference/", import.meta.url);

/** The pages of `deno doc` bring scripts and styles of their own in their text, which run nowhere else. */
const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** What answers below `/reference/`; `undefined` where there is none. */
export function reference(
  folder: URL = FOLDER,
): ((request: Request) => Promise<Response | undefined>) | undefined {
  if (folder.protocol !== "file:") return undefined;
  try {
    if (!Deno.statSync(folder).isDirectory) return undefined;
  } catch {
    return undefined;
  }
  return staticFiles(folder, {
    prefix: "/reference/",
    headers: { "content-security-policy": POLICY, "referrer-policy": "no-referrer" },
  });
}
