/** `n2o new`: a project that runs at once, and passes all that it asks of changes. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Visitor } from "@n2o/n2o/testing";
import { makeProject } from "../lib/cli/new/place.ts";
import { runningOrigin } from "../lib/cli/new/origin.ts";
import { projectFiles } from "../lib/cli/new/project.ts";
import { atHand } from "../lib/cli/new/tools.ts";
import { isRoot, run, withFolder } from "./command.ts";
import { compiled } from "./compiled.ts";
import { runImporter } from "./package_host.ts";
import { deno, filesOf, MAKER, newProject, serving, servingTask, task } from "./project.ts";

const FILES = [
  ".ci/run",
  ".editorconfig",
  ".github/workflows/test.yml",
  ".gitignore",
  ".vscode/extensions.json",
  ".vscode/settings.json",
  "README.md",
  "counter.ts",
  "deno.json",
  "pages/index.ts",
  "protocols/counter.ts",
  "static/icon.svg",
  "static/style.css",
  "tests/counter_protocol.test.ts",
  "tests/index_page.test.ts",
];

/** Two who look at the first page of a server see each other's clicks. */
async function shareClicks(url: string): Promise<void> {
  await using ann = await Visitor.open(`${url}/`, "", "");
  await using bob = await Visitor.open(`${url}/`, "app/index", "");
  const before = Number(ann.text("count"));
  await ann.click("more");
  await bob.sees("count", String(before + 1));
  await bob.click("less");
  await ann.sees("count", String(before));
}

Deno.test("in an empty folder it makes a project, and says what to type next", async () => {
  await withFolder({}, async (cwd) => {
    const { code, stdout } = await run(["new", "my-app"], { cwd, deno: MAKER });
    strictEqual(code, 0);
    match(
      stdout,
      /^made my-app, with the library from \.\.\/\S+\n\nNext:\n {2}cd my-app\n {2}deno task dev /,
    );
    deepStrictEqual(
      [...Deno.readDirSync(cwd)].map(({ name }) => name),
      ["my-app"],
      "nothing is left beside it",
    );
    deepStrictEqual(filesOf(`${cwd}/my-app`), FILES);
    if (Deno.build.os !== "windows") strictEqual(Deno.statSync(`${cwd}/my-app/.ci/run`).mode! & 0o777, 0o755);
    for (const path of FILES) {
      const text = Deno.readTextFileSync(`${cwd}/my-app/${path}`);
      ok(!text.includes("{{") && text.endsWith("\n"), path);
    }
    const { tasks, imports } = JSON.parse(Deno.readTextFileSync(`${cwd}/my-app/deno.json`));
    ok(Object.keys(imports).includes("@n2o/n2o/nitro/jsx-runtime"));
    for (const command of Object.values(tasks) as string[]) {
      ok(!/(^| )(-A|--allow-all)( |$)/.test(command), command);
    }
  });
});

Deno.test("a project passes its own tests, and the checks of format, lint and types; JSX too", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    const said = await task(project, "ok");
    match(said, /\nok \| 3 passed \| 0 failed/);
    ok(filesOf(project).includes("deno.lock"));
    await Deno.writeTextFile(
      `${project}/pages/card.tsx`,
      `import type { Page } from "@n2o/n2o/nitro";

export default {
  document: { title: "Card", body: <panel id="card">JSX</panel> },
  init: (nitro) => nitro.update("card", <panel id="card">JSX, live</panel>),
} satisfies Page;
`,
    );
    await task(project, "ok");
    await servingTask(project, "start", async ({ url }) => {
      await using ann = await Visitor.open(`${url}/`, "app/card", "");
      strictEqual(ann.text("card"), "JSX, live");
    });
  });
});

