/**
 * One document, followed as its reader does: its files are written, its commands run, one after another in one folder.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { Background } from "./background.ts";
import { type Block, pathOf } from "./blocks.ts";
import { consoleCommands, shellCommands, type ShownCommand } from "./commands.ts";
import { beginsLike, matches } from "./expected.ts";
import { Ports } from "./ports.ts";
import { configuration, makeShims, root } from "./shims.ts";
import { systemctl } from "./systemd.ts";

/** Commands that go on until they are stopped. */
const SERVES =
  /^(?:[A-Z_0-9]+=\S+ )*(?:n2o (?:serve|dev|docs)\b|\.\/my-app-\S+ --port|(?:npx -y deno@\S+|deno) task (?:start|dev|serve)\b|deno run .*\bserve\b|deno run .*\bserver\.ts$)/;

/** What a server says when it is up. */
export const UP: RegExp = /^(n2o [\d.]+:|Listening on) .*\n/m;

/** Paths of a machine that a document names, where they begin. */
const MACHINE = /(?<![\w./])(?=\/(?:etc|srv|var\/lib|var\/backups)\/)/g;

/** What the clone of a reader has, as far as commands look at it. */
const CLONE = ["deno.json", "deno.lock", "main.ts", "mod.ts", "lib", "protocols", "docs", "README.md"];

/** How a story begins. */
export interface Beginning {
  /** Files that are there, by their paths. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether the reader stands in a clone. @default false */
  readonly clone?: boolean;
  /** Whether there is a project of `n2o new my-app`. @default false */
  readonly project?: boolean;
}

/** A folder in which a document is followed. */
export class Story implements AsyncDisposable {
  /** Where the reader's files lie. */
  readonly folder: string;
  /** The ports. */
  readonly ports: Ports = new Ports();
  /** The files that blocks have named, by the path that they have there. */
  readonly files: Set<string> = new Set();
  /** The server that runs. */
  server: Background | undefined;
  /** The folder of the application that was served last. */
  served = ".";
  #home: string;
  #stale = false;
  #project = false;
  #seen = new Set<string>();
  #cwd: string;
  #env: Record<string, string> = {};

  /** The part of the folder that is no reader's. */
  get home(): string {
    return this.#home;
  }

  private constructor(home: string) {
    this.#home = home;
    this.folder = `${home}/work`;
    this.#cwd = this.folder;
  }

  /** Begins in an empty folder; in one with these files; in one that looks like a clone of this repository. */
  static async begin({ files = {}, clone = false, project = false }: Beginning = {}): Promise<Story> {
    const story = new Story(await Deno.realPath(await Deno.makeTempDir({ prefix: "n2o_guide_" })));
    await Deno.mkdir(story.folder);
    await Deno.writeTextFile(
      `${story.#home}/deno.json`,
      JSON.stringify(await configuration()),
    );
    await makeShims(`${story.#home}/bin`);
    for (const [path, text] of Object.entries(files)) await story.write(path, text);
    for (const path of ["etc", "srv", "var/lib", "var/backups"]) {
      await Deno.mkdir(`${story.#home}/machine/${path}`, { recursive: true });
    }
    if (clone) {
      for (const name of CLONE) await Deno.symlink(`${root}/${name}`, `${story.folder}/${name}`);
    }
    story.#project = project;
    if (project) await story.command("n2o new my-app");
    return story;
  }

  /** The path of a file that is no reader's own, where the reader's names of modules are known. */
  besides(name: string): string {
    return this.#project ? `my-app/${name}` : name;
  }

  /** A text with the ports that are free, and with the paths of a machine's root in the story's own. */
  here(text: string): string {
    return this.ports.free(text).replace(MACHINE, `${this.#home}/machine$&`);
  }

