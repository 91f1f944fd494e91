/**
 * The client as pages load it, `/n2o/n2o.js` and the modules beside it with their source maps, from the program itself.
 *
 * @module
 */
import type { FileHandler } from "./http.ts";
import { staticFiles, type StaticHandler } from "./static.ts";

const PREFIX = "/n2o/";
const SCRIPTS = ["n2o.js", "nitro.js", "original.js"].flatMap((name) => [name, `${name}.map`]);
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".map": "application/json",
  ".css": "text/css",
};
const NAMES = [...SCRIPTS, "controls.css", "upload.css"];

/**
 * Serves the client at `/n2o/n2o.js`, beside it `nitro.js` for pages driven by the server and `original.js` for those written for the
 * original's scripts, their source maps, and the style sheets of uploads and of the other controls. The texts are read with the first request. Pages of other origins may import them: they
 * hold nothing of the visitor.
 *
 * @example
 * ```ts
 * import { clientScript } from "./client_script.ts";
 *
 * const script = await clientScript()(new Request("http://localhost/n2o/n2o.js"));
 * if (script?.status !== 200) throw new Error("no client");
 * await script.body?.cancel();
 * ```
 */
export function clientScript(load: () => Promise<StaticHandler> = loadBundle): FileHandler {
  let files: Promise<StaticHandler> | undefined;
  return (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(PREFIX) || !NAMES.includes(pathname.slice(PREFIX.length))) return undefined;
    files ??= load().catch((error) => {
      // What could not be read now may be there for the next request.
      files = undefined;
      throw error;
    });
    return files.then((handle) => handle(request));
  };
}

async function loadBundle(): Promise<StaticHandler> {
  const { files } = await import("../client/bundle/mod.ts");
  const entries = Object.entries(files).map(([name, body]) => {
    const type = TYPES[name.slice(name.lastIndexOf("."))];
    return [name, { body, type: `${type}; charset=utf-8` }];
  });
  return staticFiles(Object.fromEntries(entries), {
    prefix: PREFIX,
    headers: { "access-control-allow-origin": "*" },
  });
}
