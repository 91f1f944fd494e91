/**
 * A control socket with answers of the tests' own, and peers who talk to it.
 *
 * @module
 */
import { type ControlHandlers, ControlServer } from "../lib/cli/control/server.ts";
import type { ReloadAnswer, Status } from "../lib/cli/control/wire.ts";
import { run, skip, withFolder } from "./command.ts";
import { keepLog } from "./log.ts";

/** There are no Unix sockets. */
export const windows = Deno.build.os === "windows";
/** A user who owns nothing. */
export const NOBODY = 65534;

/** What a reload that went well answers. */
export const good: ReloadAnswer = { generation: 2, changed: [], protocols: ["heart", "hello"], problems: [] };

/** How a server is. */
export const aStatus: Status = {
  name: "shop",
  version: "0.1.0",
  pid: 4321,
  generation: 7,
  started: "2026-11-25T12:00:00.000Z",
  uptimeMs: 93_784_000,
  urls: ["http://127.0.0.1:8001"],
  chain: [{ name: "heart" }, { name: "hello", file: "shop/protocols/hello.ts" }],
  counters: { connections: 3, messagesIn: 9, malformed: 0 },
  memory: { rss: 52_428_800, heapUsed: 10_485_760, heapTotal: 20_971_520 },
  problems: [],
};

/** What a server does when it is asked, but for `some`. */
export function handlers(some: Partial<ControlHandlers> = {}): ControlHandlers {
  return {
    reload: () => Promise.resolve(good),
    rollback: () => Promise.resolve({ ...good, generation: 1 }),
    status: () => aStatus,
    ...some,
  };
}

/** A server with these handlers, in a folder of its own. */
export async function controlled(
  some: Partial<ControlHandlers>,
  test: (
    folder: string,
    path: string,
    server: ControlServer,
    log: ReturnType<typeof keepLog>,
  ) => Promise<void>,
  patienceMs?: number,
): Promise<void> {
  if (windows) return skip("Windows has no Unix sockets");
  await withFolder({ "static/x": "" }, async (folder) => {
    Deno.mkdirSync(`${folder}/.n2o`, { mode: 0o700 });
    const path = `${folder}/.n2o/control.sock`;
    const log = keepLog();
    const server = await ControlServer.listen(path, handlers(some), log.log, patienceMs);
    try {
      await test(folder, path, server, log);
    } finally {
      server.close();
    }
  });
}

/** What a socket answers to these bytes; empty when it says nothing and closes. */
export async function say(path: string, bytes: string | Uint8Array, thenEnd = false): Promise<string> {
  using connection = await Deno.connect({ transport: "unix", path });
  const wire = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  try {
    for (let sent = 0; sent < wire.length;) sent += await connection.write(wire.subarray(sent));
    if (thenEnd) await connection.closeWrite();
  } catch {
    // It has answered already.
  }
  return await heard(connection);
}

export async function heard(connection: Deno.Conn): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65_536);
  try {
    for (let n: number | null; (n = await connection.read(chunk)) !== null;) {
      text += decoder.decode(chunk.subarray(0, n), { stream: true });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return text;
}

export const allowed = ["run", "--no-prompt", "-A"];
export const control = (folder: string, ...args: string[]) => run([...args, folder], { deno: allowed });
