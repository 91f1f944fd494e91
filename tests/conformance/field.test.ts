import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { atom, heart, isTuple, type Protocol, tuple, unknown } from "@n2o/n2o";
import { echoProto } from "../echo_proto.ts";
import { each } from "../engines.ts";
import { keepLog } from "../log.ts";
import { handshake, RawSocket } from "../raw_socket.ts";
import { ask, hear, t } from "../speech.ts";

const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

// F02
each("a handshake is taken however its Connection header says so", async (engine) => {
  await using running = engine.start({ protocols: [heart, echoProto], log: keepLog().log });
  const connections = [
    "Connection: keep-alive, Upgrade",
    "Connection: keep-alive\r\nConnection: Upgrade",
    "Connection: Upgrade\r\nConnection: keep-alive",
    "connection:upgrade",
    "CONNECTION: UPGRADE",
    "Connection: keep-alive ,\t Upgrade ",
    "Connection: , Upgrade,",
  ];
  const upgrades = ["Upgrade: websocket", "upgrade: WebSocket", "UPGRADE:WEBSOCKET"];
  for (const connection of connections) {
    for (const upgrade of upgrades) {
      await using socket = await RawSocket.connect(running);
      const head = handshake().replace("Connection: Upgrade", connection).replace(
        "Upgrade: websocket",
        upgrade,
      );
      const response = await socket.request(head);
      strictEqual(response.status, 101, head);
      strictEqual(response.headers.get("sec-websocket-accept"), ACCEPT);
      strictEqual(response.headers.get("upgrade")?.toLowerCase(), "websocket");
      strictEqual(response.headers.get("connection")?.toLowerCase(), "upgrade");
      await socket.quiet();
    }
  }
});

// F03
each(
  "a client that falls silent is gone within a tenth more than the limit, whatever it is sent",
  async (engine) => {
    const silenceTimeoutMs = 4_000;
    const told: string[] = [];
    const ends: Protocol = {
      name: "ends",
      info(message) {
        if (isTuple(message, "direct", 2) && isTuple(message[1], "exit", 2)) told.push("exit");
        return unknown;
      },
      terminate: () => void told.push("terminate"),
    };
    await using running = engine.start({
      protocols: [heart, echoProto, ends],
      limits: { silenceTimeoutMs },
      log: keepLog().log,
    });
    const { n2o } = running;
    await using silent = await RawSocket.open(running);
    silent.alive = false;
    strictEqual(await ask(silent, t("sub", "news")), '{sub,<<"news">>}');
    const since = performance.now();
    const push = () => n2o.send("news", tuple(atom("deliver"), "still", "there"));
    const pushing = setInterval(push, silenceTimeoutMs / 8);
    push();
    strictEqual(await hear(silent), '{deliver,<<"still">>,<<"there">>}');
    await running.until(() => told.length === 2, "it is let go");
    const took = performance.now() - since;
    clearInterval(pushing);
    ok(took <= 1.1 * silenceTimeoutMs, `it took ${took} ms`);
    deepStrictEqual(told, ["exit", "terminate"]);
    strictEqual(n2o.counters.connections, 0);
    strictEqual(n2o.bus.size, 0);
  },
);
