/**
 * TCP, TLS and Unix domain sockets: what is said, and how a connection ends.
 */
import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { atom, format, heart, type Protocol, reply, session, type Term, tuple, unknown } from "@n2o/n2o";
import type { TcpFraming, TcpListenOptions } from "../lib/endpoints/tcp.ts";
import { certificate } from "./certificate.ts";
import { echoProto } from "./echo_proto.ts";
import { keepLog } from "./log.ts";
import { sessionProto } from "./session_proto.ts";
import { t } from "./speech.ts";
import { startTcp, TcpPeer, type TcpRunning, wire } from "./tcp_peer.ts";

/** Answers texts, `peer` with who is there. */
const texts: Protocol = {
  name: "texts",
  info(message, cx) {
    const [name, data] = [...(message as unknown as Iterable<unknown>)];
    if (String(name) !== "text" || typeof data !== "string") return unknown;
    const { address, secure, transport } = cx.peer;
    if (data === "subscribe") {
      cx.reg("news");
      return reply("text", "subscribed");
    }
    return reply("text", data === "peer" ? `${address} ${secure} ${transport}` : `<${data}>`);
  },
};

function start(tcp: TcpListenOptions, ...protocols: Protocol[]): Promise<TcpRunning> {
  const chain = [heart, session, sessionProto, ...protocols, texts, echoProto];
  return startTcp({ protocols: chain, log: keepLog().log, tcp });
}

