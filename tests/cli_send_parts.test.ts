/** The parts of `n2o send`: URLs, messages, lines, carets, and how fast it sends. */
import { bert, Charlist, text } from "@n2o/n2o";
import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { ProblemsError } from "../lib/cli/exit.ts";
import { caret } from "../lib/cli/send/caret.ts";
import type { Channel, Frame } from "../lib/cli/send/channel.ts";
import { Dialogue } from "../lib/cli/send/dialogue.ts";
import { explain } from "../lib/cli/send/failure.ts";
import { linesOf } from "../lib/cli/send/lines.ts";
import { MessageError, readMessage, showFrame } from "../lib/cli/send/message.ts";
import { readTarget } from "../lib/cli/send/target.ts";
import { parseTerm } from "../lib/term_parse.ts";

const TERMS = { content: "term", asText: false } as const;

Deno.test("a URL names the way, the host, the port and how frames stand in a stream", () => {
  const packets = { kind: "stream", tls: false, framing: "packet4" };
  const cases: [string, string | undefined, unknown][] = [
    ["ws://a:1/x?y=z", undefined, { kind: "websocket", url: "ws://a:1/x?y=z", hostname: "a", port: 1 }],
    ["ws://a", undefined, { kind: "websocket", url: "ws://a/ws/", hostname: "a", port: 80 }],
    ["wss://a/", undefined, { kind: "websocket", url: "wss://a/", hostname: "a", port: 443 }],
    ["http://a:8001", undefined, { kind: "post", url: "http://a:8001/ws/", hostname: "a", port: 8001 }],
    ["https://[::1]/ws/", undefined, { kind: "post", url: "https://[::1]/ws/", hostname: "::1", port: 443 }],
    ["tcp://a:9", undefined, { ...packets, hostname: "a", port: 9 }],
    ["tcp://a:80", undefined, { ...packets, hostname: "a", port: 80 }],
    ["tcp://[::1]:9?framing=line", undefined, { ...packets, hostname: "::1", port: 9, framing: "line" }],
    ["tcp://a:9?framing=line", "packet2", { ...packets, hostname: "a", port: 9, framing: "packet2" }],
    ["tls://a:9", undefined, { ...packets, hostname: "a", port: 9, tls: true }],
    ["udp://a:9", undefined, { kind: "datagram", hostname: "a", port: 9 }],
    ["unix:/run/a.sock", undefined, { kind: "unix", path: "/run/a.sock", framing: "packet4" }],
    ["unix:///run/a.sock?framing=line", undefined, { kind: "unix", path: "/run/a.sock", framing: "line" }],
    ["unix:a.sock", undefined, { kind: "unix", path: "a.sock", framing: "packet4" }],
  ];
  for (const [url, framing, expected] of cases) deepStrictEqual(readTarget(url, framing), expected, url);
});

Deno.test("what is no URL is told with what was probably meant", () => {
  const cases: [string, string | undefined, string][] = [
    ["localhost:8001", undefined, "is no URL"],
    ["", undefined, "is no URL"],
    ["ws:a", undefined, "is no URL"],
    ["ws://", undefined, "is no URL"],
    ["wws://a", undefined, "begins with none of ws, wss, http, https, tcp, tls, udp, unix; did you mean ws?"],
    ["tcp://a", undefined, "has no port"],
    ["unix:", undefined, "has no path"],
    ["tcp://a:9?framing=lines", undefined, "has no framing lines"],
    ["tcp://a:9", "stomp", "has no framing stomp"],
    ["ws://a", "line", "has its own framing"],
  ];
  for (const [url, framing, what] of cases) {
    const problem = readTarget(url, framing);
    ok("what" in problem, url);
    deepStrictEqual([problem.where, problem.what], [url, what]);
  }
});

