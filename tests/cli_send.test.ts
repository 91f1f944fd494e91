/** `n2o send`: what goes out, what is printed where, and the exit codes. The real command talks to real servers. */
import {
  atom,
  createN2O,
  handled,
  heart,
  isTuple,
  type N2O,
  type Protocol,
  reply,
  session,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { sendFlags } from "../lib/cli/send/options.ts";
import { commandLine, environment, run, skip } from "./command.ts";
import { until } from "./engines.ts";
import { keepLog } from "./log.ts";

/** Echoes terms and texts, closes as it is asked to, and tells whose session it is. */
const speaker: Protocol = {
  name: "speaker",
  info(message, cx) {
    if (isTuple(message, "text", 2)) return reply("text", message[1]);
    if (isTuple(message, "echo", 2)) return reply("default", message);
    if (isTuple(message, "who", 1)) return reply("bert", cx.session?.id ?? "nobody");
    if (isTuple(message, "news", 1)) return cx.reg("news"), reply("bert", atom("ok"));
    if (isTuple(message, "renewed", 1)) {
      cx.push(reply("default", tuple(atom("io"), "", tuple(atom("Token"), "a new token"))));
      cx.push(reply("text", "unasked"));
      return reply("default", message);
    }
    if (isTuple(message, "quiet")) return handled;
    if (isTuple(message, "close", 3)) {
      cx.close(Number(message[1]), text(message[2])!);
      return handled;
    }
    return unknown;
  },
};

interface Here extends AsyncDisposable {
  readonly n2o: N2O;
  readonly ws: string;
  readonly http: string;
}

function here(formatter: "bert" | "json" = "bert"): Here {
  const n2o = createN2O({
    protocols: [heart, session, speaker],
    log: keepLog().log,
    defaultFormatter: formatter,
  });
  const { port } = n2o.listen({ port: 0, hostname: "127.0.0.1" });
  return {
    n2o,
    ws: `ws://127.0.0.1:${port}/ws/`,
    http: `http://127.0.0.1:${port}/ws/`,
    [Symbol.asyncDispose]: () => n2o.close({ drainMs: 100 }),
  };
}

/** The network is all that it asks for. */
const deno = ["run", "--no-prompt", "--allow-net"];

/** Runs `n2o send`; gives stdout, stderr and the exit code. */
async function send(...args: string[]): Promise<[string, string, number]> {
  const { stdout, stderr, code } = await run(["send", ...args], { deno });
  return [stdout, stderr, code];
}

/** Runs `n2o send` with an input. */
async function pipe(
  input: string | Uint8Array<ArrayBuffer>,
  ...args: string[]
): Promise<[string, string, number]> {
  const [program, ...rest] = commandLine(["send", ...args], deno);
  const process = new Deno.Command(program, {
    args: rest,
    env: environment(),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const written = new Response(input).body!.pipeTo(process.stdin).catch(() => {});
  const [stdout, stderr, { code }] = await Promise.all([
    new Response(process.stdout).text(),
    new Response(process.stderr).text(),
    process.status,
    written,
  ]);
  return [stdout, stderr, code];
}

Deno.test("each argument is a term, and each frame that comes is a line in the same syntax", async () => {
  await using server = here();
  deepStrictEqual(
    await send(
      server.ws,
      '{echo, <<"hi">>}',
      '{echo, [1, 2.0 | x], #{k => <<"ж"/utf8>>}}. % three elements',
      "{echo, [\"a\", 16#FF, 'two words', {}]}",
      'text "PING"',
      'text "a\\n\\"ж\\""',
      "binary <<131,104,2,100,0,4,101,99,104,111,97,1>>",
      "{nobody_takes_this}",
    ),
    [
      '{echo,<<"hi">>}\nbinary <<>>\n{echo,["a",255,\'two words\',{}]}\ntext "PONG"\ntext "a\\n\\"ж\\""\n{echo,1}\nbinary <<>>\n',
      "",
      0,
    ],
  );
});

Deno.test("what was printed can be sent again", async () => {
  await using server = here();
  const [printed] = await send(
    server.ws,
    '{echo, #{<<"ж"/utf8>> => [$a, "b" | {c, 1.0, <<1:3>>}]}}',
    'text "\\x{202e}\\0"',
  );
  deepStrictEqual(await pipe(printed, server.ws), [printed, "", 0]);
});

Deno.test("posts carry the same messages, in one session", async () => {
  await using server = here();
  deepStrictEqual(
    await send(server.http, '{echo, <<"hi">>}', 'text "PING"', "{nobody_takes_this}"),
    ['{echo,<<"hi">>}\ntext "PONG"\nbinary <<>>\n', "", 0],
  );
  const [[first, second]] = [(await send(server.http, "{who}", "{who}"))[0].split("\n")];
  match(first, /^<<"[0-9A-Za-z_-]{16,}">>$/);
  strictEqual(second, first);
  deepStrictEqual(await send(server.http, "binary <<131,1>>"), [
    "",
    `n2o: ${server.http}: HTTP 400: {"error":"unknown_tag_at_byte_1"}
     does the server take this format? --json sends JSON, --text texts\n`,
    1,
  ]);
});

Deno.test("a URL without a path means N2O's own", async () => {
  await using server = here();
  for (const url of [server.ws, server.http]) {
    strictEqual((await send(url.replace("/ws/", ""), "{echo, 1}"))[0], "{echo,1}\n");
  }
  strictEqual((await send(server.ws.replace("/ws/", "/"), "{echo, 1}"))[2], 1);
});

Deno.test("without arguments stdin brings a message a line, and the answers come in order", async () => {
  await using server = here();
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  const input = numbers.map((i) => `{echo, ${i}}`).join("\r\n\n% a comment is no message\n").replaceAll(
    "% a comment is no message\n",
    "",
  );
  const [stdout, stderr, code] = await pipe(input, server.ws);
  deepStrictEqual([stderr, code], ["", 0]);
  deepStrictEqual(stdout, numbers.map((i) => `{echo,${i}}\n`).join(""));
  deepStrictEqual(await pipe("", server.ws), ["", "", 0]);
});

Deno.test("a thousand messages that get no answer go out, too", async () => {
  let count = 0;
  const counter: Protocol = {
    name: "counter",
    info: (message) => isTuple(message) && ++count > 0 ? handled : unknown,
  };
  const n2o = createN2O({ protocols: [session, counter], log: keepLog().log });
  const { port } = n2o.listen({ port: 0, hostname: "127.0.0.1" });
  const [stdout, , code] = await pipe("{quiet}\n".repeat(1000), `ws://127.0.0.1:${port}`, "--wait", "0");
  deepStrictEqual([stdout, code], ["", 0]);
  await until(() => count === 1001, "a thousand messages and the handshake");
  await n2o.close({ drainMs: 100 });
});

Deno.test("--text sends and prints texts, --json JSON", async () => {
  await using server = here();
  deepStrictEqual(await send(server.ws, "--text", "PING", "", "{echo, 1}", "ж\n\x1b[2J"), [
    "PONG\n\n{echo, 1}\nж\\u000a\\u001b[2J\n",
    "",
    0,
  ]);
  deepStrictEqual(await send(server.ws, "--json", "--text", '{"a": [1, 12345678901234567890]}', '"ж"'), [
    '{"a": [1, 12345678901234567890]}\n"ж"\n',
    "",
    0,
  ]);
  await using json = here("json");
  const [stdout, stderr, code] = await send(json.ws, "--json", '["a", {"b": 1.5}]', "--verbose");
  match(
    stderr,
    /^n2o: handshake: \{"t":104,"v":\[.*\]\}\nn2o: an empty frame: no protocol takes the message\n$/,
  );
  deepStrictEqual([stdout, code], ["", 0]);
  deepStrictEqual(await send(json.ws, "--json", "{a: 1}"), [
    "",
    'n2o: message 1: no name at character 1\n     {a: 1}\n      ^\n     write JSON, such as {"name": "Ada"}\n',
    2,
  ]);
});

Deno.test("a mistake is shown with a caret before anything is sent, exit code 2", async () => {
  const nowhere = "ws://127.0.0.1:1/ws/";
  const cases: [string, string][] = [
    [
      "{ok,}",
      "n2o: message 2: unexpected } at column 5; expected a term\n     {ok,}\n         ^\n",
    ],
    [
      '{"日本", X}',
      `n2o: message 2: the variable X at column 8; expected a term; 'X' is an atom\n     {"日本", X}\n              ^
     a text frame is written text "PING"; with --text every message is one\n`,
    ],
    [
      '<<"ж">>',
      `n2o: message 2: a character beyond 8 bits at column 3; expected /utf8 behind the string\n     <<"ж">>\n       ^\n`,
    ],
    [
      "{echo,",
      `n2o: message 2: a tuple without an end at column 1; expected a term\n     {echo,\n     ^
     put each message into single quotes, so that the shell leaves it as it is\n`,
    ],
    [
      "{a,\n b c}",
      "n2o: message 2: unexpected c in a tuple at line 2, column 4; expected , or }\n      b c}\n        ^\n",
    ],
    [
      "text {a}",
      `n2o: message 2: something behind the term at column 6; expected the end\n     text {a}\n          ^
     put each message into quotes of its own: '{echo, <<"hi">>}' '{bye}'\n`,
    ],
  ];
  for (const [message, expected] of cases) {
    deepStrictEqual(await send(nowhere, "ok", message), ["", expected, 2], message);
  }
});

Deno.test("a mistake in a pipe ends it there: what came before is answered, exit code 2", async () => {
  await using server = here();
  deepStrictEqual(await pipe("{echo, 1}\n{echo, 2\n{echo, 3}\n", server.ws), [
    "{echo,1}\n",
    `n2o: stdin, line 2: a tuple without an end at column 1; expected , or }\n     {echo, 2\n     ^
     write each message on one line\n`,
    2,
  ]);
  deepStrictEqual(await pipe(Uint8Array.of(0x22, 0xff, 0x22, 10), server.ws), [
    "",
    "n2o: stdin, line 1: is not UTF-8\n     send text in UTF-8\n",
    2,
  ]);
});

Deno.test("why there is no connection is told with the next step, exit code 1", async () => {
  await using server = here();
  const other = new URL(server.http).host;
  await using plain = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response("hi"));
  const cases: [string, string, string][] = [
    ["ws://127.0.0.1:1", "nobody listens there", "is the server up? `n2o serve` prints where it listens"],
    ["ws://no-such-host.invalid/", "there is no host of that name", "check the name"],
    [
      `ws://${other}/elsewhere`,
      "the server answers with HTTP 404 in place of a WebSocket",
      "is the path right? N2O's own is /ws/, so: ws://HOST:PORT/ws/",
    ],
    [
      `ws://127.0.0.1:${plain.addr.port}`,
      "the server answers with HTTP 200 in place of a WebSocket",
      "is the path right? N2O's own is /ws/, so: ws://HOST:PORT/ws/",
    ],
    [`wss://${other}`, "there is no TLS", "write ws:, http: or tcp: in place of wss:, https: or tls:"],
    [`https://${other}`, "there is no TLS", "write ws:, http: or tcp: in place of wss:, https: or tls:"],
  ];
  for (const [url, what, next] of cases) {
    deepStrictEqual(await send(url, "ok"), ["", `n2o: ${url}: ${what}\n     ${next}\n`, 1]);
  }
  deepStrictEqual(await send(server.ws, "ok", "--origin", "https://elsewhere.example"), [
    "",
    `n2o: ${server.ws}: the server answers with HTTP 403 in place of a WebSocket\n     it refuses this origin: --origin gives another\n`,
    1,
  ]);
});

Deno.test("a server that accepts and says nothing is given up after --timeout", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const accepted = listener.accept();
  const url = `ws://127.0.0.1:${listener.addr.port}/`;
  deepStrictEqual(await send(url, "ok", "--timeout", "300ms"), [
    "",
    `n2o: ${url}: no connection in time\n     --timeout TIME waits longer\n`,
    1,
  ]);
  (await accepted).close();
});

Deno.test("a server without the handshake: told after --timeout, and --no-handshake talks to it", async () => {
  await using silent = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => data === "N2O," || socket.send(data);
    return response;
  });
  const url = `ws://127.0.0.1:${silent.addr.port}/`;
  deepStrictEqual(await send(url, "ok", "--timeout", "2500ms"), [
    "",
    `n2o: ${url}: no answer to the handshake within 2.5s\n     --no-handshake talks to servers that are not N2O\n`,
    1,
  ]);
  deepStrictEqual(await send(url, "ok", "--no-handshake"), ["ok\n", "", 0]);
});

