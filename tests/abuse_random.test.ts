import { deepStrictEqual, ok } from "node:assert/strict";
import {
  atom,
  bert,
  Bits,
  Charlist,
  createRoomProtocol,
  float,
  heart,
  ImproperList,
  type Protocol,
  session,
  type Term,
  tuple,
} from "@n2o/n2o";
import chat from "../protocols/chat/mod.ts";
import { echoProto } from "./echo_proto.ts";
import { each } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { clientFrame, handshake, RawSocket } from "./raw_socket.ts";

/** Numbers that are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 4_294_967_296 * below);
  };
}

type Random = (below: number) => number;

const NAMES =
  "join post leave login logout whoami text direct io message presence posted sub unsub pub echo user exit"
    .split(" ");
const TEXTS = [
  "",
  "lobby",
  "N2O,",
  "PING",
  "N2O,x",
  "ы",
  "\u0000",
  "x".repeat(300),
  "__proto__",
  "constructor",
  "😀",
];

function randomTerm(random: Random, depth = 0): Term {
  switch (random(depth > 3 ? 11 : 16)) {
    case 0:
      return random(300) - 20;
    case 1:
      return random(2) === 0 ? -1 : Number.MAX_SAFE_INTEGER;
    case 2:
      return 2n ** BigInt(random(200));
    case 3:
      return float(random(10));
    case 4:
      return random(1000) / 7;
    case 5:
    case 6:
      return TEXTS[random(TEXTS.length)];
    case 7:
      return Uint8Array.from({ length: random(20) }, () => random(256));
    case 8:
      return atom(NAMES[random(NAMES.length)]);
    case 9:
      return random(2) === 0;
    case 10:
      return new Charlist(Uint8Array.from({ length: 1 + random(5) }, () => random(256)));
    case 11:
      return Array.from({ length: random(4) }, () => randomTerm(random, depth + 1));
    case 12:
      return new ImproperList([randomTerm(random, depth + 1)], atom("tail"));
    case 13:
      return new Map([[randomTerm(random, depth + 1), randomTerm(random, depth + 1)]]);
    case 14:
      return new Bits(new Uint8Array([0xa0]), 3);
    default:
      return tuple(...Array.from({ length: random(5) }, () => randomTerm(random, depth + 1)));
  }
}

function randomMessage(random: Random): Term {
  const name = atom(NAMES[random(NAMES.length)]);
  return tuple(name, ...Array.from({ length: random(6) }, () => randomTerm(random, random(3))));
}

each("random messages make no protocol of the library fail", async (engine) => {
  const { log, lines } = keepLog();
  const protocols: Protocol[] = [...chat, createRoomProtocol(), heart, session];
  await using running = engine.start({ protocols, log, limits: { maxMessagesPerSecond: 1_000_000 } });
  const random = numbers(7);
  let answered = 0;
  for (let round = 0; round < 20; round++) {
    await using socket = await RawSocket.open(running);
    if (round % 2 === 0) await socket.send("binary", bert.encode(tuple(atom("login"), `user ${round}`)));
    for (let i = 0; i < 300; i++) await socket.send("binary", bert.encode(randomMessage(random)));
    await socket.send("text", "PING");
    for (let frame = await socket.maybeFrame(); frame !== undefined; frame = await socket.maybeFrame()) {
      answered++;
      if (frame.op === "text" || frame.op === "close") break;
    }
  }
  ok(answered > 4_000, `${answered} answers`);
  const failed = lines.filter(({ level }) => level === "error" || level === "warn");
  deepStrictEqual(failed.map(({ event, protocol, error }) => `${event} ${protocol} ${error}`), []);
});

each("random bytes on a WebSocket, or in place of a handshake, harm nobody", async (engine) => {
  const { log, lines } = keepLog();
  await using running = engine.start({ protocols: [heart, session, echoProto], log });
  await using neighbour = await Neighbour.move(running);
  const random = numbers(11);
  const bytes = (length: number) => Uint8Array.from({ length }, () => random(256));
  for (let round = 0; round < 300; round++) {
    const socket = round % 3 === 0 ? await RawSocket.connect(running) : await RawSocket.open(running);
    const parts = round % 3 === 0
      ? [new TextEncoder().encode(handshake().slice(0, random(170))), bytes(random(200))]
      : round % 3 === 1
      ? [bytes(1 + random(400))]
      : Array.from(
        { length: 1 + random(4) },
        () =>
          clientFrame(random(16), bytes(random(130)), { fin: random(4) > 0, rsv: random(20) === 0 ? 4 : 0 }),
      );
    for (const part of parts) await socket.write(part).catch(() => {});
    socket.close();
  }
  await neighbour.undisturbed();
  await running.until(() => running.n2o.counters.connections === 1, "all are gone");
  deepStrictEqual(lines.filter(({ level }) => level === "error"), []);
});
