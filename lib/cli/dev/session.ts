/**
 * A session of development: what is saved is taken over, and what came of it is told.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import { atom, tuple } from "../../../mod.ts";
import { type Burst, FolderWatch } from "../../reload/watch.ts";
import { dataPaths } from "../data.ts";
import type { Reloaded } from "../live.ts";
import { isWithin, pathInside } from "../../path_inside.ts";
import { showProblem } from "../problem.ts";
import type { Serving } from "../serving.ts";
import { stderr, stdout } from "../terminal.ts";
import { DrawnFor } from "./drawn_for.ts";
import type { DevPage } from "./page.ts";
import { ProgramNames } from "./program_names.ts";

/** Such a burst is a branch that was checked out, say: not each of its files is named. */
const NAMED = 3;
/** Module instances that nothing needs any more and that the runtime cannot let go: after so many the user is told, and again. */
const MANY_INSTANCES = 1000;
const RELOAD = atom("reload");

/** Watches an application's files while it is served. */
export class DevSession {
  #serving: Serving;
  #page: DevPage;
  #watch: FolderWatch | undefined;
  #pollMs: number | undefined;
  #told = "";
  #reported: Reloaded | undefined;
  #folder: string;
  #names: ProgramNames;
  #drawnFor: DrawnFor;
  #instances = 0;

  /** Takes what is served, and the page's side of it. */
  constructor(serving: Serving, page: DevPage, pollMs: number | undefined) {
    this.#serving = serving;
    this.#page = page;
    this.#pollMs = pollMs;
    this.#folder = resolve(serving.config.folder ?? ".");
    this.#names = new ProgramNames(this.#folder);
    this.#drawnFor = new DrawnFor((path) => {
      const name = relative(this.#folder, path);
      stdout.line(`n2o: ${name} changes whenever pages are drawn: they are not drawn for it any more`);
    });
  }

  /** Begins to watch; what has been wrong since the start is shown. */
  begin(): void {
    const { config, live } = this.#serving;
    const { folder: data, kv, uploads } = dataPaths(config);
    const [own, store] = [[data, uploads].map((path) => resolve(path)), resolve(kv)];
    const { protocolsFolder, static: served } = config.settings;
    const folders = [this.#folder, protocolsFolder, served].filter((path) => path !== undefined).map((path) =>
      resolve(path)
    );
    this.#watch = new FolderWatch({
      folders: folders.filter((path, at) => !folders.some((other, i) => i < at && isWithin(path, other))),
      // A store's other files have its name with more behind it.
      ignore: (path) =>
        own.some((folder) => isWithin(path, folder)) || path === store || path.startsWith(`${store}-`),
      skip: own,
      onTrouble: (folder, error) =>
        this.#serving.log.warn("watch_trouble", {
          folder,
          reason: error instanceof Error ? error.message : String(error),
          advice:
            "its files are looked at once a second; let the system watch more: fs.inotify.max_user_watches, fs.inotify.max_user_instances",
        }),
      pollMs: this.#pollMs,
    }, (burst) => this.#take(burst).catch(this.#failed));
    live.onLate = () => this.#take({ paths: [], overflow: false }).catch(this.#failed);
    this.#follow();
    if (live.problems.length > 0) this.#tell(performance.now());
  }

  /** Looks at what is there now, without being told of a change. */
  look(): Promise<Reloaded> {
    return this.#take({ paths: [], overflow: true });
  }

  /** Goes back to what was served before the last save, until the next one. */
  async back(): Promise<Reloaded | undefined> {
    const reloaded = await this.#serving.live.rollback();
    if (reloaded !== undefined) this.#report(reloaded, performance.now());
    return reloaded;
  }

  /** Watches no more. */
  close(): void {
    this.#watch?.close();
  }

  #failed = (error: unknown): void => this.#serving.log.error("reload_failed", { error });

  async #take({ paths, overflow }: Burst): Promise<Reloaded> {
    const began = performance.now();
    const reloaded = await this.#serving.live.reload(paths);
    this.#follow();
    this.#report(reloaded, began);
    this.#show(paths.map((path) => resolve(path)), overflow, reloaded);
    return reloaded;
  }

  /** Has the files watched that modules import from elsewhere, and the configuration. */
  #follow(): void {
    const { config, live } = this.#serving;
    this.#watch?.also([...live.modules, ...config.file === undefined ? [] : [resolve(config.file)]]);
  }

  /** Has open pages show what is no module: styles are swapped, what else they load has them load anew, templates are drawn. */
  #show(paths: readonly string[], overflow: boolean, { replaced, changed }: Reloaded): void {
    const { live, n2o } = this.#serving;
    const { served } = live.loaded;
    const styles: string[] = [];
    const others: string[] = [];
    const rest: string[] = [];
    for (const path of paths) {
      const url = served === undefined ? undefined : pathInside(path, resolve(served));
      if (url !== undefined) (url.endsWith(".css") ? styles : others).push(`/${url}`);
      else if (!live.modules.has(path) && !changed.includes(relative(this.#folder, path))) rest.push(path);
    }
    if (others.length > 0) {
      this.#page.reload(others.length > NAMED ? `${others.length} files` : others.join(" "));
    } else if (styles.length > 0) this.#page.styles(styles);
    const drawn = this.#drawnFor.of(rest);
    // A replacement has told every connection already.
    if (replaced || !(drawn.length > 0 || (overflow && paths.length === 0))) return;
    const names = drawn.map((path) => relative(this.#folder, path));
    n2o.replace(live.protocols, { tell: tuple(RELOAD, names) });
  }

  #report(reloaded: Reloaded, began: number): void {
    // What is saved while a load is under way is taken by the one after it, all of it together.
    if (reloaded === this.#reported) return;
    this.#reported = reloaded;
    const { generation, replaced, changed, later } = reloaded;
    const { live } = this.#serving;
    if (replaced) {
      const ms = performance.now() - began;
      const names = changed.length > NAMED ? `${changed.length} files` : changed.join(" ") || "configuration";
      stdout.line(`n2o: ${names}: generation ${generation}, ${Math.max(1, Math.round(ms))} ms`);
    }
    if (later.length > 0) stdout.line(`n2o: changed settings need a restart: ${later.join(" ")}`);
    for (const file of this.#names.changed()) stdout.line(`n2o: ${file} has changed: restart n2o dev`);
    this.#tell(began);
    const { instances, bytes } = live.kept;
    if (instances < this.#instances + MANY_INSTANCES) return;
    this.#instances = instances - instances % MANY_INSTANCES;
    const size = Math.ceil(bytes / 1_048_576);
    stdout.line(
      `n2o: ${instances} old modules (${size} MB of code) stay in memory: restart n2o dev when it suits`,
    );
  }

  /** Tells what is wrong, once; and that nothing is any more. */
  #tell(since: number): void {
    const { live } = this.#serving;
    const problems = live.problems.map((problem) => this.#names.explained(problem));
    const told = JSON.stringify(problems);
    this.#page.problems(problems, live.generation, since);
    if (told === this.#told) return;
    if (problems.length > 0) { for (const problem of problems) showProblem(problem, stderr); }
    else if (this.#told !== "") stdout.line("n2o: mended");
    this.#told = problems.length > 0 ? told : "";
  }
}