Deno.test("the server's close is told; codes that tell an error, and messages that were not sent, give exit code 1", async () => {
  await using server = here();
  deepStrictEqual(await send(server.ws, '{close, 1008, <<"too much">>}'), [
    "",
    `n2o: ${server.ws}: closed by the server: 1008 too much\n`,
    1,
  ]);
  deepStrictEqual(await send(server.ws, "{close, 1000, <<>>}"), [
    "",
    `n2o: ${server.ws}: closed by the server: 1000\n`,
    0,
  ]);
  const [stdout, stderr, code] = await pipe(
    `{close, 1000, <<"bye">>}\n${"{quiet}\n".repeat(500)}`,
    server.ws,
  );
  deepStrictEqual([stdout, stderr, code], ["", `n2o: ${server.ws}: closed by the server: 1000 bye\n`, 1]);
  deepStrictEqual(await send(server.ws, "binary <<131,1>>"), [
    "",
    `n2o: ${server.ws}: closed by the server: 1007 unknown_tag at byte 1
     does the server take this format? --json sends JSON, --text texts\n`,
    1,
  ]);
});

Deno.test("an answer that does not come is waited for as long as --wait says, and told", async () => {
  await using server = here();
  deepStrictEqual(await send(server.ws, "{quiet}", "{echo, 1}", "--wait", "1500ms"), [
    "{echo,1}\n",
    "n2o: 1 of 2 messages got no answer within 1.5s\n     --wait TIME waits longer, --wait 0 does not wait\n",
    0,
  ]);
  deepStrictEqual(await send(server.ws, "{quiet}", "--wait", "0"), ["", "", 0]);
});

