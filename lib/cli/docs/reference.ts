/**
 * The reference of the exports, where `deno task docs:html` has made it.
 *
 * @module
 */
import { staticFiles } from "../../endpoints/static.ts";

const FOLDER = new URL("../../../dist/reference/", import.meta.url);

/** Scripts are files of the folder; styles stand in the pages of `deno doc` too. */
const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

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
