/**
 * The protocol that the recorded dialogues were made with.
 *
 * @module
 */
import { atom, handled, isTuple, type Protocol, reply, text, tuple, unknown } from "@n2o/n2o";

const DELIVER = atom("deliver");

/** Echoes, and relays what is published: `{echo, B}`, `{sub, T}`, `{unsub, T}`, `{pub, T, B}`, `{deliver, T, B}`. */
export const echoProto: Protocol = {
  name: "echo_proto",
  info(message, cx) {
    if (isTuple(message, "echo", 2)) return reply("bert", message);
    if (isTuple(message, "deliver", 3)) return cx.source === "bus" ? reply("bert", message) : handled;
    if (isTuple(message, "sub", 2)) {
      cx.reg(text(message[1])!);
      return reply("bert", message);
    }
    if (isTuple(message, "unsub", 2)) {
      cx.unreg(text(message[1])!);
      return reply("bert", message);
    }
    if (isTuple(message, "pub", 3)) {
      cx.send(text(message[1])!, tuple(DELIVER, message[1], message[2]));
      return reply("binary", new Uint8Array(0));
    }
    return unknown;
  },
};