  /** Writes a file as the document has it. */
  async write(path: string, text: string): Promise<void> {
    const target = this.place(path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeTextFile(target, this.ports.free(text));
    this.#stale = true;
  }

  /** Writes a file without a server being told: the reader's next command does that. */
  async change(path: string, text: string): Promise<void> {
    await this.write(path, text);
    this.#stale = false;
  }

  /** Goes into a folder. */
  async go(folder: string): Promise<void> {
    this.#cwd = await Deno.realPath(`${this.#cwd}/${folder}`);
  }

  /** Where a path of the document lies: those of a machine's root in a folder of their own. */
  place(path: string): string {
    return path.startsWith("/") ? `${this.#home}/machine${path}` : `${this.folder}/${path}`;
  }

  /** Writes the file that a block is; tells its path. */
  async file(block: Block): Promise<string | undefined> {
    const path = pathOf(block);
    if (path === undefined) return undefined;
    await this.write(path, block.text);
    this.files.add(path);
    return path;
  }

  /** Runs the commands of a block. */
  async run({ language, text }: Block): Promise<void> {
    for (const command of language === "sh" ? shellCommands(text) : consoleCommands(text)) {
      await this.#one(command);
    }
  }

  /** Runs a command in the story's folder, which must end well, and gives its output. */
  async command(text: string): Promise<string> {
    const { code, output } = await this.#bash(this.here(text), this.folder);
    strictEqual(code, 0, `${text}\n${output}`);
    return output;
  }

  /** Has the server take over what was written: `n2o dev` would by itself, and looks at once when it is asked to. */
  async settle(): Promise<void> {
    if (!this.#stale) return;
    this.#stale = false;
    if (this.server !== undefined) {
      await this.#bash(`n2o reload "${this.folder}/${this.served}"`);
    }
  }

  /** Documents of static files that nobody has looked at. */
  get pages(): string[] {
    return [...this.files].filter((path) => /\/static\/.*\.html?$/.test(path) && !this.#seen.has(path));
  }

  /** The same, where there is a server to look at them; they are seen then. */
  unseen(): string[] {
    if (this.server === undefined) return [];
    const { pages } = this;
    for (const path of pages) this.#seen.add(path);
    return pages;
  }

  /** An address of the server. */
  url(path: string): string {
    return `http://127.0.0.1:${this.ports.of(8001)}${path}`;
  }

  /** Ends the server, if one runs. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#home, { recursive: true });
  }

  async #one({ text, output: shown }: ShownCommand): Promise<void> {
    await this.settle();
    const moved = /^cd (\S+)$/.exec(text);
    const set = /^export (\w+)=(.*)$/.exec(text);
    if (moved !== null) await this.go(moved[1]);
    else if (set !== null) this.#env[set[1]] = this.ports.free(set[2].replace(/^(['"])(.*)\1$/, "$2"));
    else if (SERVES.test(text)) await this.serve(text, shown);
    else if (text.startsWith("sudo systemctl ")) await systemctl(this, text.split(" ").slice(2));
    else {
      const { code, output } = await this.#bash(this.here(text));
      if (shown === undefined) strictEqual(code, 0, `${text}\n${output}`);
      else {
        ok(matches(shown, output), `$ ${text}\n${output}\nis not what is shown:\n${shown}`);
        // Whoever shows an error shows who it comes from.
        if (!/^(n2o|\w+): /m.test(shown)) strictEqual(code, 0, `${text}\n${output}`);
      }
    }
  }

  /** Starts a server in the place of the one that runs, and waits until it says what is shown, or anything. */
  async serve(text: string, shown: string | undefined, env: Record<string, string> = {}): Promise<void> {
    await this.stop();
    this.served = this.#application(text);
    // The documents' server takes its port from a flag alone.
    const whole = text === "n2o docs" ? `n2o docs --port ${this.ports.of(8010)}` : text;
    const server = new Background(this.here(whole), this.#cwd, { ...await this.#environment(text), ...env });
    this.server = server;
    const told = (output: string) => this.#told(output);
    if (shown === undefined || shown === "") await server.until((output) => UP.test(output), "where it is");
    else await server.until((output) => beginsLike(shown, told(output)), `\n${shown}\nas is shown`);
  }

  /** The folder of an application in a command that serves, from the folder of the story. */
  #application(text: string): string {
    const folder = /\b(?:serve|dev) ([\w.][\w./-]*)/.exec(text)?.[1] ?? ".";
    return join(relative(this.folder, this.#cwd), folder);
  }

  async #bash(text: string, cwd = this.#cwd): Promise<{ code: number; output: string }> {
    const { code, stdout } = await new Deno.Command("bash", {
      args: ["-c", `exec 2>&1\n${text}`],
      cwd,
      env: await this.#environment(text),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
    }).output();
    return { code, output: this.#told(new TextDecoder().decode(stdout)) };
  }

  /** An output as the reader has it: with the document's ports, and without the place of this folder. */
  #told(output: string): string {
    return this.ports.named(output).replaceAll(`${this.folder}/`, "").replaceAll(`${this.#home}/machine`, "")
      .replaceAll(root, "n2o");
  }

  /** What the reader's shell has. The default port is free there, and here in the variable's place, where no `n2o.json` names one. */
  async #environment(text: string): Promise<Record<string, string>> {
    const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("N2O_"));
    const PATH = `${this.#home}/bin:${Deno.env.get("PATH")}`;
    const DENO_INSTALL_ROOT = `${this.#home}/installed`;
    const env = { ...Object.fromEntries(kept), PATH, DENO_INSTALL_ROOT, NO_COLOR: "1", ...this.#env };
    return await this.#namesPort(text) ? env : { N2O_PORT: String(this.ports.of(8001)), ...env };
  }

  async #namesPort(text: string): Promise<boolean> {
    for (const folder of [".", ...text.split(" ").slice(1)]) {
      const settings = await Deno.readTextFile(`${this.#cwd}/${folder}/n2o.json`).catch(() => "");
      if (/"port"/.test(settings)) return true;
    }
    return false;
  }
}
