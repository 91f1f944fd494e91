/** Events as macOS, Windows and Linux tell them, as data: whatever they are, they end in one look at what is meant. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Bursts } from "../lib/reload/bursts.ts";
import { isNoise } from "../lib/reload/noise.ts";
import { wayInside } from "../lib/path_inside.ts";
import { calledAt, pathsOf } from "../lib/reload/place.ts";
import { type Burst, FolderWatch, type PathStyle, type WatchEvent } from "../lib/reload/watch.ts";

type Told = readonly [kind: string, ...paths: string[]];

/** A system that tells what it is made to tell. */
class System {
  readonly asked: string[] = [];
  #tell: (event: WatchEvent | undefined) => void = () => {};

  readonly source = (path: string) => {
    this.asked.push(path);
    const events: (WatchEvent | undefined)[] = [];
    let more = Promise.withResolvers<void>();
    this.#tell = (event) => {
      events.push(event);
      more.resolve();
      more = Promise.withResolvers();
    };
    return {
      close: () => this.#tell(undefined),
      async *[Symbol.asyncIterator]() {
        for (;;) {
          while (events.length > 0) {
            const event = events.shift();
            if (event === undefined) return;
            yield event;
          }
          await more.promise;
        }
      },
    };
  };

  tell(kind: string, paths: readonly string[], flag?: string): void {
    this.#tell({ kind, paths, flag });
  }
}

interface Recorded {
  readonly what: string;
  readonly style: PathStyle;
  readonly folder: string;
  readonly events: readonly Told[];
  /** What is meant; empty where it is nothing. */
  readonly meant: readonly string[];
}

const MAC = "/Users/me/chat";
const WINDOWS = "C:\\Users\\me\\chat";