Deno.test("its tasks serve it: two windows see each other's clicks, and dev takes over what is saved", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    await servingTask(project, "start", async ({ url }) => {
      await shareClicks(url);
      strictEqual((await fetch(`${url}/style.css`).then((answer) => answer.text())).slice(0, 5), ":root");
    });
    await servingTask(project, "dev", async ({ url }) => {
      await shareClicks(url);
      await using ann = await Visitor.open(`${url}/`, "", "");
      strictEqual(ann.attribute("more", "aria-label"), "One more");
      const page = `${project}/pages/index.ts`;
      const source = await Deno.readTextFile(page);
      await Deno.writeTextFile(page, source.replace(`"One more"`, `"Another"`));
      await ann.until(() => ann.attribute("more", "aria-label") === "Another");
    });
  });
});

Deno.test("its CI script needs nothing but Node", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    const bin = `${cwd}/bin`;
    await Deno.mkdir(bin);
    // Node, and what every system has.
    for (const program of ["node", "npx", "sh", "env", "dirname"]) {
      const { stdout } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).output();
      await Deno.symlink(new TextDecoder().decode(stdout).trim(), `${bin}/${program}`);
    }
    const { success, stdout, stderr } = await new Deno.Command(`${project}/.ci/run`, {
      cwd,
      env: { PATH: bin, HOME: Deno.env.get("HOME")!, ...trust() },
      clearEnv: true,
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout);
    ok(success, said + new TextDecoder().decode(stderr));
    match(said, /\nok \| 3 passed \| 0 failed/);
  });
});

/** What a machine's own variables say about its network. */
function trust(): Record<string, string> {
  const named = Object.entries(Deno.env.toObject()).filter(([name]) =>
    /^(deno_tls_ca_store|deno_cert|node_extra_ca_certs|npm_config_\w+|(https?|no)_proxy)$/i.test(name)
  );
  return { DENO_TLS_CA_STORE: "mozilla,system", ...Object.fromEntries(named) };
}

Deno.test("what is in the way is named, and left alone", async () => {
  const there = {
    "full/a.txt": "a",
    "full/b.txt": "",
    "full/c.txt": "",
    "full/d.txt": "",
    "full/.git/x": "",
    file: "1",
  };
  await withFolder(there, async (cwd) => {
    await Deno.symlink("nowhere", `${cwd}/link`);
    const before = filesOf(cwd);
    for (
      const [name, what] of [
        ["full", "full: is there already, with .git, a.txt, b.txt and 2 more"],
        ["file", "file: is a file"],
        ["link", "link: is a link"],
      ]
    ) {
      const { code, stdout, stderr } = await run(["new", name], { cwd, deno: MAKER });
      deepStrictEqual([code, stdout], [1, ""], name);
      ok(stderr.startsWith(`n2o: ${what}\n     choose another name`), stderr);
    }
    deepStrictEqual(filesOf(cwd), before);
    strictEqual(await Deno.readTextFile(`${cwd}/full/a.txt`), "a");
  });
});

Deno.test("an empty folder of that name is taken, in a folder with other files", async () => {
  await withFolder({ "other/file": "" }, async (cwd) => {
    await Deno.mkdir(`${cwd}/my-app`);
    await newProject(cwd, "my-app");
    deepStrictEqual(filesOf(cwd), [...FILES.map((path) => `my-app/${path}`), "other/file"].sort());
  });
});

Deno.test("a folder that cannot be written to is told, and so is a permission that is missing", async () => {
  await withFolder({ "closed/x": "" }, async (cwd) => {
    await Deno.chmod(cwd, 0o755);
    await Deno.chmod(`${cwd}/closed`, 0o555);
    const closed = await run(["new", "my-app"], { cwd: `${cwd}/closed`, deno: MAKER, plain: true });
    strictEqual(closed.code, 1);
    match(closed.stderr, /closed: cannot be written to\n {5}go to a folder where this user may write\n$/);
    const forbidden = await run(["new", "my-app"], { cwd, deno: MAKER.slice(0, 3) });
    strictEqual(forbidden.code, 1);
    match(forbidden.stderr, /write access to \S+ is not allowed\n {5}run deno with --allow-write=\.\n$/);
    deepStrictEqual(filesOf(cwd), ["closed/x"]);
    await Deno.chmod(`${cwd}/closed`, 0o755);
  });
  ok(isRoot || Deno.uid() !== null);
});

