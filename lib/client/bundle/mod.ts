/**
 * The client as pages load it: the texts of `/n2o/n2o.js` and of its source map.
 *
 * `deno task bundle` makes both files from `lib/client/browser.ts`.
 *
 * @module
 */
import scriptText from "./n2o.js" with { type: "text" };
import mapText from "./n2o.js.map" with { type: "text" };

/** The module that pages import, JavaScript in UTF-8. Its last line names the map as `n2o.js.map` beside it. */
export const script: string = scriptText;

/** Its source map, JSON; the sources are inside. */
export const map: string = mapText;
