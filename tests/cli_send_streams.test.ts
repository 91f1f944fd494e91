/** `n2o send` over TCP, Unix domain sockets and UDP, with small servers that speak as WIRE 10 says. */
import { atom, bert, format, isTuple, tuple } from "@n2o/n2o";
import { deepStrictEqual } from "node:assert/strict";
import { createSocket } from "node:dgram";
import { LineFraming } from "../lib/framing/line.ts";
import type { FrameSink, Framing } from "../lib/framing/mod.ts";
import { Output } from "../lib/framing/output.ts";
import { PacketFraming } from "../lib/framing/packet.ts";
import { run, skip } from "./command.ts";
import { freePort } from "./free_port.ts";

const GREETING = tuple(atom("io"), "", tuple(atom("Token"), "the token"));
const LIMITS = { maxBytes: 1_048_576 };

/** Answers the handshake, sends back all other frames, and closes with 1008 when it gets `{enough}` or `enough`. */
async function speak(conn: Deno.Conn, framing: Framing): Promise<void> {
  const output = new Output();
  let over = false;
  const answer = (frame: string | Uint8Array) => {
    if (typeof frame === "string" && frame.startsWith("N2O,")) {
      return framing.write(bert.encode(GREETING), output);
    }
    over = frame === "enough" || typeof frame !== "string" && isTuple(bert.decode(frame), "enough", 1);
    if (over) framing.close(1008, "too much", output);
    else framing.write(frame, output);
  };
  const sink: FrameSink = {
    text: answer,
    binary: (buffer, start, end) => answer(buffer.slice(start, end)),
    ping() {},
    pong() {},
    closed() {},
    violated() {},
  };
  const buffer = new Uint8Array(262_144);
  let used = 0;
  while (!over) {
    const came = await conn.read(buffer.subarray(used));
    if (came === null) break;
    used += came;
    const from = framing.read(buffer, 0, used, sink);
    buffer.copyWithin(0, from, used);
    used -= from;
    for (const bytes = output.bytes(), at = { sent: 0 }; at.sent < bytes.length;) {
      at.sent += await conn.write(bytes.subarray(at.sent));
    }
    output.used = 0;
  }
  conn.close();
}

/** Serves until it is disposed of. */
class Listening implements AsyncDisposable {
  readonly #listener: Deno.Listener;
  readonly #done: Promise<void>;

  constructor(listener: Deno.Listener, framing: () => Framing) {
    this.#listener = listener;
    this.#done = this.#accept(framing);
  }

  get url(): string {
    const { addr } = this.#listener;
    return addr.transport === "tcp" ? `tcp://127.0.0.1:${addr.port}` : `unix:${(addr as Deno.UnixAddr).path}`;
  }

  async #accept(framing: () => Framing): Promise<void> {
    for await (const conn of this.#listener) await speak(conn, framing()).catch(() => conn.close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#done;
  }
}

function tcp(framing: () => Framing): Listening {
  return new Listening(Deno.listen({ port: 0, hostname: "127.0.0.1" }), framing);
}

async function send(...args: string[]): Promise<[string, string, number]> {
  return await sendWith({}, ...args);
}

/** Runs `n2o send` with variables. */
async function sendWith(env: Record<string, string>, ...args: string[]): Promise<[string, string, number]> {
  const deno = ["run", "--no-prompt", "--allow-net"];
  if (args[0].startsWith("unix:")) deno.push("--allow-read", "--allow-write");
  const { stdout, stderr, code } = await run(["send", ...args], { deno, env });
  return [stdout, stderr, code];
}

const MESSAGES = ['{echo, <<"hi">>}', 'text "PING"', `{long, <<${"1,".repeat(40_000)}1>>}`];
const ANSWERS = `{echo,<<"hi">>}\ntext "PING"\n{long,<<${"1,".repeat(40_000)}1>>}\n`;

Deno.test("frames behind a length of 4 bytes go over TCP, a length of 2 where that is asked for", async () => {
  {
    await using server = tcp(() => new PacketFraming(LIMITS));
    deepStrictEqual(await send(server.url, ...MESSAGES), [ANSWERS, "", 0]);
  }
  await using server = tcp(() => new PacketFraming({ ...LIMITS, head: 2 }));
  for (const [url, ...flags] of [[`${server.url}?framing=packet2`], [server.url, "--framing", "packet2"]]) {
    deepStrictEqual(await send(url, ...MESSAGES, ...flags), [ANSWERS, "", 0]);
  }
});

Deno.test("lines are texts, and come as they are", async () => {
  await using server = tcp(() => new LineFraming(LIMITS));
  deepStrictEqual(await send(`${server.url}?framing=line`, "PING", "{echo, 1}", ""), [
    "PING\n{echo, 1}\n\n",
    "",
    0,
  ]);
  const [stdout, stderr, code] = await send(`${server.url}?framing=line`, "PING", "--verbose");
  deepStrictEqual([stdout, stderr, code], ["PING\n", `n2o: handshake: ${format(GREETING)}\n`, 0]);
});

