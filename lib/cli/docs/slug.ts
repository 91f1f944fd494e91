/**
 * The anchors of headings, as code hosts make them, so that links in documents work here and there.
 *
 * @module
 */

/** Gives each heading of one document an anchor of its own. */
export class Slugs {
  #used = new Set<string>();

  /** The anchor of the next heading. */
  of(heading: string): string {
    const base = heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").replaceAll(
      " ",
      "-",
    );
    let slug = base;
    for (let again = 1; this.#used.has(slug); again++) slug = `${base}-${again}`;
    this.#used.add(slug);
    return slug;
  }
}
