/** The same in the `n2o` program: modules on disk are saved while clients ask, and nothing is lost. */
import { compiled } from "./compiled.ts";
import { savedFast, savedInTurn, type Subject } from "./reload_load.ts";

async function inProgram(
  subject: Omit<Subject, "command">,
  work: (subject: Subject) => Promise<void>,
): Promise<void> {
  const made = await compiled();
  if (made !== undefined) await work({ ...subject, command: (args) => [made.program, ...args] });
}

Deno.test("n2o dev of the program: each save is live or refused, and nothing is lost", () =>
  inProgram({ name: "dev", engine: "stream" }, savedInTurn));

Deno.test("n2o dev of the program: saves come faster than they are loaded, and nothing is lost", () =>
  inProgram({ name: "dev", engine: "serve" }, savedFast));

Deno.test("n2o serve of the program, asked to reload by SIGHUP: each save is live or refused, and nothing is lost", () =>
  inProgram({ name: "serve", engine: "stream" }, savedInTurn));
