/**
 * Where templates differ from what the original does with them, and why.
 *
 * @module
 */

/** The deviations of the element `dtl`. */
export const templateDeviations: readonly {
  /** What is different. */
  readonly what: string;
  /** Why. */
  readonly why: string;
  /** The rows, by their cases. */
  readonly rows: readonly string[];
}[] = [
  {
    what: "a template that is not there is a `NitroError` `template_missing`",
    why: "the original crashes",
    rows: ["dtl no module"],
  },
];
