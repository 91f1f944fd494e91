/**
 * What the dev server tells a page.
 *
 * @module
 */

/** Something wrong with the application. */
export interface Problem {
  /** Where it stands. */
  readonly where: string;
  /** What is wrong. */
  readonly what: string;
  /** What to do. */
  readonly fix: string;
  /** The lines around it. */
  readonly frame?: string;
  /** The file, relative to the application's folder. */
  readonly file?: string;
  /** The line, from 1. */
  readonly line?: number;
  /** The column, from 1. */
  readonly column?: number;
}

/** What a page is told. */
export type Message =
  | {
    readonly kind: "state";
    readonly generation: number;
    readonly run: string;
    readonly revision: number;
    readonly problems: readonly Problem[];
  }
  | { readonly kind: "problems"; readonly generation: number; readonly problems: readonly Problem[] }
  | { readonly kind: "styles"; readonly revision: number; readonly paths: readonly string[] }
  | { readonly kind: "reload"; readonly revision: number; readonly why: string };
