/** What a server tells its service manager: sd_notify(3) to a real datagram socket. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { openNotifier } from "../lib/cli/notify/mod.ts";
import { skip, withFolder } from "./command.ts";
import { keepLog } from "./log.ts";
import { lacksManager, ServiceManager } from "./service_manager.ts";
import { root } from "./root.ts";

const missing = await lacksManager();
const NAMES = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];

/** Runs with just these of the service manager's variables. */
async function inService<T>(env: Readonly<Record<string, string>>, test: () => Promise<T>): Promise<T> {
  const before = NAMES.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of NAMES) name in env ? Deno.env.set(name, env[name]) : Deno.env.delete(name);
  try {
    return await test();
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
}

Deno.test("a service manager hears of the start, a reload and the end, in this order", async () => {
  if (missing !== undefined) return skip(missing);
  await withFolder({}, async (folder) => {
    for (const address of [`${folder}/notify`, `@n2o-test-${crypto.randomUUID()}`]) {
      await using manager = await ServiceManager.open(address);
      const { log, lines } = keepLog();
      await inService({ NOTIFY_SOCKET: address }, async () => {
        const notifier = openNotifier(log);
        notifier.ready("chat at http://127.0.0.1:8001/");
        notifier.reloading();
        notifier.ready("generation 2");
        notifier.stopping(5000);
        notifier.ready("a reload that the end has overtaken");
        await notifier.close();
        notifier.ready("too late");
        await manager.told("STOPPING");
        const { MONOTONIC_USEC } = manager.history[1];
        deepStrictEqual(manager.history, [
          { READY: "1", STATUS: "chat at http://127.0.0.1:8001/" },
          { RELOADING: "1", MONOTONIC_USEC, STATUS: "reloading" },
          { READY: "1", STATUS: "generation 2" },
          { STOPPING: "1", STATUS: "stopping", EXTEND_TIMEOUT_USEC: "10000000" },
        ]);
      });
      deepStrictEqual(lines, []);
    }
  });
});

Deno.test("a reload is told with a time that is not before the manager's own, and ends with READY", async () => {
  if (missing !== undefined) return skip(missing);
  await withFolder({}, async (folder) => {
    await using manager = await ServiceManager.open(`${folder}/notify`);
    await inService({ NOTIFY_SOCKET: `${folder}/notify` }, async () => {
      const notifier = openNotifier(keepLog().log);
      notifier.ready("one\nMAINPID=1");
      // What a status holds must not become a field of its own.
      deepStrictEqual(await manager.told("READY", "1"), { READY: "1", STATUS: "one\\u000aMAINPID=1" });
      const uptime = Math.ceil(Number((await Deno.readTextFile("/proc/uptime")).split(" ")[0]) * 1e6);
      notifier.reloading();
      const reloading = await manager.told("RELOADING", "1");
      ok(BigInt(reloading.MONOTONIC_USEC) >= BigInt(uptime), reloading.MONOTONIC_USEC);
      notifier.ready("x".repeat(10_000));
      strictEqual((await manager.told("READY")).STATUS.length, 200);
      await notifier.close();
    });
  });
});

Deno.test("the watchdog is fed at half its time from the first READY on, by the process that it is meant for", async () => {
  if (missing !== undefined) return skip(missing);
  await withFolder({}, async (folder) => {
    const address = `${folder}/notify`;
    await using manager = await ServiceManager.open(address);
    const env = { NOTIFY_SOCKET: address, WATCHDOG_USEC: "40000" };
    await inService({ ...env, WATCHDOG_PID: `${Deno.pid}` }, async () => {
      const notifier = openNotifier(keepLog().log);
      notifier.reloading();
      await manager.told("RELOADING");
      notifier.ready("up");
      await manager.told("READY");
      for (let i = 0; i < 3; i++) deepStrictEqual(await manager.told("WATCHDOG"), { WATCHDOG: "1" });
      await notifier.close();
    });
    await inService({ ...env, WATCHDOG_PID: `${Deno.pid + 1}` }, async () => {
      const notifier = openNotifier(keepLog().log);
      manager.notices.length = 0;
      notifier.ready("up");
      await new Promise((resolve) => setTimeout(resolve, 100));
      notifier.stopping(0);
      await notifier.close();
      await manager.told("STOPPING");
      ok(manager.history.slice(-2).every((notice) => !("WATCHDOG" in notice)));
    });
  });
});

