/** What `n2o compile` and the compiled program are made of, each by itself. */
import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { applicationName } from "../lib/cli/compile/application_files.ts";
import { parseJsonc } from "../lib/cli/compile/jsonc.ts";
import { projectFiles, readProjectConfig } from "../lib/cli/compile/project_config.ts";
import { rightProblem, rightsFlags, toolRights } from "../lib/cli/compile/rights.ts";
import { findTarget, hostTarget, targetOf, targets, unknownTarget } from "../lib/cli/compile/targets.ts";
import { messageUnderRun } from "../lib/cli/compiled_errors.ts";
import { placeOfImport } from "../lib/cli/import_place.ts";
import { explainImport } from "../lib/cli/import_problem.ts";
import { placeOf } from "../lib/cli/source_place.ts";
import { withFolder } from "./command.ts";

Deno.test("a target has its whole name and a short one, and a wrong name is answered by the nearest", () => {
  strictEqual(targets.length, 6);
  strictEqual(findTarget("windows-arm64"), findTarget("aarch64-pc-windows-msvc"));
  strictEqual(findTarget("windows"), undefined);
  match(unknownTarget("linux-arm46").fix, /^did you mean linux-arm64\?/);
  match(unknownTarget("amiga").fix, /^give one of linux-x64, /);
  strictEqual(hostTarget()?.name, Deno.build.target);
});

Deno.test("an executable file tells its system by its first bytes", () => {
  using file = Deno.openSync(Deno.execPath());
  const head = new Uint8Array(4096);
  file.readSync(head);
  strictEqual(targetOf(head)?.name, Deno.build.target);
  const bytes = (at: Record<number, number>) => {
    const made = new Uint8Array(128);
    for (const [offset, value] of Object.entries(at)) made[Number(offset)] = value;
    return made;
  };
  const elf = { 0: 0x7f, 1: 0x45, 2: 0x4c, 3: 0x46 };
  strictEqual(targetOf(bytes({ ...elf, 18: 0x3e }))?.short, "linux-x64");
  strictEqual(targetOf(bytes({ ...elf, 18: 0xb7 }))?.short, "linux-arm64");
  const machO = { 0: 0xcf, 1: 0xfa, 2: 0xed, 3: 0xfe, 7: 1 };
  strictEqual(targetOf(bytes({ ...machO, 4: 7 }))?.short, "macos-x64");
  strictEqual(targetOf(bytes({ ...machO, 4: 12 }))?.short, "macos-arm64");
  const pe = { 0: 0x4d, 1: 0x5a, 60: 80 };
  strictEqual(targetOf(bytes({ ...pe, 84: 0x64, 85: 0x86 }))?.short, "windows-x64");
  strictEqual(targetOf(bytes({ ...pe, 84: 0x64, 85: 0xaa }))?.short, "windows-arm64");
  strictEqual(targetOf(bytes({ ...pe, 60: 255, 61: 255 })), undefined);
  strictEqual(targetOf(bytes({})), undefined);
  strictEqual(targetOf(new Uint8Array(3)), undefined);
});

Deno.test("a program has named permissions, never all, and those of one kind are merged", () => {
  const plain = rightsFlags();
  ok(!plain.some((flag) => /^(?:-A|--allow-all|--allow-(?:run|sys|ffi))/.test(flag)), plain.join(" "));
  match(plain.join(" "), /--allow-env=N2O_\*,NOTIFY_SOCKET,\S*CREDENTIALS_DIRECTORY/);
  ok(rightsFlags(["env=A,B", "env=N2O_*"]).some((flag) => /^--allow-env=N2O_\*,.*,A,B$/.test(flag)));
  ok(rightsFlags(["env"]).includes("--allow-env"));
  ok(rightsFlags(["run=git", "run=ls"]).includes("--allow-run=git,ls"));
  ok(rightsFlags(["net=example.com"]).includes("--allow-net"), "what is allowed whole stays so");
  deepStrictEqual(toolRights, ["run", "sys", "env=DENORT_BIN"]);
  strictEqual(rightProblem("sys=hostname"), undefined);
  match(rightProblem("evn=A")!.fix, /^did you mean env\?/);
  strictEqual(rightProblem("read"), undefined);
  for (const right of ["read=data,static", "net=example.com", "write=."]) {
    match(rightProblem(right)!.what, /^narrows nothing/);
  }
  match(rightProblem("env=")!.fix, /^write env, or env=NAME/);
});

Deno.test("deno.json may have comments and commas too many, in texts they stay", () => {
  deepStrictEqual(
    parseJsonc(`\uFEFF{ // one\n "a": "//no /* comment, }", /* two\n */ "b": [1, 2,], "c\\"": ",]", }`),
    {
      a: "//no /* comment, }",
      b: [1, 2],
      'c"': ",]",
    },
  );
  throws(() => parseJsonc("{ a }"), SyntaxError);
});

