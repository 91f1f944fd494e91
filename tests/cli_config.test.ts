/** The settings of `n2o serve`: flags before variables before `n2o.json` before the defaults, and what is refused. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { configFlags, readConfig } from "../lib/cli/config.ts";
import { readFlags } from "../lib/cli/flags.ts";
import { jsonFault } from "../lib/cli/json_fault.ts";
import { nearest } from "../lib/cli/nearest.ts";
import { settingList, type Settings, variableOf } from "../lib/cli/settings.ts";
import { limitNames } from "../lib/cli/limit_values.ts";
import { run, serve, withFolder } from "./command.ts";

/** What these flags, variables and `n2o.json` make together. */
async function configured(
  given: { flags?: string[]; env?: Record<string, string>; file?: unknown },
): Promise<{ settings: Settings; told: string[] }> {
  let result: { settings: Settings; told: string[] } | undefined;
  const file = typeof given.file === "string" ? given.file : JSON.stringify(given.file ?? {});
  await withFolder({ "n2o.json": file }, (folder) => {
    const before = Object.keys(given.env ?? {}).map((name) => [name, Deno.env.get(name)] as const);
    try {
      for (const [name, value] of Object.entries(given.env ?? {})) Deno.env.set(name, value);
      const { settings, usage, problems } = readConfig(
        readFlags([folder, ...given.flags ?? []], configFlags, 1),
      );
      const told = [...usage, ...problems].map(({ where, what, fix }) =>
        `${where.replace(`${folder}/`, "")}: ${what}; ${fix}`
      );
      result = {
        settings: JSON.parse(JSON.stringify(settings).replaceAll(folder, "FOLDER")),
        told,
      };
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
    }
    return Promise.resolve();
  });
  return result!;
}

Deno.test("a flag wins over its variable, that over n2o.json, that over the default", async () => {
  const levels = { file: { port: 1 }, env: { N2O_PORT: "2" }, flags: ["--port", "3"] };
  strictEqual((await configured({})).settings.port, 8001);
  strictEqual((await configured({ file: levels.file })).settings.port, 1);
  strictEqual((await configured({ file: levels.file, env: levels.env })).settings.port, 2);
  strictEqual((await configured(levels)).settings.port, 3);
  strictEqual((await configured({ ...levels, env: { N2O_PORT: "" }, flags: [] })).settings.port, 1);
});

Deno.test("the defaults are the safe ones", async () => {
  const { settings, told } = await configured({});
  deepStrictEqual(told, []);
  deepStrictEqual(settings, {
    port: 8001,
    host: "127.0.0.1",
    engine: "stream",
    deflate: "off",
    tcpFraming: "packet4",
    headers: { "content-security-policy": "default-src 'self'" },
    store: { driver: "kv" },
    origins: [],
    trustProxy: [],
    sessionTtlMs: 900_000,
    sessionProlongation: "half-life",
    formatter: "bert",
    limits: {},
    drainMs: 5000,
    logLevel: "info",
    logFormat: "text",
  });
});

