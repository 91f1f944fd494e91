/** Keys as a credential of a service: `$CREDENTIALS_DIRECTORY/n2o-secret`, as systemd's LoadCredential= gives it. */
import { match, ok, strictEqual } from "node:assert/strict";
import { readKeyring } from "../lib/keyring.ts";
import { parseSecretText } from "../lib/secret_key.ts";
import { type Ended, isRoot, run, skip, withFolder } from "./command.ts";

const KEY = "8f0c1d2e3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d";
const ID = parseSecretText(KEY)[0].id;
const windows = Deno.build.os === "windows";

/** A service's folder: an application, and credentials as the service manager makes them. */
async function inService(
  credential: string | undefined,
  test: (
    folder: string,
    command: (args: string[], env?: Record<string, string>) => Promise<Ended>,
  ) => Promise<void>,
): Promise<void> {
  if (windows) return skip("credentials of services are not Windows's");
  await withFolder({ "app/static/x": "" }, async (folder) => {
    Deno.mkdirSync(`${folder}/credentials`, { mode: 0o700 });
    if (credential !== undefined) {
      Deno.writeTextFileSync(`${folder}/credentials/n2o-secret`, credential, { mode: 0o400 });
    }
    await test(folder, (args, env = {}) =>
      run(args, {
        cwd: `${folder}/app`,
        env: { CREDENTIALS_DIRECTORY: `${folder}/credentials`, ...env },
      }));
  });
}

Deno.test("the credential is where the keys come from, in any of their forms, and no key file is made", async () => {
  const made = await Deno.makeTempDir();
  const file = `${made}/secret`;
  const { code } = await run(["secret", "new", "--secret-file", file], { deno: ["run", "-A"] });
  strictEqual(code, 0);
  const forms = [
    KEY,
    `${KEY}\n`,
    `${KEY} ${KEY.toUpperCase().replace("8F", "9F")}\n`,
    Deno.readTextFileSync(file),
  ];
  await Deno.remove(made, { recursive: true });
  for (const form of forms) {
    await inService(form, async (folder, command) => {
      const { code, stdout } = await command(["check", "."]);
      strictEqual(code, 0, stdout);
      ok(stdout.includes(`keys         ${folder}/credentials/n2o-secret\n`), stdout);
      ok(!stdout.includes(KEY));
    });
  }
});

Deno.test("a credential may be root's and be read by the service's group alone; more is refused", async () => {
  await inService(KEY, async (folder, command) => {
    const path = `${folder}/credentials/n2o-secret`;
    const modes: [mode: number, good: boolean][] = [[0o400, true], [0o600, true], [0o440, isRoot]];
    for (const bad of [0o444, 0o640, 0o404, 0o460, 0o450]) modes.push([bad, false]);
    for (const [mode, good] of modes) {
      Deno.chmodSync(path, mode);
      const { code, stdout } = await command(["check", "."]);
      strictEqual(code, good ? 0 : 1, `${mode.toString(8)}: ${stdout}`);
      if (!good) match(stdout, /can be read or written by others: run: chmod 600/);
    }
    if (!isRoot) return skip("only root can give a file away");
    Deno.chownSync(path, 65534, 65534);
    Deno.chmodSync(path, 0o440);
    strictEqual((await command(["check", "."])).code, 1, "another user's");
    // Where root does not overlook it, an unreadable one is told, too.
    Deno.chmodSync(path, 0o400);
    const { code, stdout } = await run(["check", "."], {
      cwd: `${folder}/app`,
      env: { CREDENTIALS_DIRECTORY: `${folder}/credentials` },
      plain: true,
    });
    strictEqual(code, 1);
    match(stdout, /cannot be read: give this user access to it/);
  });
});

Deno.test("bad contents are refused with what a credential holds, and are not shown", async () => {
  const contents: [text: string, expected: RegExp][] = [
    ["", /holds no keys/],
    ["\n", /holds no keys/],
    ["swordfish", /holds no keys/],
    [KEY.slice(1), /holds no keys/],
    ["00".repeat(32), /holds no keys/],
    [`{ "version": 1, "keys": [{ "key": "swordfish" }] }`, /holds a damaged key/],
    ["{ swordfish", /is damaged/],
    ["x".repeat(70_000), /is too large for a key file/],
  ];
  for (const [text, expected] of contents) {
    await inService(text, async (folder, command) => {
      const ended = await command(["check", "."]);
      strictEqual(ended.code, 1);
      const told = ended.stdout + ended.stderr;
      match(told, expected);
      if (text.length < 70_000) match(told, /a credential of the service holds 32 random bytes/);
      ok(!/swordfish|8f0c1d2e|0f0c1d|0000|xxxx/.test(told.replaceAll(folder, "")), told);
    });
  }
});

Deno.test("no command changes a credential, also one that is named as a file", async () => {
  await inService(KEY, async (folder, command) => {
    const path = `${folder}/credentials/n2o-secret`;
    for (const action of ["new", "rotate"]) {
      for (
        const args of [[], ["--secret-file", path], ["--secret-file", "/run/credentials/other.service/key"]]
      ) {
        const { code, stdout, stderr } = await command(["secret", action, ...args]);
        strictEqual(code, 2);
        strictEqual(stdout, "");
        match(
          stderr,
          /is a credential: only what the service manager makes it of can be changed\n {5}rotate that file/,
        );
        ok(!stderr.includes(KEY));
      }
    }
    strictEqual(Deno.readTextFileSync(path), KEY);
    strictEqual(readKeyring(path)[0].id, ID);
    Deno.removeSync(path);
    const gone = await command(["check", ".", "--secret-file", path]);
    match(
      gone.stdout,
      /n2o-secret: is no credential of this service\n {2}give it to the service: LoadCredential=/,
    );
  });
});

Deno.test("a file that is named goes before the credential; N2O_SECRET beside it is a mistake", async () => {
  await inService(KEY, async (folder, command) => {
    const named = await command(["check", ".", "--secret-file", `${folder}/mine`]);
    match(named.stdout, new RegExp(`^keys +${folder}/mine \\(made at the first start\\)$`, "m"));
    const variable = await command(["check", "."], { N2O_SECRET_FILE: `${folder}/mine` });
    match(variable.stdout, new RegExp(`^keys +${folder}/mine `, "m"));
    const both = await command(["check", "."], { N2O_SECRET: KEY });
    strictEqual(both.code, 1);
    match(both.stdout, /N2O_SECRET: stands against the credential n2o-secret\n {2}give one of them/);
  });
});

Deno.test("without that credential, or the permission to hear of it, the key file is the folder's", async () => {
  await inService(undefined, async (_folder, command) => {
    match((await command(["check", "."])).stdout, /^keys +\.n2o\/secret \(made at the first start\)$/m);
  });
  await inService(KEY, async (folder) => {
    const { code, stdout } = await run(["check", "."], {
      cwd: `${folder}/app`,
      deno: ["run", "--no-prompt", "--allow-read", "--allow-env=N2O_*"],
      env: { CREDENTIALS_DIRECTORY: `${folder}/credentials` },
    });
    strictEqual(code, 0, stdout);
    match(stdout, /^keys +\.n2o\/secret \(made at the first start\)$/m);
  });
});
