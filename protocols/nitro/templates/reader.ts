/**
 * The reader of templates, which counts how deep tags nest.
 *
 * @module
 */
import { Liquid } from "./liquid.ts";

/** Deeper nesting than any template has would end in a stack overflow. */
const MAX_NESTING = 100;

/** The package's reader, and how deep the tag is that it reads. */
export class Reader extends Liquid {
  #nesting = 0;

  /** Reads what is inside a tag. */
  inside<T>(read: () => T): T {
    if (this.#nesting >= MAX_NESTING) throw new Error(`tags nest ${MAX_NESTING} deep at most`);
    this.#nesting++;
    try {
      return read();
    } finally {
      this.#nesting--;
    }
  }
}
