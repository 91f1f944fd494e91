import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { createLogger, createN2O, type LogFields, N2OError, unknown } from "@n2o/n2o";
import { until } from "./engines.ts";

type Format = "text" | "json";
const formats: readonly Format[] = ["text", "json"];

/** What is written for these fields, without the time. */
function written(format: Format, fields: unknown, event: unknown = "event"): string {
  const lines: string[] = [];
  const log = createLogger({ format, write: (line) => lines.push(line) });
  log.error(event as string, fields as LogFields);
  strictEqual(lines.length, 1);
  const [line] = lines;
  if (format === "text") return line.replace(/^\S+ ERROR /, "");
  const { time, level, event: name, ...rest } = JSON.parse(line);
  ok(Number.isFinite(Date.parse(time)));
  deepStrictEqual([level, name], ["error", event]);
  return JSON.stringify(rest);
}

const circular: Record<string, unknown> = { a: 1 };
circular.self = circular;
const deep: Record<string, unknown> = {};
let inner = deep;
for (let i = 0; i < 100_000; i++) inner = inner.next = {} as Record<string, unknown>;

/** Each with what JSON shows of it. */
const odd: readonly (readonly [unknown, string])[] = [
  [Object.create(null), "{}"],
  [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  [Symbol("s"), '"Symbol(s)"'],
  [1n, '"1"'],
  [NaN, '"NaN"'],
  [null, "null"],
  [() => {}, '"[function ]"'],
  [{ a: [1, "x", { b: true }] }, '{"a":[1,"x",{"b":true}]}'],
  [circular, '{"a":1,"self":"[circular]"}'],
  [new Set([1]), "[1]"],
  [new Map([["a", 1]]), '[["a",1]]'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  [new URL("http://localhost/"), '"http://localhost/"'],
  [new Uint8Array(5), '"[Uint8Array, 5 bytes]"'],
  [new Headers({ authorization: "Bearer abc" }), '"[Headers]"'],
  [{
    toJSON() {
      throw new Error("no");
    },
  }, '{"toJSON":"[function toJSON]"}'],
  [{
    get a() {
      throw new Error("no");
    },
  }, '{"a":"[getter]"}'],
  [
    new Proxy({}, {
      getPrototypeOf() {
        throw new Error("no");
      },
    }),
    '"[unprintable]"',
  ],
  [
    new Proxy({}, {
      ownKeys() {
        throw new Error("no");
      },
    }),
    '"[unprintable]"',
  ],
];

for (const format of formats) {
  Deno.test(`${format}: whatever is logged, a line comes out that shows it`, () => {
    for (const [value, shown] of odd) {
      const line = written(format, { value });
      if (format === "json") strictEqual(line, `{"value":${shown}}`);
      else {
        const plain = /^"([\w./:@+-]+)"$/.exec(shown);
        strictEqual(line, `event value=${plain === null ? shown : plain[1]}`);
      }
    }
  });

  Deno.test(`${format}: errors that cannot be read as such do no harm`, () => {
    const stackless = new Error("seen");
    Object.defineProperty(stackless, "stack", {
      get() {
        throw new Error("no");
      },
    });
    match(written(format, { error: stackless }), /unprintable/);
    const strange = Object.assign(new Error("strange"), {
      code: Object.create(null),
      stack: 7,
      cause: Symbol(),
    });
    match(written(format, { error: strange }), /7/);
    const looped = new Error("looped");
    looped.cause = looped;
    match(written(format, { error: looped }), /looped/);
    match(
      written(format, { error: new N2OError("port_taken", "taken", 1, { cause: new Error("in use") }) }),
      /\[port_taken\] N2OError: taken.*caused by in use/,
    );
  });

  Deno.test(`${format}: a line is bounded, however much is logged`, () => {
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, i]));
    let tree: unknown = 1;
    for (let i = 0; i < 50; i++) tree = Array(1000).fill(tree);
    const big = [
      "x".repeat(10_000_000),
      1n << 10_000_000n,
      Array(1_000_000).fill("x".repeat(100)),
      wide,
      tree,
      deep,
      new Uint8Array(10_000_000),
      new Error("x".repeat(10_000_000)),
      { ["k".repeat(10_000_000)]: 1 },
    ];
    for (const value of big) ok(written(format, { value }).length < 20_000, typeof value);
  });

  Deno.test(`${format}: what calls itself a secret is not shown`, () => {
    const secrets = {
      password: "p4ss",
      authToken: "p4ss",
      headers: { Cookie: "p4ss", Authorization: "p4ss" },
      map: new Map([["client_secret", "p4ss"]]),
      key: new TextEncoder().encode("p4ss"),
    };
    const line = written(format, { secrets });
    ok(!line.includes("p4ss"), line);
    ok(line.includes("authToken"), line);
  });

  Deno.test(`${format}: fields that throw or are none, and events that are no text, do no harm`, () => {
    const fields = {
      get a() {
        throw new Error("no");
      },
    };
    match(written(format, fields), /unprintable/);
    written(format, undefined);
    const log = createLogger({ format, write: () => {} });
    for (const bad of [null, 1, Symbol(), Object.create(null)]) {
      log.error("event", bad as unknown as LogFields);
    }
    for (const bad of [null, Symbol(), Object.create(null)]) log.error(bad as unknown as string);
  });

  Deno.test(`${format}: a place that takes no lines keeps nobody from logging`, async () => {
    const throwing = () => {
      throw new Error("the disk is full");
    };
    createLogger({ format, write: throwing }).error("event");
    createLogger({ format, write: () => Promise.reject(new Error("the disk is full")) }).error("event");
    // A rejection that nobody handles would fail the test here.
    await new Promise((resolve) => setTimeout(resolve));
  });
}

Deno.test("a value or a name from outside begins no line of its own", () => {
  const line = written("text", { "a\nb": "c\nd" }, "e\nf");
  strictEqual(line, '"e\\nf" "a\\nb"="c\\nd"');
});

Deno.test("a protocol may throw what cannot be shown: it is logged, and the connection lives", async () => {
  const lines: string[] = [];
  let calls = 0;
  const n2o = createN2O({
    protocols: [{
      name: "thrower",
      info(_, cx) {
        if (cx.source !== "client") return unknown;
        calls++;
        throw [Object.create(null), Symbol("x"), circular][calls % 3];
      },
    }],
    log: createLogger({ write: (line) => lines.push(line) }),
  });
  for (let i = 0; i < 3; i++) {
    const answer = await n2o.fetch(new Request("http://localhost/ws/", { method: "POST", body: "hello" }));
    strictEqual(await answer.text(), '{"error":"protocol_failed"}\n');
  }
  await until(() => lines.length === 3, "all are logged");
  for (const line of lines) match(line, / ERROR protocol_failed protocol=thrower error=/);
  await n2o.close();
});
