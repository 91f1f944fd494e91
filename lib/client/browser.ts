/**
 * What the page's module `/n2o/n2o.js` offers: the client, and the terms that pages speak in.
 *
 * Less than `@n2o/n2o/client`, because every page loads it.
 *
 * @module
 */
export { createClient } from "./client.ts";
export { ClientError } from "./error.ts";
export { bert } from "../formats/bert.ts";
export { Atom, atom, charlist, float, isTuple, list, text, Tuple, tuple } from "../term.ts";
