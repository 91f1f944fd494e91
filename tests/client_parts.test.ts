/** The parts of the client that only other parts see. */
import { strict as assert } from "node:assert";
import { createBackoff } from "../lib/client/backoff.ts";
import { timeout } from "../lib/client/timeout.ts";
import { cookieTokens, isToken, safeTokens } from "../lib/client/token_storage.ts";
import { isAbout } from "../lib/client/answers.ts";
import { atom, type Term, tuple } from "../lib/term.ts";

/** A document's cookies: keeps a value for each name, and what was assigned. */
class Jar {
  assigned: string[] = [];
  #cookies = new Map<string, string>([["theme", "dark"], ["X-Auth-Token-Old", "other"]]);

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  set cookie(text: string) {
    this.assigned.push(text);
    const [name, value] = text.split("; ")[0].split("=");
    if (text.includes("Max-Age=0")) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

Deno.test("the cookie is for all paths, not for other sites' requests, and on https for https only", () => {
  const jar = new Jar();
  const plain = cookieTokens(jar, false);
  assert.equal(plain.get(), "");
  plain.set("abc");
  assert.equal(plain.get(), "abc");
  cookieTokens(jar, true).set("def");
  assert.equal(plain.get(), "def");
  plain.set("");
  assert.equal(plain.get(), "");
  assert.deepEqual(jar.assigned, [
    "X-Auth-Token=abc; Path=/; SameSite=Lax",
    "X-Auth-Token=def; Path=/; SameSite=Lax; Secure",
    "X-Auth-Token=; Path=/; SameSite=Lax; Max-Age=0",
  ]);
  assert.equal(jar.cookie, "theme=dark; X-Auth-Token-Old=other");
});

Deno.test("a cookie that is not kept, or must not be read, leaves the token in memory", () => {
  const deaf = {
    get cookie() {
      return "";
    },
    set cookie(_text: string) {
      // Forgets it.
    },
  };
  const storage = safeTokens(cookieTokens(deaf, false));
  storage.set("abc");
  assert.equal(storage.get(), "abc");
  const denied = {
    get cookie(): string {
      throw new DOMException("denied", "SecurityError");
    },
    set cookie(_text: string) {
      throw new DOMException("denied", "SecurityError");
    },
  };
  const other = safeTokens(cookieTokens(denied, true));
  assert.equal(other.get(), "");
  other.set("def");
  assert.equal(other.get(), "def");
});

Deno.test("a token is letters, digits, - and _, so that it can leave no cookie, header or frame", () => {
  for (const token of ["a", "Az09_-", "x".repeat(4096)]) assert.ok(isToken(token), token.slice(0, 9));
  for (const token of ["", "a b", "a;b", "a,b", "a\n", "a\r\nx: y", "é", "a=b", "x".repeat(4097)]) {
    assert.ok(!isToken(token), token.slice(0, 9));
  }
  const forged = { cookie: "X-Auth-Token=a b" };
  assert.equal(cookieTokens(forged, false).get(), "");
});

Deno.test("waits are spread between nothing and their bound, which grows up to the most", () => {
  const bounds = (random: number): number[] => {
    const backoff = createBackoff({}, () => random);
    return Array.from({ length: 9 }, () => backoff.next());
  };
  assert.deepEqual(bounds(0), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  assert.deepEqual(bounds(0.999_999).map((ms) => Math.round(ms / 10)), [0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const half = createBackoff({ minMs: 100, jitter: 0.5 }, () => 1);
  assert.equal(half.next(), 50);
  half.next();
  half.reset();
  assert.equal(half.next(), 50);
});

Deno.test("time in which the program could not run counts for no timeout", async () => {
  const original = Date.now;
  let asleepMs = 0;
  Date.now = () => original() + asleepMs;
  try {
    let fired = 0;
    const done = Promise.withResolvers<void>();
    timeout(20, () => {
      fired++;
      done.resolve();
    });
    // The machine slept for an hour: the timer fires, and begins anew.
    asleepMs = 3_600_000;
    await new Promise((resolve) => setTimeout(resolve, 25));
    assert.equal(fired, 0);
    await done.promise;
    assert.equal(fired, 1);
    const cancel = timeout(1, () => fired++);
    cancel();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(fired, 1);
  } finally {
    Date.now = original;
  }
});

Deno.test("an error is about the request that it echoes the beginning of", () => {
  const post = tuple(atom("post"), "lobby", "id-1", "body");
  const cases: [Term, boolean][] = [
    [tuple(atom("post"), "lobby", "id-1"), true],
    [tuple(atom("post"), new TextEncoder().encode("lobby")), true],
    [tuple(atom("post"), "lobby", "id-2"), false],
    [tuple(atom("join"), "lobby"), false],
    [tuple(atom("post"), "lobby", "id-1", "body", "more"), false],
    [tuple(), false],
    ["", false],
  ];
  for (const [about, is] of cases) assert.equal(isAbout(about, post), is);
});
