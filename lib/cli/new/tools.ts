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
  /** How to do with other tools. */
  readonly help: string;
}

const NPX = `npx -y deno@${denoVersion}`;

const BINARY = "The program `n2o` does the same: `n2o dev .`, `n2o serve .`, `n2o generate page NAME`.";

/** What is at hand. */
export function toolsAtHand(): Tools {
  if (Deno.build.standalone) return atHand("program");
  // Whoever came by npx has no `deno` to type.
  return atHand(/[/\\]_npx[/\\]/.test(Deno.execPath()) ? "npx" : "deno");
}

/** What to type with that. */
export function atHand(tool: "program" | "npx" | "deno"): Tools {
  if (tool === "program") {
    return {
      dev: "n2o dev .",
      test: `${NPX} task test`,
      help:
        `The program \`n2o\` serves this by itself. Tests, type checks, editors and the tasks below need Deno:
[install it](https://docs.deno.com/runtime/), or write \`${NPX}\` for \`deno\`, which needs Node.`,
    };
  }
  const deno = tool === "npx" ? NPX : "deno";
  return {
    dev: `${deno} task dev`,
    test: `${deno} task test`,
    help: tool === "npx"
      ? `With [Deno](https://docs.deno.com/runtime/) installed, write \`deno\` for \`${NPX}\`.\n\n${BINARY}`
      : `Without Deno, write \`${NPX}\` for \`deno\`, which needs Node.\n\n${BINARY}`,
  };
}
