/** `Type=notify-reload`: what a server tells the service manager, message for message, when it is asked to reload. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { run, serve, type Server, skip, withFolder } from "./command.ts";
import { lacksManager, type Notice, ServiceManager } from "./service_manager.ts";

const missing = await lacksManager();
const everything = ["run", "--no-prompt", "-A", "--unstable-net"];
const good = (text: string) =>
  `import { reply } from "@n2o/n2o";\nexport default { name: "good", info: () => reply("text", "${text}") };\n`;

/** What time it is on the manager's clock, in microseconds, at the latest: the file has two places after the seconds. */
function now(): number {
  return Math.round(Number(Deno.readTextFileSync("/proc/uptime").split(" ")[0]) * 1e6) + 10_000;
}

/** A server with a manager that has heard READY. */
async function managed(
  test: (folder: string, server: Server, manager: ServiceManager) => Promise<void>,
): Promise<void> {
  if (missing !== undefined) return skip(missing);
  await withFolder({ "app/protocols/good.ts": good("one") }, async (cwd) => {
    const NOTIFY_SOCKET = `${cwd}/notify`;
    await using manager = await ServiceManager.open(NOTIFY_SOCKET);
    await using server = await serve(["app"], { cwd, deno: everything, env: { NOTIFY_SOCKET } });
    await manager.told("READY");
    await test(cwd, server, manager);
  });
}

/** What has been told since the start, by the fields that a manager looks at. */
function sequence({ history }: ServiceManager): string[] {
  return history.slice(1).map((notice) => Object.keys(notice).filter((name) => name !== "STATUS").join(" "));
}

/** Plays what a manager does: asks, takes the first message that is not from before that, and waits for READY. */
async function reload(server: Server, manager: ServiceManager): Promise<{ began: Notice; ended: Notice }> {
  const asked = now();
  server.signal("SIGHUP");
  for (;;) {
    const began = await manager.told("RELOADING", "1");
    if (Number(began.MONOTONIC_USEC) < asked) continue;
    return { began, ended: await manager.told("READY", "1") };
  }
}

Deno.test("a reload is RELOADING with a time after the request, then READY, one message each", async () => {
  await managed(async (cwd, server, manager) => {
    Deno.writeTextFileSync(`${cwd}/app/protocols/good.ts`, good("two"));
    const { began, ended } = await reload(server, manager);
    match(began.MONOTONIC_USEC, /^\d{1,16}$/);
    strictEqual(began.STATUS, "reloading");
    match(ended.STATUS, /^app at \S+, generation 2$/);
    deepStrictEqual(sequence(manager), ["RELOADING MONOTONIC_USEC", "READY"]);
  });
});

Deno.test("a reload that fails ends with READY all the same, with the generation that serves on", async () => {
  await managed(async (cwd, server, manager) => {
    for (const broken of ["export default {", "throw new Error('no');", "export default 1;"]) {
      Deno.writeTextFileSync(`${cwd}/app/protocols/good.ts`, broken);
      match((await reload(server, manager)).ended.STATUS, /generation 1$/);
    }
    Deno.writeTextFileSync(`${cwd}/app/n2o.json`, "{");
    match((await reload(server, manager)).ended.STATUS, /generation 1$/);
    deepStrictEqual(sequence(manager), Array(4).fill(["RELOADING MONOTONIC_USEC", "READY"]).flat());
  });
});

Deno.test("of two reloads at once the manager hears of both beginnings, and READY when both are over", async () => {
  await managed(async (cwd, server, manager) => {
    const path = `${cwd}/app/protocols/good.ts`;
    const gate = `${cwd}/gate`;
    // Begins to load, and ends when the gate is there.
    const slow = `Deno.writeTextFileSync("${cwd}/loading", "");
while (!await Deno.stat("${gate}").then(() => true, () => false)) await new Promise((wake) => setTimeout(wake, 5));
${good("two").replace(/^.*$/m, "")}`;
    Deno.writeTextFileSync(path, `import { reply } from "@n2o/n2o";\n${slow}`);
    const asked = run(["reload", "app"], { cwd, deno: everything });
    await manager.told("RELOADING");
    server.signal("SIGHUP");
    await manager.told("RELOADING");
    Deno.writeTextFileSync(gate, "");
    match((await manager.told("READY")).STATUS, /generation [23]$/);
    strictEqual((await asked).code, 0);
    deepStrictEqual(sequence(manager), ["RELOADING MONOTONIC_USEC", "RELOADING MONOTONIC_USEC", "READY"]);
  });
});

Deno.test("a server that ends while it reloads is not told to be ready again", async () => {
  await managed(async (cwd, server, manager) => {
    const gate = `${cwd}/gate`;
    Deno.writeTextFileSync(
      `${cwd}/app/protocols/good.ts`,
      `while (!await Deno.stat("${gate}").then(() => true, () => false)) await new Promise((wake) => setTimeout(wake, 5));
export default 1;\n`,
    );
    server.signal("SIGHUP");
    await manager.told("RELOADING");
    server.signal("SIGTERM");
    await manager.told("STOPPING");
    Deno.writeTextFileSync(gate, "");
    strictEqual((await server.status).code, 0);
    deepStrictEqual(sequence(manager), ["RELOADING MONOTONIC_USEC", "STOPPING EXTEND_TIMEOUT_USEC"]);
  });
});
