import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Buffer } from "node:buffer";
import { once } from "node:events";
import { bert, format, heart, session } from "@n2o/n2o";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { echoProto } from "./echo_proto.ts";
import { each, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { t } from "./speech.ts";

/** Connects, and gives what comes as a queue. */
async function connect(running: Running, options?: { headers?: Record<string, string> }) {
  const socket = new WebSocket(`ws://${running.hostname}:${running.port}/ws/app/index.htm`, options);
  const waiting: ((frame: string) => void)[] = [];
  const frames: string[] = [];
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const frame = !isBinary
      ? `text ${data.toString()}`
      : data.length === 0
      ? "nothing"
      : format(bert.decode(new Uint8Array(data)));
    const next = waiting.shift();
    if (next === undefined) frames.push(frame);
    else next(frame);
  });
  await once(socket, "open");
  const hear = () =>
    new Promise<string>((resolve) => frames.length > 0 ? resolve(frames.shift()!) : waiting.push(resolve));
  return { socket, hear };
}

each("the npm ws package works as a client", async (engine) => {
  await using running = engine.start({ protocols: [heart, session, echoProto], log: keepLog().log });
  const { socket, hear } = await connect(running);
  strictEqual(socket.extensions, "");
  strictEqual(socket.protocol, "");
  socket.send("PING");
  strictEqual(await hear(), "text PONG");
  socket.send("N2O,");
  ok((await hear()).startsWith("{io,<<>>,{'Token',<<"));
  socket.send(new Uint8Array(0));
  strictEqual(await hear(), "nothing");
  socket.send(bert.encode(t("echo", 1)));
  strictEqual(await hear(), "{echo,1}");
  const big = bert.encode(t("echo", new Uint8Array(500_000).fill(7)));
  socket.send(big.subarray(0, 100), { fin: false });
  socket.send(big.subarray(100, 70_000), { fin: false });
  socket.ping("between");
  strictEqual(String((await once(socket, "pong"))[0]), "between");
  socket.send(big.subarray(70_000));
  strictEqual((await hear()).length, format(bert.decode(big)).length);

  for (let i = 0; i < 500; i++) socket.send(bert.encode(t("echo", i)));
  for (let i = 0; i < 500; i++) strictEqual(await hear(), `{echo,${i}}`);

  const other = await connect(running);
  other.socket.send(bert.encode(t("sub", "news")));
  strictEqual(await other.hear(), '{sub,<<"news">>}');
  socket.send(bert.encode(t("pub", "news", "x")));
  strictEqual(await hear(), "nothing");
  strictEqual(await other.hear(), '{deliver,<<"news">>,<<"x">>}');
  other.socket.terminate();
  await running.until(() => running.n2o.counters.connections === 1, "it is missed");

  const closed = once(socket, "close");
  socket.close(4007, "bye");
  deepStrictEqual(Number((await closed)[0]), 4007);
  await running.until(() => running.n2o.counters.connections === 0, "it is gone");
});

each("the npm ws package is told why it was closed", async (engine) => {
  await using running = engine.start({ protocols: [heart], log: keepLog().log });
  const { socket } = await connect(running);
  socket.send(new Uint8Array([1]));
  const [code, reason] = await once(socket, "close");
  strictEqual(code, 1007);
  ok(/^[a-z_]+ at byte \d$/.test(String(reason)));
  const refused = new WebSocket(`ws://${running.hostname}:${running.port}/ws/`, {
    origin: "http://evil.example",
  });
  const [error] = await once(refused, "error");
  ok(String(error).includes("403"));
});
