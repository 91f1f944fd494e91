/**
 * What a reader sees and the blocks of a guide cannot show: by document, and by the section behind whose blocks it is there.
 *
 * @module
 */
import type { Story } from "./story.ts";

/** Looks at what a section has led to. */
export type Check = (story: Story) => Promise<void>;

/** The checks. */
export const checks: Readonly<Record<string, Readonly<Record<string, Check>>>> = {};