const recorded: readonly Recorded[] = [
  {
    what: "macOS: VS Code",
    style: "posix",
    folder: MAC,
    events: [["modify", `${MAC}/protocols/a.ts`], ["modify", `${MAC}/protocols/a.ts`], [
      "other",
      `${MAC}/protocols/a.ts`,
    ]],
    meant: [`${MAC}/protocols/a.ts`],
  },
  {
    what: "macOS: vim with its probe, its swap file and its backup",
    style: "posix",
    folder: MAC,
    events: [
      ["create", `${MAC}/protocols/.a.ts.swp`],
      ["create", `${MAC}/protocols/4913`],
      ["remove", `${MAC}/protocols/4913`],
      ["rename", `${MAC}/protocols/a.ts`],
      ["rename", `${MAC}/protocols/a.ts~`],
      ["create", `${MAC}/protocols/a.ts`],
      ["modify", `${MAC}/protocols/a.ts`],
      ["remove", `${MAC}/protocols/a.ts~`],
    ],
    meant: [`${MAC}/protocols/a.ts`],
  },
  {
    what: "macOS: a safe write of JetBrains, which is told as renames of single names in any order",
    style: "posix",
    folder: MAC,
    events: [
      ["create", `${MAC}/protocols/a.ts___jb_tmp___`],
      ["rename", `${MAC}/protocols/a.ts___jb_tmp___`],
      ["rename", `${MAC}/protocols/a.ts`],
      ["rename", `${MAC}/protocols/a.ts___jb_old___`],
      ["remove", `${MAC}/protocols/a.ts___jb_old___`],
    ],
    meant: [`${MAC}/protocols/a.ts`],
  },
  {
    what: "macOS: an atomic save of TextEdit through a folder of its own",
    style: "posix",
    folder: MAC,
    events: [
      ["create", `${MAC}/static/index.html.sb-1a2b3c4d-Xy12Zz`],
      ["create", `${MAC}/static/index.html.sb-1a2b3c4d-Xy12Zz/index.html`],
      ["rename", `${MAC}/static/index.html`],
      ["modify", `${MAC}/static/index.html`],
    ],
    meant: [`${MAC}/static/index.html`],
  },
  {
    what: "macOS: what the Finder leaves",
    style: "posix",
    folder: MAC,
    events: [["create", `${MAC}/.DS_Store`], ["modify", `${MAC}/static/.DS_Store`], [
      "create",
      `${MAC}/static/._a.css`,
    ]],
    meant: [],
  },
  {
    what:
      "macOS: creation, change and removal in one event each, hours after another, when a file was made and gone",
    style: "posix",
    folder: MAC,
    events: [["create", `${MAC}/protocols/b.ts`], ["remove", `${MAC}/protocols/b.ts`]],
    meant: [`${MAC}/protocols/b.ts`],
  },
  {
    what: "macOS: git checkout, whose own files come between",
    style: "posix",
    folder: MAC,
    events: [
      ["create", `${MAC}/.git/index.lock`],
      ["remove", `${MAC}/protocols/a.ts`],
      ["create", `${MAC}/protocols/a.ts`],
      ["modify", `${MAC}/protocols`],
      ["create", `${MAC}/protocols/b.ts`],
      ["rename", `${MAC}/.git/index`],
      ["rename", `${MAC}/.git/HEAD`],
    ],
    meant: [`${MAC}/protocols/a.ts`, `${MAC}/protocols`, `${MAC}/protocols/b.ts`],
  },
  {
    what: "Windows: VS Code, which is told twice, and the folder after it",
    style: "windows",
    folder: WINDOWS,
    events: [
      ["modify", `${WINDOWS}\\protocols\\a.ts`],
      ["modify", `${WINDOWS}\\protocols\\a.ts`],
      ["modify", `${WINDOWS}\\protocols`],
    ],
    meant: [`${WINDOWS}\\protocols\\a.ts`, `${WINDOWS}\\protocols`],
  },
  {
    what: "Windows: a rename, which is two events",
    style: "windows",
    folder: WINDOWS,
    events: [["rename", `${WINDOWS}\\protocols\\a.ts`], ["rename", `${WINDOWS}\\protocols\\b.ts`]],
    meant: [`${WINDOWS}\\protocols\\a.ts`, `${WINDOWS}\\protocols\\b.ts`],
  },
  {
    what: "Windows: a rename over another file as removal and creation",
    style: "windows",
    folder: WINDOWS,
    events: [
      ["create", `${WINDOWS}\\protocols\\a.ts.tmp.4711.99`],
      ["modify", `${WINDOWS}\\protocols\\a.ts.tmp.4711.99`],
      ["remove", `${WINDOWS}\\protocols\\a.ts`],
      ["rename", `${WINDOWS}\\protocols\\a.ts.tmp.4711.99`],
      ["rename", `${WINDOWS}\\protocols\\a.ts`],
    ],
    meant: [`${WINDOWS}\\protocols\\a.ts`],
  },
  {
    what: "Windows: paths in another case, with slashes, and with the prefix of long paths",
    style: "windows",
    folder: WINDOWS,
    events: [
      ["modify", "c:\\users\\ME\\chat\\protocols\\a.ts"],
      ["modify", "C:/Users/me/chat/static/a.css"],
      ["modify", `\\\\?\\${WINDOWS}\\pages\\index.ts`],
    ],
    meant: [`${WINDOWS}\\protocols\\a.ts`, `${WINDOWS}\\static\\a.css`, `${WINDOWS}\\pages\\index.ts`],
  },
  {
    what: "Windows: a shared folder of another machine",
    style: "windows",
    folder: "\\\\server\\share\\chat",
    events: [["modify", "\\\\?\\UNC\\server\\share\\chat\\a.ts"], [
      "modify",
      "\\\\server\\share\\chat\\node_modules\\p\\b.js",
    ]],
    meant: ["\\\\server\\share\\chat\\a.ts"],
  },
  {
    what: "Windows: a folder that is deleted is told as a folder, and not its files",
    style: "windows",
    folder: WINDOWS,
    events: [["remove", `${WINDOWS}\\pages`]],
    meant: [`${WINDOWS}\\pages`],
  },
  {
    what: "Linux: whoever reads, and the close after a write",
    style: "posix",
    folder: "/srv/chat",
    events: [["access", "/srv/chat/protocols/a.ts"], ["access", "/srv/chat/protocols/b.ts"]],
    meant: [],
  },
  {
    what: "Linux: a rename is told three times",
    style: "posix",
    folder: "/srv/chat",
    events: [
      ["remove", "/srv/chat/a.ts"],
      ["rename", "/srv/chat/b.ts"],
      ["rename", "/srv/chat/a.ts", "/srv/chat/b.ts"],
    ],
    meant: ["/srv/chat/a.ts", "/srv/chat/b.ts"],
  },
  {
    what: "what happens beside the folder, and in one whose name only begins alike",
    style: "posix",
    folder: MAC,
    events: [["modify", "/Users/me/chat2/a.ts"], ["modify", "/Users/me/b.ts"]],
    meant: [],
  },
];

