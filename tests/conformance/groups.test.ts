import { deepStrictEqual } from "node:assert/strict";
import { engines } from "../engines.ts";
import { tables } from "./cases.ts";
import { judge } from "./judge.ts";
import { application, reference } from "./subjects.ts";

for (const { promise, cases, atATime } of tables) {
  for (const engine of engines) {
    Deno.test(`${engine.name}: ${promise}`, async () => {
      await using subject = application(engine);
      deepStrictEqual(await judge(subject, cases, atATime), []);
    });
  }
  Deno.test(`ws: ${promise}`, async () => {
    await using subject = await reference(false);
    deepStrictEqual(await judge(subject, cases, atATime), []);
  });
}
