import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import {
  atom,
  Commits,
  createSecret,
  format,
  isTuple,
  memoryStore,
  type Secret,
  type Session,
  Sessions,
  type SessionVariable,
  type Store,
  type Term,
  text,
  tuple,
} from "@n2o/n2o";
import { keepLog } from "./log.ts";
import vectors from "./vectors/session.json" with { type: "json" };

type Row = [sid: string, key: string, tillMinusNow: number | string, value: string];

interface Env {
  readonly ttl?: number | string;
  readonly prolongate?: boolean;
}

interface Step {
  readonly op: string;
  readonly in?: string;
  readonly token?: string;
  readonly same_as_input?: boolean;
  readonly sid?: string;
  readonly sid_len?: number;
  readonly term_key?: string;
  readonly term?: string;
  readonly till_minus_now?: number | string;
  readonly ms?: number;
  readonly env?: Env;
  readonly key?: string;
  readonly value?: string;
  readonly default?: string;
  readonly result?: unknown;
  readonly error?: string;
  readonly table: readonly Row[];
}

/** What differs from the record, and by which rule. */
interface Difference extends Partial<Omit<Step, "table">> {
  readonly scenario: string;
  readonly step: number;
  readonly why: string;
  readonly table?: readonly Row[];
  /** The scenario ends here. */
  readonly over?: true;
}

const DROPPED = "WIRE 11: an expired session's variables are dropped with it and do not come back";
const REVIVED =
  "prolongate=true: expired token: values are moved (revived) under the OLD sid, then a new sid is made";
const ATOM_TILL = "a well signed token with an atom till: atom > number, never expires";
const INFINITE = "ttl=infinity (an atom ttl): set_value and new sessions crash with function_clause";

const differences: readonly Difference[] = [
  { scenario: REVIVED, step: 4, why: DROPPED, table: [] },
  { scenario: REVIVED, step: 5, why: DROPPED, result: "none", table: [] },
  { scenario: REVIVED, step: 6, why: DROPPED, table: [] },
  { scenario: REVIVED, step: 7, why: DROPPED, table: [] },
  {
    scenario: ATOM_TILL,
    step: 1,
    why: "WIRE 11: a token whose life is no number is none",
    token: "T1",
    same_as_input: false,
    sid_len: 20,
    till_minus_now: 100,
  },
  { scenario: INFINITE, step: 1, why: "WIRE 11: an endless life is an error at the border", over: true },
];

const values: Record<string, Term> = {
  '"alice"': [..."alice"].map((character) => character.charCodeAt(0)),
  '<<"bob">>': "bob",
  "{a,1}": tuple(atom("a"), 1),
  "[1,2,3]": [1, 2, 3],
  "1": 1,
  "2": 2,
  "3": 3,
};

const GREGORIAN = 62_167_219_200;

class Scenario {
  #now = Date.UTC(2026, 10, 24, 12, 0, 0);
  #secret: Secret;
  #store!: Store;
  #sessions!: Sessions;
  #tokens = new Map<string, string>();
  #byLabel = new Map<string, Session>();
  #ttl = vectors.default_ttl;
  #prolongate = vectors.default_prolongate;

  constructor(secret: Secret) {
    this.#secret = secret;
    this.#restart();
  }

