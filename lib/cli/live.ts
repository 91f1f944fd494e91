/**
 * An application that is being served, and whose modules are loaded anew while it is.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import { N2OError } from "../error.ts";
import type { Generations } from "../reload/generations.ts";
import type { FileHandler } from "../endpoints/http.ts";
import type { Protocol } from "../protocol.ts";
import { applicationProblem, loadApplication, type Loaded } from "./application.ts";
import { type Config, readConfig } from "./config.ts";
import { exists } from "./exists.ts";
import type { CommandLine } from "./flags.ts";
import { Absences, withGone } from "./gone.ts";
import { Kept } from "./kept.ts";
import { laterSettings } from "./live_settings.ts";
import { LiveSource, SLOW_MS } from "./live_source.ts";
import type { Problem } from "./problem.ts";
import type { Link } from "./protocols.ts";
import { Turns } from "./turns.ts";

/** What a reload came to. */
export interface Reloaded {
  /** The generation in force. */
  readonly generation: number;
  /** Whether anything else is served than before. */
  readonly replaced: boolean;
  /** The files that differ, relative to the application's folder. */
  readonly changed: readonly string[];
  /** What is wrong; where everything has to be right nothing was replaced then. */
  readonly problems: readonly Problem[];
  /** Settings that are other ones now and count from the next start on. */
  readonly later: readonly string[];
}

/** What is done about what is served. */
export interface LivePort {
  /** Puts protocols in force. */
  replace(protocols: readonly Protocol[], changed: readonly string[]): void;
}

/** Whether broken modules keep all of a reload back, or only themselves. */
export type Strictness = "all-or-none" | "what-is-good";

interface Version {
  readonly loaded: Loaded;
  readonly config: Config;
  readonly generation: number;
  /** What its files gave, of broken ones what they gave before. */
  readonly good: ReadonlyMap<string, unknown>;
  /** What was made for it. */
  readonly kept: Kept;
}

/** So many versions can be put in force again; as many generations are kept. */
const MOST_BEFORE = 7;
/** So often a reload begins anew because files changed while it read them. */
const TRIES = 50;
/** Between two tries, in milliseconds. */
const PAUSE_MS = 5;

/** An application that is being served. */
export class Live {
  /** What puts it in force; set when there is a server. */
  port: LivePort | undefined;
  /**
   * Takes over what stands beside the modules, and tells what is wrong with it; when it `isHeldBack`, by modules that are broken, it is
   * only looked at.
   */
  beside: ((config: Config, isHeldBack: boolean) => readonly Problem[]) | undefined;
  /** Called when a module has loaded, or failed, that was not waited for. */
  onLate: (() => void) | undefined;
  #line: CommandLine;
  #strictness: Strictness;
  #generations: Generations | undefined;
  #version: Version;
  #first: Config;
  /** What was served before, the last one at the end. */
  #before: Version[] = [];
  #problems: readonly Problem[];
  #reloads = new Turns(() => this.#reload());
  #touched = new Set<string>();
  /** The load that is under way. */
  #loading: LiveSource | undefined;
  #late = new WeakSet<Promise<unknown>>();
  #absences = new Absences();

  private constructor(
    line: CommandLine,
    strictness: Strictness,
    generations: Generations | undefined,
    config: Config,
  ) {
    this.#line = line;
    this.#strictness = strictness;
    this.#generations = generations;
    this.#first = config;
    const loaded = { name: "", links: [], left: [], files: [], served: undefined, problems: [] };
    this.#version = { loaded, config, generation: 0, good: new Map(), kept: new Kept() };
    this.#problems = [];
  }

  /** Loads an application for the first time. What is wrong is in {@linkcode problems}. */
  static async open(
    line: CommandLine,
    strictness: Strictness,
    generations: Generations | undefined,
    config: Config,
  ): Promise<Live> {
    const live = new Live(line, strictness, generations, config);
    await live.#settle(config);
    live.#before = [];
    return live;
  }

  /** What is served. */
  get loaded(): Loaded {
    return this.#version.loaded;
  }

  /** What is wrong with it. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** The generation in force. */
  get generation(): number {
    return this.#version.generation;
  }

  /** Its protocols. */
  get protocols(): readonly Protocol[] {
    return protocolsOf(this.loaded.links);
  }

  /** The local files that its modules import, those included that are not there. */
  get modules(): ReadonlySet<string> {
    return this.#generations?.files ?? new Set();
  }

  /** The module instances of earlier generations, which the runtime keeps, and the size of their sources in bytes. */
  get kept(): { readonly instances: number; readonly bytes: number } {
    return this.#generations?.loaded ?? { instances: 0, bytes: 0 };
  }

  /** Serves its static files and documents, those in force at the time. */
  files: FileHandler = async (request) => {
    for (const handler of this.loaded.files) {
      const response = await handler(request);
      if (response !== undefined) return response;
    }
    return undefined;
  };

