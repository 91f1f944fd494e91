/**
 * What watches over a field's value.
 *
 * @module
 */
export { type Validation, watch as validate } from "../actions/validate.ts";