Deno.test("a message is a term, a text frame, or the bytes of a binary one", () => {
  deepStrictEqual(readMessage("{a, 1}.", TERMS), bert.encode(parseTerm("{a,1}")));
  strictEqual(readMessage('text "PING"', TERMS), "PING");
  strictEqual(readMessage('  text<<"ж"/utf8>>', TERMS), "ж");
  strictEqual(readMessage('text ""', TERMS), "");
  deepStrictEqual(readMessage("binary <<1, 2>>", TERMS), Uint8Array.of(1, 2));
  deepStrictEqual(readMessage("text", TERMS), bert.encode(parseTerm("text")));
  throws(
    () => readMessage("binary <<1:3>>", TERMS),
    (error) => error instanceof MessageError && error.offset === 6 && error.message.startsWith("no binary"),
  );
  throws(() => readMessage('binary "a"', TERMS), MessageError);
  throws(() => readMessage('text [a | "b"]', TERMS), MessageError);
});

Deno.test("every frame is shown on one line that is read as the same frame, and steers no terminal", () => {
  const texts = [
    "",
    "PING",
    'a "quoted" \\ text',
    "two\nlines\r\ttab",
    "ж😀",
    "\u202e\u2028\x1b[2J\x9b",
    "\0",
  ];
  const terms = texts.flatMap((text) => [text, [text], new Charlist(new TextEncoder().encode(text))]);
  const bytes = [new Uint8Array(), Uint8Array.of(1, 2), Uint8Array.of(131)];
  for (const frame of [...texts, ...bytes, ...terms.map((term) => bert.encode(term))]) {
    const line = showFrame(frame, TERMS)!;
    // deno-lint-ignore no-control-regex
    ok(!/[\0-\x1f\x7f-\x9f\u2028\u202e]/.test(line), line);
    const again = readMessage(line, TERMS);
    deepStrictEqual(
      typeof again === "string" ? again : [...again],
      typeof frame === "string" ? frame : [...frame],
      line,
    );
  }
});

Deno.test("a text in quotes is Erlang's string of it", () => {
  const shown = showFrame('a "b" ж\n', TERMS)!;
  strictEqual(text(parseTerm(shown.replace(/^text /, ""))), 'a "b" ж\n');
  strictEqual(shown, 'text "a \\"b\\" ж\\n"');
});

Deno.test("JSON is printed as it came, on one line; what is none is told apart", () => {
  const json = { content: "json", asText: false } as const;
  const encoder = new TextEncoder();
  strictEqual(
    showFrame(encoder.encode('{"big": 12345678901234567890}'), json),
    '{"big": 12345678901234567890}',
  );
  strictEqual(showFrame(encoder.encode('[1,\n "\u009b"]'), json), '[1,"\\u009b"]');
  strictEqual(showFrame("no json", json), '"no json"');
  strictEqual(showFrame("[1]", json), "[1]");
  strictEqual(showFrame(Uint8Array.of(131, 97, 1), json), undefined);
});

Deno.test("a caret stands below the place, whatever stands before it", () => {
  deepStrictEqual(caret("{a b}", 3), ["{a b}", "   ^"]);
  deepStrictEqual(caret("", 0), ["", "^"]);
  deepStrictEqual(caret("{a,\n\t b c,\n d}", 8), ["  b c,", "    ^"]);
  deepStrictEqual(caret('{"日😀é\u0301", x}', 10), ['{"日😀é\u0301", x}', "          ^"]);
  const [line, mark] = caret(`${"x".repeat(100)} y${"z".repeat(100)}`, 101);
  strictEqual(line, `…${"x".repeat(55)} y${"z".repeat(15)}…`);
  strictEqual(line[mark.length - 1], "y");
  strictEqual(caret("\x1b[2J{", 4)[0], "·[2J{");
});

async function all(chunks: (string | Uint8Array)[], maxLine?: number): Promise<string[]> {
  const encoder = new TextEncoder();
  async function* input(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) {
      yield await Promise.resolve(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
    }
  }
  return await Array.fromAsync(linesOf(input(), maxLine));
}

Deno.test("lines come whole, however they are cut", async () => {
  const input = "\ufeffone\r\n\nthree ж\nfour";
  const bytes = new TextEncoder().encode(input);
  for (let size = 1; size < 6; size++) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    deepStrictEqual(await all(chunks), ["one", "", "three ж", "four"]);
  }
  deepStrictEqual(await all([]), []);
});

