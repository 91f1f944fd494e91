/** What editors and other programs do to files when they save: as file operations, and as the events of other systems. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { FolderWatch } from "../lib/reload/watch.ts";
import { ModuleFolder } from "./reload_folder.ts";

const old = (name: string) => `export const text = "old ${name}";\n`;
const saved = (name: string) => `export const text = "saved ${name}";\n`;

/** An application that is loaded again whenever something happens to its files. */
class Application implements AsyncDisposable {
  readonly folder: ModuleFolder;
  /** The texts that were in force, in order. */
  readonly texts: string[] = [];
  /** Attempts whose module did not load. */
  failures = 0;
  bursts = 0;
  readonly #watch: FolderWatch;
  #loading: Promise<unknown> = Promise.resolve();
  #happened = Promise.withResolvers<void>();

  constructor(files: Readonly<Record<string, string>>) {
    this.folder = new ModuleFolder(files);
    this.#watch = new FolderWatch({ folders: [this.folder.path] }, ({ paths }) => {
      this.bursts++;
      this.#loading = this.#loading.then(() =>
        this.load(paths.map((path) => path.slice(this.folder.path.length + 1)))
      );
    });
  }

  at(name: string): string {
    return this.folder.at(name);
  }

  async load(touched: readonly string[] = []): Promise<void> {
    const { modules: [module] } = await this.folder.settled(["a.ts"], touched);
    if (module instanceof Error) this.failures++;
    else if (this.texts.at(-1) !== module.text) this.texts.push(module.text as string);
    this.#happened.resolve();
    this.#happened = Promise.withResolvers();
  }

  /** Waits until a text is in force. */
  async until(text: string): Promise<void> {
    while (this.texts.at(-1) !== text) await this.#happened.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch.close();
    await this.#loading;
    this.folder[Symbol.dispose]();
  }
}

/** A way to save `a.ts`. */
type Save = (path: string, text: string) => void | Promise<void>;

const write = Deno.writeTextFileSync;
const beside = (path: string, name: string) => join(dirname(path), name);