/** Runs a test over TCP, TLS and a Unix domain socket. */
function overEach(name: string, test: (tcp: TcpListenOptions) => Promise<void>): void {
  Deno.test(`tcp: ${name}`, () => test({}));
  Deno.test(`tls: ${name}`, async () => {
    const pem = await certificate();
    if (pem === undefined) return console.log("skipped: no openssl to make a certificate with");
    await test(pem);
  });
  Deno.test(`unix: ${name}`, async () => {
    if (Deno.build.os === "windows") return console.log("skipped: no Unix domain sockets here");
    const folder = await Deno.makeTempDir();
    try {
      await test({ path: `${folder}/n2o.sock` });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const framings: TcpFraming[] = ["packet4", "packet2", "line"];

overEach("the dialogue of the contract over packets", async (tcp) => {
  for (const framing of ["packet4", "packet2"] as const) {
    await using running = await start({
      ...tcp,
      framing,
      ...(tcp.path && { path: `${tcp.path}-${framing}` }),
    });
    await using peer = await running.connect();
    const token = await peer.hello();
    strictEqual(await peer.ask(`N2O,${token}`), `{io,<<>>,{'Token',<<"${token}">>}}`);
    strictEqual(await peer.ask("PING"), "text PONG");
    strictEqual(await peer.ask(t("text", "PING")), "text PONG");
    strictEqual(await peer.ask(""), "nothing");
    strictEqual(await peer.ask(t("echo", "привет")), `{echo,<<"привет"/utf8>>}`);
    strictEqual(await peer.ask("привет 😀"), "text <привет 😀>");
    strictEqual(await peer.ask(t("nobody", "takes", "it")), "nothing");
    const address = tcp.path === undefined ? "127.0.0.1" : "";
    strictEqual(await peer.ask("peer"), `text ${address} ${tcp.cert !== undefined} tcp`);
    await peer.send(Uint8Array.of(131, 104, 9), "PING");
    match((await peer.rest()).join(), /^\{close,1007,<<"truncated[a-z0-9 ]*">>\},end$/);
  }
});

overEach("a session is known by its token on another connection, and ends with nobody's", async (tcp) => {
  await using running = await start(tcp);
  await using first = await running.connect();
  const token = await first.hello();
  strictEqual(await first.ask(t("set", "k", "kept")), `{ok,<<"k">>}`);
  await using other = await running.connect();
  strictEqual(await other.ask(t("get", "k")), "none", "without the handshake there is no session");
  strictEqual(await other.hello(token), token);
  strictEqual(await other.ask(t("get", "k")), `<<"kept">>`);
});

overEach("three frames and FIN: all three are answered, then the server closes (F23)", async (tcp) => {
  for (const framing of framings) {
    await using running = await start({
      ...tcp,
      framing,
      ...(tcp.path && { path: `${tcp.path}-${framing}` }),
    });
    await using peer = await running.connect();
    await peer.send("PING", "one", "two");
    await peer.socket.finish();
    deepStrictEqual(await peer.rest(), ["text PONG", "text <one>", "text <two>", "end"]);
    await running.until(() => running.n2o.counters.connections === 0, `${framing}: the connection ends`);
  }
});

overEach(
  "what a handler is slow with is still answered after FIN, and the last line without its end",
  async (tcp) => {
    const gate = Promise.withResolvers<void>();
    const slow: Protocol = {
      name: "slow",
      info: (message) =>
        String([...(message as unknown as Iterable<unknown>)][1]) === "slow"
          ? gate.promise.then(() => reply("text", "at last"))
          : unknown,
    };
    await using running = await start({ ...tcp, framing: "line" }, slow);
    await using peer = await running.connect();
    await peer.socket.write("slow\nPING\nlast");
    await peer.socket.finish();
    await running.until(() => running.n2o.counters.messagesIn === 3, "all three are there");
    gate.resolve();
    deepStrictEqual(await peer.rest(), ["text at last", "text PONG", "text <last>", "end"]);
  },
);

for (const framing of framings) {
  Deno.test(`nc -N over ${framing}: three frames and FIN are answered, then nc ends (F23)`, async () => {
    await using running = await start({ framing });
    const { hostname, port } = running.listener;
    let nc: Deno.ChildProcess;
    try {
      nc = new Deno.Command("nc", {
        args: ["-N", hostname, String(port)],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return console.log("skipped: there is no nc: apt-get install netcat-openbsd");
    }
    const input = nc.stdin.getWriter();
    for (const frame of ["PING", "one", "two"]) await input.write(new Uint8Array(wire(framing, frame)));
    await input.close();
    const { code, stdout, stderr } = await nc.output();
    strictEqual(code, 0, new TextDecoder().decode(stderr));
    const answers = ["PONG", "<one>", "<two>"].map((frame) => wire(framing, frame).toHex());
    strictEqual(stdout.toHex(), answers.join(""));
  });
}

Deno.test("line: texts are lines, terms are lines of Erlang's syntax, and nothing is an empty line", async () => {
  await using running = await start({ framing: "line" });
  await using peer = await running.connect();
  match(await peer.ask("N2O,"), /^text \{io,<<>>,\{'Token',<<"[^"]+">>\}\}$/);
  strictEqual(await peer.ask("PING"), "text PONG");
  strictEqual(await peer.ask(""), "nothing");
  strictEqual(await peer.ask("hello"), "text <hello>");
});

Deno.test("line: every split of the bytes gives the same lines, exact (F24)", async () => {
  await using running = await start({ framing: "line" });
  const bytes = new TextEncoder().encode("привет 😀\r\nи\nещё\n");
  const answers = ["text <привет 😀>", "text <и>", "text <ещё>"];
  // the pieces go out one by one, for nothing waits to be joined with the next one
  const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all(
    Array.from(bytes, async (_, at) => {
      await using peer = await running.connect();
      await peer.socket.write(bytes.subarray(0, at));
      await turn();
      await peer.socket.write(bytes.subarray(at));
      for (const answer of answers) strictEqual(await peer.hear(), answer, `split at ${at}`);
      strictEqual(await peer.ask("PING"), "text PONG", "nothing else was said");
    }),
  );
  await using peer = await running.connect();
  for (const byte of bytes) {
    await peer.socket.write(Uint8Array.of(byte));
    await turn();
  }
  for (const answer of answers) strictEqual(await peer.hear(), answer, "one byte a packet");
});

Deno.test("line: a line that is no UTF-8 closes with 1007", async () => {
  await using running = await start({ framing: "line" });
  await using peer = await running.connect();
  await peer.socket.write(Uint8Array.of(0x61, 0xff, 10, 0x62, 10));
  deepStrictEqual(await peer.rest(), ['text {close,1007,<<"bad_utf8">>}', "end"]);
});

Deno.test("packet: a text that is no UTF-8 closes with 1007", async () => {
  await using running = await start({});
  await using peer = await running.connect();
  await peer.send(Uint8Array.of(0x61, 0xff), "PING");
  deepStrictEqual(await peer.rest(), ['{close,1007,<<"bad_utf8">>}', "end"]);
});

Deno.test("with JSON as the format a frame is a text only by what it says, and answers are JSON", async () => {
  const seen: unknown[] = [];
  const json: Protocol = {
    name: "json",
    info(message, cx) {
      if (cx.source === "client") seen.push(message);
      return reply("json", tuple(atom("got"), "x"));
    },
  };
  const options = { protocols: [heart, json], defaultFormatter: "json", log: keepLog().log };
  for (const framing of ["packet4", "line"] as const) {
    await using running = await startTcp({ ...options, tcp: { framing } });
    await using peer = await running.connect();
    strictEqual(await peer.ask("PING"), "text PONG");
    strictEqual(
      await peer.ask('{"a":[1,"ы"]}'),
      'text {"t":104,"v":[{"t":100,"v":"got"},{"t":109,"v":"x"}]}',
    );
    if (framing === "line") continue;
    await peer.send("{");
    match((await peer.rest()).join(), /^text close 1007 [a-z_0-9 ]+,end$/);
  }
  deepStrictEqual(seen.map((message) => format(message as Term, { utf8: true })), [
    `#{<<"a">> => [1,<<"ы"/utf8>>]}`,
    `{text,<<"{\\"a\\":[1,\\"ы\\"]}"/utf8>>}`,
  ]);
});

Deno.test("what a connection hears of others is sent in its own framing", async () => {
  await using running = await start({});
  const { n2o } = running;
  const port = await Promise.all((["packet2", "line"] as const).map((framing) => n2o.listenTcp({ framing })));
  await using four = await running.connect();
  await using two = await TcpPeer.connect(port[0], { framing: "packet2" });
  await using line = await TcpPeer.connect(port[1], { framing: "line" });
  strictEqual(await line.ask("subscribe"), "text subscribed");
  for (const peer of [four, two]) strictEqual(await peer.ask(t("sub", "news")), '{sub,<<"news">>}');
  for (const word of ["hi", "привет"]) {
    strictEqual(n2o.send("news", t("deliver", "news", word)), 3);
    const said = word === "hi" ? '{deliver,<<"news">>,<<"hi">>}' : '{deliver,<<"news">>,<<"привет"/utf8>>}';
    strictEqual(await four.hear(), said);
    strictEqual(await two.hear(), said);
    strictEqual(await line.hear(), `text ${said}`);
  }
});

Deno.test("when the application closes, clients are told to come back, and nobody comes in any more", async () => {
  const running = await start({});
  await using peer = await running.connect();
  await peer.hello();
  const closing = running[Symbol.asyncDispose]();
  deepStrictEqual(await peer.rest(), ['{close,1001,<<"going away">>}', "end"]);
  peer.socket.close();
  await closing;
  await running.listener.finished;
  await rejects(running.connect(), Deno.errors.ConnectionRefused);
});
