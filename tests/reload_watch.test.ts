/** Watching folders: real files, and the system's own events. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { dirname, join } from "node:path";
import { type Burst, FolderWatch, type WatchOptions } from "../lib/reload/watch.ts";

/** A folder with an application in it, `app`, that is watched. */
class WatchedFolder implements AsyncDisposable {
  readonly root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "n2o-watch-" }));
  readonly bursts: Burst[] = [];
  readonly watch: FolderWatch;
  #told = Promise.withResolvers<void>();

  constructor(files: Readonly<Record<string, string>> = {}, options: Partial<WatchOptions> = {}) {
    Deno.mkdirSync(this.at("app"));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    this.watch = new FolderWatch({ folders: [this.at("app")], ...options }, (burst) => {
      this.bursts.push(burst);
      this.#told.resolve();
      this.#told = Promise.withResolvers();
    });
  }

  at(name: string): string {
    return join(this.root, name);
  }

  write(name: string, text = ""): void {
    Deno.mkdirSync(dirname(this.at(name)), { recursive: true });
    Deno.writeTextFileSync(this.at(name), text);
  }

  link(to: string, name: string): void {
    Deno.symlinkSync(to, this.at(name));
  }

  /** The paths that were told so far, relative to the folder. */
  get told(): Set<string> {
    return new Set(this.bursts.flatMap(({ paths }) => paths.map((path) => path.slice(this.root.length + 1))));
  }

  /** Waits until something has been told. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#told.promise;
  }

  /** Waits until a file has been told of that is written for this alone: what happened before it has been told by then. */
  async flush(name = "app/flush"): Promise<void> {
    this.write(name);
    await this.until(() => this.told.has(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watch.close();
    await Deno.remove(this.root, { recursive: true });
  }
}

Deno.test("what is written, renamed and removed is told, as the application calls it", async () => {
  await using folder = new WatchedFolder({ "app/a.ts": "", "app/deep/b.ts": "" });
  folder.write("app/a.ts", "1");
  await folder.until(() => folder.told.has("app/a.ts"));
  Deno.renameSync(folder.at("app/deep/b.ts"), folder.at("app/deep/c.ts"));
  await folder.until(() => folder.told.has("app/deep/b.ts") && folder.told.has("app/deep/c.ts"));
  folder.bursts.length = 0;
  Deno.removeSync(folder.at("app/deep/c.ts"));
  await folder.until(() => folder.told.has("app/deep/c.ts"));
});

Deno.test("files in folders that come to be are told, and what becomes of them", async () => {
  await using folder = new WatchedFolder();
  folder.write("app/new/deep/er/a.ts");
  await folder.until(() => folder.told.has("app/new/deep/er/a.ts"));
  folder.bursts.length = 0;
  folder.write("app/new/deep/er/a.ts", "1");
  await folder.until(() => folder.told.has("app/new/deep/er/a.ts"));
});

Deno.test("a folder that is moved into the application is told with all its files", async () => {
  await using folder = new WatchedFolder({ "aside/deep/a.ts": "", "aside/b.ts": "" });
  Deno.renameSync(folder.at("aside"), folder.at("app/moved"));
  await folder.until(() => folder.told.has("app/moved/deep/a.ts") && folder.told.has("app/moved/b.ts"));
});

Deno.test("what version control, packages, the server and editors keep for themselves is not told", async () => {
  const names = [
    "app/.git/index.lock",
    "app/node_modules/p/mod.js",
    "app/.n2o/kv-wal",
    "app/4913",
    "app/.a.ts.swp",
    "app/.#a.ts",
    "app/#a.ts#",
    "app/a.ts~",
    "app/a.ts___jb_tmp___",
    "app/a.ts.tmp.4711.1a2b",
    "app/sedXy12Zz",
    "app/.a.ts.Ab12Cd",
    "app/._a.ts",
    "app/secret/a.ts",
  ];
  await using folder = new WatchedFolder({}, { ignore: (path) => path.includes("secret") });
  for (const name of names) folder.write(name, "1");
  await folder.flush();
  const told = [...folder.told].filter((path) => names.includes(path));
  deepStrictEqual(told, []);
});

Deno.test("what the folder itself is called means nothing", async () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const app = join(root, "node_modules/.git/a.ts~");
  Deno.mkdirSync(app, { recursive: true });
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const watch = new FolderWatch({ folders: [app] }, ({ paths }) => resolve(paths));
  Deno.writeTextFileSync(join(app, "b.ts"), "");
  deepStrictEqual(await promise, [join(app, "b.ts")]);
  watch.close();
  Deno.removeSync(root, { recursive: true });
});