Deno.test("all of a project is there, or nothing", async () => {
  await withFolder({ "empty/x": "" }, async (cwd) => {
    await Deno.remove(`${cwd}/empty/x`);
    const impossible = new Map([["a", "a file"], ["a/b", "cannot lie in it"]]);
    let thrown: unknown;
    try {
      makeProject(`${cwd}/empty`, impossible);
    } catch (error) {
      thrown = error;
    }
    ok(thrown instanceof Error);
    deepStrictEqual([...Deno.readDirSync(cwd)].map(({ name }) => name), ["empty"]);
    deepStrictEqual(filesOf(cwd), []);
  });
});

Deno.test("a bad name is refused, with one that would do", async () => {
  const long = "a".repeat(59);
  const bad: [string | undefined, RegExp][] = [
    [undefined, /^n2o: NAME: is missing\n {5}write n2o new my-app\n$/],
    ["", /^n2o: NAME: is missing/],
    [".", /^n2o: \.: is no name\n {5}n2o new NAME makes what it is called\n$/],
    ["..", /^n2o: \.\.: is no name/],
    ["a/b", /^n2o: a\/b: is a path, not a name\n {5}go to the folder first, then write n2o new b\n$/],
    ["../My App", /is a path, not a name\n {5}go to the folder first, then write n2o new my-app\n$/],
    ["a\\b", /is a path, not a name/],
    [long, /^n2o: a{59}: has 59 characters\n {5}give a name of 58 at most\n$/],
    ["My App", /is not made of small letters, digits and single - .*\n {5}write n2o new my-app\n$/],
    ["Ünder_Scöre", /\n {5}write n2o new under-score\n$/],
    ["1st", /\n {5}write n2o new st\n$/],
    ["-", /n2o: -: is not made of .*\n {5}write n2o new my-app\n$/],
    ["a--b", /\n {5}write n2o new a-b\n$/],
    ["a-", /\n {5}write n2o new a\n$/],
    [".hidden", /\n {5}write n2o new hidden\n$/],
    ["@scope", /\n {5}write n2o new scope\n$/],
    ["a\u001b[31mb", /^n2o: a\\u001b\[31mb: is not made of/],
    ["日本", /\n {5}write n2o new my-app\n$/],
    ["con", /^n2o: con: is a device on Windows, not a file\n {5}write n2o new con-app\n$/],
    ["lpt1", /is a device on Windows/],
  ];
  await withFolder({}, async (cwd) => {
    for (const [name, what] of bad) {
      const { code, stdout, stderr } = await run(["new", ...name === undefined ? [] : [name]], {
        cwd,
        deno: MAKER,
      });
      deepStrictEqual([code, stdout], [2, ""], name);
      match(stderr, what);
    }
    const two = await run(["new", "one", "two"], { cwd, deno: MAKER });
    match(two.stderr, /^n2o: two: is an argument too many\n {5}give 1 at most\n$/);
    const flag = await run(["new", "one", "--librari", "x"], { cwd, deno: MAKER });
    match(flag.stderr, /--librari: is no flag; did you mean --library\?/);
    deepStrictEqual(filesOf(cwd), []);
  });
});

/** A project's tests pass; types are looked at elsewhere, which takes longer. */
async function runs(project: string): Promise<void> {
  const { stdout } = await deno(project, ["test", "--no-check", "--no-prompt", "--allow-net=127.0.0.1"]);
  match(stdout, /\nok \| 3 passed \| 0 failed/);
}

Deno.test("--library names another place of the library, and is refused where there is none", async () => {
  await withFolder({}, async (cwd) => {
    const folder = await newProject(cwd, "by-package", "--library", "jsr:@n2o/n2o@9.9.9");
    const { imports, tasks } = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
    deepStrictEqual(imports, { "@n2o/n2o": "jsr:@n2o/n2o@9.9.9" });
    match(tasks.dev, / --config deno\.json jsr:@n2o\/n2o@9\.9\.9\/cli dev \.$/);
    await runs(await newProject(cwd, "by-path", "--library", new URL("..", import.meta.url).pathname));
    for (const bad of ["jsr:@n2o/n2o", "npm:n2o", "https://", cwd, "/nowhere", "ftp://example.com/"]) {
      const { code, stderr } = await run(["new", "bad", "--library", bad], { cwd, deno: MAKER });
      strictEqual(code, 2, bad);
      ok(
        stderr.startsWith(`n2o: --library: ${bad} is no place of the library\n     give jsr:@n2o/n2o@`),
        stderr,
      );
    }
  });
});

Deno.test("the library is taken from where the command comes", () => {
  const at = (root: string) => runningOrigin(new URL(root), "/home/ann/my-app");
  const address = at("https://example.com/n2o/");
  strictEqual(address.imports["@n2o/n2o/nitro"], "https://example.com/n2o/protocols/nitro/mod.ts");
  deepStrictEqual([address.command, address.host], ["https://example.com/n2o/main.ts", "example.com"]);
  strictEqual(at("https://raw.githubusercontent.com/a/b/main/").host, undefined);
  const registry = at("https://jsr.io/@n2o/n2o/0.1.0/");
  deepStrictEqual(registry.imports, { "@n2o/n2o": "jsr:@n2o/n2o@0.1.0" });
  strictEqual(registry.command, "jsr:@n2o/n2o@0.1.0/cli");
  if (Deno.build.os === "windows") return;
  const clone = at("file:///home/ann/my%20code/n2o/");
  strictEqual(clone.imports["@n2o/n2o/testing"], "../my%20code/n2o/lib/testing/mod.ts");
  strictEqual(clone.command, "../my code/n2o/main.ts");
});

Deno.test("a clone whose path has spaces and signs in it serves as well", async () => {
  await withFolder({}, async (cwd) => {
    await Deno.symlink(new URL("..", import.meta.url).pathname, `${cwd}/it's 100% #mine?`);
    const project = await newProject(cwd, "my-app", "--library", `${cwd}/it's 100% #mine?`);
    await runs(project);
    match(await task(project, "generate", "page", "hello"), /^made pages\/hello\.ts/);
  });
});

Deno.test("from an address and from a registry, with an empty cache, a project passes its tests and serves", async () => {
  const drive = (program: string, name: string, flags = "") => `
    const run = async (args: string[], cwd = ".") => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, stdin: "null" }).output();
      if (!success) throw new Error(args.join(" ") + new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    console.log(await run(["run", "-q", "--no-prompt", "--allow-read", "--allow-write", ${flags} "${program}", "new", "${name}"]));
    console.log(await run(["task", "-q", "generate", "protocol", "hello"], "${name}"));
    console.log(await run(["task", "-q", "ok"], "${name}"));
    const server = new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "dev", "--port", "0"], cwd: "${name}", stdin: "null", stdout: "piped", stderr: "null",
    }).spawn();
    const reader = server.stdout.getReader();
    console.log(new TextDecoder().decode((await reader.read()).value));
    await reader.cancel();
    server.kill("SIGTERM");
    await server.status;
  `;
  const { said } = await runImporter({
    files: {
      "address.ts": drive("http://HOST/main.ts", "by-address", `"--allow-import=HOST",`),
      "registry.ts": drive("jsr:@n2o/n2o/cli", "by-name"),
      "both.ts": `import "./address.ts"; import "./registry.ts";`,
    },
    args: ["--allow-read", "--allow-run", "both.ts"],
  });
  match(said, /made by-address, with the library from http:\/\/127\.0\.0\.1:\d+\/\n/);
  match(said, /made by-name, with the library from jsr:@n2o\/n2o@[\d.]+\n/);
  strictEqual(said.match(/ok \| 5 passed \| 0 failed/g)?.length, 2, said);
  match(said, /n2o \S+ by-address at http:/);
  match(said, /n2o \S+ by-name at http:/);
});

Deno.test("the compiled program makes a project and serves it alone; the project's tasks name the package", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const { program } = made;
  await withFolder({}, async (cwd) => {
    const alone = async (args: string[], folder = cwd) => {
      const { success, stdout, stderr } = await new Deno.Command(program, {
        args,
        cwd: folder,
        clearEnv: true,
      }).output();
      ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const said = await alone(["new", "my-app"]);
    match(said, /^made my-app, with the library from jsr:@n2o\/n2o@\S+\n/);
    match(said, /\n {2}n2o dev \. +serves it/);
    match(said, /\n {2}npx -y deno@\S+ task test +runs its tests/);
    match(said, /Tests need Deno: .*https:\/\/docs\.deno\.com\//);
    const project = `${cwd}/my-app`;
    match(await alone(["generate", "page", "hello"], project), /^made pages\/hello\.ts/);
    for (const command of ["serve", "dev"]) {
      await serving(project, program, [command, ".", "--port", "0"], async ({ url }) => {
        await shareClicks(url);
        await using ann = await Visitor.open(`${url}/`, "app/hello", "");
        await ann.click("greet");
        strictEqual(ann.text("answer"), "Hello, stranger!");
      });
    }
    const { tasks, imports } = JSON.parse(await Deno.readTextFile(`${project}/deno.json`));
    match(imports["@n2o/n2o"], /^jsr:@n2o\/n2o@\d/);
    match(tasks.start, /jsr:@n2o\/n2o@\d\S*\/cli serve \.$/);
  });
});

Deno.test("its task compile makes one executable of it, which serves it from an empty folder", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    const { code, stderr } = await deno(project, ["task", "--quiet", "compile"], made.env);
    strictEqual(code, 0, stderr);
    await Deno.mkdir(`${cwd}/elsewhere`);
    const program = `${project}/my-app${Deno.build.os === "windows" ? ".exe" : ""}`;
    await serving(`${cwd}/elsewhere`, program, ["--port", "0"], ({ url }) => shareClicks(url));
    const ignored = await new Deno.Command("git", { args: ["init", "--quiet", project] }).output()
      .then(() => new Deno.Command("git", { args: ["-C", project, "status", "--short", "-uall"] }).output());
    const seen = new TextDecoder().decode(ignored.stdout).trim().split("\n").map((line) => line.slice(3))
      .sort();
    deepStrictEqual(seen.filter((path) => path !== "deno.lock"), FILES, "git sees the sources alone");
  });
});