Deno.test("a Unix domain socket is reached by its path", async () => {
  const folder = await Deno.makeTempDir();
  {
    await using server = new Listening(
      Deno.listen({ transport: "unix", path: `${folder}/n2o.sock` }),
      () => new PacketFraming(LIMITS),
    );
    deepStrictEqual(await send(server.url, ...MESSAGES), [ANSWERS, "", 0]);
    deepStrictEqual(await send(server.url.replace("unix:", "unix://"), ...MESSAGES), [ANSWERS, "", 0]);
  }
  await Deno.remove(folder, { recursive: true });
  deepStrictEqual(await send(`unix:${folder}/n2o.sock`, "ok"), [
    "",
    `n2o: unix:${folder}/n2o.sock: there is no such socket\n     is the server up? \`n2o serve\` prints where it listens\n`,
    1,
  ]);
});

Deno.test("over TLS the certificate must be one that is trusted, or named", async () => {
  const folder = await Deno.makeTempDir();
  const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`];
  const made = await new Deno.Command("openssl", {
    args: `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ${key} -out ${cert}`
      .split(" ")
      .concat("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
      .concat("-addext", "basicConstraints=critical,CA:FALSE"),
    stderr: "null",
  }).output().catch(() => undefined);
  if (made?.success !== true) {
    await Deno.remove(folder, { recursive: true });
    return skip("there is no openssl to make a certificate with");
  }
  const listener = Deno.listenTls({
    port: 0,
    hostname: "127.0.0.1",
    cert: await Deno.readTextFile(cert),
    key: await Deno.readTextFile(key),
  });
  {
    const url = `tls://localhost:${listener.addr.port}`;
    await using _ = new Listening(listener, () => new PacketFraming(LIMITS));
    deepStrictEqual(await sendWith({ DENO_CERT: cert }, url, ...MESSAGES), [ANSWERS, "", 0]);
    deepStrictEqual(await send(url, "ok"), [
      "",
      `n2o: ${url}: its certificate is not trusted: UnknownIssuer
     name a file of certificates to trust, PEM: DENO_CERT=FILE n2o send …\n`,
      1,
    ]);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a last frame that says why the server closes is told as a close; the same frame among others is one of them", async () => {
  await using server = tcp(() => new PacketFraming(LIMITS));
  deepStrictEqual(await send(server.url, "{enough}"), [
    "",
    `n2o: ${server.url}: closed by the server: 1008 too much\n`,
    1,
  ]);
  deepStrictEqual(await send(server.url, '{close, 1, <<"no">>}', "{echo, 1}"), [
    '{close,1,<<"no">>}\n{echo,1}\n',
    "",
    0,
  ]);
  deepStrictEqual(await send(server.url, '{close, 1, <<"no">>}'), ['{close,1,<<"no">>}\n', "", 0]);
  await using lines = tcp(() => new LineFraming(LIMITS));
  deepStrictEqual(await send(`${lines.url}?framing=line`, "enough"), [
    "",
    `n2o: ${lines.url}?framing=line: closed by the server: 1008 too much\n`,
    1,
  ]);
});

Deno.test("what is framed otherwise is told", async () => {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response());
  const url = `tcp://127.0.0.1:${server.addr.port}`;
  deepStrictEqual(await send(url, "ok"), [
    "",
    `n2o: ${url}: what comes is not framed so: message too big\n     --framing gives another: packet4, packet2 or line\n`,
    1,
  ]);
});

Deno.test("nobody at a TCP port is told", async () => {
  const url = `tcp://127.0.0.1:${freePort()}`;
  deepStrictEqual(await send(url, "ok"), [
    "",
    `n2o: ${url}: nobody listens there\n     is the server up? \`n2o serve\` prints where it listens\n`,
    1,
  ]);
});

Deno.test("over UDP the address proves itself, also when a datagram is lost, and each frame is a datagram", async () => {
  const socket = createSocket("udp4");
  const heard: string[] = [];
  socket.on("message", (bytes, { port, address }) => {
    const words = bytes[0] === 131 ? format(bert.decode(bytes)) : new TextDecoder().decode(bytes);
    heard.push(words);
    if (heard.length === 1) return;
    const answer = words === "N2O,secret"
      ? "N2O?0123456789abcdef"
      : words === "N2O,secret,0123456789abcdef"
      ? bert.encode(GREETING)
      : bytes;
    socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", () => resolve()));
  const [stdout, stderr, code] = await send(
    `udp://127.0.0.1:${socket.address().port}`,
    "{echo, 1}",
    'text "PING"',
    "--token",
    "secret",
  );
  socket.close();
  deepStrictEqual([stdout, stderr, code], ['{echo,1}\ntext "PING"\n', "", 0]);
  deepStrictEqual(heard, [
    "N2O,secret",
    "N2O,secret",
    "N2O,secret,0123456789abcdef",
    "{echo,1}",
    "PING",
  ]);
});
