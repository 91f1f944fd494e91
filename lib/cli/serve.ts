/**
 * `n2o serve`: serves an application until it is asked to end.
 *
 * @module
 */
import { createN2O, type N2O } from "../../mod.ts";
import type { Logger } from "../log.ts";
import type { Secret } from "../secret.ts";
import type { Store } from "../store/mod.ts";
import { applicationProblem, loadApplication, type Loaded } from "./application.ts";
import type { Command } from "./command.ts";
import { type Config, configFlags, readConfig } from "./config.ts";
import { dataPaths, makeDataFolder } from "./data.ts";
import { exists } from "./exists.ts";
import { FAILED, OK, ProblemsError, WRONG_USAGE } from "./exit.ts";
import { followKeys, type KeySource, keySource, openSecret, secretProblem } from "./keys.ts";
import { connectionLimits, roomLimits, sessionLimits } from "./limit_values.ts";
import { openLog } from "./log.ts";
import { listenOn, probePort } from "./port.ts";
import type { Problem } from "./problem.ts";
import { listenForSignals } from "./signals.ts";
import { describeStore, openStore } from "./stores.ts";
import { outliveStrayErrors } from "./stray.ts";
import { stdout } from "./terminal.ts";
import { readTls, type Tls } from "./tls.ts";
import { version } from "./version.ts";

/** The command. */
export const serve: Command = {
  usage: "n2o serve [FOLDER] [flags]",
  about:
    `Serves the application in FOLDER: protocols/*.ts, static/ at /, and what n2o.json says; without FOLDER, the chat.
Its data lie in FOLDER/.n2o/. A setting comes from its flag, else from its variable (N2O_PORT for --port, N2O_TLS_CERT for
--tls-cert), else from n2o.json, else it is the default. Ctrl-C and SIGTERM end the server after what it has begun; a
second one ends it at once.`,
  flags: configFlags,
  arguments: 1,
  async run(line) {
    const config = readConfig(line);
    refuse(
      [...config.usage, ...config.problems, applicationProblem(config), secretProblem(config)],
      WRONG_USAGE,
    );
    const log = openLog(config.settings.logLevel, config.settings.logFormat);
    const application = await loadApplication(config);
    const tls = readTls(config);
    refuse([...application.problems, ...tls.problems], FAILED);
    probePort(config);
    const keys = keySource(config);
    makeDataFolder(dataPaths(config), filesOf(config, keys));
    const secret = openSecret(keys, config);
    const store = await openStore(config, log);
    const n2o = assemble(config, application, secret, store, log);
    const [url, ...others] = await open(n2o, config, tls);
    outliveStrayErrors(application.links, log);
    const ended = untilStopped(n2o, config, followKeys(secret, keys, log), log);
    stdout.line(`n2o ${version}: ${application.name} at ${url} (store ${describeStore(config)})`);
    for (const other of others) stdout.line(`  and at ${other}`);
    mention(config, application, log);
    return await ended;
  },
};

function refuse(found: readonly (Problem | undefined)[], exitCode: number): void {
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ProblemsError(problems, exitCode);
}

function filesOf(config: Config, keys: KeySource): string[] {
  const files = keys.from === "file" ? [keys.path] : [];
  return config.settings.store.driver === "kv" ? [...files, dataPaths(config).kv] : files;
}

function assemble(config: Config, application: Loaded, secret: Secret, store: Store, log: Logger): N2O {
  const { settings } = config;
  return createN2O({
    protocols: application.links.map(({ protocol }) => protocol),
    defaultFormatter: settings.formatter,
    store,
    secret,
    session: {
      ttlMs: settings.sessionTtlMs,
      prolongation: settings.sessionProlongation,
      ...sessionLimits(settings.limits),
    },
    rooms: roomLimits(settings.limits),
    limits: connectionLimits(settings.limits),
    origins: settings.origins,
    trustProxy: settings.trustProxy,
    files: application.files,
    log,
  });
}

/** Listens; gives where clients find it. */
async function open(n2o: N2O, config: Config, tls: Tls): Promise<string[]> {
  try {
    return await listenOn(n2o, config, tls);
  } catch (error) {
    await n2o.close();
    throw error;
  }
}

function untilStopped(n2o: N2O, { settings }: Config, reread: () => void, log: Logger): Promise<number> {
  return new Promise((resolve, reject) => {
    listenForSignals({
      reread,
      stop(signal) {
        log.info("stopping", { signal });
        n2o.close({ drainMs: settings.drainMs }).then(() => resolve(OK), reject);
      },
    });
  });
}

/** Mentions what is probably not meant. */
function mention(config: Config, application: Loaded, log: Logger): void {
  const { settings } = config;
  const without = (setting: string, other: string) => log.warn("setting_without_effect", { setting, other });
  if (settings.deflate === "on" && settings.engine === "serve") without("deflate", "engine serve");
  if (settings.tcpFraming !== "packet4" && settings.tcp === undefined) without("tcpFraming", "no tcp");
  if (application.left.length > 0) {
    log.warn("protocols_left_out", {
      files: application.left.join(" "),
      order: config.source("order") ?? "",
    });
  }
  if (config.folder === undefined && config.file === undefined && exists("n2o.json")) {
    log.warn("configuration_not_read", { file: "n2o.json", advice: "serve this folder with: n2o serve ." });
  }
}
