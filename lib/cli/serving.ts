/**
 * A server of an application, as `n2o serve` and `n2o dev` run it.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { atom, createN2O, type FileHandler, type N2O, type Protocol, tuple } from "../../mod.ts";
import type { Logger } from "../log.ts";
import { Generations } from "../reload/generations.ts";
import type { Secret } from "../secret.ts";
import type { Store } from "../store/mod.ts";
import { applicationProblem } from "./application.ts";
import { type Config, readConfig } from "./config.ts";
import { openControl } from "./control/open.ts";
import { statusOf } from "./control/status_of.ts";
import { type ReloadAnswer, shownCertificate } from "./control/wire.ts";
import { dataPaths, makeDataFolder } from "./data.ts";
import { exists } from "./exists.ts";
import { FAILED, OK, ProblemsError, WRONG_USAGE } from "./exit.ts";
import type { CommandLine } from "./flags.ts";
import { isInsideProgram } from "./inside_program.ts";
import { followKeys, type KeySource, keySource, openSecret, secretProblem } from "./keys.ts";
import { connectionLimits, roomLimits, sessionLimits } from "./limit_values.ts";
import { Live, type Reloaded, type Strictness } from "./live.ts";
import { openLog } from "./log.ts";
import { openNotifier } from "./notify/mod.ts";
import { type Listening, listenOn, probePort } from "./port.ts";
import type { Problem } from "./problem.ts";
import { Renewal } from "./renewal.ts";
import { listenForSignals } from "./signals.ts";
import { describeStore, openStore } from "./stores.ts";
import { outliveStrayErrors } from "./stray.ts";
import { stdout } from "./terminal.ts";
import { readTls, type Tls } from "./tls.ts";
import { version } from "./version.ts";

/** How a server differs from another. */
export interface ServingOptions {
  /** Whether it starts with broken modules, and takes over the good ones of a reload. */
  readonly strictness: Strictness;
  /** Chains of some routes. */
  readonly chains?: Readonly<Record<string, readonly Protocol[]>>;
  /** What stands around its files. */
  readonly around?: (files: readonly FileHandler[]) => readonly FileHandler[];
  /** Which names it answers to: every one by default. */
  readonly hosts?: (settings: Config["settings"], log: Logger) => ((name: string) => boolean) | undefined;
  /** What listens to its log, too. */
  readonly watch?: (log: Logger) => Logger;
  /** Whether every connection is told of a reload. */
  readonly tells?: boolean;
}

/** A server that runs. */
export interface Serving {
  /** Its configuration. */
  readonly config: Config;
  /** What it serves. */
  readonly live: Live;
  /** The application. */
  readonly n2o: N2O;
  /** Its log. */
  readonly log: Logger;
  /** Where clients find it. */
  readonly urls: readonly string[];
  /** Its certificate. */
  readonly renewal: Renewal;
  /** Reads the keys again. */
  rereadKeys(): void;
}

/** Starts a server. Throws what keeps it from starting. */
export async function startServing(line: CommandLine, options: ServingOptions): Promise<Serving> {
  const config = readConfig(line);
  refuse(
    [...config.usage, ...config.problems, applicationProblem(config), secretProblem(config)],
    WRONG_USAGE,
  );
  const written = openLog(config.settings.logLevel, config.settings.logFormat);
  const log = options.watch?.(written) ?? written;
  const live = await Live.open(line, options.strictness, generationsOf(config), config);
  const tls = readTls(config);
  refuse([...options.strictness === "all-or-none" ? live.problems : [], ...tls.problems], FAILED);
  probePort(config);
  const keys = keySource(config);
  makeDataFolder(dataPaths(config), filesOf(config, keys));
  const secret = openSecret(keys, config);
  const store = await openStore(config, log);
  const n2o = assemble(config, live, options, secret, store, log);
  const { urls, listeners } = await open(n2o, config, tls);
  const renewal = new Renewal(tls, listeners, log);
  live.beside = (config, isHeldBack) => renewal.look(config, isHeldBack);
  live.port = {
    replace(protocols, changed) {
      n2o.replace(protocols, options.tells ? { tell: tuple(RELOAD, [...changed]) } : {});
    },
  };
  outliveStrayErrors(() => live.loaded.links, log);
  return { config, live, n2o, log, urls, renewal, rereadKeys: followKeys(secret, keys, log) };
}

/** What a server does when it is asked to reload. */
export interface ReloadHandlers {
  /** Loads anew what has changed, and tells what came of it. */
  reload(): Promise<Reloaded>;
  /** Puts back what was served before; `undefined` when there is nothing. */
  rollback(): Promise<Reloaded | undefined>;
}

/**
 * Runs a server until it is asked to end, and ends it; gives the exit code. Meanwhile it answers signals and the control socket, and the
 * service manager hears how it is.
 */
