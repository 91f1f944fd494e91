/**
 * `n2o secret`: makes and rotates the keys that sign tokens.
 *
 * @module
 */
import { createKeyring, rotateKeyring } from "../keyring.ts";
import { folderProblem } from "./application.ts";
import type { Command } from "./command.ts";
import { type Config, configFlags, readConfig } from "./config.ts";
import { isCredential } from "./credential.ts";
import { dataPaths, makeDataFolder } from "./data.ts";
import { OK, ProblemsError, WRONG_USAGE } from "./exit.ts";
import type { CommandLine } from "./flags.ts";
import { integer } from "./kinds.ts";
import { didYouMean } from "./nearest.ts";
import { printable, type Problem } from "./problem.ts";
import { stdout } from "./terminal.ts";

const ACTIONS = ["new", "rotate"];
const KEEP = integer(0, 100);
const DEFAULT_KEEP = 3;

/** The command. */
export const secret: Command = {
  usage: "n2o secret new|rotate [FOLDER] [flags]",
  about:
    `new     makes a key file with one random key: FOLDER/.n2o/secret, that of --data, or --secret-file. Only its owner may
        read it.
        \`n2o serve\` does this by itself where there is none yet.
rotate  puts a new key in front of those of the file. New tokens are sealed with it; those of the older keys that are
        kept stay valid, so that nobody is logged out. A running server takes the new key over within two seconds, or
        at once with SIGHUP. With --keep 0 all tokens become invalid.

The keys themselves are never shown.`,
  flags: [
    ...configFlags.filter(({ name }) => ["data", "secret-file", "config"].includes(name)),
    { name: "keep", value: "N", about: "how many older keys stay (rotate)", shown: String(DEFAULT_KEEP) },
  ],
  arguments: 2,
  run(line) {
    const [action, folder] = line.rest;
    const config = readConfig({ ...line, rest: folder === undefined ? [] : [folder] });
    const keep = keepOf(line);
    const found = [
      actionProblem(action),
      folderProblem(config),
      keepProblem(keep),
      variableProblem(config),
      credentialProblem(config),
    ];
    const problems = [
      ...config.usage,
      ...config.problems,
      ...found.filter((problem) => problem !== undefined),
    ];
    if (problems.length > 0) throw new ProblemsError(problems, WRONG_USAGE);
    const paths = dataPaths(config);
    const path = paths.secret;
    makeDataFolder(paths, [path]);
    if (action === "new") {
      const [key] = createKeyring(path);
      stdout.line(printable(`made ${path} with the key ${key.id}`));
    } else {
      const [newest, ...older] = rotateKeyring(path, { keep });
      const kept = older.length === 0 ? "no older key" : older.map(({ id }) => id).join(", ");
      stdout.line(printable(`rotated ${path}: the newest key is ${newest.id}; ${kept} kept`));
    }
    return Promise.resolve(OK);
  },
};

function actionProblem(action: string | undefined): Problem | undefined {
  if (action !== undefined && ACTIONS.includes(action)) return undefined;
  const fix = "write `n2o secret new` or `n2o secret rotate`";
  if (action === undefined) return { where: "secret", what: "is to do what?", fix };
  return { where: action, what: `is nothing to do with a secret${didYouMean(action, ACTIONS)}`, fix };
}

function variableProblem(config: Config): Problem | undefined {
  if (config.secret === undefined) return undefined;
  return {
    where: "N2O_SECRET",
    what: "holds the keys, so that no file is read",
    fix: "take the variable away first",
  };
}

function credentialProblem(config: Config): Problem | undefined {
  const { secret: where } = dataPaths(config);
  if (config.secret !== undefined || !isCredential(where)) return undefined;
  return {
    where,
    what: "is a credential: only what the service manager makes it of can be changed",
    fix: "rotate that file (`n2o secret rotate --secret-file FILE`, as its owner), then restart the service",
  };
}

function keepOf({ flags }: CommandLine): number | undefined {
  const given = flags.get("keep")?.[0];
  return given === undefined ? DEFAULT_KEEP : KEEP.fromText(given, "");
}

function keepProblem(keep: number | undefined): Problem | undefined {
  return keep === undefined
    ? { where: "--keep", what: "cannot be that", fix: `give ${KEEP.allowed}` }
    : undefined;
}
