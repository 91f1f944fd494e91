/** What the runtime keeps of old modules, which it never lets go. */
import { match, strictEqual } from "node:assert/strict";
import { root } from "./root.ts";

const script = `${root}/scripts/soak/generations.ts`;

Deno.test("1000 reloads of a module of 5 KB take no more than 64 MB", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--v8-flags=--expose-gc", script, "--reloads", "1000", "--limit", "64"],
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout);
  strictEqual(code, 0, said + new TextDecoder().decode(stderr));
  match(said, /kept: 1000 old instances, 5\.\d MB of source/);
});