for (const { what, style, folder, events, meant } of recorded) {
  Deno.test(`${what}: ${meant.length === 0 ? "nothing is meant" : "what is meant is told once"}`, async () => {
    const system = new System();
    const bursts: Burst[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    using _ = awake();
    const watch = new FolderWatch({ folders: [folder], source: system.source, style }, (burst) => {
      bursts.push(burst);
      resolve();
    });
    for (const [kind, ...paths] of events) system.tell(kind, paths);
    // Where nothing is meant, something else has to be waited for.
    if (meant.length === 0) system.tell("any", [], "rescan");
    await promise;
    watch.close();
    deepStrictEqual(bursts, [{ paths: meant, overflow: meant.length === 0 }]);
    deepStrictEqual(system.asked, [folder]);
  });
}

/** Keeps the test waiting, which timers do not that may not hold a process. */
function awake(): Disposable {
  const timer = setInterval(() => {}, 1000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

Deno.test("events that were lost mean that all has to be looked at, together with those that were told", async () => {
  const system = new System();
  const { promise, resolve } = Promise.withResolvers<Burst>();
  const watch = new FolderWatch({ folders: [MAC], source: system.source, style: "posix" }, resolve);
  system.tell("modify", [`${MAC}/a.ts`]);
  system.tell("other", [MAC], "rescan");
  deepStrictEqual(await promise, { paths: [`${MAC}/a.ts`], overflow: true });
  watch.close();
});

Deno.test("events without an end make bursts all the same, and none is in two of them", async () => {
  const told: string[][] = [];
  const bursts = new Bursts({ quietMs: 1000, maxMs: 20 }, ({ paths }) => told.push([...paths]));
  let n = 0;
  while (told.length < 3) {
    bursts.add([`/a/${n++}`]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  bursts.close();
  const all = told.flat();
  strictEqual(new Set(all).size, all.length);
  deepStrictEqual(all, Array.from({ length: all.length }, (_, at) => `/a/${at}`));
});

Deno.test("events that nobody wants neither begin a burst nor keep one going", async () => {
  const { promise, resolve } = Promise.withResolvers<Burst>();
  const bursts = new Bursts({ quietMs: 20, maxMs: 1_000_000 }, resolve);
  const timer = setInterval(() => bursts.add([]), 1);
  bursts.add(["/a"]);
  deepStrictEqual(await promise, { paths: ["/a"], overflow: false });
  clearInterval(timer);
  bursts.close();
});

Deno.test("a burst that is closed is not told", async () => {
  let told = 0;
  const bursts = new Bursts({ quietMs: 1, maxMs: 1 }, () => told++);
  bursts.add(["/a"]);
  bursts.close();
  const { promise, resolve } = Promise.withResolvers<void>();
  new Bursts({ quietMs: 5, maxMs: 5 }, () => resolve()).add(["/b"]);
  await promise;
  strictEqual(told, 0);
});

Deno.test("names that people give their files are not taken for those of programs", () => {
  const names = [
    "a.ts",
    "protocols/_helper.ts",
    "pages/index.tsx",
    ".env",
    ".env.production",
    "n2o.json",
    "sed.ts",
    "sedan.ts",
    "tmp.ts",
    "static/template.css",
    "static/a.tmpl",
    "4913.ts",
    "a~b.ts",
    "git/a.ts",
    "protocols/.hidden.ts",
    "n2o/a.ts",
  ];
  deepStrictEqual(names.filter(isNoise), []);
});

Deno.test("a path is called what it is in the folder's name, by whichever of its names the system tells of it", () => {
  const place = { told: ["/tmp/chat", "/private/tmp/chat"], called: "/tmp/chat" };
  strictEqual(calledAt(place, "/private/tmp/chat/a/b.ts", "posix"), "/tmp/chat/a/b.ts");
  strictEqual(calledAt(place, "/tmp/chat", "posix"), "/tmp/chat");
  strictEqual(calledAt(place, "/private/tmp/chats/b.ts", "posix"), undefined);
  strictEqual(wayInside("/a/..b/c", "/a", pathsOf("posix")), "..b/c");
  strictEqual(wayInside("D:\\a", "C:\\", pathsOf("windows")), undefined);
  ok(wayInside("C:\\A\\b", "c:\\a", pathsOf("windows")) === "b");
});
