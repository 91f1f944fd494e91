/** Modules are saved while clients ask: no message is lost, doubled, out of order, or answered by half of what was saved. */
import { commandLine } from "./command.ts";
import { savedFast, savedInTurn } from "./reload_load.ts";

for (const engine of ["stream", "serve"] as const) {
  const subject = { name: "dev", engine, command: commandLine } as const;
  Deno.test(`n2o dev, engine ${engine}: each save is live or refused, and nothing is lost`, () =>
    savedInTurn(subject));
  Deno.test(`n2o dev, engine ${engine}: saves come faster than they are loaded, and nothing is lost`, () =>
    savedFast(subject));
}

Deno.test("n2o serve, asked to reload by SIGHUP: each save is live or refused, and nothing is lost", () =>
  savedInTurn({ name: "serve", engine: "stream", command: commandLine }));

Deno.test("n2o serve, asked to reload faster than it loads: nothing is lost", () =>
  savedFast({ name: "serve", engine: "serve", command: commandLine }));
