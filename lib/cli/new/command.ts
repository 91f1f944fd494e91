/**
 * `n2o new`: a project that runs at once.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Command } from "../command.ts";
import { FAILED, OK, ProblemsError, WRONG_USAGE } from "../exit.ts";
import { printable } from "../problem.ts";
import { bold, stdout } from "../terminal.ts";
import { nameProblem } from "./name.ts";
import { originFor } from "./origin.ts";
import { inTheWay, makeProject } from "./place.ts";
import { projectFiles } from "./project.ts";
import { toolsAtHand } from "./tools.ts";

/** The command. */
export const create: Command = {
  usage: "n2o new NAME [flags]",
  about:
    `Makes the folder NAME here, with a project: a page, a protocol, a topic by which two browser windows see each other's
clicks, tests, CI, and settings for editors. An empty folder of that name is taken, any other is left alone.`,
  flags: [{
    name: "library",
    value: "SPECIFIER",
    about:
      "where the project gets the library from: jsr:@n2o/n2o@VERSION, an https address, or the path of a clone",
    shown: "from where this command comes",
  }],
  arguments: 1,
  run(line) {
    const [name] = line.rest;
    const bad = nameProblem(name, { command: "n2o new", underscores: false });
    const usage = [...line.problems, ...bad === undefined ? [] : [bad]];
    if (usage.length > 0) throw new ProblemsError(usage, WRONG_USAGE);
    const folder = resolve(name);
    const origin = originFor(folder, line.flags.get("library")?.[0]);
    if ("what" in origin) throw new ProblemsError([origin], WRONG_USAGE);
    const tools = toolsAtHand();
    const problem = inTheWay(folder, name) ?? makeProject(folder, projectFiles(name, origin, tools));
    if (problem !== undefined) throw new ProblemsError([problem], FAILED);
    const width = Math.max(tools.dev.length, tools.test.length);
    stdout.line(printable(`made ${name}, with the library from ${origin.about}`));
    stdout.line(`
${bold("Next:", stdout.colours)}
  cd ${name}
  ${tools.dev.padEnd(width)}   serves it at http://127.0.0.1:8001/, and takes over what you save
  ${tools.test.padEnd(width)}   runs its tests

README.md says what is where.`);
    if (Deno.build.standalone) {
      stdout.line(
        "Tests need Deno: the line above fetches it with Node; https://docs.deno.com/runtime/ installs it.",
      );
    }
    return Promise.resolve(OK);
  },
};
