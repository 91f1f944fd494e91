import { atom, bert, type Term, tuple } from "@n2o/n2o";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Account, type Wrong, wrongs } from "../scripts/soak/reload/account.ts";
import { brokenText, first, paths, type Target, textOf } from "../scripts/soak/reload/application.ts";
import { Client } from "../scripts/soak/reload/client.ts";
import { picture } from "../scripts/soak/reload/picture.ts";
import { figures, page, verdicts } from "../scripts/soak/reload/report.ts";
import type { Run } from "../scripts/soak/reload/run.ts";
import { type Save, saves, ways } from "../scripts/soak/reload/saver.ts";
import { framed } from "../scripts/soak/peer.ts";
import { withFolder } from "./command.ts";

function some(count: number): Save[] {
  return saves().take(count).toArray();
}

Deno.test("a third of the saves is broken, each way and each breakage has its turn, and the next save mends", () => {
  const all = some(60);
  strictEqual(all.filter(({ breakage }) => breakage !== undefined).length, 20);
  deepStrictEqual([...new Set(all.filter((save) => save.breakage === undefined).map(({ way }) => way))], [
    ...ways,
  ]);
  deepStrictEqual([...new Set(all.map(({ breakage }) => breakage))].length, 5);
  all.forEach(({ breakage, targets }, at) => {
    if (breakage !== undefined && at + 1 < all.length) {
      ok(targets.every((one) => all[at + 1].targets.includes(one)));
    }
  });
});

/** Loads a module as it stands, beside its helper; `undefined` when it fails or exports no protocol. */
async function loaded(texts: Readonly<Record<Target, string>>): Promise<unknown> {
  let found: unknown;
  await withFolder({ [paths.module]: texts.module, [paths.helper]: texts.helper }, async (folder) => {
    found = await import(`file://${folder}/${paths.module}`).then(
      (module) => module.default,
      () => undefined,
    );
  });
  return found;
}

Deno.test("what is broken does not load, nor does a half-written file, nor files of two formats", async () => {
  const both = { module: 7, helper: 7, format: 7 };
  const good = { module: textOf("module", both), helper: textOf("helper", both) };
  ok(await loaded(good));
  for (
    const { breakage, targets: [target], versions } of some(36).filter((save) => save.breakage !== undefined)
  ) {
    const texts = { module: textOf("module", versions), helper: textOf("helper", versions) };
    const text = brokenText(target, versions, breakage!);
    strictEqual(await loaded({ ...texts, [target]: text }), undefined, `${breakage} in ${target}`);
    ok(await loaded(texts));
  }
  for (const target of ["module", "helper"] as const) {
    for (const part of [0, 1 / 3, 2 / 3]) {
      const text = good[target].slice(0, Math.ceil(good[target].length * part));
      strictEqual(await loaded({ ...good, [target]: text }), undefined, `${part} of ${target}`);
    }
    strictEqual(await loaded({ ...good, [target]: textOf(target, first) }), undefined);
  }
});

type Answer = { [Part in "number" | "module" | "helper" | "format" | "count"]?: number } & { fault?: string };

/** A server over TCP that answers the first message with these. */
async function answering(answers: readonly (Answer | "nothing")[], asked: number): Promise<Account> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    const conn = await listener.accept();
    const send = async (bytes: Uint8Array) => {
      for (let rest = framed("packet4", bytes); rest.length > 0;) {
        rest = rest.subarray(await conn.write(rest));
      }
    };
    await conn.read(new Uint8Array(100));
    await send(bert.encode(tuple(atom("io"), "", "")));
    await conn.read(new Uint8Array(10_000));
    for (const answer of answers) {
      await send(answer === "nothing" ? new Uint8Array(0) : bert.encode(answerOf(answer)));
    }
    conn.close();
  })();
  const account = new Account();
  const client = await Client.open("client", "packet4", (listener.addr as Deno.NetAddr).port, account);
  for (const save of some(2)) account.begin(save);
  client.ask(asked);
  await serving;
  await client.over;
  client.close();
  listener.close();
  return account;
}

function answerOf(
  { number = 1, module = 0, helper = 0, format = 0, count = number, fault = "" }: Answer,
): Term {
  return tuple(atom("answer"), number, module, helper, format, format, count, 0, 0, 0, 0, fault);
}

function wrongOf(account: Account): Partial<Record<Wrong, number>> {
  return Object.fromEntries(
    wrongs.map((wrong) => [wrong, account.wrong.get(wrong)!]).filter(([, count]) => count !== 0),
  );
}

Deno.test("what goes wrong with a server is counted as what it is", async () => {
  const closed = { "connections closed": 1 };
  const of = async (answers: readonly (Answer | "nothing")[], asked = answers.length) =>
    wrongOf(await answering(answers, asked));
  deepStrictEqual(await of([{}, { number: 2, module: 1 }]), closed);
  deepStrictEqual(await of([{}, { number: 2 }], 4), { ...closed, lost: 2 });
  deepStrictEqual(await of([{}, { number: 1 }], 1), { ...closed, doubled: 1 });
  deepStrictEqual(await of([{ number: 2 }, { number: 1 }]), { ...closed, "out of order": 1 });
  deepStrictEqual(await of(["nothing"]), { ...closed, "not an answer": 1, lost: 1 });
  deepStrictEqual(await of([{ module: 2 }, { number: 2, module: 1 }]), {
    ...closed,
    "answered by an older version than before": 1,
  });
  for (const half of [{ module: 3 }, { module: 1, helper: 2 }, { module: 1, format: 1 }]) {
    deepStrictEqual(await of([half]), {
      ...closed,
      "answered by code that never stood on the disk as a whole": 1,
    });
  }
  for (const bad of [{ count: 2 }, { fault: "a message before its upgrade" }]) {
    deepStrictEqual(await of([bad]), { ...closed, "state lost, reset or not upgraded in order": 1 });
  }
});

Deno.test("the account of a run becomes verdicts, a page, figures and a picture", () => {
  const account = new Account();
  for (const save of some(6)) {
    const arrival = account.begin(save);
    if (arrival === undefined) continue;
    arrival.wroteAt = 1_000;
    account.place(save.versions, 1_000 + 50 * save.number);
  }
  account.sent = account.answered = 10;
  const run: Run = {
    seconds: 2,
    account,
    samples: [{ seconds: 1, rssBytes: 1e8 }, { seconds: 2, rssBytes: 1.1e8 }],
    points: account.arrivals.map(({ wroteAt, liveAt }) => [1, liveAt! - wroteAt!] as const),
    cpu: 0.2,
    swaps: 4,
    untold: 0,
    lateness: [0, 2],
    pressure: { processor: 0.5, disk: undefined },
  };
  const failed = () => verdicts(run).filter(({ passed }) => !passed).map(({ name }) => name);
  deepStrictEqual(failed(), ["from save to live, p99 at most 200 ms"]);
  account.fault("lost", "client");
  deepStrictEqual(failed(), ["lost", "from save to live, p99 at most 200 ms"]);
  const named = [{ name: "engine stream", run }];
  match(page(named, "intro"), /p50 100 ms, p95 250 ms, p99 250 ms, most 250 ms \| \*\*no\*\*/);
  match(page(named, "intro"), /for a processor 50 %, for the disk \? of the time/);
  match(picture(named, "machine"), /class="missed"/);
  match(JSON.stringify(figures(named)), /{"number":2,"way":"slow","ms":100}/);
});