Deno.test("every setting may come from n2o.json, and all but two from a flag or a variable", async () => {
  const file = {
    "$schema": "https://example.com/n2o.schema.json",
    port: 80,
    host: "::",
    engine: "serve",
    deflate: "on",
    tcp: "unix:n2o.sock",
    tcpFraming: "line",
    udp: 8003,
    protocolsFolder: "code",
    protocols: ["session", "mine"],
    static: "pages",
    headers: { "X-One": "1" },
    data: "state",
    store: "kv:data/store",
    secretFile: "/etc/n2o/secret",
    origins: ["https://a.example"],
    trustProxy: ["10.0.0.0/8", "::1"],
    tlsCert: "c.pem",
    tlsKey: "k.pem",
    sessionTtl: "1.5h",
    sessionProlongation: "off",
    formatter: "json",
    limits: { maxFrameBytes: 10, "session.maxBytes": 20, "rooms.idleRooms": 30, queuePolicy: "drop-oldest" },
    drainTimeout: "0s",
    logLevel: "silent",
    logFormat: "json",
  };
  const expected = {
    port: 80,
    host: "::",
    engine: "serve",
    deflate: "on",
    tcp: { path: "FOLDER/n2o.sock" },
    tcpFraming: "line",
    udp: 8003,
    protocolsFolder: "FOLDER/code",
    order: ["session", "mine"],
    static: "FOLDER/pages",
    headers: { "content-security-policy": "default-src 'self'", "x-one": "1" },
    data: "FOLDER/state",
    store: { driver: "kv", path: "FOLDER/data/store" },
    secretFile: "/etc/n2o/secret",
    origins: ["https://a.example"],
    trustProxy: ["10.0.0.0/8", "::1"],
    tlsCert: "FOLDER/c.pem",
    tlsKey: "FOLDER/k.pem",
    sessionTtlMs: 5_400_000,
    sessionProlongation: "off",
    formatter: "json",
    limits: { maxFrameBytes: 10, "session.maxBytes": 20, "rooms.idleRooms": 30, queuePolicy: "drop-oldest" },
    drainMs: 0,
    logLevel: "silent",
    logFormat: "json",
  };
  const fromFile = await configured({ file });
  deepStrictEqual(fromFile.told, []);
  deepStrictEqual(fromFile.settings, expected);
  deepStrictEqual(
    Object.keys(file).slice(1).sort(),
    settingList.flatMap(([, { key }]) => key ?? []).sort(),
  );

  const flags = [
    ["--port=80", "--host", "[::]", "--protocols", "code", "--static", "pages", "--store", "kv:data/store"],
    ["--secret-file", "/etc/n2o/secret", "--origin", "https://a.example", "--trust-proxy=10.0.0.0/8"],
    ["--trust-proxy", "::1", "--tls-cert", "c.pem", "--tls-key", "k.pem", "--session-ttl", "90m"],
    ["--session-prolongation", "off", "--formatter", "json", "--limit", "maxFrameBytes=10", "--limit"],
    [
      "session.maxBytes=20",
      "--limit",
      "rooms.idleRooms=30,queuePolicy=drop-oldest",
      "--drain-timeout",
      "0ms",
    ],
    ["--log-level", "silent", "--log-format", "json", "--engine", "serve", "--deflate=on"],
    ["--data", "state", "--tcp", "unix:n2o.sock", "--tcp-framing", "line", "--udp", "8003"],
  ].flat();
  // Paths of flags and variables begin where the command runs.
  const elsewhere = JSON.parse(JSON.stringify(expected).replaceAll("FOLDER/", ""));
  const fromFlags = await configured({ file: { headers: file.headers, protocols: file.protocols }, flags });
  deepStrictEqual(fromFlags.told, []);
  deepStrictEqual(fromFlags.settings, elsewhere);

  const env = {
    N2O_PORT: "80",
    N2O_HOST: "::",
    N2O_ENGINE: "serve",
    N2O_DEFLATE: "on",
    N2O_TCP: "unix:n2o.sock",
    N2O_TCP_FRAMING: "line",
    N2O_UDP: "8003",
    N2O_PROTOCOLS: "code",
    N2O_STATIC: "pages",
    N2O_DATA: "state",
    N2O_STORE: "kv:data/store",
    N2O_SECRET_FILE: "/etc/n2o/secret",
    N2O_ORIGIN: "https://a.example",
    N2O_TRUST_PROXY: "10.0.0.0/8, ::1",
    N2O_TLS_CERT: "c.pem",
    N2O_TLS_KEY: "k.pem",
    N2O_SESSION_TTL: "5400s",
    N2O_SESSION_PROLONGATION: "off",
    N2O_FORMATTER: "json",
    N2O_LIMIT: "maxFrameBytes=10 session.maxBytes=20 rooms.idleRooms=30 queuePolicy=drop-oldest",
    N2O_DRAIN_TIMEOUT: "0s",
    N2O_LOG_LEVEL: "silent",
    N2O_LOG_FORMAT: "json",
  };
  const fromEnvironment = await configured({
    file: { headers: file.headers, protocols: file.protocols },
    env,
  });
  deepStrictEqual(fromEnvironment.told, []);
  deepStrictEqual(fromEnvironment.settings, elsewhere);
  deepStrictEqual(
    Object.keys(env).sort(),
    settingList.flatMap(([, { flag }]) => flag === undefined ? [] : variableOf(flag)).sort(),
  );
});

Deno.test("limits of all sources count together, the higher source first; lists replace each other", async () => {
  const { settings } = await configured({
    file: { limits: { maxFrameBytes: 1, maxTopics: 1, maxBodyBytes: 1 }, origins: ["https://a.example"] },
    env: { N2O_LIMIT: "maxTopics=2,maxBodyBytes=2" },
    flags: ["--limit=maxBodyBytes=3", "--origin", "https://b.example", "--origin=https://c.example"],
  });
  deepStrictEqual(settings.limits, { maxFrameBytes: 1, maxTopics: 2, maxBodyBytes: 3 });
  deepStrictEqual(settings.origins, ["https://b.example", "https://c.example"]);
});

