/**
 * Versions, the changelog, and the workflows that test and release: their rules, and those of their commands that can run here.
 */
import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { parse } from "npm:yaml@2.9.1";
import { compiled } from "./compiled.ts";
import { objections, readChangelog } from "../scripts/release_notes.ts";
import { freePort } from "./free_port.ts";
import { root } from "./root.ts";

const read = (path: string) => Deno.readTextFile(`${root}/${path}`);
const { version, tasks } = JSON.parse(await read("deno.json")) as {
  version: string;
  tasks: Record<string, string>;
};

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly needs?: string;
  readonly container?: { readonly options?: string };
  readonly strategy?: { readonly matrix: { readonly include: readonly { readonly target: string }[] } };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const texts = {
  test: await read(".github/workflows/test.yml"),
  release: await read(".github/workflows/release.yml"),
};
const workflows = { test: parse(texts.test) as Workflow, release: parse(texts.release) as Workflow };
const jobs = Object.values(workflows).flatMap((workflow) => Object.entries(workflow.jobs));
const steps = jobs.flatMap(([, job]) => job.steps ?? []);

function stepOf(name: string): string {
  const found = steps.find((step) => step.name === name);
  ok(found?.run !== undefined, name);
  return found.run;
}

/** Runs a step as the workflow does, with `dist/` in a folder of its own. */
async function runStep(
  name: string,
  dist: string,
  env: Record<string, string> = {},
): Promise<Deno.CommandOutput> {
  const script = stepOf(name).replaceAll("dist/", `${dist}/`).replaceAll("cd dist", `cd ${dist}`)
    .replaceAll("mkdir -p dist", `mkdir -p ${dist}`).replaceAll("deno ", `${Deno.execPath()} `);
  return await new Deno.Command("bash", {
    args: ["-e", "-c", script],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  })
    .output();
}

async function withDist(test: (dist: string) => Promise<void>): Promise<void> {
  const dist = await Deno.makeTempDir();
  try {
    await test(dist);
  } finally {
    await Deno.remove(dist, { recursive: true });
  }
}

Deno.test("the version is a semantic one, and the changelog begins with it", async () => {
  match(version, /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\w.]+)?$/);
  const releases = readChangelog(await read("CHANGELOG.md"));
  strictEqual(releases[0].version, version);
  ok(releases[0].text.length > 0);
  deepStrictEqual(
    releases.slice(1).filter(({ date }) => date === undefined),
    [],
    "only the newest may be unreleased",
  );
  const numbers = releases.map(({ version }) => version.split(/[.-]/).slice(0, 3).map(Number));
  for (let i = 1; i < numbers.length; i++) ok(isGreater(numbers[i - 1], numbers[i]), releases[i].version);
});

Deno.test("a release needs its tag, its version and a day in the changelog", () => {
  const changelog = (heading: string) =>
    readChangelog(`# Changelog\n\nAll.\n\n${heading}\n\n- one\n\n## 1.1.0 - 2026-01-31\n\n- two\n`);
  const good = changelog("## 1.2.0 - 2026-11-25");
  deepStrictEqual(good.map(({ version, date, text }) => [version, date, text]), [
    ["1.2.0", "2026-11-25", "- one"],
    ["1.1.0", "2026-01-31", "- two"],
  ]);
  deepStrictEqual(objections("v1.2.0", "1.2.0", good), []);
  match(objections("v1.2.1", "1.2.0", good).join(), /tag it v1\.2\.0/);
  match(objections("1.2.0", "1.2.0", good).join(), /tag it v1\.2\.0/);
  match(objections("v1.3.0", "1.3.0", good).join(), /begins with 1\.2\.0/);
  match(objections("v1.2.0", "1.2.0", changelog("## 1.2.0 (unreleased)")).join(), /give it its day/);
  match(objections("v0.1.0", "0.1.0", []).join(), /begins with undefined/);
  throws(() => changelog("## Unreleased"), /should be "## 1\.2\.3/);
  throws(() => changelog("## 1.2.0 - 25.11.2026"), /should be/);
});

Deno.test("every action is pinned to a commit, with its version beside it, and keeps no credentials", () => {
  for (const text of Object.values(texts)) {
    for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
      if (line.includes("uses: ./")) continue;
      match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  }
  for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
    strictEqual(step.with?.["persist-credentials"], false);
  }
});

Deno.test("a job may do what it needs and no more, and ends some time", () => {
  deepStrictEqual(workflows.test.permissions, { contents: "read" });
  deepStrictEqual(workflows.release.permissions, {});
  const rights = Object.fromEntries(jobs.map(([name, job]) => [name, job.permissions]));
  deepStrictEqual(rights, {
    all: undefined,
    systems: undefined,
    test: { contents: "read" },
    build: { contents: "read" },
    started: { contents: "read" },
    attest: { attestations: "write", "id-token": "write" },
    publish: { contents: "write" },
    registry: { contents: "read", "id-token": "write" },
  });
  for (const [name, job] of jobs) ok(job.uses !== undefined || job["timeout-minutes"]! > 0, name);
  // What writes neither checks out nor builds.
  const { attest, publish } = workflows.release.jobs;
  for (const { uses } of [...attest.steps!, ...publish.steps!]) {
    ok(!/checkout|setup/.test(uses ?? ""), uses ?? "");
  }
});