export async function runServer(serving: Serving, handlers: ReloadHandlers): Promise<number> {
  const { n2o, config, live, log, urls, renewal } = serving;
  const notifier = openNotifier(log);
  const ready = () => notifier.ready(`${live.loaded.name} at ${urls[0]}, generation ${live.generation}`);
  let reloads = 0;
  const noting = async <T>(work: () => Promise<T>): Promise<T> => {
    reloads++;
    notifier.reloading();
    try {
      return await work();
    } finally {
      // The end of one is not that of another, which the service manager may be waiting for.
      if (--reloads === 0) ready();
    }
  };
  const answer = (reloaded: Reloaded): ReloadAnswer => {
    return { ...reloaded, protocols: live.protocols.map(({ name }) => name) };
  };
  const { promise: asked, resolve: stop } = Promise.withResolvers<Deno.Signal>();
  listenForSignals({
    stop,
    async reread() {
      serving.rereadKeys();
      try {
        await noting(handlers.reload);
      } catch (error) {
        log.error("reload_failed", { error });
      }
    },
  });
  const startedMs = Date.now();
  const control = await openControl(config, {
    async reload() {
      const { facts } = renewal;
      const answered = answer(await noting(handlers.reload));
      return renewal.facts === facts
        ? answered
        : { ...answered, certificate: shownCertificate(renewal.facts) };
    },
    rollback: async () => {
      const reloaded = await noting(handlers.rollback);
      return reloaded && answer(reloaded);
    },
    status() {
      const { loaded: { name, links }, generation, problems } = live;
      return statusOf({
        name,
        links,
        generation,
        urls,
        certificate: shownCertificate(renewal.facts),
        startedMs,
        counters: n2o.counters,
        problems,
      });
    },
  }, log);
  announce(serving);
  ready();
  log.info("stopping", { signal: await asked });
  control?.close();
  notifier.stopping(config.settings.drainMs);
  await n2o.close({ drainMs: config.settings.drainMs });
  await notifier.close();
  return OK;
}

/** Says that a server runs, and where. */
function announce({ config, live, log, urls: [url, ...others] }: Serving): void {
  stdout.line(`n2o ${version}: ${live.loaded.name} at ${url} (store ${describeStore(config)})`);
  for (const other of others) stdout.line(`  and at ${other}`);
  mention(config, live, log);
}

/** Logs what a reload came to. */
export function logReload(log: Logger, { generation, replaced, changed, problems, later }: Reloaded): void {
  for (const { where, what, fix } of problems) log.error("reload_problem", { where, what, advice: fix });
  if (problems.length === 0) log.info("reloaded", { generation, replaced, changed: changed.join(" ") });
  if (later.length > 0) log.warn("settings_need_a_restart", { settings: later.join(" ") });
}

const RELOAD = atom("reload");

function generationsOf({ folder, settings: { protocolsFolder } }: Config): Generations | undefined {
  const root = folder ?? protocolsFolder;
  if (root === undefined || isInsideProgram(resolve(root))) return undefined;
  const library = new URL("../../", import.meta.url);
  return Generations.install({
    folder: resolve(root),
    library: library.protocol === "file:" ? fileURLToPath(library) : library.href,
  });
}

function refuse(found: readonly (Problem | undefined)[], exitCode: number): void {
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ProblemsError(problems, exitCode);
}

function filesOf(config: Config, keys: KeySource): string[] {
  const files = keys.from === "file" ? [keys.path] : [];
  return config.settings.store.driver === "kv" ? [...files, dataPaths(config).kv] : files;
}

function assemble(
  { settings }: Config,
  live: Live,
  { chains, around = (files) => files, hosts }: ServingOptions,
  secret: Secret,
  store: Store,
  log: Logger,
): N2O {
  return createN2O({
    protocols: live.protocols,
    chains,
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
    allowHost: hosts?.(settings, log),
    trustProxy: settings.trustProxy,
    files: around([live.files]),
    log,
  });
}

/** Listens. */
async function open(n2o: N2O, config: Config, tls: Tls): Promise<Listening> {
  try {
    return await listenOn(n2o, config, tls);
  } catch (error) {
    await n2o.close();
    throw error;
  }
}

/** Mentions what is probably not meant. */
function mention(config: Config, { loaded }: Live, log: Logger): void {
  const { settings } = config;
  const without = (setting: string, other: string) => log.warn("setting_without_effect", { setting, other });
  if (settings.deflate === "on" && settings.engine === "serve") without("deflate", "engine serve");
  if (settings.tcpFraming !== "packet4" && settings.tcp === undefined) without("tcpFraming", "no tcp");
  if (loaded.left.length > 0) {
    log.warn("protocols_left_out", { files: loaded.left.join(" "), order: config.source("order") ?? "" });
  }
  if (config.folder === undefined && config.file === undefined && exists("n2o.json")) {
    log.warn("configuration_not_read", { file: "n2o.json", advice: "serve this folder with: n2o serve ." });
  }
}