Deno.test("what is sent with --wait 0 arrives", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const catcher: Protocol = { name: "catcher", info: (message) => (resolve(message), handled) };
  for (const scheme of ["ws", "http"]) {
    const n2o = createN2O({ protocols: [session, catcher], log: keepLog().log });
    const { port } = n2o.listen({ port: 0, hostname: "127.0.0.1" });
    strictEqual((await send(`${scheme}://127.0.0.1:${port}`, "{fired, off}", "--wait", "0"))[2], 0);
    ok(isTuple(await promise, "fired", 2));
    await n2o.close({ drainMs: 100 });
  }
});

Deno.test("the token goes on with a session, from --token or N2O_TOKEN", async () => {
  await using server = here();
  const [id, stderr] = await send(server.ws, "{who}", "--verbose");
  const token = /'Token',<<"([^"]+)">>/.exec(stderr)?.[1];
  ok(token !== undefined);
  match(id, /^<<"[0-9A-Za-z_-]{16,}">>\n$/);
  for (const url of [server.ws, server.http]) {
    strictEqual((await send(url, "{who}", "--token", token))[0], id);
    const { stdout } = await run(["send", url, "{who}"], {
      deno: [...deno, "--allow-env=N2O_TOKEN"],
      env: { N2O_TOKEN: token },
    });
    strictEqual(stdout, id);
  }
  ok((await send(server.ws, "{who}"))[0] !== id);
  strictEqual((await send(server.ws, "{who}", "--no-handshake"))[0] === id, false);
});

