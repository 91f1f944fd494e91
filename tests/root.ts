/**
 * Where the repository lies.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Its folder, without a slash at the end. */
export const root: string = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
