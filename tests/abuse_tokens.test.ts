import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  atom,
  createSecret,
  heart,
  memoryStore,
  type N2OOptions,
  type Secret,
  SecretKey,
  session,
  tuple,
} from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { lasting } from "./lasting_store.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { echoProto } from "./echo_proto.ts";
import { RawSocket } from "./raw_socket.ts";
import { sessionProto } from "./session_proto.ts";
import { ask, hear, hello, say, t, tokenOf } from "./speech.ts";

function start(engine: Engine, more: Partial<N2OOptions> = {}): Running {
  return engine.start({ protocols: [heart, session, sessionProto, echoProto], log: keepLog().log, ...more });
}

/** Logs in, and gives the token of the user. */
async function login(running: Running, user = "maxim"): Promise<string> {
  await using socket = await RawSocket.open(running);
  await hello(socket);
  await say(socket, t("login", user));
  const token = tokenOf(await socket.frame());
  await hear(socket);
  return token;
}

/** Who a token makes of a client, by each way it may come. */
async function who(running: Running, token: string): Promise<string[]> {
  const answers: string[] = [];
  await using said = await RawSocket.open(running);
  await hello(said, token);
  answers.push(await ask(said, t("whoami")));
  for (const header of [["Cookie", `X-Auth-Token=${token}`], ["Authorization", `Bearer ${token}`]] as const) {
    // What cannot stand in a header does not come that way.
    if (/[^\x21-\x7e]/.test(token) || token.length > 15_000) continue;
    await using socket = await RawSocket.open(running, "/ws/", [header]);
    answers.push(await ask(socket, t("whoami")));
  }
  return answers;
}

const nobody = (answers: readonly string[]) =>
  answers.length > 0 && answers.every((answer) => answer === "none");

const drivers: readonly [string, () => Secret, () => Secret][] = [
  ["aes-256-gcm", () => createSecret(), () => createSecret()],
  [
    "n2o",
    () => createSecret({ driver: "n2o", key: "ThisIsClassified" }),
    () => createSecret({ driver: "n2o", key: "ThisIsSomethingE" }),
  ],
];

for (const [driver, own, other] of drivers) {
  each(`${driver}: forged, truncated and foreign tokens make nobody anybody`, async (engine) => {
    const { log, lines } = keepLog();
    const secret = own();
    await using running = start(engine, { secret, log });
    await using neighbour = await Neighbour.move(running);
    const token = await login(running);
    deepStrictEqual(await who(running, token), ['<<"maxim">>', '<<"maxim">>', '<<"maxim">>']);

    const bad: string[] = [];
    for (let at = 0; at < token.length; at += 7) {
      bad.push(token.slice(0, at));
      bad.push(token.slice(0, at) + (token[at] === "0" ? "1" : "0") + token.slice(at + 1));
    }
    bad.push(token + "0", token + token, token.toUpperCase() === token ? token + "00" : token.toUpperCase());
    bad.push(
      "0".repeat(token.length),
      "x".repeat(100_000),
      "..",
      "%00",
      "null",
      "{}",
      "ы",
      "\u0000",
      " " + token,
    );
    const far = 99_999_999_999;
    const shape = (sid: string) => tuple(tuple(sid, atom("auth")), tuple(far, []));
    bad.push(other().pickle(shape("admin"), "session"));
    if (driver !== "n2o") bad.push(secret.pickle(shape("admin"), "event"), secret.pickle(shape("admin")));
    // Well signed, but no sessions.
    for (const sid of ["", "../..", "a".repeat(65), "A", "a b", "\0"]) {
      bad.push(secret.pickle(shape(sid), "session"));
    }
    for (const term of [atom("undefined"), 1, [], tuple(), shape("x")[0], "text", new Map()]) {
      bad.push(secret.pickle(term, "session"));
    }
    for (const wrong of bad) {
      ok(nobody(await who(running, wrong)), wrong.slice(0, 200));
      await using socket = await RawSocket.open(running);
      notStrictEqual(await hello(socket, wrong), wrong);
    }
    deepStrictEqual(lines.filter(({ level }) => level === "error"), []);
    ok(!JSON.stringify(lines).includes(token), "no token in the log");
    await neighbour.undisturbed();
  });

  each(`${driver}: an expired token is worth nothing, however it comes`, async (engine) => {
    let now = Date.now();
    const clock = () => now;
    await using running = start(engine, {
      secret: own(),
      clock,
      store: memoryStore({ now: clock }),
      session: { ttlMs: 5_000, prolongation: "off" },
      limits: { idleTimeoutMs: 1_000_000 },
    });
    const token = await login(running);
    now += 4_900;
    deepStrictEqual(await who(running, token), ['<<"maxim">>', '<<"maxim">>', '<<"maxim">>']);
    now += 1_200;
    ok(nobody(await who(running, token)));
    deepStrictEqual(await running.n2o.store.list(["session"]), [], "nothing of it is kept");
  });
}

// F09
each(
  "rotated keys: old tokens are read until their key goes, new ones are made by the newest",
  async (engine) => {
    const [first, second] = [SecretKey.generate(), SecretKey.generate()];
    const secret = createSecret({ keys: [first] });
    await using running = start(engine, { secret, session: { prolongation: "off" } });
    const token = await login(running);
    const event = secret.pickle(tuple(atom("ev"), "button"), "event");
    secret.useKeys([second, first]);
    deepStrictEqual(await who(running, token), ['<<"maxim">>', '<<"maxim">>', '<<"maxim">>']);
    ok(secret.depickle(event, "event") !== undefined);
    strictEqual(secret.depickle(event, "session"), undefined, "bound to its purpose");
    const next = await login(running, "anna");
    const onlySecond = createSecret({ keys: [second] });
    ok(onlySecond.depickle(next, "session") !== undefined);
    strictEqual(onlySecond.depickle(token, "session"), undefined);
    secret.useKeys([second]);
    ok(nobody(await who(running, token)));
    strictEqual(secret.depickle(event, "event"), undefined);
    deepStrictEqual(await who(running, next), ['<<"anna">>', '<<"anna">>', '<<"anna">>']);
  },
);

each("a token of one application is none in another, unless they share secret and store", async (engine) => {
  const store = lasting(memoryStore());
  const secret = createSecret();
  await using a = start(engine, { secret, store });
  const token = await login(a);
  await using b = start(engine, { store });
  ok(nobody(await who(b, token)));
  await using c = start(engine, { secret, store });
  deepStrictEqual(new Set(await who(c, token)), new Set(['<<"maxim">>']));
});

each(
  "the first of several cookies counts, and the handshake's token counts over the cookie",
  async (engine) => {
    await using running = start(engine);
    const [maxim, anna] = [await login(running, "maxim"), await login(running, "anna")];
    notStrictEqual(maxim, anna);
    await using two = await RawSocket.open(running, "/ws/", [[
      "Cookie",
      `a=b; X-Auth-Token=${maxim}; X-Auth-Token=${anna}`,
    ]]);
    strictEqual(await ask(two, t("whoami")), '<<"maxim">>');
    strictEqual(await hello(two, anna), anna);
    strictEqual(await ask(two, t("whoami")), '<<"anna">>');
    await using quoted = await RawSocket.open(running, "/ws/", [["Cookie", `X-Auth-Token="${maxim}"`]]);
    strictEqual(await ask(quoted, t("whoami")), '<<"maxim">>');
    await using other = await RawSocket.open(running, "/ws/", [[
      "Cookie",
      `x-auth-token=${maxim}; X-Auth-Token2=${maxim}`,
    ]]);
    strictEqual(await ask(other, t("whoami")), "none");
  },
);