  /**
   * Loads anew what has changed on disk, and puts it in force at once and as a whole. Calls while one runs come to one more after it.
   *
   * @param touched Files that have changed for sure.
   */
  reload(touched: Iterable<string> = []): Promise<Reloaded> {
    for (const path of touched) this.#touched.add(path);
    if (this.#reloads.elapsedMs > SLOW_MS) this.#supersede();
    return this.#reloads.next();
  }

  /** Puts in force what was served before; called again, what was served before that. `undefined` when there is nothing. */
  async rollback(): Promise<Reloaded | undefined> {
    this.#supersede();
    await this.#reloads.settled();
    let before = this.#before.pop();
    // Of generations that changed nothing there may be so many that an early version's is no longer kept.
    while (before !== undefined && this.#generations?.restore(before.generation) === false) {
      before = this.#before.pop();
    }
    if (before === undefined) return undefined;
    this.#problems = [];
    this.#take(before, []);
    return this.#outcome([], true);
  }

  #supersede(): void {
    this.#loading?.giveUp(new N2OError("superseded", "something newer was asked for"));
  }

  async #reload(): Promise<Reloaded> {
    const config = readConfig(this.#line);
    const wrong = [...config.usage, ...config.problems, applicationProblem(config)];
    const problems = wrong.filter((problem) => problem !== undefined);
    if (problems.length > 0) {
      this.#problems = problems;
      return this.#outcome([], false);
    }
    const { loaded } = this;
    const changed = await this.#settle(config);
    return this.#outcome(changed, loaded !== this.loaded);
  }

  /** Loads until nothing has changed meanwhile. */
  async #settle(config: Config): Promise<readonly string[]> {
    for (let tries = 0; tries < TRIES; tries++) {
      const changed = await this.#load(config);
      if (changed !== undefined) return changed;
      await pause();
    }
    const where = this.#version.config.folder ?? "";
    this.#problems = [{ where, what: "changes faster than it can be read", fix: "save again" }];
    return [];
  }

  #outcome(changed: readonly string[], replaced: boolean): Reloaded {
    const later = laterSettings(this.#version.config.settings, this.#first.settings);
    return { generation: this.generation, replaced, changed, problems: this.#problems, later };
  }

  /** Tells what differs; `undefined` when files changed while they were read. */
  async #load(config: Config): Promise<readonly string[] | undefined> {
    const touched = this.#touched;
    this.#touched = new Set();
    const attempt = await this.#generations?.begin(touched);
    const kept = new Kept(this.#version.kept);
    const source = this.#loading = new LiveSource({
      attempt,
      served: this.#version.good,
      isStrict: this.#strictness === "all-or-none",
      onSlow: (loading) => this.#await(loading),
    });
    const { good } = source;
    let loaded: Loaded;
    try {
      loaded = await loadApplication(config, source, kept);
    } catch (error) {
      attempt?.abandon();
      throw error;
    } finally {
      this.#loading = undefined;
    }
    const folder = resolve(config.folder ?? "");
    // After the first time, when all is new.
    const changed = this.#version.generation === 0
      ? []
      : (attempt?.changed ?? []).map((path) => relative(folder, path));
    const isStrict = this.#strictness === "all-or-none";
    const isBroken = loaded.problems.length > 0;
    const problems = [...loaded.problems, ...this.beside?.(config, isStrict && isBroken) ?? []];
    if (problems.length > 0 && isStrict) {
      attempt?.abandon();
      this.#problems = problems;
      return changed;
    }
    if (attempt !== undefined && !await attempt.commit()) {
      for (const path of touched) this.#touched.add(path);
      return undefined;
    }
    this.#problems = problems;
    const before = this.#version;
    const generation = attempt?.number ?? 1;
    loaded = { ...loaded, links: this.#complete(loaded.links, before.loaded.links, isBroken) };
    // Where nothing is another one, what was loaded is not told apart from what is served.
    if (this.#take({ loaded, config, generation, good, kept }, changed)) {
      this.#before.push(before);
      if (this.#before.length > MOST_BEFORE) this.#before.shift();
    } else this.#version = { loaded: before.loaded, config, generation, good, kept };
    return changed;
  }

  /**
   * A chain with the protocols that are not to leave it yet: while anything is broken a missing one may be what is broken, and a file
   * that has just gone may come back.
   */
  #complete(links: readonly Link[], before: readonly Link[], isBroken: boolean): readonly Link[] {
    if (this.#strictness === "all-or-none") return links;
    this.#absences.forget(links.map(({ file }) => file));
    return withGone(before, links, (file) => {
      return isBroken || (!exists(file) && this.#absences.isRecent(file, () => this.onLate?.()));
    });
  }

  /** Loads anew when a module is done at last that has counted as broken meanwhile. */
  #await(loading: Promise<unknown>): void {
    if (this.#late.has(loading)) return;
    this.#late.add(loading);
    const look = () => this.onLate?.();
    loading.then(look, look);
  }

  /** Has a version served; tells whether it is another one. */
  #take(version: Version, changed: readonly string[]): boolean {
    const before = this.#version.loaded;
    const { loaded } = version;
    this.#version = version;
    const protocols = protocolsOf(loaded.links);
    const isSame = areSame(protocols, protocolsOf(before.links));
    if (!isSame) this.port?.replace(protocols, changed);
    return !isSame || !areSame(loaded.files, before.files);
  }
}

function protocolsOf(links: readonly Link[]): readonly Protocol[] {
  return links.map(({ protocol }) => protocol);
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
