/**
 * Content negotiation: `@std/http/negotiation`, here from the npm copy of the same code.
 *
 * @module
 */
// JSR: jsr:@std/http@^1/negotiation
// @ts-types="./negotiation.d.ts"
export { acceptsEncodings } from "npm:deno-std@1.4.0/http/negotiation.js";
