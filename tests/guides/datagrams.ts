/**
 * The dialogue over UDP that a document draws.
 *
 * @module
 */
import { match, ok, strictEqual } from "node:assert/strict";
import { createSocket } from "node:dgram";
import { atom, bert, createN2O, format, heart, isTuple, reply, session, tuple } from "@n2o/n2o";
import type { Rule } from "./rules.ts";

/** Says what stands on the client's side, in its order, and holds the answers to what stands on the server's. */
export const playUdp: Rule = async ({ text }) => {
  const lines = text.split("\n").map((line) => line.split("│")[1]?.trim() ?? "")
    .filter((line) => line !== "" && !line.includes("──"));
  match(
    lines.join(" | "),
    /^N2O,Token \| N2O\?[0-9a-f]{16} \| N2O,Token,[0-9a-f]{16} \| \{io, .*New\}\} \| \{echo, …\}$/,
  );
  const n2o = createN2O({
    protocols: [heart, session, { name: "echo", info: (message) => reply("bert", message) }],
  });
  const { url } = await n2o.listenUdp({ port: 0, hostname: "127.0.0.1" });
  const socket = createSocket("udp4");
  const ask = (frame: string | Uint8Array) => {
    const answer = new Promise<Uint8Array>((resolve) => socket.once("message", (bytes) => resolve(bytes)));
    socket.send(frame, Number(new URL(url.replace("udp:", "http:")).port), "127.0.0.1");
    return answer;
  };
  const words = async (frame: string) => new TextDecoder().decode(await ask(frame));
  try {
    const challenge = await words("N2O,");
    match(challenge, /^N2O\?[0-9a-f]{16}$/);
    const welcome = bert.decode(await ask(`N2O,,${challenge.slice(4)}`));
    ok(isTuple(welcome, "io", 3) && isTuple(welcome[2], "Token", 2), format(welcome));
    strictEqual(format(bert.decode(await ask(bert.encode(tuple(atom("echo"), 1))))), "{echo,1}");
  } finally {
    socket.close();
    await n2o.close();
  }
};
