/** `n2o new`: a project that runs at once, and passes all that it asks of changes. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Visitor } from "@n2o/n2o/testing";
import { makeProject } from "../lib/cli/new/place.ts";
import { runningOrigin } from "../lib/cli/new/origin.ts";
import { projectFiles } from "../lib/cli/new/project.ts";
import { atHand } from "../lib/cli/new/tools.ts";
import { run, withFolder } from "./command.ts";
import { compiled } from "./compiled.ts";
import {
  deno,
  filesOf,
  JSX_PAGE,
  MAKER,
  newProject,
  PROJECT_FILES,
  serving,
  servingTask,
  shareClicks,
} from "./project.ts";

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
    deepStrictEqual(filesOf(`${cwd}/my-app`), PROJECT_FILES);
    if (Deno.build.os !== "windows") strictEqual(Deno.statSync(`${cwd}/my-app/.ci/run`).mode! & 0o777, 0o755);
    for (const path of PROJECT_FILES) {
      const text = Deno.readTextFileSync(`${cwd}/my-app/${path}`);
      ok(!text.includes("{{") && text.endsWith("\n"), path);
    }
    const workflow = Deno.readTextFileSync(`${cwd}/my-app/.github/workflows/test.yml`);
    for (const [line] of workflow.matchAll(/^.*\buses:.*$/gm)) match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    match(workflow, /persist-credentials: false/);
    const { tasks, imports } = JSON.parse(Deno.readTextFileSync(`${cwd}/my-app/deno.json`));
    ok(Object.keys(imports).includes("@n2o/n2o/nitro/jsx-runtime"));
    for (const command of Object.values(tasks) as string[]) {
      ok(!/(^| )(-A|--allow-all)( |$)/.test(command), command);
    }
  });
});

Deno.test("a page in JSX needs no settings", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    await Deno.writeTextFile(`${project}/pages/card.tsx`, JSX_PAGE);
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

Deno.test("as it is made it passes its CI script, which needs nothing but Node", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    const [bin, home] = [`${cwd}/bin`, `${cwd}/home`];
    for (const folder of [bin, home]) await Deno.mkdir(folder);
    // Node, and what every system has.
    for (const program of ["node", "npx", "sh", "env", "dirname"]) {
      const { stdout } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).output();
      await Deno.symlink(new TextDecoder().decode(stdout).trim(), `${bin}/${program}`);
    }
    const { success, stdout, stderr } = await new Deno.Command(`${project}/.ci/run`, {
      cwd,
      // Nothing of whoever tests: no cache of packages, no Deno that is installed.
      env: { PATH: bin, HOME: home, ...trust(), npm_config_cache: `${home}/npm`, npm_config_prefix: home },
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
    deepStrictEqual(seen.filter((path) => path !== "deno.lock"), PROJECT_FILES, "git sees the sources alone");
  });
});

Deno.test("programs talk to it at the address of its README, and hear nothing of the page", async () => {
  await withFolder({}, async (cwd) => {
    const project = await newProject(cwd, "my-app");
    const [, address] = /talk to `(\S+)`/.exec(await Deno.readTextFile(`${project}/README.md`))!;
    await servingTask(project, "start", async ({ url }) => {
      const { stdout } = await run([
        "send",
        address.replace(/^ws:\/\/[^/]+/, url.replace("http", "ws")),
        "{watch}",
        "{add, 2}",
      ]);
      deepStrictEqual(
        stdout.trim().split("\n"),
        ["{count,0}", "{count,2}", "{count,2}"],
        "the answers, and the topic",
      );
    });
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
