import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { atom, handled, heart, isTuple, type Protocol, session, text, tuple, unknown } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { each } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, t } from "./speech.ts";

each("a client's PING is answered; one that comes by a topic is another protocol's", async (engine) => {
  const heard: unknown[] = [];
  const hearing: Protocol = {
    name: "hearing",
    info(message, cx) {
      if (cx.source !== "bus" || !isTuple(message, "text", 2)) return unknown;
      heard.push(text(message[1]));
      return handled;
    },
  };
  await using running = engine.start({ protocols: [heart, session, echoProto, hearing], log: keepLog().log });
  await using socket = await RawSocket.open(running);
  await ask(socket, t("sub", "news"));
  for (const said of ["PING", ""]) strictEqual(running.n2o.send("news", tuple(atom("text"), said)), 1);
  await running.until(() => heard.length === 2, "both have come");
  await socket.quiet();
  deepStrictEqual(heard, ["PING", ""]);
});
