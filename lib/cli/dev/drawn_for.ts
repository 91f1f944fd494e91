/**
 * Which files have open pages drawn anew when they change: those that pages are drawn from, and not what an application writes itself.
 *
 * @module
 */

/** Templates, and texts that pages put in. */
const DRAWN =
  /\.(?:x?html?|xml|svg|md|markdown|liquid|dtl|django|j2|jinja2?|njk|twig|hbs|handlebars|mustache|ejs|eta|vto|tpl|tmpl)$/i;
/** A change so soon after the pages were drawn for the file is probably their own, in milliseconds. */
const SOON_MS = 500;
/** Nobody saves so often in a row. */
const MANY = 5;

interface Draw {
  readonly at: number;
  readonly inRow: number;
}

/** Tells apart which files pages are drawn from. */
export class DrawnFor {
  readonly #leave: (path: string) => void;
  readonly #draws = new Map<string, Draw>();
  readonly #left = new Set<string>();

  /**
   * Knows of no file.
   *
   * @param leave Told of each file that pages are not drawn for any more, since it changes whenever they are.
   */
  constructor(leave: (path: string) => void) {
    this.#leave = leave;
  }

  /** Those of the files for which the pages are to be drawn, at an instant of `performance.now()`. */
  of(paths: readonly string[], now: number = performance.now()): readonly string[] {
    return paths.filter((path) => {
      if (!DRAWN.test(path) || this.#left.has(path)) return false;
      const last = this.#draws.get(path);
      const inRow = last !== undefined && now - last.at < SOON_MS ? last.inRow + 1 : 1;
      this.#draws.set(path, { at: now, inRow });
      if (inRow <= MANY) return true;
      this.#left.add(path);
      this.#draws.delete(path);
      this.#leave(path);
      return false;
    });
  }
}
