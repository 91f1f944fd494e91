/**
 * Entity tags: `@std/http/etag`, here from the npm copy of the same code.
 *
 * @module
 */
// JSR: jsr:@std/http@^1/etag
// @ts-types="./etag.d.ts"
export { eTag, ifMatch, ifNoneMatch } from "npm:deno-std@1.4.0/http/etag.js";
