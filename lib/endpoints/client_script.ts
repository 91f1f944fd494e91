/**
 * The client as pages load it: `/n2o/n2o.js` and its source map, from the program itself.
 *
 * @module
 */
import type { FileHandler } from "./http.ts";
import { staticFiles, type StaticHandler } from "./static.ts";

const PREFIX = "/n2o/";
const NAMES = ["n2o.js", "n2o.js.map"];

/**
 * Serves the client at `/n2o/n2o.js`, and its source map beside it. The texts are read with the first request. Pages of
 * other origins may import them: they hold nothing of the visitor.
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
  const { map, script } = await import("../client/bundle/mod.ts");
  return staticFiles({
    "n2o.js": { body: script, type: "text/javascript; charset=utf-8" },
    "n2o.js.map": { body: map, type: "application/json; charset=utf-8" },
  }, { prefix: PREFIX, headers: { "access-control-allow-origin": "*" } });
}
