/**
 * `n2o generate`: adds a protocol or a page to a project, with its test.
 *
 * @module
 */
import { join, relative, sep } from "node:path";
import type { Command } from "../command.ts";
import { FAILED, missingPermission, OK, ProblemsError, WRONG_USAGE } from "../exit.ts";
import { exists } from "../exists.ts";
import { didYouMean } from "../nearest.ts";
import { nameProblem } from "../new/name.ts";
import { refused } from "../new/place.ts";
import { filled } from "../new/project.ts";
import { toolsAtHand } from "../new/tools.ts";
import { printable, type Problem } from "../problem.ts";
import { stdout } from "../terminal.ts";
import { type Kind, kinds } from "./kinds.ts";
import { type Project, projectIn } from "./project.ts";
import { addFiles } from "./write.ts";

/** The command. */
export const generate: Command = {
  usage: "n2o generate protocol|page NAME [FOLDER]",
  about: `Adds a module to the project in FOLDER (by default the one here), with a test that passes.

protocol  protocols/NAME.ts: answers a message
page      pages/NAME.ts: a page with a button, at /app/NAME

What is there already is left alone.`,
  flags: [],
  arguments: 3,
  run(line) {
    const [kindName, name, folder = "."] = line.rest;
    const kind = kindName !== undefined && Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
    const command = `n2o generate ${kind === undefined ? "protocol" : kindName}`;
    const wrong = kindProblem(kindName, kind) ?? nameProblem(name, { command, underscores: true });
    const usage = [...line.problems, ...wrong === undefined ? [] : [wrong]];
    if (kind === undefined || usage.length > 0) throw new ProblemsError(usage, WRONG_USAGE);
    const project = projectIn(folder, `${command} ${name}`);
    if ("what" in project) throw new ProblemsError([project], WRONG_USAGE);
    const problem = add(kind, kindName, name, project);
    if (problem !== undefined) throw new ProblemsError([problem], FAILED);
    return Promise.resolve(OK);
  },
};

function add(kind: Kind, kindName: string, name: string, project: Project): Problem | undefined {
  const { folder, chain } = project;
  const modules = kind.folder === "protocols" ? project.protocols : join(folder, kind.folder);
  const file = join(modules, `${name}.ts`);
  const test = join(folder, "tests", `${name}_${kindName}.test.ts`);
  const problem = taken(kind, name, modules, test);
  if (problem !== undefined) return problem;
  const words = {
    ...kind.words(name),
    name,
    path: relative(join(folder, "tests"), file).split(sep).join("/"),
  };
  const module = withStyle(kind.module, folder);
  const texts = new Map([[test, filled(kind.test, words)], [file, filled(module, words)]]);
  try {
    addFiles(texts);
  } catch (error) {
    const missing = missingPermission(error);
    if (missing !== undefined) return { where: file, ...missing };
    if (error instanceof Deno.errors.PermissionDenied) {
      return { where: folder, what: "cannot be written to", fix: "give this user write access" };
    }
    const problem = refused(error, folder);
    if (problem === undefined) throw error;
    return problem;
  }
  stdout.line(printable(`made ${file} and ${test}`));
  stdout.line(printable(`  ${toolsAtHand().test}   runs the tests`));
  stdout.line(printable(`  once it is served: ${kind.address(name)}`));
  const link = kind.link(name);
  if (chain !== undefined && !chain.includes(link)) {
    stdout.line(
      printable(`  put "${link}" into "protocols" of ${join(folder, "n2o.json")}: that names what is served`),
    );
  }
  return undefined;
}

function kindProblem(given: string | undefined, kind: Kind | undefined): Problem | undefined {
  if (kind !== undefined) return undefined;
  const fix = "write n2o generate protocol NAME, or n2o generate page NAME";
  if (given === undefined) return { where: "generate", what: "is to make what?", fix };
  return { where: given, what: `is nothing to generate${didYouMean(given, Object.keys(kinds))}`, fix };
}

function taken(kind: Kind, name: string, folder: string, test: string): Problem | undefined {
  const fix = "choose another name";
  if (kind.builtIn.includes(name)) {
    return { where: name, what: "is the name of a protocol that comes with n2o", fix };
  }
  const other = exists(folder)
    ? [...Deno.readDirSync(folder)].find((entry) =>
      entry.name.toLowerCase().replace(kind.endings, "") === name
    )
    : undefined;
  if (other !== undefined) return { where: join(folder, other.name), what: "is there already", fix };
  return exists(test) ? { where: test, what: "is there already", fix } : undefined;
}

/** A page has the project's style and icon where there are such. */
function withStyle(template: string, folder: string): string {
  return template.replace(/^ +(?:styles: \["|icon: ")\/([\w.]+)".*\n/gm, (line, file) => {
    return exists(join(folder, "static", file)) ? line : "";
  });
}
