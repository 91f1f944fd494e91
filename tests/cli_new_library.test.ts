/** Where a project that `n2o new` makes gets the library from: a clone, an address, a registry, or the compiled program. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Visitor } from "@n2o/n2o/testing";
import { runningOrigin } from "../lib/cli/new/origin.ts";
import { run, withFolder } from "./command.ts";
import { compiled } from "./compiled.ts";
import { runImporter } from "./package_host.ts";
import { deno, MAKER, newProject, serving, shareClicks, task } from "./project.ts";
import { root } from "./root.ts";

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
    await runs(await newProject(cwd, "by-path", "--library", root));
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
    await Deno.symlink(root, `${cwd}/it's 100% #mine?`);
    const project = await newProject(cwd, "my-app", "--library", `${cwd}/it's 100% #mine?`);
    await runs(project);
    match(await task(project, "generate", "page", "hello"), /^made pages\/hello\.ts/);
  });
});

Deno.test("from an address and from a registry, with an empty cache, a project passes its tests and serves", async () => {
  const drive = (program: string, name: string, task: string, flags = "") => `
    const run = async (args: string[], cwd = ".") => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, stdin: "null" }).output();
      if (!success) throw new Error(args.join(" ") + new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    console.log(await run(["run", "-q", "--no-prompt", "--allow-read", "--allow-write", ${flags} "${program}", "new", "${name}"]));
    console.log(await run(["task", "-q", "generate", "protocol", "hello"], "${name}"));
    console.log(await run(["task", "-q", ${task}], "${name}"));
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
      "address.ts": drive(
        "http://HOST/main.ts",
        "by-address",
        `"test", "--no-check"`,
        `"--allow-import=HOST",`,
      ),
      "registry.ts": drive("jsr:@n2o/n2o/cli", "by-name", `"ok"`),
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