Deno.test("an application's names are taken along, but for the library's, which is the one that compiles", async () => {
  const files = {
    "deno.json": JSON.stringify({
      name: "@me/mine",
      version: "1.2.3",
      workspace: ["./part"],
      imports: {
        "@n2o/n2o": "jsr:@n2o/n2o@0.0.1",
        "@n2o/n2o/nitro": "./x.ts",
        "own/": "./lib/",
        "p": "npm:p@1",
      },
      scopes: { "./lib/": { "q": "./q.ts" } },
      compilerOptions: { jsx: "react-jsx" },
      unstable: ["cron"],
    }),
    "package.json":
      `{ "version": "2.0.0", "dependencies": { "a": "^1", "b": "npm:c@2", "d": "file:../d" }, "devDependencies": { "e": "1" } }`,
  };
  await withFolder(files, (folder) => {
    const config = readProjectConfig(folder, "./application/mine/");
    deepStrictEqual(config.imports, {
      "a": "npm:a@^1",
      "a/": "npm:/a@^1/",
      "b": "npm:c@2",
      "b/": "npm:/c@2/",
      "own/": "./application/mine/lib/",
      "p": "npm:p@1",
    });
    deepStrictEqual(config.scopes, { "./application/mine/lib/": { q: "./application/mine/q.ts" } });
    deepStrictEqual(config.compilerOptions, { jsx: "react-jsx" });
    deepStrictEqual(config.unstable, ["cron"]);
    const beside = projectFiles(readProjectConfig(folder, "./"), { "@n2o/n2o": "../../library/mod.ts" });
    const deno = JSON.parse(beside["deno.json"]);
    strictEqual(deno.version, "1.2.3");
    strictEqual(deno.workspace, undefined);
    strictEqual(deno.imports["@n2o/n2o"], "../../library/mod.ts");
    strictEqual(deno.imports["own/"], "./lib/");
    deepStrictEqual(JSON.parse(beside["package.json"]), { version: "2.0.0" });
    return Promise.resolve();
  });
});

Deno.test("an application is called as its folder, with letters of any script", () => {
  strictEqual(applicationName("/a/My Shop!"), "My-Shop");
  strictEqual(applicationName("/a/крамниця 2"), "крамниця-2");
  strictEqual(applicationName("/"), "application");
  strictEqual(applicationName("/a/.hidden"), "hidden");
});

Deno.test("a byte's place counts characters, and the end of a text is behind its last line", () => {
  const source = "const a = 1;\n  größer();\n";
  deepStrictEqual(placeOf(source, 0), { line: 1, column: 1, text: "const a = 1;" });
  deepStrictEqual(placeOf(source, 15), { line: 2, column: 3, text: "  größer();" });
  // ö and ß are two bytes each
  deepStrictEqual(placeOf(source, 23), { line: 2, column: 9, text: "  größer();" });
  deepStrictEqual(placeOf(source, 99), { line: 2, column: 12, text: "  größer();" });
});

Deno.test("what the compiled program's parser dumps is told as deno run tells it", async () => {
  const files = { "a b.ts": "const a = 1;\nlet b = = 2;\n", "page.tsx": "export default <b>{</b>;\n" };
  await withFolder(files, (folder) => {
    const dump = (name: string, from: number, to: number, kind: string) =>
      `TypeError: JsErrorBox { inner: ParseDiagnostic(ParseDiagnosticInner { specifier: Url { scheme: "file", cannot_be_a_base: false, ` +
      `username: "", password: None, host: None, port: None, path: "${folder}/${name}", query: Some("n2o=3"), fragment: None }, range: ` +
      `SourceRange { start: SourcePos(${from}), end: SourcePos(${to}) }, kind: ${kind}, source: SourceTextInfo { start_pos: ` +
      `StartSourcePos(0), text: "…" } }) }`;
    strictEqual(
      messageUnderRun(dump("a%20b.ts", 21, 22, "TS1109")),
      `SyntaxError: Expression expected\n  |\n2 | let b = = 2;\n  |         ~\n    at file://${folder}/a%20b.ts:2:9`,
    );
    const jsx = messageUnderRun(dump("page.tsx", 19, 21, 'Unexpected { got: "</", expected: "expression" }'));
    match(
      jsx,
      /^SyntaxError: .*\n {2}\|\n1 \| export default <b>\{<\/b>;\n {2}\| {20}~~\n {4}at file:\S+page\.tsx:1:20$/,
    );
    match(
      messageUnderRun(dump("gone.ts", 1, 2, "UnterminatedTpl")),
      /^SyntaxError: Unterminated template\n {4}at file:\S+gone\.ts:1:1$/,
    );
    match(messageUnderRun(dump("gone.ts", 1, 2, "SomethingNewOfIts")), /^SyntaxError: Something new of its/);
    match(
      messageUnderRun(dump("gone.ts", 1, 2, 'Expected(",", "info")')),
      /^SyntaxError: Expected ',', got 'info'/,
    );
    return Promise.resolve();
  });
  strictEqual(messageUnderRun("anything else"), "anything else");
});

Deno.test("what the compiled program's loader dumps of a file that cannot be read is told in words", () => {
  const message =
    'JsErrorBox { inner: Os { code: 13, kind: PermissionDenied, message: "Permission denied" } }';
  const { what, fix } = explainImport(new TypeError(message));
  strictEqual(what, "cannot be read, or a file that it imports cannot: permission denied");
  match(fix, /the user who runs n2o may read/);
  const foreign = explainImport(new TypeError("SyntaxError: Unexpected character '\ufffd'"));
  strictEqual(foreign.fix, "save the file as UTF-8");
});

Deno.test("the place of an import is where its specifier is written", async () => {
  await withFolder({ "a.ts": `// "./b.ts"\nimport b from './b.ts';\n` }, (folder) => {
    const url = `file://${folder}/a.ts`;
    strictEqual(placeOfImport(`${url}?n2o=3`, "./b.ts"), `${url}:1:4`);
    strictEqual(placeOfImport(url, "./c.ts"), `${url}:1:1`);
    strictEqual(placeOfImport(`file://${folder}/none.ts`, "./b.ts"), `file://${folder}/none.ts:1:1`);
    return Promise.resolve();
  });
});
