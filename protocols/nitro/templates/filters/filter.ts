/**
 * What a filter is.
 *
 * @module
 */
import type { Rendering } from "../rendering.ts";

/**
 * A filter: a value, and what stands behind its colon. What it gives is escaped where it is put out, unless it is marked as safe by
 * `Raw`.
 */
export type Filter = (value: unknown, given: readonly unknown[], rendering: Rendering) => unknown;

/** Filters by their names in templates. */
export type Filters = Readonly<Record<string, Filter>>;