  /** A server that knows nothing but its secret. */
  #restart(): void {
    this.#store = memoryStore({ now: () => this.#now });
    this.#sessions = this.#over(this.#store);
    this.#byLabel.clear();
  }

  #over(store: Store): Sessions {
    const parts = {
      secret: this.#secret,
      store,
      commits: new Commits(store),
      log: keepLog().log,
      now: () => this.#now,
    };
    const prolongation = this.#prolongate ? "always" as const : "off" as const;
    return new Sessions(parts, { ttlMs: this.#ttl * 1000, prolongation });
  }

  setEnv({ ttl, prolongate }: Env): void {
    if (ttl === "infinity") {
      throws(() => {
        this.#ttl = Infinity;
        this.#over(this.#store);
      }, { code: "bad_ttl" });
      return;
    }
    this.#ttl = Number(ttl ?? this.#ttl);
    this.#prolongate = prolongate ?? this.#prolongate;
    this.#sessions.ttlMs = this.#ttl * 1000;
    this.#sessions.prolongation = this.#prolongate ? "always" : "off";
  }

  async step(step: Step): Promise<void> {
    switch (step.op) {
      case "set_env":
        return this.setEnv(step.env!);
      case "sleep":
        this.#now += step.ms!;
        return;
      case "empty_table":
        return this.#restart();
      case "invalidate_sessions":
        return this.#sessions.sweep();
      case "authenticate":
        return await this.#authenticate(step);
      case "forge":
        this.#tokens.set(step.token!, this.#secret.pickle(this.#forged(step), "session"));
        return;
    }
    const session = this.#byLabel.get(step.sid!)!;
    switch (step.op) {
      case "set_value":
        return session.set(step.key!, values[step.value!]);
      case "get_value":
        strictEqual(shown(session.get(step.key!)) ?? step.default, step.result);
        return;
      case "lookup":
        // A session's own life is in its token, not in a row.
        if (step.key !== "auth") strictEqual(shown(session.get(step.key!)) ?? "[]", step.result);
        return;
      case "delete":
        strictEqual(String(session.delete(step.key!)), step.result);
        return;
      case "clear":
        return session.clear();
      default:
        throw new Error(`an unknown step: ${step.op}`);
    }
  }

  async #authenticate(step: Step): Promise<void> {
    const given = this.#tokens.get(step.in!) ?? step.in!;
    const { session, token } = await this.#sessions.authenticate(given);
    strictEqual(token === given, step.same_as_input);
    const known = this.#tokens.get(step.token!);
    if (known === undefined) {
      for (const other of this.#tokens.values()) ok(other !== token, "a token that was never seen");
    } else {
      strictEqual(token, known);
    }
    this.#tokens.set(step.token!, token);
    strictEqual(this.#byLabel.get(step.sid!)?.id ?? session.id, session.id);
    this.#byLabel.set(step.sid!, session);
    strictEqual(session.id.length, step.sid_len);
    const term = this.#secret.depickle(token, "session");
    ok(isTuple(term) && isTuple(term[0]) && isTuple(term[1]));
    strictEqual(text(term[0][0]), session.id);
    strictEqual(text(term[0][1]), step.term_key);
    const rest = Number(term[1][0]) - this.#seconds;
    if (step.in!.startsWith("F") && step.same_as_input) ok(rest > 1e9, "the far end of a token is its own");
    else strictEqual(rest, step.till_minus_now);
  }

  #forged({ term, sid }: Step): Term {
    const life = tuple(this.#seconds - 10, []);
    switch (term) {
      case '{user,<<"alice">>}':
        return tuple(atom("user"), "alice");
      case "undefined":
        return atom("undefined");
      case '{{<<"sid">>,other},{99999999999,[]}}':
        return tuple(tuple("sid", atom("other")), tuple(99999999999, []));
      case '{{<<"sid">>,auth},{99999999999,<<"data">>}}':
        return tuple(tuple("sid", atom("auth")), tuple(99999999999, "data"));
      case '{{<<"admin">>,auth},{99999999999,[]}}':
        return tuple(tuple("admin", atom("auth")), tuple(99999999999, []));
      case '{{<<"forever">>,auth},{infinity,[]}}':
        return tuple(tuple("forever", atom("auth")), tuple(atom("infinity"), []));
      case "{{SID,auth},{NOW-10,[]}}":
        return tuple(tuple(this.#byLabel.get(sid!)!.id, atom("auth")), life);
      default:
        throw new Error(`an unknown term: ${term}`);
    }
  }

  /** The variables that are alive, as the record writes them: of the sessions in memory, and of what is stored. */
  async rows(): Promise<{ memory: Row[]; stored: Row[] }> {
    const fresh = this.#over(this.#store);
    const rows = { memory: [] as Row[], stored: [] as Row[] };
    for (const [label, session] of this.#byLabel) {
      this.#list(rows.memory, label, session.variables);
      const found = await fresh.alive(session.id);
      // What outlives its session's own end can no longer be asked for by a token.
      if (found === undefined && session.till < this.#now) this.#list(rows.stored, label, session.variables);
      else this.#list(rows.stored, label, found?.variables ?? new Map());
    }
    return rows;
  }

  #list(rows: Row[], label: string, variables: ReadonlyMap<string, SessionVariable>): void {
    const now = Math.floor(this.#now / 1000);
    for (const [key, { value, till }] of variables) {
      const rest = Math.floor(till / 1000) - now;
      if (rest >= 0) rows.push([label, key, rest, shown(value)!]);
    }
  }

  /** The present second of Erlang's calendar: UTC, or local time with the original's tokens. */
  get #seconds(): number {
    const offset = this.#secret.driver === "n2o" ? new Date().getTimezoneOffset() * 60 : 0;
    return Math.floor(this.#now / 1000) + GREGORIAN - offset;
  }
}

function shown(value: Term | undefined): string | undefined {
  return value === undefined ? undefined : format(value);
}

const byText = (a: Row, b: Row) => String(a) < String(b) ? -1 : 1;

const secrets: readonly [string, () => Secret][] = [
  ["aes-256-gcm", () => createSecret()],
  ["n2o", () => createSecret({ driver: "n2o", key: "ThisIsClassified" })],
];

for (const [driver, makeSecret] of secrets) {
  Deno.test(`sessions do what the original's do, with ${driver} tokens`, async (t) => {
    for (const { name, initial_env, steps } of vectors.scenarios) {
      await t.step(name, async () => {
        const scenario = new Scenario(makeSecret());
        scenario.setEnv(initial_env as Env);
        for (const [at, recorded] of (steps as unknown as readonly Step[]).entries()) {
          const difference = differences.find((one) => one.scenario === name && one.step === at);
          const step = { ...recorded, ...difference } as Step;
          await scenario.step(step);
          if (difference?.over) return;
          const alive = step.table.filter(([, key, rest]) => key !== "auth" && Number(rest) >= 0);
          const { memory, stored } = await scenario.rows();
          deepStrictEqual(memory.sort(byText), [...alive].sort(byText), `in memory after step ${at}`);
          deepStrictEqual(stored.sort(byText), [...alive].sort(byText), `in the store after step ${at}`);
        }
      });
    }
  });
}

Deno.test("every difference names a scenario and a step that exist", () => {
  for (const { scenario, step } of differences) {
    ok(step < (vectors.scenarios.find(({ name }) => name === scenario)?.steps.length ?? 0), scenario);
  }
});