Deno.test("files outside the folders are told, whether their folder is there or comes to be, and nothing beside them", async () => {
  await using folder = new WatchedFolder({ "shared/a.ts": "" });
  folder.watch.also([folder.at("shared/a.ts"), folder.at("later/b.ts"), folder.at("app/c.ts")]);
  folder.write("shared/other.ts", "1");
  folder.write("shared/a.ts", "1");
  await folder.until(() => folder.told.has("shared/a.ts"));
  folder.write("later/b.ts");
  await folder.until(() => folder.bursts.some(({ overflow }) => overflow));
  folder.write("later/b.ts", "1");
  await folder.until(() => folder.told.has("later/b.ts"));
  deepStrictEqual([...folder.told], ["shared/a.ts", "later/b.ts"]);
});

Deno.test("a folder that is removed and made again is watched again, and one that takes its place", async () => {
  await using folder = new WatchedFolder({ "app/a.ts": "", "next/a.ts": "" });
  const overflowed = () => folder.bursts.filter(({ overflow }) => overflow).length;
  Deno.removeSync(folder.at("app"), { recursive: true });
  await folder.until(() => folder.told.has("app"));
  folder.write("app/a.ts", "1");
  await folder.until(() => overflowed() === 1);
  folder.bursts.length = 0;
  folder.write("app/a.ts", "2");
  await folder.until(() => folder.told.has("app/a.ts"));
  Deno.renameSync(folder.at("app"), folder.at("old"));
  Deno.renameSync(folder.at("next"), folder.at("app"));
  await folder.until(() => overflowed() === 1);
  folder.bursts.length = 0;
  folder.write("app/a.ts", "3");
  await folder.until(() => folder.told.has("app/a.ts"));
});

