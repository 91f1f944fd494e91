/**
 * What whoever makes a project has at hand to run it with, as far as it shows: Deno, Node's npx, or the `n2o` program alone.
 *
 * @module
 */

/** The version of Deno that this runs on, as npm has it. */
export const denoVersion: string = Deno.version.deno.replace(/\+.*/, "");

/** The commands to type. */
export interface Tools {
  /** Serves what is being written. */
  readonly dev: string;
  /** Runs the tests. */
  readonly test: string;
  /** Adds a page or a protocol; its arguments follow. */
  readonly generate: string;
  /** How to do with other tools. */
  readonly help: string;
}

const NPX = `npx -y deno@${denoVersion}`;

/** What is at hand. */
export function toolsAtHand(): Tools {
  if (Deno.build.standalone) {
    return {
      dev: "n2o dev .",
      test: `${NPX} task test`,
      generate: "n2o generate",
      help: `The program \`n2o\` serves this by itself. Tests, type checks and editors need Deno: install it
(https://docs.deno.com/runtime/), or write \`${NPX}\` for \`deno\`, which needs Node.`,
    };
  }
  // Whoever came by npx has no `deno` to type.
  if (/[/\\]_npx[/\\]/.test(Deno.execPath())) {
    return {
      dev: `${NPX} task dev`,
      test: `${NPX} task test`,
      generate: `${NPX} task generate`,
      help: "With Deno installed, write `deno` for that.",
    };
  }
  return {
    dev: "deno task dev",
    test: "deno task test",
    generate: "deno task generate",
    help:
      `Without Deno, write \`${NPX}\` for \`deno\`, which needs Node. The program \`n2o\` serves this, too:
\`n2o dev .\``,
  };
}
