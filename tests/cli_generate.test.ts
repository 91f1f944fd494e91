/** `n2o generate`: a protocol or a page more in a project, with a test that passes. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { TestClient, Visitor } from "@n2o/n2o/testing";
import { addFiles } from "../lib/cli/generate/write.ts";
import { type Ended, run, withFolder } from "./command.ts";
import { deno, filesOf, JSX_PAGE, MAKER, newProject, servingTask, task } from "./project.ts";

function generate(cwd: string, ...args: string[]): Promise<Ended> {
  return run(["generate", ...args], { cwd, deno: MAKER });
}

Deno.test("what it adds passes its tests and all checks, whatever the name, and so does a page in JSX", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    const before = filesOf(project);
    const names = ["hello", "hi-there", "b_c", "receive", "delete", "toString".toLowerCase(), "x".repeat(58)];
    for (const name of names) {
      strictEqual((await generate(project, "page", name)).code, 0, name);
      strictEqual((await generate(project, "protocol", name)).code, 0, name);
    }
    const made = names.flatMap((name) => [
      `pages/${name}.ts`,
      `protocols/${name}.ts`,
      `tests/${name}_page.test.ts`,
      `tests/${name}_protocol.test.ts`,
    ]);
    deepStrictEqual(filesOf(project), [...before, ...made].sort());
    await Deno.writeTextFile(`${project}/pages/card.tsx`, JSX_PAGE);
    match(await task(project, "ok"), new RegExp(`\\nok \\| ${3 + 3 * names.length} passed \\| 0 failed`));
  });
});

Deno.test("it says what it made, how to test it, and where it is", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    const page = await generate(project, "page", "hello");
    deepStrictEqual(page.stdout.split("\n"), [
      "made pages/hello.ts and tests/hello_page.test.ts",
      "  deno task test   runs the tests",
      "  once it is served: http://127.0.0.1:8001/app/hello",
      "",
    ]);
    const protocol = await generate(cwd, "protocol", "hi-there", "my-app");
    match(
      protocol.stdout,
      /^made my-app\/protocols\/hi-there\.ts and my-app\/tests\/hi-there_protocol\.test\.ts\n/,
    );
    match(protocol.stdout, /once it is served: \{'hi-there',<<"Ann">>\} to ws:\S+ is answered by it\n$/);
  });
});

Deno.test("a project that is being developed serves it at once", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    await servingTask(project, "dev", async (server) => {
      await task(project, "generate", "page", "hello");
      await task(project, "generate", "protocol", "hi");
      await server.prints(/protocols\/hi\.ts/);
      await using ann = await Visitor.open(`${server.url}/`, "app/hello", "");
      ann.fill("name", "<Ann>");
      await ann.click("greet");
      strictEqual(ann.text("answer"), "Hello, <Ann>!");
      await using bob = await TestClient.open(`${server.url.replace("http", "ws")}/ws/`);
      strictEqual(await bob.ask(`{hi, <<"Bob">>}`), `{hello,<<"Bob">>}`);
    });
  });
});

Deno.test("a name that is taken is refused, and nothing is changed", async () => {
  const files = {
    "protocols/old.mts": "",
    "pages/card.tsx": "",
    "pages/Big.ts": "",
    "tests/tested_page.test.ts": "",
  };
  await withFolder(files, async (cwd) => {
    const before = filesOf(cwd);
    for (
      const [kind, name, where] of [
        ["protocol", "old", "protocols/old.mts: is there already"],
        ["page", "card", "pages/card.tsx: is there already"],
        ["page", "big", "pages/Big.ts: is there already"],
        ["page", "tested", "tests/tested_page.test.ts: is there already"],
        ["protocol", "session", "session: is the name of a protocol that comes with n2o"],
        ["protocol", "nitro", "nitro: is the name of a protocol that comes with n2o"],
      ]
    ) {
      const { code, stdout, stderr } = await generate(cwd, kind, name);
      deepStrictEqual([code, stdout, stderr], [1, "", `n2o: ${where}\n     choose another name\n`]);
    }
    deepStrictEqual(filesOf(cwd), before);
    strictEqual((await generate(cwd, "page", "old")).code, 0, "a page may have a protocol's name");
  });
});

Deno.test("wrong kinds, names and folders are told with what would be right", async () => {
  const bad: [string[], RegExp][] = [
    [
      [],
      /^n2o: generate: is to make what\?\n {5}write n2o generate protocol NAME, or n2o generate page NAME\n$/,
    ],
    [["protcol", "x"], /^n2o: protcol: is nothing to generate; did you mean protocol\?\n/],
    [["toString", "x"], /^n2o: toString: is nothing to generate\n/],
    [["page"], /^n2o: NAME: is missing\n {5}write n2o generate page hello\n$/],
    [["page", "My Page"], /single - or _ .*\n {5}write n2o generate page my-page\n$/],
    [["page", "../x"], /is a path, not a name\n/],
    [["page", "_x"], /\n {5}write n2o generate page x\n$/],
    [["page", "aux"], /is a device on Windows/],
    [
      ["page", "x"],
      /^n2o: this folder: holds no project\n {5}name its folder: n2o generate page x FOLDER; `n2o new/,
    ],
    [["page", "x", "nowhere"], /^n2o: nowhere: is not there\n {5}name the folder of a project\n$/],
    [["page", "x", "file"], /^n2o: file: is no folder\n/],
    [["page", "x", "broken"], /^n2o: broken\/n2o\.json:1:2: is no JSON\n/],
    [["page", "x", ".", "y"], /^n2o: y: is an argument too many\n {5}give 3 at most\n/],
  ];
  await withFolder({ file: "", "broken/n2o.json": "{" }, async (cwd) => {
    for (const [args, what] of bad) {
      const { code, stdout, stderr } = await generate(cwd, ...args);
      deepStrictEqual([code, stdout], [2, ""], args.join(" "));
      match(stderr, what);
    }
    deepStrictEqual(filesOf(cwd), ["broken/n2o.json", "file"]);
  });
});

Deno.test("n2o.json says where protocols lie and which are served", async () => {
  const settings = JSON.stringify({ protocolsFolder: "modules/deep", protocols: ["heart", "session"] });
  await withFolder({ "n2o.json": settings }, async (cwd) => {
    const protocol = await generate(cwd, "protocol", "hello");
    match(protocol.stdout, /^made modules\/deep\/hello\.ts and tests\/hello_protocol\.test\.ts\n/);
    match(protocol.stdout, /\n {2}put "hello" into "protocols" of n2o\.json: that names what is served\n$/);
    match(
      await Deno.readTextFile(`${cwd}/tests/hello_protocol.test.ts`),
      /import protocol from "\.\.\/modules\/deep\/hello\.ts";/,
    );
    const page = await generate(cwd, "page", "hello");
    match(page.stdout, /\n {2}put "nitro" into "protocols" of n2o\.json/);
    const source = await Deno.readTextFile(`${cwd}/pages/hello.ts`);
    ok(!source.includes("style.css") && !source.includes("icon.svg"), "there are none");
    strictEqual(
      (await deno(cwd, ["fmt", "--check", "--line-width=110", "pages", "tests", "modules"])).code,
      0,
    );
  });
});

Deno.test("a module and its test are there, or neither", async () => {
  await withFolder({ "protocols/x.ts": "" }, async (cwd) => {
    await Deno.writeTextFile(`${cwd}/pages`, "a file in the way");
    const files = new Map([[`${cwd}/tests/deep/a.test.ts`, "a"], [`${cwd}/pages/a.ts`, "cannot lie there"]]);
    let thrown: unknown;
    try {
      addFiles(files);
    } catch (error) {
      thrown = error;
    }
    ok(thrown instanceof Error);
    deepStrictEqual([...Deno.readDirSync(cwd)].map(({ name }) => name).sort(), ["pages", "protocols"]);
    await Deno.remove(`${cwd}/pages`);
    await Deno.mkdir(`${cwd}/pages`, { mode: 0o555 });
    await Deno.chmod(cwd, 0o755);
    const { code, stderr } = await run(["generate", "page", "a"], { cwd, deno: MAKER, plain: true });
    strictEqual(code, 1);
    match(stderr, /^n2o: \.: cannot be written to\n {5}give this user write access\n$/);
    deepStrictEqual([...Deno.readDirSync(cwd)].map(({ name }) => name).sort(), ["pages", "protocols"]);
  });
});