Deno.test("a bad value is told with where it stands, what it is and what is allowed", async () => {
  const cases: [flags: string[], env: Record<string, string>, file: unknown, expected: RegExp][] = [
    [["--port", "65536"], {}, {}, /^--port: cannot be "65536"; give a whole number from 0 to 65535$/],
    [["--port=-1"], {}, {}, /^--port: cannot be "-1"/],
    [["--port=0x50"], {}, {}, /^--port: cannot be "0x50"/],
    [["--port=80.0"], {}, {}, /^--port: cannot be "80.0"/],
    [["--port"], {}, {}, /^--port: needs a value; write --port=PORT$/],
    [["--port", "--host", "::"], {}, {}, /^--port: needs a value/],
    [["--origin="], {}, {}, /^--origin: needs a value/],
    // A cluster may set this one for a service of this name.
    [
      [],
      { N2O_PORT: "tcp://10.0.0.1:80" },
      {},
      /^N2O_PORT: cannot be "tcp:\/\/10\.0\.0\.1:80"; give a whole/,
    ],
    [[], {}, { port: "80" }, /^n2o\.json: port: cannot be "80"; give a whole number/],
    [[], {}, { port: 80.5 }, /^n2o\.json: port: cannot be 80\.5/],
    [[], {}, { port: null }, /^n2o\.json: port: cannot be null/],
    [[], {}, { port: [80] }, /^n2o\.json: port: cannot be \[80\]/],
    [["--host", "a b"], {}, {}, /^--host: cannot be "a b"/],
    [["--host", "http://x"], {}, {}, /^--host: cannot be/],
    [["--store", "redis"], {}, {}, /^--store: cannot be "redis"; give memory, kv, or kv:PATH$/],
    [["--store", "kv:"], {}, {}, /^--store: cannot be "kv:"/],
    [
      ["--session-ttl", "900"],
      {},
      {},
      /^--session-ttl: cannot be "900"; give a time with its unit, such as 500ms/,
    ],
    [["--session-ttl", "0s"], {}, {}, /^--session-ttl: cannot be "0s"/],
    [["--session-ttl", "400d"], {}, {}, /^--session-ttl: cannot be "400d"; .*up to 366d$/],
    [[], {}, { sessionTtl: 900 }, /^n2o\.json: sessionTtl: cannot be 900/],
    [["--log-level", "trace"], {}, {}, /^--log-level: cannot be "trace"; give one of debug, info, warn/],
    [["--log-format", "xml"], {}, {}, /^--log-format: cannot be "xml"; give one of text, json$/],
    [["--origin", "example.com"], {}, {}, /^--origin: .*example\.com/],
    [[], {}, { origins: "https://a.example" }, /^n2o\.json: origins: cannot be "https:\/\/a\.example"/],
    [["--trust-proxy", "10.0.0.0/99"], {}, {}, /^--trust-proxy: "10\.0\.0\.0\/99" is no network/],
    [
      ["--limit", "maxFrameByte=1"],
      {},
      {},
      /^--limit: no limit is named "maxFrameByte"; did you mean maxFrameBytes\?/,
    ],
    [["--limit", "maxFrameBytes"], {}, {}, /^--limit: cannot be "maxFrameBytes"; give name=value/],
    [
      ["--limit", "maxFrameBytes=0"],
      {},
      {},
      /^--limit: the limit maxFrameBytes is a whole number over 0, not 0/,
    ],
    [["--limit", "queuePolicy=wait"], {}, {}, /^--limit: the limit queuePolicy cannot be wait/],
    [
      [],
      {},
      { limits: { maxTopics: "7" } },
      /^n2o\.json: limits: the limit maxTopics is a whole number over 0, not "7"/,
    ],
    [[], {}, { limits: [1] }, /^n2o\.json: limits: cannot be \[1\]/],
    [[], {}, { headers: { "a b": "c" } }, /^n2o\.json: headers: "a b" with "c" is no header/],
    [[], {}, { headers: { "x": "a\nb: c" } }, /^n2o\.json: headers: "x" with .* is no header/],
    [
      [],
      {},
      { headers: { "Content-Length": "1" } },
      /^n2o\.json: headers: the header Content-Length is the server's/,
    ],
    [[], {}, { headers: { x: 1 } }, /^n2o\.json: headers: cannot be/],
    [[], {}, { protocols: "heart" }, /^n2o\.json: protocols: cannot be "heart"/],
    [[], {}, { static: "" }, /^n2o\.json: static: cannot be ""/],
    [[], {}, { static: "a\0b" }, /^n2o\.json: static: cannot be/],
    [
      [],
      {},
      { prot: 80 },
      /^n2o\.json: prot: is no key of a configuration; did you mean port\?; the keys are port, host/,
    ],
    [[], {}, { __proto__x: 1 }, /^n2o\.json: __proto__x: is no key/],
    [[], {}, `{ "__proto__": { "port": 1 } }`, /^n2o\.json: __proto__: is no key/],
    [[], {}, { secret: "abc" }, /^n2o\.json: secret: is no key/],
    [["--prot", "80"], {}, {}, /^--prot: is no flag; did you mean --port\?; --help lists the flags$/],
    [["--no-store"], {}, {}, /^--no-store: is no flag/],
    [["-x"], {}, {}, /^-x: is no flag/],
    [["more"], {}, {}, /^more: is an argument too many/],
    [["--config", "nowhere.json"], {}, {}, /^nowhere\.json: is not there/],
    [[], { N2O_CONFIG: "nowhere.json" }, {}, /^nowhere\.json: is not there/],
  ];
  for (const [flags, env, file, expected] of cases) {
    const { told, settings } = await configured({ flags, env, file });
    const shown = JSON.stringify([flags, env, file]);
    ok(told.length >= 1, shown);
    match(told[0], expected, shown);
    strictEqual(settings.port, 8001, shown);
  }
});