Deno.test("no text of somebody else's gets into a command", () => {
  for (const { run = "", name } of steps) ok(!run.includes("${{"), name ?? run);
  ok(!("pull_request_target" in workflows.test.on));
});

Deno.test("a release comes of a tag alone, and only after the gate and all tests", () => {
  deepStrictEqual(workflows.release.on, { push: { tags: ["v*"] } });
  const { test, build, started, attest, publish, registry } = workflows.release.jobs;
  strictEqual(test.uses, "./.github/workflows/test.yml");
  ok("workflow_call" in workflows.test.on);
  const order = [build, started, attest, publish, registry].map(({ needs }) => needs);
  deepStrictEqual(order, ["test", "build", "started", "attest", "publish"]);
  ok(steps.some(({ run }) => run === "bash .ci/run"));
});

Deno.test("no test has to be skipped: the container may mount, and each program is started on its own system", async () => {
  const { all, systems } = workflows.test.jobs;
  // `.ci/run` counts a skipped test as failed.
  strictEqual(all.container?.options, "--privileged");
  const { targets } = await import("../lib/cli/compile/targets.ts");
  for (const job of [systems, workflows.release.jobs.started]) {
    const tried = job.strategy!.matrix.include.map(({ target }) => target);
    deepStrictEqual(tried.toSorted(), targets.map(({ short }) => short).toSorted());
  }
});

Deno.test("step: a program that is served and developed with answers, and one that does not is an error", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withDist(async (dist) => {
    const port = String(freePort());
    const script = stepOf("It starts, knows itself, makes a project and serves it").replaceAll("8123", port)
      .replace("$PWD", root).replaceAll("--retry 50", "--retry 10");
    const run = async (program: string) => {
      const args = ["-e", "-c", script];
      return await new Deno.Command("bash", { args, cwd: dist, env: { PROGRAM: program } }).output();
    };
    const { success, stderr } = await run(made.program);
    ok(success, new TextDecoder().decode(stderr));
    strictEqual((await run("false")).success, false);
  });
});

Deno.test("all workflows have the version of Deno that the tests have, and every task that they call is there", async () => {
  const [, wanted] = /npx -y deno@([\d.]+) task ok/.exec(await read(".ci/run"))!;
  for (const step of steps.filter(({ uses }) => uses?.startsWith("denoland/setup-deno@"))) {
    strictEqual(step.with?.["deno-version"], `v${wanted}`);
  }
  for (const { run = "" } of steps) {
    for (const [, task] of run.matchAll(/deno task (?:--quiet )?([\w:]+)/g)) ok(task in tasks, task);
  }
});

Deno.test("what is published is all that the document about the package says", async () => {
  const document = await read("docs/package.md");
  const { targets } = await import("../lib/cli/compile/targets.ts");
  for (const { short, ending } of targets) ok(document.includes(`\`n2o-${short}${ending}\``), short);
  const { run = "" } = workflows.release.jobs.publish.steps!.at(-1)!;
  for (const file of ["n2o-*", "n2o.cdx.json", "SHA256SUMS"]) ok(run.includes(`dist/${file}`), file);
});

Deno.test("step: notes are refused while the changelog calls the version unreleased, or the tag is another", async () => {
  await withDist(async (dist) => {
    const { success, stderr } = await runStep("What is new", dist, { GITHUB_REF_NAME: "v999.0.0" });
    strictEqual(success, false);
    match(new TextDecoder().decode(stderr), /the tag is v999\.0\.0, and deno\.json says/);
  });
});

Deno.test("step: the bill of materials has the time of the commit", async () => {
  await withDist(async (dist) => {
    const { success, stderr } = await runStep("Bill of materials", dist);
    ok(success, new TextDecoder().decode(stderr));
    const { metadata } = JSON.parse(await Deno.readTextFile(`${dist}/n2o.cdx.json`));
    const { stdout } = await new Deno.Command("git", { args: ["log", "-1", "--format=%ct"], cwd: root })
      .output();
    strictEqual(Date.parse(metadata.timestamp) / 1000, Number(new TextDecoder().decode(stdout)));
  });
});

Deno.test("step: the checksums are of every file, and tell one that was changed on its way", async () => {
  await withDist(async (dist) => {
    for (const name of ["n2o-linux-x64", "n2o-windows-x64.exe", "n2o.cdx.json", "NOTES.md"]) {
      await Deno.writeTextFile(`${dist}/${name}`, name);
    }
    ok((await runStep("Checksums", dist)).success);
    const sums = await Deno.readTextFile(`${dist}/SHA256SUMS`);
    deepStrictEqual(sums.trim().split("\n").map((line) => line.split("  ")[1]), [
      "n2o-linux-x64",
      "n2o-windows-x64.exe",
      "n2o.cdx.json",
    ]);
    ok((await runStep("What was built is what is published", dist)).success);
    await Deno.writeTextFile(`${dist}/n2o-linux-x64`, "changed");
    strictEqual((await runStep("What was built is what is published", dist)).success, false);
  });
});

function isGreater(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((number, i) => number !== other[i]);
  return at !== -1 && one[at] > other[at];
}
