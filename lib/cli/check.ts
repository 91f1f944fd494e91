/**
 * `n2o check`: what would be served, and what is wrong with it.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { inspect } from "../store/kv_inspect.ts";
import { applicationProblem, loadApplication, type Loaded } from "./application.ts";
import type { Command } from "./command.ts";
import { type Config, configFlags, readConfig } from "./config.ts";
import { dataPaths, dataProblem } from "./data.ts";
import { exists } from "./exists.ts";
import { FAILED, missingPermission, nextStep, OK, ProblemsError, WRONG_USAGE } from "./exit.ts";
import { keySource, readKeys, secretProblem } from "./keys.ts";
import { printable, type Problem } from "./problem.ts";
import { describeStore } from "./stores.ts";
import { bold, red, stdout } from "./terminal.ts";
import { readTls } from "./tls.ts";

/** A store file up to this size is read as a whole, in bytes. */
const WHOLE_BYTES = 67_108_864;

/** The command. */
export const check: Command = {
  usage: "n2o check [FOLDER] [flags]",
  about:
    `Reads the configuration and loads the protocols as \`n2o serve\` with the same flags does (which runs the modules), looks at
the key file and the store without a change to them, says what would be served, and lists what is wrong. The exit code is 0
when nothing is, else 1.`,
  flags: configFlags,
  arguments: 1,
  async run(line) {
    const config = readConfig(line);
    const folder = applicationProblem(config);
    const usage = folder === undefined ? config.usage : [...config.usage, folder];
    if (usage.length > 0) throw new ProblemsError(usage, WRONG_USAGE);
    const application = await loadApplication(config);
    const { cert, problems: tlsProblems } = readTls(config);
    const data = dataProblem(dataPaths(config).folder);
    const problems = [
      ...config.problems,
      ...application.problems,
      ...tlsProblems,
      data,
      data ?? secretProblem(config) ?? keyFileProblem(config),
      data ?? await storeProblem(config),
    ].filter((problem, at, all) => all.indexOf(problem) === at).filter((problem) => problem !== undefined);
    describe(config, application, cert !== undefined);
    list(problems);
    return problems.length === 0 ? OK : FAILED;
  },
};

function keyFileProblem(config: Config): Problem | undefined {
  const source = keySource(config);
  if (source.from !== "file" || !exists(source.path)) return undefined;
  return attempt(source.path, () => readKeys(source.path));
}

async function storeProblem(config: Config): Promise<Problem | undefined> {
  const { kv } = dataPaths(config);
  if (config.settings.store.driver !== "kv" || !exists(kv)) return undefined;
  try {
    if (Deno.statSync(kv).isDirectory) {
      return { where: kv, what: "is not a file", fix: "move it away, or name another with --store" };
    }
    await inspect(kv, WHOLE_BYTES);
    return undefined;
  } catch (error) {
    return attempt(kv, () => {
      throw error;
    });
  }
}

function describe(
  config: Config,
  { name, links, left, pages = new Map(), served, files }: Loaded,
  tls: boolean,
): void {
  const { settings } = config;
  const chain = links.map(({ protocol, file }) =>
    file === undefined ? protocol.name : `${protocol.name} (${file})`
  );
  const keys = keySource(config);
  const address = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  const rows: [string, string][] = [
    ["application", name],
    ["settings", config.file ?? "no file"],
    ["address", `${tls ? "https" : "http"}://${address}:${settings.port}/`],
    ["engine", settings.engine + (settings.deflate === "on" ? ", with compression" : "")],
    ["TCP", tcpAddress(config, address, tls)],
    ["UDP", settings.udp === undefined ? "" : `udp://${address}:${settings.udp}`],
    ["protocols", chain.join(", ") || "none"],
    ["left out", left.join(", ")],
    ["pages", [...pages].map(([address, file]) => `${address} (${file})`).join(", ")],
    ["static", served ?? (files.length > 0 ? "in the program" : "none")],
    ["store", describeStore(config) + (isStoreToBeMade(config) ? " (made at the first start)" : "")],
    [
      "keys",
      keys.from === "file"
        ? keys.path + (exists(keys.path) ? "" : " (made at the first start)")
        : KEYS[keys.from],
    ],
  ];
  for (const [title, text] of rows) {
    if (text !== "") stdout.line(`${bold(title.padEnd(12), stdout.colours)} ${printable(text)}`);
  }
}

function isStoreToBeMade(config: Config): boolean {
  return config.settings.store.driver === "kv" && !exists(dataPaths(config).kv);
}

function tcpAddress({ settings }: Config, host: string, tls: boolean): string {
  const { tcp, tcpFraming } = settings;
  if (tcp === undefined) return "";
  const url = tcp.path === undefined ? `${tls ? "tls" : "tcp"}://${host}:${tcp.port}` : `unix:${tcp.path}`;
  return `${url} (${tcpFraming})`;
}

const KEYS = { variable: "N2O_SECRET", nowhere: "end with the process" };

function list(problems: readonly Problem[]): void {
  if (problems.length === 0) return stdout.line("\nno problems");
  stdout.line(red(`\n${problems.length} problem${problems.length === 1 ? "" : "s"}`, stdout.colours));
  for (const { where, what, fix, frame } of problems) {
    stdout.line(`- ${printable(`${where}: ${what}`)}\n  ${printable(fix)}`);
    for (const line of frame?.split("\n") ?? []) stdout.line(`  ${printable(line)}`);
  }
}

function attempt(where: string, work: () => unknown): Problem | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    const missing = missingPermission(error);
    if (missing !== undefined) return { where, ...missing };
    if (error instanceof Deno.errors.PermissionDenied) {
      return { where, what: "cannot be read: permission denied", fix: "run this as the user who serves it" };
    }
    if (!(error instanceof N2OError)) throw error;
    return { where, what: error.message, fix: nextStep(error) ?? "mend it" };
  }
}
