/** `n2o new` where no project can be made: names, and what is in the way. All of a project is there in the end, or nothing. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { makeProject, refused } from "../lib/cli/new/place.ts";
import { commandLine, environment, isRoot, run, skip, withFolder } from "./command.ts";
import { filesOf, MAKER, newProject, PROJECT_FILES } from "./project.ts";

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
    deepStrictEqual(filesOf(cwd), [...PROJECT_FILES.map((path) => `my-app/${path}`), "other/file"].sort());
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
});

Deno.test("an empty folder gives the project its mode and its owner", async () => {
  if (Deno.build.os === "windows") return;
  await withFolder({}, async (cwd) => {
    await Deno.mkdir(`${cwd}/my-app`);
    if (isRoot) await Deno.chown(`${cwd}/my-app`, null, 65534);
    await Deno.chmod(`${cwd}/my-app`, 0o2750);
    await newProject(cwd, "my-app");
    const { mode, gid } = await Deno.stat(`${cwd}/my-app`);
    strictEqual(mode! & 0o7777, 0o2750);
    if (isRoot) strictEqual(gid, 65534);
  });
});

Deno.test("a full disk, a folder with something mounted on it and too long a path are told, and nothing is left", async () => {
  if (Deno.build.os !== "linux" || !isRoot) return skip("only root on Linux can mount a small disk");
  const [program, ...args] = commandLine(["new", "my-app"], MAKER);
  const line = [program, ...args].map((word) => `'${word}'`).join(" ");
  await withFolder({}, async (cwd) => {
    const inMounts = async (script: string) => {
      const { code, stderr, stdout } = await new Deno.Command("unshare", {
        args: ["--mount", "sh", "-c", script],
        cwd,
        env: environment(),
        clearEnv: true,
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      return { code, said: decoder.decode(stderr), left: decoder.decode(stdout) };
    };
    const probe = await inMounts(`mkdir disk && mount -t tmpfs -o size=24k none disk`);
    if (probe.code !== 0) return skip(`mount says ${probe.said.trim()}`);
    const full = await inMounts(
      `mount -t tmpfs -o size=24k none disk && cd disk && ${line}; code=$?; ls -A; exit $code`,
    );
    deepStrictEqual([full.code, full.left], [1, ""]);
    match(full.said, /^n2o: \S+\/disk: has no space left\n {5}make some, or go to another disk\n$/);
    const mounted = await inMounts(
      `mkdir my-app && mount -t tmpfs none my-app && ${line}; code=$?; ls -A; exit $code`,
    );
    deepStrictEqual([mounted.code, mounted.left], [1, "disk\nmy-app\n"]);
    match(
      mounted.said,
      /: holds a folder of that name on which something is mounted\n {5}choose another name\n$/,
    );
    match(refused(Object.assign(new Error(), { code: "ENAMETOOLONG" }), "here")!.what, /too long/);
    match(refused(Object.assign(new Error(), { code: "EIO" }), "here")!.what, /^cannot be written to: EIO$/);
    strictEqual(refused(new Error("ours"), "here"), undefined);
  });
});

Deno.test("all of a project is there, or nothing", async () => {
  await withFolder({ "empty/x": "" }, async (cwd) => {
    await Deno.remove(`${cwd}/empty/x`);
    const impossible = new Map([["a", "a file"], ["a/b", "cannot lie in it"]]);
    ok(makeProject(`${cwd}/empty`, impossible) !== undefined);
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
      deepStrictEqual([code, stdout], [2, ""], String(name));
      match(stderr, what);
    }
    const two = await run(["new", "one", "two"], { cwd, deno: MAKER });
    match(two.stderr, /^n2o: two: is an argument too many\n {5}give 1 at most\n$/);
    const flag = await run(["new", "one", "--librari", "x"], { cwd, deno: MAKER });
    match(flag.stderr, /--librari: is no flag; did you mean --library\?/);
    deepStrictEqual(filesOf(cwd), []);
  });
});
