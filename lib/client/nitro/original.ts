/**
 * What the page's module `/n2o/original.js` does.
 *
 * @module
 */
export {};