Deno.test("a configuration that is no JSON is told with line and column", async () => {
  const cases: [string, RegExp][] = [
    ["", /^n2o\.json:1:1: is no JSON; write what is missing at the end$/],
    ['{\n  "port": 80,\n}', /^n2o\.json:3:1: is no JSON; take the comma before it out$/],
    ['{\n  "port":\n}', /^n2o\.json:3:1: is no JSON; write what is missing before it$/],
    ['{\n  // the port\n  "port": 80\n}', /^n2o\.json:2:3: is no JSON; take the comment out: JSON has none$/],
    ["{ 'port': 80 }", /^n2o\.json:1:3: is no JSON; put names and texts into double quotes/],
    ['{ "port": 80', /^n2o\.json:1:13: is no JSON; write what is missing at the end$/],
    ['{ "port" 80 }', /^n2o\.json:1:10: is no JSON; mend it there/],
    ["[]", /^n2o\.json: is no object/],
    ["null", /^n2o\.json: is no object/],
  ];
  for (const [file, expected] of cases) match((await configured({ file })).told.join("\n"), expected, file);
  await withFolder({}, (folder) => {
    const told = (bytes: Uint8Array) => {
      Deno.writeFileSync(`${folder}/n2o.json`, bytes);
      return readConfig(readFlags([folder], configFlags, 1)).problems.map(({ what }) => what).join();
    };
    strictEqual(told(new Uint8Array([0x7b, 0xff, 0x7d])), "is no UTF-8");
    match(told(new Uint8Array(1_100_000).fill(32)), /^has 1100000 bytes$/);
    strictEqual(told(new TextEncoder().encode("\ufeff{}")), "");
    Deno.removeSync(`${folder}/n2o.json`);
    Deno.mkdirSync(`${folder}/n2o.json`);
    match(readConfig(readFlags([folder], configFlags, 1)).problems[0].what, /^cannot be read: /);
    return Promise.resolve();
  });
});

