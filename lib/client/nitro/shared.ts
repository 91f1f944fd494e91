/**
 * What the modules of a page take of `/n2o/n2o.js`; the bundle imports it in this one place.
 *
 * @module
 */
export { atom, bert, createClient, float, isTuple, list, newId, text, tuple } from "../browser.ts";