Deno.test("a line that is too long or no UTF-8 ends the input with its number", async () => {
  const problem = async (chunks: (string | Uint8Array)[], max?: number) => {
    let found: ProblemsError | undefined;
    await rejects(all(chunks, max), (error) => (found = error as ProblemsError) instanceof ProblemsError);
    return found!.message;
  };
  strictEqual(await problem(["abc\nab", "cd"], 3), "stdin, line 2: is longer than 3 bytes");
  strictEqual(await problem(["abcd\n"], 3), "stdin, line 1: is longer than 3 bytes");
  strictEqual(await problem(["a\n", Uint8Array.of(0xff, 10)]), "stdin, line 2: is not UTF-8");
});

/** A channel that keeps what is written. */
class Kept implements Channel {
  readonly frames: Frame[] = [];
  readonly buffered = 0;
  readonly live = true;
  constructor(readonly lossy = false, private readonly onWrite: (frame: Frame) => void = () => {}) {}
  write(frame: Frame): void {
    this.frames.push(frame);
    this.onWrite(frame);
  }
  async end(): Promise<void> {}
}

Deno.test("no more than 64 messages are without an answer, until the server shows that it gives none", async () => {
  const dialogue = new Dialogue(() => {});
  let most = 0;
  const channel = new Kept(false, () => {
    most = Math.max(most, dialogue.unanswered);
    setTimeout(() => dialogue.frame("ok"), 0);
  });
  dialogue.open(channel);
  for (let i = 0; i < 1000; i++) await dialogue.send("hi");
  ok(await dialogue.until(() => dialogue.unanswered === 0, 10_000));
  ok(most <= 64, `${most}`);
  const silent = new Dialogue(() => {});
  silent.open(new Kept());
  for (let i = 0; i < 200; i++) await silent.send("hi");
  strictEqual(silent.unanswered, 200);
});

Deno.test("what the server says unasked is listened to for a little longer, but not for ever", async () => {
  const heard: Frame[] = [];
  const dialogue = new Dialogue((frame) => heard.push(frame));
  dialogue.open(
    new Kept(false, () => {
      dialogue.frame("unasked");
      setTimeout(() => dialogue.frame("answer"), 30);
    }),
  );
  await dialogue.send("hi");
  await dialogue.answered(5000);
  deepStrictEqual(heard, ["unasked", "answer"]);
  const timer = setInterval(() => dialogue.frame("more"), 20);
  await dialogue.answered(5000);
  clearInterval(timer);
  ok(heard.includes("more"));
});

Deno.test("a handshake that answers nothing is given up, and one that is closed at once", async () => {
  const dialogue = new Dialogue(() => {});
  const channel = new Kept();
  dialogue.open(channel);
  strictEqual(await dialogue.greet("x", 20), undefined);
  deepStrictEqual(channel.frames, ["N2O,x"]);
  const closed = new Dialogue(() => {});
  closed.open(new Kept(false, () => closed.closed(1008, "no")));
  strictEqual(await closed.greet("", 60_000), undefined);
  deepStrictEqual(closed.end, { code: 1008, reason: "no" });
});

Deno.test("what a stop interrupts gives nothing", async () => {
  const dialogue = new Dialogue(() => {});
  dialogue.open(new Kept());
  const waiting = dialogue.race(new Promise(() => {}));
  const until = dialogue.until(() => false, Infinity);
  dialogue.stop();
  deepStrictEqual([await waiting, await until, await dialogue.race(Promise.resolve(1))], [
    undefined,
    false,
    undefined,
  ]);
});

Deno.test("a certificate that is not trusted is told with where to name one", async () => {
  const target = { kind: "websocket", url: "wss://a/", hostname: "a", port: 443 } as const;
  const error = new Error("failed to connect to WebSocket: invalid peer certificate: UnknownIssuer");
  deepStrictEqual(await explain(error, "wss://a/", target), {
    where: "wss://a/",
    what: "its certificate is not trusted: UnknownIssuer",
    fix: "name a file of certificates to trust, PEM: DENO_CERT=FILE n2o send …",
  });
});