/** Writes a part, lets whoever watches see it, and writes the rest. */
async function inParts(path: string, text: string): Promise<void> {
  using file = Deno.openSync(path, { write: true, truncate: true });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += 10) {
    file.writeSync(bytes.subarray(at, at + 10));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function probe(path: string): void {
  const name = beside(path, "4913");
  write(name, "");
  Deno.removeSync(name);
}

function swap(path: string): void {
  write(beside(path, `.${basename(path)}.swp`), "b0VIM 9.1");
}

const saves: readonly [program: string, save: Save][] = [
  ["vim, backupcopy=yes", (path, text) => {
    swap(path);
    probe(path);
    Deno.copyFileSync(path, `${path}~`);
    write(path, text);
    Deno.removeSync(`${path}~`);
  }],
  ["vim, backupcopy=no", (path, text) => {
    swap(path);
    probe(path);
    Deno.renameSync(path, `${path}~`);
    write(path, text);
    Deno.chmodSync(path, 0o644);
    Deno.removeSync(`${path}~`);
  }],
  ["vim, backupcopy=no, the backup kept", (path, text) => {
    Deno.renameSync(path, `${path}~`);
    write(path, text);
  }],
  ["vim, nowritebackup", (path, text) => write(path, text)],
  ["neovim, a new file in its place", (path, text) => {
    write(beside(path, ".a.ts.abcdef"), text);
    Deno.renameSync(beside(path, ".a.ts.abcdef"), path);
  }],
  ["Emacs", (path, text) => {
    Deno.symlinkSync("somebody@here.4711:1764000000", beside(path, ".#a.ts"));
    write(beside(path, "#a.ts#"), text);
    Deno.renameSync(path, `${path}~`);
    write(path, text);
    Deno.removeSync(beside(path, "#a.ts#"));
    Deno.removeSync(beside(path, ".#a.ts"));
  }],
  ["VS Code", (path, text) => {
    Deno.truncateSync(path, 0);
    write(path, text);
  }],
  ["VS Code, atomic", (path, text) => {
    write(`${path}.vsctmp`, text);
    Deno.renameSync(`${path}.vsctmp`, path);
  }],
  ["VS Code, in parts", inParts],
  ["JetBrains, safe write", (path, text) => {
    write(`${path}___jb_tmp___`, text);
    Deno.renameSync(path, `${path}___jb_old___`);
    Deno.renameSync(`${path}___jb_tmp___`, path);
    Deno.removeSync(`${path}___jb_old___`);
  }],
  ["sed -i", (path, text) => {
    write(beside(path, "sedA1b2C3"), text);
    Deno.renameSync(beside(path, "sedA1b2C3"), path);
  }],
  ["sed itself", async (path, text) => {
    const { success } = await new Deno.Command("sed", { args: ["-i", `1c\\${text.trimEnd()}`, path] })
      .output();
    ok(success);
  }],
  ["rsync", (path, text) => {
    write(beside(path, ".a.ts.Xy12Zz"), text);
    Deno.utimeSync(beside(path, ".a.ts.Xy12Zz"), 1, 1);
    Deno.renameSync(beside(path, ".a.ts.Xy12Zz"), path);
  }],
  ["rsync, in place, with the times of what it copies", (path, text) => {
    write(path, text);
    Deno.utimeSync(path, 1, 1);
  }],
  ["a formatter that writes right after the editor", (path, text) => {
    write(path, text.replaceAll(" ", "   "));
    write(path, text);
  }],
  ["a network drive that tells all twice", (path, text) => {
    for (let n = 0; n < 2; n++) {
      write(path, text);
      Deno.utimeSync(path, new Date(), new Date());
    }
  }],
  ["a file server's half-deleted files", (path, text) => {
    Deno.renameSync(path, beside(path, ".nfs000000000001"));
    write(path, text);
    Deno.removeSync(beside(path, ".nfs000000000001"));
  }],
  ["remove and create", (path, text) => {
    Deno.removeSync(path);
    write(path, text);
  }],
  ["a hard link over it", (path, text) => {
    write(`${path}.new`, text);
    Deno.removeSync(path);
    Deno.linkSync(`${path}.new`, path);
    Deno.removeSync(`${path}.new`);
  }],
  ["undone by a backup that is older", (path, text) => {
    write(`${path}.orig`, text);
    Deno.utimeSync(`${path}.orig`, 1, 1);
    write(path, "export const text = ;");
    Deno.renameSync(`${path}.orig`, path);
  }],
];

for (const [program, save] of saves) {
  Deno.test(`${program}: what is saved is in force, the same again, and nothing else in between`, async () => {
    await using application = new Application({ "a.ts": old("a") });
    await application.load();
    for (const name of ["once", "twice"]) {
      await save(application.at("a.ts"), saved(name));
      await application.until(`saved ${name}`);
    }
    deepStrictEqual(application.texts, ["old a", "saved once", "saved twice"]);
  });
}

Deno.test("a file of which the half is written, and the rest later: the half is never in force where it does not load", async () => {
  await using application = new Application({ "a.ts": old("a") });
  await application.load();
  const text = saved("whole");
  write(application.at("a.ts"), text.slice(0, 25));
  while (application.failures === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  deepStrictEqual(application.texts, ["old a"]);
  write(application.at("a.ts"), text);
  await application.until("saved whole");
  deepStrictEqual(application.texts, ["old a", "saved whole"]);
});

Deno.test("git checkout of 500 files: all of the branch is in force, in few bursts, and back", async () => {
  const names = Array.from({ length: 500 }, (_, at) => `parts/p${at}.ts`);
  const entry = `import { text as first } from "./${names[0]}";
import { text as last } from "./${names[499]}";
export const text = first === last ? first : \`\${first}, \${last}\`;
`;
  const branch = (text: string) => names.map((name) => [name, `export const text = "${text}";\n`]);
  await using application = new Application({ "a.ts": entry, ...Object.fromEntries(branch("main")) });
  const git = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("git", {
      args: [
        "-c",
        "user.name=n2o",
        "-c",
        "user.email=n2o@example.org",
        "-c",
        "commit.gpgsign=false",
        ...args,
      ],
      cwd: application.folder.path,
      env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  };
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "main");
  await git("checkout", "--quiet", "-b", "other");
  for (const [name, text] of branch("other")) application.folder.write(name, text);
  await git("commit", "--quiet", "--all", "--message", "other");
  await application.load();
  await application.until("other");
  application.bursts = 0;
  for (const name of ["main", "other", "main"]) {
    await git("checkout", "--quiet", name);
    await application.until(name);
  }
  ok(application.bursts < 100, `${application.bursts} bursts`);
  strictEqual(application.texts.at(-1), "main");
});

Deno.test("F27: a helper that is not there yet, is there, goes and comes again, with no other save", async () => {
  await using application = new Application({ "a.ts": old("a") });
  await application.load();
  write(application.at("a.ts"), 'export { text } from "./helper.ts";\n');
  while (application.failures === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  deepStrictEqual(application.texts, ["old a"]);
  write(application.at("helper.ts"), saved("first"));
  await application.until("saved first");
  const { failures } = application;
  Deno.removeSync(application.at("helper.ts"));
  while (application.failures === failures) await new Promise((resolve) => setTimeout(resolve, 5));
  write(application.at("helper.ts"), saved("second"));
  await application.until("saved second");
  deepStrictEqual(application.texts, ["old a", "saved first", "saved second"]);
});
