/** The `n2o` program takes over what is saved: `n2o dev`, `n2o reload` and `n2o rollback` on modules from disk. */
import { atom, isTuple, type Term, text, tuple } from "@n2o/n2o";
import { match, ok, strictEqual } from "node:assert/strict";
import { connect, type Dialogue, run, serve, start, withFolder } from "./command.ts";
import { compiled } from "./compiled.ts";

/** A protocol that answers `{which}` with `{which, Version, Count}`; what it counts is kept over a reload. */
const answering = (version: number, shared = "./_shared.ts") =>
  `import { isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
import { name } from "${shared}";
export default {
  name: "which",
  init(cx) { cx.state.which = 0; },
  upgrade(old: number) { return old; },
  info(message, cx) {
    if (!isTuple(message, "which", 1)) return unknown;
    cx.state.which = Number(cx.state.which) + 1;
    return reply("bert", tuple(name, ${version}, Number(cx.state.which)));
  },
} satisfies Protocol;
`;
const shared = (name: string) => `export const name: string = "${name}";\n`;

async function ask(client: Dialogue): Promise<string> {
  const answer: Term = await client.ask(tuple(atom("which")));
  ok(isTuple(answer));
  return `${text(answer[0])} ${answer[1]} ${answer[2]}`;
}

/** Asks until the answer is another one than before; each question is counted. */
async function changed(client: Dialogue, before: string): Promise<string> {
  const start = before.replace(/\d+$/, "");
  for (;;) {
    const answer = await ask(client);
    if (!answer.startsWith(start)) return answer;
  }
}

Deno.test("n2o dev of the program runs what is saved, shared modules included, on the open connection with its state", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const files = { "protocols/which.ts": answering(1), "protocols/_shared.ts": shared("one") };
  await withFolder(files, async (cwd) => {
    await using server = await start(["dev", ".", "--port", "0", "--store", "memory"], {
      cwd,
      program: made.program,
    });
    const url = /(http:\S+\d)\//.exec(server.line)![1];
    await using client = await connect(url);
    strictEqual(await ask(client), "one 1 1");
    await Deno.writeTextFile(`${cwd}/protocols/which.ts`, answering(2));
    const second = await changed(client, "one 1 1");
    match(second, /^one 2 \d+$/);
    ok(Number(second.split(" ")[2]) > 1, "the count goes on");
    await Deno.writeTextFile(`${cwd}/protocols/_shared.ts`, shared("two"));
    match(await changed(client, second), /^two 2 \d+$/);
    await Deno.writeTextFile(`${cwd}/protocols/which.ts`, "export default { name: , };");
    await server.logged("Expression expected");
    match(await ask(client), /^two 2 \d+$/);
    await Deno.writeTextFile(`${cwd}/protocols/which.ts`, answering(3));
    match(await changed(client, "two 2 0"), /^two 3 \d+$/);
  });
});

Deno.test("n2o dev of the program lets a debugger in where it is asked to", async () => {
  const made = await compiled();
  if (made === undefined) return;
  await withFolder(
    { "protocols/which.ts": answering(1), "protocols/_shared.ts": shared("one") },
    async (cwd) => {
      const args = ["dev", ".", "--port", "0", "--store", "memory", "--inspect-port", "0", "--inspect"];
      await using server = await start(args, { cwd, program: made.program });
      const [address] = /ws:\S+/.exec(await server.logged("ws://127.0.0.1"))!;
      const socket = new WebSocket(address);
      await new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = () => reject(new Error("no debugger is let in"));
      });
      socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression: "6 * 7" } }));
      const answer = await new Promise<string>((resolve) =>
        socket.onmessage = ({ data }) => resolve(String(data))
      );
      match(answer, /"value":42/);
      const closed = new Promise((resolve) => socket.onclose = resolve);
      socket.close();
      await closed;
    },
  );
});

Deno.test("n2o reload of the program swaps all modules or none, and n2o rollback puts the last ones back", async () => {
  const made = await compiled();
  if (made === undefined) return;
  const { program } = made;
  const files = { "protocols/which.ts": answering(1), "protocols/_shared.ts": shared("one") };
  await withFolder(files, async (cwd) => {
    await using server = await serve(["."], { cwd, program });
    await using client = await connect(server.url);
    strictEqual(await ask(client), "one 1 1");
    await Deno.writeTextFile(`${cwd}/protocols/which.ts`, answering(2));
    strictEqual(await ask(client), "one 1 2");
    const reloaded = await run(["reload", "."], { cwd, program });
    strictEqual(reloaded.code, 0, reloaded.stderr);
    strictEqual(await ask(client), "one 2 3");

    await Deno.writeTextFile(`${cwd}/protocols/_shared.ts`, shared("two"));
    await Deno.writeTextFile(`${cwd}/protocols/other.ts`, `import "leftpad"; export default {};`);
    const refused = await run(["reload", "."], { cwd, program });
    strictEqual(refused.code, 1);
    match(
      refused.stderr,
      /other\.ts: imports "leftpad", which nothing maps\n.*relative files, node: and @n2o\/n2o/,
    );
    strictEqual(await ask(client), "one 2 4");

    await Deno.remove(`${cwd}/protocols/other.ts`);
    strictEqual((await run(["reload", "."], { cwd, program })).code, 0);
    strictEqual(await ask(client), "two 2 5");
    strictEqual((await run(["rollback", "."], { cwd, program })).code, 0);
    strictEqual(await ask(client), "one 2 6");
    const status = await run(["status", "."], { cwd, program });
    strictEqual(status.code, 0, status.stderr);
    match(status.stdout, /which/);
    if (Deno.build.os === "windows") return;
    await Deno.writeTextFile(`${cwd}/protocols/which.ts`, answering(7));
    server.signal("SIGHUP");
    match(await changed(client, "one 2 0"), /^two 7 \d+$/);
    strictEqual(await server.stop(), 0);
  });
});