Deno.test("a server that hangs feeds no watchdog", async () => {
  if (missing !== undefined) return skip(missing);
  await withFolder({}, async (folder) => {
    const address = `${folder}/notify`;
    await using manager = await ServiceManager.open(address);
    await inService({ NOTIFY_SOCKET: address, WATCHDOG_USEC: "20000" }, async () => {
      const notifier = openNotifier(keepLog().log);
      notifier.ready("up");
      await manager.told("WATCHDOG");
      notifier.ready("hanging");
      for (const end = Date.now() + 200; Date.now() < end;);
      await new Promise((resolve) => setTimeout(resolve, 0));
      notifier.stopping(0);
      await notifier.close();
      await manager.told("STOPPING");
      const meanwhile = manager.history.slice(
        manager.history.findIndex(({ STATUS }) => STATUS === "hanging") + 1,
        -1,
      );
      ok(meanwhile.every((notice) => "WATCHDOG" in notice));
      ok(meanwhile.length <= 2, `${meanwhile.length} for the ten that were missed`);
    });
  });
});

Deno.test("without a service manager nothing is told; one that cannot be reached is told of once", async () => {
  const cases: [env: Record<string, string>, reason: RegExp][] = [
    [{ NOTIFY_SOCKET: "vsock:2:1234" }, /neither a path nor @/],
    [{ NOTIFY_SOCKET: "relative" }, /neither a path nor @/],
    [{ NOTIFY_SOCKET: "@" }, /neither a path nor @/],
    [{ NOTIFY_SOCKET: "/nowhere/notify" }, /No such file/],
    [{ NOTIFY_SOCKET: `/${"x".repeat(200)}` }, /./],
  ];
  if (Deno.build.os !== "linux") return skip("sd_notify is Linux's");
  for (const [env, reason] of cases) {
    const { log, lines } = keepLog();
    await inService(env, async () => {
      const notifier = openNotifier(log);
      for (let i = 0; i < 3; i++) notifier.ready("up");
      await notifier.close();
    });
    strictEqual(lines.length, 1, JSON.stringify([env, lines]));
    strictEqual(lines[0].level, "warn");
    match(String(lines[0].reason), reason);
  }
  const { log, lines } = keepLog();
  for (const env of [{}, { NOTIFY_SOCKET: "" }] as Record<string, string>[]) {
    await inService(env, async () => {
      const notifier = openNotifier(log);
      notifier.ready("up");
      notifier.reloading();
      notifier.stopping(1);
      await notifier.close();
    });
  }
  deepStrictEqual(lines, []);
});

Deno.test("a watchdog's time that is none is told, and the rest goes on", async () => {
  if (missing !== undefined) return skip(missing);
  await withFolder({}, async (folder) => {
    const address = `${folder}/notify`;
    await using manager = await ServiceManager.open(address);
    for (const time of ["soon", "-1", "0", "1e9"]) {
      const { log, lines } = keepLog();
      await inService({ NOTIFY_SOCKET: address, WATCHDOG_USEC: time }, async () => {
        const notifier = openNotifier(log);
        notifier.ready("up");
        await notifier.close();
        await manager.told("READY");
      });
      deepStrictEqual(lines.map(({ event }) => event), ["watchdog_off"]);
    }
  });
});

/** What a program with just these flags of deno logs when it is ready. */
async function elsewhere(deno: string[], address: string): Promise<string> {
  const program = `
    import { openNotifier } from ${JSON.stringify(`${root}/lib/cli/notify/mod.ts`)};
    const say = (level) => (event, fields) => console.log(level, event, JSON.stringify(fields));
    const notifier = openNotifier({ debug: say(0), info: say(1), warn: say("warn"), error: say("error") });
    notifier.ready("up");
    notifier.ready("still up");
    await notifier.close();`;
  const path = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(path, program);
  try {
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-config", ...deno, path],
      // A configuration where it runs would bring its flags.
      cwd: address.replace(/\/[^/]*$/, ""),
      env: { NOTIFY_SOCKET: address, NO_COLOR: "1" },
    }).output();
    strictEqual(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("what is missing, the flag or a permission, is told once with what to do, and breaks nothing", async () => {
  if (missing !== undefined) return skip(missing);
  await withFolder({}, async (folder) => {
    const address = `${folder}/notify`;
    await using manager = await ServiceManager.open(address);
    const env = "--allow-env=NOTIFY_SOCKET";
    const net = "--unstable-net";
    const cases: [deno: string[], expected: RegExp][] = [
      [[env, "--allow-net", `--allow-write=${address}`], /^warn notify_off .*"run deno with --unstable-net"/],
      [[env, "--allow-net", net], /^warn notify_off .*"run deno with --allow-write=[^"]*\/notify"/],
      [[env, net, `--allow-write=${address}`], /^warn notify_(off|failed) .*"run deno with --allow-net/],
      [["--allow-env=N2O_*", net, "--allow-net"], /^$/],
      [[net], /^$/],
    ];
    for (const [deno, expected] of cases) {
      const told = await elsewhere(deno, address);
      match(told, expected);
      ok(told.split("\n").length <= 2, told);
    }
    deepStrictEqual(manager.notices, []);
    strictEqual(await elsewhere([env, net, "--allow-net", `--allow-write=${address}`], address), "");
    strictEqual((await manager.told("READY")).STATUS, "up");
    strictEqual((await manager.told("READY")).STATUS, "still up");
  });
});
