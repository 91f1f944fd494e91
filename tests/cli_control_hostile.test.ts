/** The control socket of a server, and peers that mean no good. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { aStatus, control, controlled, heard, say } from "./control_peer.ts";

Deno.test("garbage is answered or dropped, and the server goes on", async () => {
  await controlled({}, async (_folder, path) => {
    const bad = /^\{"version":"\S+","error":\{"code":"bad_request"/;
    for (
      const line of ["\n", "reload\n", "[]\n", "null\n", "{}\n", '{"command":1}\n', '{"command":"status"\n']
    ) {
      match(await say(path, line), bad, line);
    }
    match(await say(path, new Uint8Array([0, 255, 254, 10])), bad);
    match(await say(path, "x".repeat(4097)), bad);
    match(await say(path, "[".repeat(1_000_000)), bad);
    const unknown = await say(path, '{"command":"__proto__\\u001b"}\n');
    match(unknown, /"code":"unknown_command","what":"this server knows no __proto__\\\\u001b"/);
    match(await say(path, '{"command":"constructor"}\n'), /"unknown_command"/);
    strictEqual(await say(path, '{"command":"status"}', true), "");
    strictEqual(await say(path, "", true), "");
    match(await say(path, '{"command":"status"}\nand more that nobody reads'), /"shop"/);
    match(await say(path, `{"command":"status","pad":"${"x".repeat(3000)}"}\n`), /"shop"/);
  });
});

Deno.test("who does not ask in time is sent away, also in the middle of a line", async () => {
  await controlled({}, async (_folder, path) => {
    deepStrictEqual(await Promise.all([say(path, ""), say(path, '{"comm')]), ["", ""]);
  }, 50);
});

Deno.test("silent peers keep nobody out", async () => {
  await controlled({}, async (folder, path) => {
    const silent = await Promise.all(
      Array.from({ length: 64 }, () => Deno.connect({ transport: "unix", path })),
    );
    try {
      const { code, stdout, stderr } = await control(folder, "status");
      strictEqual(code, 0, stderr);
      match(stdout, /^application {2}shop\n/);
    } finally {
      for (const connection of silent) connection.close();
    }
  });
});

Deno.test("a peer that does not read its answer is let go", async () => {
  const large = { ...aStatus, chain: Array.from({ length: 20_000 }, (_, i) => ({ name: `protocol-${i}` })) };
  await controlled({ status: () => large }, async (_folder, path, server, { lines }) => {
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(new TextEncoder().encode('{"command":"status"}\n'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    ok(!(await heard(connection)).endsWith("\n"), "the whole answer has come");
    strictEqual(server.path, path);
    deepStrictEqual(lines, []);
  }, 50);
});

Deno.test("an answer that is too long is none", async () => {
  const large = { ...aStatus, name: "x".repeat(1_048_577) };
  await controlled({ status: () => large }, async (folder) => {
    const { code, stderr } = await control(folder, "status");
    strictEqual(code, 1);
    match(stderr, /the answer would be too long/);
  });
});

Deno.test("1000 connects: each is answered or told that there is no room, and afterwards all is as before", async () => {
  await controlled({}, async (_folder, path, _server, { lines }) => {
    const asked: Promise<string>[] = [];
    for (let i = 0; i < 1000; i++) {
      asked.push(say(path, '{"command":"status"}\n'));
      if (i % 100 === 99) await Promise.all(asked);
    }
    const told = await Promise.all(asked);
    ok(told.every((line) => line.includes('"shop"') || line.includes('"busy"')));
    ok(told.filter((line) => line.includes('"shop"')).length >= 320);
    for (let i = 0; i < 100; i++) (await Deno.connect({ transport: "unix", path })).close();
    match(await say(path, '{"command":"status"}\n'), /"shop"/);
    deepStrictEqual(lines, []);
  });
});
