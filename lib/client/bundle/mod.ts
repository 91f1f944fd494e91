/**
 * The client as pages load it: the texts of `/n2o/n2o.js`, of the modules beside it and of their source maps.
 *
 * `deno task bundle` makes the files from `lib/client/browser.ts` and `lib/client/nitro`.
 *
 * @module
 */
import controlsStyle from "../nitro/controls.css" with { type: "text" };
import uploadStyle from "../nitro/upload.css" with { type: "text" };
import scriptText from "./n2o.js" with { type: "text" };
import mapText from "./n2o.js.map" with { type: "text" };
import nitroText from "./nitro.js" with { type: "text" };
import nitroMapText from "./nitro.js.map" with { type: "text" };
import originalText from "./original.js" with { type: "text" };
import originalMapText from "./original.js.map" with { type: "text" };

/** The module that pages import, JavaScript in UTF-8. Its last line names the map as `n2o.js.map` beside it. */
export const script: string = scriptText;

/** Its source map, JSON; the sources are inside. */
export const map: string = mapText;

/** All of it by the files' names: `n2o.js`, then `nitro.js` and `original.js`, which import it, their maps, and the looks of controls. */
export const files: Readonly<Record<string, string>> = {
  "n2o.js": script,
  "n2o.js.map": map,
  "nitro.js": nitroText,
  "nitro.js.map": nitroMapText,
  "original.js": originalText,
  "original.js.map": originalMapText,
  "controls.css": controlsStyle,
  "upload.css": uploadStyle,
};
