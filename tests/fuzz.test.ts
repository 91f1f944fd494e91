import { ok, strictEqual } from "node:assert/strict";
import { caseOf, runRounds } from "../scripts/fuzz/rounds.ts";
import { applicationOptions, LiveTarget } from "../scripts/fuzz/live.ts";
import { must, target } from "../scripts/fuzz/case.ts";
import { targets } from "../scripts/fuzz/targets.ts";
import { engines } from "./engines.ts";

const SEED = 20_261_125;

/** How many cases of each, and what must be among their outcomes. */
const rounds: Readonly<Record<string, { cases: number; outcomes: readonly string[] }>> = {
  http_head: { cases: 400, outcomes: ["a head", "refused 400 bad_request", "refused 431 headers_too_big"] },
  websocket: {
    cases: 150,
    outcomes: ["binary", "text", "closed", "violated 1002", "violated 1007", "violated 1009"],
  },
  deflate: { cases: 300, outcomes: ["binary", "violated 1007", "violated 1009"] },
  packet4: { cases: 150, outcomes: ["binary", "text", "violated 1007", "violated 1009"] },
  packet2: { cases: 150, outcomes: ["binary", "text", "violated 1007", "violated 1009"] },
  line: { cases: 150, outcomes: ["text", "violated 1007", "violated 1009"] },
  datagram: { cases: 2000, outcomes: ["binary", "text", "greeting", "proof"] },
  bert: { cases: 4000, outcomes: ["a term", "truncated", "unknown_tag", "bad_compressed"] },
  term: { cases: 3000, outcomes: ["a term", "unexpected", "left_over", "bad_integer"] },
  writing: { cases: 300, outcomes: ["websocket", "deflate", "packet4", "packet2", "line"] },
};

for (const target of targets) {
  const { cases, outcomes } = rounds[target.name];
  Deno.test(`fuzz: ${target.name} holds for ${cases} inputs at every cut`, async () => {
    const { failure, ...result } = await runRounds(target, { seed: SEED, cases });
    if (failure !== undefined) {
      throw new Error(`${failure.seed} ${failure.bytes.toHex()}`, { cause: failure.error });
    }
    strictEqual(result.cases, cases);
    for (const outcome of outcomes) {
      ok([...result.outcomes.keys()].some((key) => key.startsWith(outcome)), outcome);
    }
  });
}

Deno.test("fuzz: a failure comes with its seed and a short input", async () => {
  const bad = target("bad", (random) => ({
    bytes: random.bytes(100),
    about: "",
    run(bytes) {
      must(!bytes.includes(7), "a seven");
      return "none";
    },
  }));
  const { failure } = await runRounds(bad, { seed: 1 });
  strictEqual(failure!.bytes.toHex(), "07");
  const { case: again, random } = caseOf(bad, failure!.seed);
  let said = "";
  try {
    await again.run(again.bytes, random());
  } catch (error) {
    said = (error as Error).message;
  }
  strictEqual(said, "a seven");
});

Deno.test("fuzz: streams to a listening application harm neither it nor its neighbours", async () => {
  const complaints: string[] = [];
  const stream = engines.find(({ name }) => name === "stream")!;
  const running = stream.start(applicationOptions((event) => complaints.push(event)));
  const { n2o } = running;
  await using live = await LiveTarget.start({
    n2o,
    websocket: running,
    packet4: await n2o.listenTcp({ port: 0, framing: "packet4" }),
    line: await n2o.listenTcp({ port: 0, framing: "line" }),
  }, complaints);
  const { failure } = await runRounds(live, { seed: SEED, cases: 150 });
  if (failure !== undefined) {
    throw new Error(`${failure.seed} ${failure.bytes.toHex()}`, { cause: failure.error });
  }
});
