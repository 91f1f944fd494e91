/**
 * Going to another page.
 *
 * @module
 */
import { atom, tuple } from "../../../lib/term.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { PlainText } from "./attribute.ts";
import { type Action, declareAction } from "../parts.ts";

interface RedirectFields {
  readonly url: string;
}

const REDIRECT = atom("redirect");
// Browsers leave out what stands before a URL up to a space, and tabs and line ends anywhere in it.
const IGNORED = /^[\0- ]+|[\t\n\r]/g;

const redirectAction = declareAction<RedirectFields>("redirect", ({ url }, out) => {
  out.js += `window.location='${escapeScript(url)}';`;
}, ({ url }, out) => out.add(tuple(REDIRECT, url)));

/**
 * Sends the browser to another page. Throws `bad_url` unless the address is relative, http or https.
 *
 * Operation: `{redirect, Url}`.
 *
 * @example
 * ```ts
 * import { format } from "@n2o/n2o";
 * import { redirect, renderOperations } from "@n2o/n2o/nitro";
 *
 * const [operation] = renderOperations(redirect("/app/login.htm"));
 * if (format(operation) !== '{redirect,<<"/app/login.htm">>}') throw new Error(format(operation));
 * ```
 */
export function redirect(url: PlainText): Action {
  return redirectAction({ url: pageUrl(plainText(url)) });
}

/** The address of a page as it was given; throws `bad_url` for one that is none. */
export function pageUrl(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url.replace(IGNORED, ""))?.[1].toLowerCase();
  if (scheme === undefined || scheme === "http" || scheme === "https") return url;
  throw new NitroError("bad_url", "a redirect goes to a relative, http or https address", url);
}