Deno.test("a folder that is not there yet is watched when it is", async () => {
  await using folder = new WatchedFolder();
  const bursts: Burst[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = new FolderWatch({ folders: [folder.at("later")] }, (burst) => {
    bursts.push(burst);
    resolve();
  });
  folder.write("later/a.ts");
  await promise;
  watch.close();
  strictEqual(bursts[0].overflow, true);
});

Deno.test("what lies behind links is told by the links' names: folders, files, in imported folders, and links in what they lead to", async () => {
  await using folder = new WatchedFolder({
    "real/a.ts": "",
    "real/deep/b.ts": "",
    "files/one.ts": "",
    "far/c.ts": "",
    "app/own/d.ts": "",
  });
  folder.link("../real", "app/protocols");
  folder.link("../files/one.ts", "app/one.ts");
  folder.link("../../far", "real/deep/far");
  folder.link("own", "app/again");
  folder.link("..", "app/own/circle");
  folder.watch.close();
  await using linked = new LinkedFolder(folder);
  for (
    const [written, told] of [
      ["real/a.ts", "app/protocols/a.ts"],
      ["real/deep/b.ts", "app/protocols/deep/b.ts"],
      ["files/one.ts", "app/one.ts"],
      ["far/c.ts", "app/protocols/deep/far/c.ts"],
      ["app/own/d.ts", "app/own/d.ts"],
      ["app/own/d.ts", "app/again/d.ts"],
    ]
  ) {
    linked.told.clear();
    folder.write(written, crypto.randomUUID());
    await linked.until(told);
  }
});

/** Keeps the test waiting: a watch does not, where the system watches nothing. */
function awake(): Disposable {
  const timer = setInterval(() => {}, 1000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Another watch of a folder's application. */
class LinkedFolder implements AsyncDisposable {
  readonly told = new Set<string>();
  overflows = 0;
  #watch: FolderWatch;
  #heard = Promise.withResolvers<void>();

  constructor(folder: WatchedFolder, options: Partial<WatchOptions> = {}) {
    this.#watch = new FolderWatch({ folders: [folder.at("app")], ...options }, ({ paths, overflow }) => {
      for (const path of paths) this.told.add(path.slice(folder.root.length + 1));
      if (overflow) this.overflows++;
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    });
  }

  async until(name: string | (() => boolean)): Promise<void> {
    while (typeof name === "string" ? !this.told.has(name) : !name()) await this.#heard.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watch.close();
    return Promise.resolve();
  }
}

Deno.test("links that come to be, and links that lead elsewhere from now on, are followed", async () => {
  await using folder = new WatchedFolder({ "one/a.ts": "", "two/a.ts": "", "app/x.ts": "" });
  folder.watch.close();
  await using linked = new LinkedFolder(folder);
  folder.link("../one", "app/lib");
  await linked.until(() => linked.overflows === 1);
  folder.write("one/a.ts", "1");
  await linked.until("app/lib/a.ts");
  folder.link(folder.at("two"), "next");
  Deno.renameSync(folder.at("next"), folder.at("app/lib"));
  await linked.until(() => linked.overflows > 1);
  linked.told.clear();
  folder.write("two/a.ts", "1");
  await linked.until("app/lib/a.ts");
});

Deno.test("a folder of links to the application's own folders stays watched when such a link goes", async () => {
  await using folder = new WatchedFolder({ "app/own/a.ts": "" });
  folder.watch.close();
  folder.link("own", "app/again");
  await using linked = new LinkedFolder(folder);
  Deno.removeSync(folder.at("app/again"));
  await linked.until(() => linked.overflows > 0);
  linked.told.clear();
  folder.write("app/own/a.ts", "1");
  await linked.until("app/own/a.ts");
  strictEqual(linked.told.has("app/again/a.ts"), false);
});

Deno.test("where the system tells nothing, looking at the files finds what differs, behind links and outside too", async () => {
  using _ = awake();
  const silent = () => ({ close() {}, async *[Symbol.asyncIterator]() {} });
  await using folder = new WatchedFolder({ "app/a.ts": "", "real/b.ts": "", "shared/c.ts": "" });
  folder.watch.close();
  folder.link("../real", "app/lib");
  const told = new Set<string>();
  let heard = Promise.withResolvers<void>();
  const watch = new FolderWatch({ folders: [folder.at("app")], pollMs: 20, source: silent }, ({ paths }) => {
    for (const path of paths) told.add(path.slice(folder.root.length + 1));
    heard.resolve();
    heard = Promise.withResolvers();
  });
  watch.also([folder.at("shared/c.ts")]);
  for (const name of ["app/a.ts", "real/b.ts", "shared/c.ts", "app/new/d.ts"]) folder.write(name, "1");
  while (told.size < 4) await heard.promise;
  deepStrictEqual([...told].sort(), ["app/a.ts", "app/lib/b.ts", "app/new/d.ts", "shared/c.ts"]);
  told.clear();
  Deno.removeSync(folder.at("app/a.ts"));
  while (told.size < 1) await heard.promise;
  deepStrictEqual([...told], ["app/a.ts"]);
  watch.close();
});

Deno.test("a folder that the system cannot watch is looked at now and then, and somebody is told", async () => {
  await using folder = new WatchedFolder({ "app/a.ts": "" });
  folder.watch.close();
  using _ = awake();
  const troubles: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const watch = new FolderWatch({
    folders: [folder.at("app")],
    source: () => {
      throw new Error("too many watches");
    },
    onTrouble: (path, error) => troubles.push(path, (error as Error).message),
  }, ({ paths }) => resolve(paths));
  folder.write("app/a.ts", "1");
  deepStrictEqual(await promise, [folder.at("app/a.ts")]);
  deepStrictEqual(troubles, [folder.at("app"), "too many watches"]);
  watch.close();
});

Deno.test("a folder that may not be read is refused", () => {
  throws(
    () =>
      new FolderWatch({
        folders: ["/n2o-none"],
        source: () => {
          throw new Deno.errors.NotCapable("no");
        },
      }, () => {}),
    Deno.errors.NotCapable,
  );
});

Deno.test("a watch that is closed tells nothing more", async () => {
  await using folder = new WatchedFolder();
  await folder.flush();
  folder.watch.close();
  const { length } = folder.bursts;
  await using other = new LinkedFolder(folder);
  folder.write("app/a.ts");
  await other.until("app/a.ts");
  strictEqual(folder.bursts.length, length);
  ok(length > 0);
});