Deno.test("a token that comes later answers no message, and is shown with --verbose alone", async () => {
  await using server = here();
  const [stdout, stderr] = await send(server.ws, "{renewed}", "{renewed}", "--verbose");
  strictEqual(stdout, 'text "unasked"\n{renewed}\ntext "unasked"\n{renewed}\n');
  strictEqual(stderr.match(/^n2o: handshake: \{io,<<>>,\{'Token',<<"a new token">>\}\}$/gm)?.length, 2);
  strictEqual((await send(server.ws, "{renewed}"))[1], "");
  match((await send(server.ws, "{renewed}", "--no-handshake"))[0], /^\{io,<<>>,\{'Token'/);
});

Deno.test("--header and --origin reach the server", async () => {
  const seen: (string | null)[][] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    seen.push(["x-one", "x-two", "origin"].map((name) => request.headers.get(name)));
    return new Response(null, { status: 204 });
  });
  const flags = ["--header", "X-One: 1: 2", "--header", "X-Two:", "--origin", "https://a.example"];
  for (const scheme of ["ws", "http"]) {
    await send(`${scheme}://127.0.0.1:${server.addr.port}/`, "ok", "--no-handshake", ...flags);
  }
  deepStrictEqual(seen, [["1: 2", "", "https://a.example"], ["1: 2", "", "https://a.example"]]);
});

