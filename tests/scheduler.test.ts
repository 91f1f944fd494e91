import { deepStrictEqual } from "node:assert/strict";
import { SharedMessage } from "../lib/bus/message.ts";
import { type Runnable, Scheduler } from "../lib/scheduler.ts";

interface Step {
  readonly run?: () => void;
  readonly accept?: () => void;
  readonly flush?: () => void;
}

/** Something that runs, and tells what it did. */
function runnable(name: string, told: string[], step: Step = {}): Runnable {
  return {
    run() {
      told.push(`${name} runs`);
      step.run?.();
      return 1;
    },
    accept() {
      told.push(`${name} accepts`);
      step.accept?.();
    },
    flush() {
      told.push(`${name} flushes`);
      step.flush?.();
    },
  };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function fail(): never {
  throw new Error("failed");
}

Deno.test("whoever throws, in whatever it does, takes nobody else's turn", async () => {
  const told: string[] = [];
  const reports: unknown[] = [];
  const scheduler = new Scheduler((error) => reports.push((error as Error).message));
  const good = runnable("good", told);
  const message = new SharedMessage("news", 1);
  for (const bad of [{ run: fail }, { accept: fail }, { flush: fail }]) {
    const one = runnable("bad", [], bad);
    scheduler.ready(one);
    scheduler.post(one, message);
    scheduler.dirty(one);
    scheduler.ready(good);
    scheduler.post(good, message);
    scheduler.dirty(good);
    await turn();
    deepStrictEqual(told.splice(0), ["good runs", "good accepts", "good flushes"]);
    // It goes on with what comes later.
    scheduler.ready(good);
    await turn();
    deepStrictEqual(told.splice(0), ["good runs"]);
  }
  deepStrictEqual(reports, Array(3).fill("failed"));
  scheduler.close();
});

Deno.test("what comes up while the last ones are flushed is done without anybody else's doing", async () => {
  const told: string[] = [];
  const scheduler = new Scheduler(fail);
  const late = runnable("late", told);
  for (const next of ["dirty", "ready"] as const) {
    const first = runnable("first", told, { flush: () => scheduler[next](late) });
    scheduler.dirty(first);
    await turn();
    await turn();
    deepStrictEqual(told.splice(0), ["first flushes", next === "ready" ? "late runs" : "late flushes"]);
  }
  scheduler.close();
});