Deno.test("clicks of many at the same moment are all counted", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    await servingTask(project, "start", async ({ url }) => {
      const visitors = await Promise.all(
        Array.from({ length: 8 }, () => Visitor.open(`${url}/`, "", "")),
      );
      await Promise.all(
        visitors.flatMap((visitor) => Array.from({ length: 10 }, () => visitor.click("more"))),
      );
      for (const visitor of visitors) await visitor.sees("count", "80");
      await Promise.all(visitors.map((visitor) => visitor.close()));
    });
    await servingTask(project, "start", async ({ url }) => {
      await using ann = await Visitor.open(`${url}/`, "", "");
      strictEqual(ann.text("count"), "80", "it is kept");
    });
  });
});

Deno.test("whatever is at hand, and however long its name, a project is formatted as it asks for", async () => {
  await withFolder({}, async (cwd) => {
    for (const tool of ["deno", "npx", "program"] as const) {
      for (const name of ["a", `${"long-".repeat(11)}end`]) {
        const origin = runningOrigin(new URL("https://example.com/n2o/"), cwd);
        strictEqual(
          makeProject(`${cwd}/${tool}-${name}`, projectFiles(name, origin, atHand(tool))),
          undefined,
        );
      }
    }
    for (const { name } of Deno.readDirSync(cwd)) {
      const { code, stderr } = await deno(`${cwd}/${name}`, ["fmt", "--check"]);
      strictEqual(code, 0, `${name}: ${stderr}`);
    }
  });
});