Deno.test("--listen prints what comes until Ctrl-C, which is a good end", async () => {
  await using server = here();
  const [program, ...rest] = commandLine(["send", server.ws, "--listen", "{news}"], deno);
  const process = new Deno.Command(program, {
    args: rest,
    env: environment(),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  strictEqual((await reader.read()).value, "ok\n");
  server.n2o.send("news", tuple(atom("echo"), "news"));
  strictEqual((await reader.read()).value, '{echo,<<"news">>}\n');
  process.kill("SIGINT");
  strictEqual((await reader.read()).done, true);
  strictEqual((await process.status).code, 0);
  strictEqual(await new Response(process.stderr).text(), "");
});

Deno.test("Ctrl-C while an answer is awaited gives exit code 130", async () => {
  await using server = here();
  const [program, ...rest] = commandLine(["send", server.ws, "{echo, 1}", "{quiet}", "--wait", "1h"], deno);
  const process = new Deno.Command(program, { args: rest, stdout: "piped", stderr: "null" }).spawn();
  const reader = process.stdout.getReader();
  await reader.read();
  process.kill("SIGINT");
  strictEqual((await reader.read()).done, true);
  strictEqual((await process.status).code, 130);
});

Deno.test("at a terminal there is a prompt, and a mistake ends nothing", async () => {
  const probe = await new Deno.Command("script", { args: ["--version"] }).output().catch(() => undefined);
  if (probe?.success !== true) return skip("there is no script(1) here to make a terminal");
  await using server = here();
  const line = commandLine(["send", server.ws], deno).map((word) => `'${word}'`).join(" ");
  const process = new Deno.Command("script", {
    args: ["-qec", `stty -echo; ${line}`, "/dev/null"],
    env: environment(),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  const until = async (ending: string) => {
    while (!output.endsWith(ending)) {
      const { value, done } = await reader.read();
      if (done) {
        throw new Error(`it ended with ${JSON.stringify(output)} in place of ${JSON.stringify(ending)}`);
      }
      output += value;
    }
  };
  const type = (text: string) => writer.write(new TextEncoder().encode(text));
  await until("> ");
  await type("{echo, 1}\n");
  await until("{echo,1}\r\n> ");
  await type("{echo,\n");
  await until("write each message on one line\r\n> ");
  await type('text "PING"\n');
  await until('text "PONG"\r\n> ');
  await type("\x04");
  await until("> \r\n");
  await writer.close();
  while (!(await reader.read()).done);
  strictEqual((await process.status).code, 0);
});

Deno.test("when nobody reads what it prints, it ends quietly", async () => {
  await using server = here();
  const line = commandLine(["send", server.ws], deno).map((word) => `'${word}'`).join(" ");
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `yes '{echo, 1}' | head -20000 | ${line} | head -1; echo "\${PIPESTATUS[2]}"`],
    env: environment(),
    clearEnv: true,
  }).output();
  strictEqual(new TextDecoder().decode(stdout), "{echo,1}\n0\n");
  strictEqual(new TextDecoder().decode(stderr), "");
});

Deno.test("what is wrong on the command line is told, exit code 2", async () => {
  const cases: [string[], string][] = [
    [[], "n2o: send: where to?\n     write `n2o send URL`, such as n2o send ws://localhost:8001/ws/\n"],
    [
      ["ws://127.0.0.1:1", "--wiat", "1s"],
      "n2o: --wiat: is no flag; did you mean --wait?\n     --help lists the flags\n",
    ],
    [
      ["ws://127.0.0.1:1", "--wait", "5"],
      "n2o: --wait: cannot be that\n     give a time with its unit, such as 500ms, 30s, 15m, 2h or 7d, up to 1d, or 0\n",
    ],
    [
      ["ws://127.0.0.1:1", "--header", "no colon"],
      "n2o: --header: has a value that is no header\n     write --header 'NAME: VALUE'\n",
    ],
  ];
  for (const [args, expected] of cases) deepStrictEqual(await send(...args), ["", expected, 2]);
});

Deno.test("without the network's permission the flag is named", async () => {
  const { stderr, code } = await run(["send", "ws://127.0.0.1:8001", "ok"], { deno: ["run", "--no-prompt"] });
  strictEqual(
    stderr,
    "n2o: net access to 127.0.0.1:8001 is not allowed\n     run deno with --allow-net=127.0.0.1:8001\n",
  );
  strictEqual(code, 1);
});

Deno.test("docs/cli.md and the help name every flag", async () => {
  const page = await Deno.readTextFile(new URL("../docs/cli.md", import.meta.url));
  const [help] = await send("--help");
  for (const { name } of sendFlags) {
    ok(page.includes(`\`--${name}\``) || page.includes(`\`--${name} `), name);
    ok(help.includes(`--${name}`), name);
  }
  ok((await run([])).stdout.includes("n2o send URL"));
});
