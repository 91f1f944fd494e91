// @ts-types="../../../../lib/client/mod.ts"
export { atom, createClient, isTuple, text, tuple } from "/n2o/n2o.js";
