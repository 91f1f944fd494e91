import { match, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { atom, heart, isTuple, map, type Protocol, reply, session, text, tuple, unknown } from "@n2o/n2o";
import { echoProto } from "./echo_proto.ts";
import { keepLog } from "./log.ts";
import { startTcp } from "./tcp_peer.ts";

/** Answers the line `terms` with terms that need care as text. */
const terms: Protocol = {
  name: "terms",
  info(message) {
    if (!isTuple(message, "text", 2) || text(message[1]) !== "terms") return unknown;
    const inner = tuple("a\nb", [116, 101, 120, 116], map([[atom("k"), -1]]));
    return reply("bert", [atom("some"), 1.5, inner, "ы", atom("An Atom"), []]);
  },
};

Deno.test("a peer in Erlang, with gen_tcp and term_to_binary, gets every term back as it was", async () => {
  const chain = [heart, session, terms, echoProto];
  await using running = await startTcp({ protocols: chain, log: keepLog().log });
  const { n2o, listener } = running;
  const two = await n2o.listenTcp({ framing: "packet2" });
  const line = await n2o.listenTcp({ framing: "line" });
  const script = fileURLToPath(new URL("erlang/tcp_peer.escript", import.meta.url));
  const ports = [listener, two, line].map(({ port }) => String(port));
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("escript", { args: [script, ...ports] }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return console.log("skipped: there is no Erlang: apt-get install erlang-base");
  }
  const said = new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
  strictEqual(output.code, 0, said.slice(0, 4000));
  match(said, /^[6-9]\d\d terms came back equal\n$/);
});