Deno.test("what is no JSON is found where the runtime's own parser stops, and nothing else is", () => {
  const good = [
    ...["{}", "[]", " null ", "-0.5e+3", '"\\u00e9\\n"', '{"a":[1,{"b":[]}],"c":""}', "[[[[]]]]", "true"],
    ...['"\u2028"', '{"":0}', "[0,-0,1E9]"],
  ];
  const bad: [string, number][] = [
    ["", 0],
    ["{", 1],
    ["[1,]", 3],
    ["[,1]", 1],
    ["[1 2]", 3],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ["{a:1}", 1],
    ["[1}", 2],
    ['{"a":1]', 6],
    ["01", 0],
    ["1.", 0],
    ["+1", 0],
    ["nul", 0],
    ["nulll", 0],
    ['"a\nb"', 0],
    ['"\\x"', 0],
    ['"a', 0],
    ["{} {}", 3],
    ["NaN", 0],
    ["[".repeat(100_000), 100_000],
  ];
  for (const text of good) {
    JSON.parse(text);
    strictEqual(jsonFault(text), undefined, text);
  }
  for (const [text, at] of bad) {
    let message: string | undefined;
    try {
      JSON.parse(text);
    } catch (error) {
      message = (error as Error).message;
    }
    ok(message !== undefined);
    deepStrictEqual(jsonFault(text)?.column, text.slice(0, at).includes("\n") ? undefined : at + 1, text);
  }
});

Deno.test("a name is taken for another one only when few letters differ", () => {
  const names = ["port", "host", "protocols", "static", "store"];
  strictEqual(nearest("prot", names), "port");
  strictEqual(nearest("PORT", names), "port");
  strictEqual(nearest("protocol", names), "protocols");
  strictEqual(nearest("storr", names), "store");
  strictEqual(nearest("x", names), undefined);
  strictEqual(nearest("certificate", names), undefined);
  strictEqual(nearest("p".repeat(100_000), names), undefined);
});

Deno.test("the real command takes its settings from variables and files, and refuses them with exit code 2", async () => {
  const files = { "static/index.html": "page", "n2o.json": `{ "store": "memory", "logFormat": "text" }` };
  await withFolder(files, async (cwd) => {
    await using server = await serve(["."], {
      cwd,
      env: { N2O_LOG_FORMAT: "json", N2O_LIMIT: "maxPathBytes=20" },
    });
    match(server.line, /\(store memory\)$/);
    const response = await fetch(`${server.url}/${"x".repeat(20)}`);
    strictEqual(response.status, 414);
    await response.body?.cancel();
    strictEqual(await server.stop(), 0);
    strictEqual(JSON.parse(await server.rest()).event, "stopping");

    const bad = await run(["serve", ".", "--port", "http", "--prot=1"], { cwd, env: { N2O_STORE: "redis" } });
    strictEqual(bad.code, 2);
    strictEqual(bad.stdout, "");
    deepStrictEqual(bad.stderr.trimEnd().split("\n"), [
      "n2o: --prot: is no flag; did you mean --port?",
      "     --help lists the flags",
      'n2o: --port: cannot be "http"',
      "     give a whole number from 0 to 65535",
      'n2o: N2O_STORE: cannot be "redis"',
      "     give memory, kv, or kv:PATH",
    ]);
    Deno.writeTextFileSync(`${cwd}/n2o.json`, "{ port: 80 }");
    const broken = await run(["serve", "."], { cwd });
    strictEqual(broken.code, 2);
    match(broken.stderr, /^n2o: n2o\.json:1:3: is no JSON\n/);
    strictEqual((await run(["check", "."], { cwd })).code, 1);
    Deno.writeTextFileSync(`${cwd}/other.json`, `{ "port": 0, "store": "memory" }`);
    await using other = await serve([".", "--config", "other.json"], { cwd });
    match(other.line, /store memory/);
  });
});

Deno.test("without FOLDER the n2o.json of this folder is not read, and that is mentioned", async () => {
  await withFolder({ "n2o.json": `{ "store": "memory" }` }, async (cwd) => {
    await using server = await serve([], { cwd });
    match(server.line, /: chat at .*store kv/);
    match(await server.logged("configuration_not_read"), /advice="serve this folder with: n2o serve \."/);
  });
});

Deno.test("docs/cli.md names every flag, variable and key, and with docs/limits.md every limit", async () => {
  const page = await Deno.readTextFile(new URL("../docs/cli.md", import.meta.url));
  for (const [, { flag, key }] of settingList) {
    if (flag !== undefined) {
      ok(page.includes(`\`--${flag}\``) || page.includes(`\`--${flag} `), `--${flag}`);
      ok(page.includes(`\`${variableOf(flag)}\``), variableOf(flag));
    }
    if (key !== undefined) ok(page.includes(`\`${key}\``), key);
  }
  const limits = await Deno.readTextFile(new URL("../docs/limits.md", import.meta.url)) + page;
  for (const name of limitNames) ok(limits.includes(`\`${name}\``), name);
});
