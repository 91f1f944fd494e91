/**
 * Plays tables, and says what came out otherwise than it should.
 *
 * @module
 */
import { type Case, hearsOf } from "./case.ts";
import { expectationOf } from "./deviations.ts";
import { play, same, show } from "./play.ts";
import type { Subject } from "./subjects.ts";

/** Plays cases, some at a time; gives what was wrong, a line each. */
export async function judge(subject: Subject, cases: readonly Case[], atATime = 12): Promise<string[]> {
  const faults: string[] = [];
  const queue = cases.values();
  const work = async () => {
    for (const one of queue) {
      const fault = await faultOf(subject, one).catch((error: Error) => error.message);
      if (fault !== undefined) faults.push(`${one.id} ${one.title}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return faults;
}

async function faultOf(subject: Subject, one: Case): Promise<string | undefined> {
  const { hears, end, late, skipped } = expectationOf(subject.name, one, hearsOf(one));
  if (skipped) return undefined;
  const outcome = await play(subject, { ...one, hears, end }, late);
  if (outcome.late !== late) return late ? "it did not wait for the rest" : "it waited for the rest";
  if (same(outcome.hears, hears) && end.codes.includes(outcome.end)) return undefined;
  return `wanted ${show(hears)}, end ${end.codes.join(" or ")}; got ${
    show(outcome.hears)
  }, end ${outcome.end}`;
}
