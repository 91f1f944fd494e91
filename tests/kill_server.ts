/**
 * A server that is killed: sessions and rooms in the store at the path that is its argument. Writes its port to stdout.
 *
 * @module
 */
import { createN2O, createSecret, heart, kvStore, room, session } from "@n2o/n2o";
import { sessionProto } from "./session_proto.ts";

const n2o = createN2O({
  protocols: [heart, session, sessionProto, room],
  store: await kvStore({ path: Deno.args[0] }),
  // The tokens of one life are good in the next.
  secret: createSecret({ driver: "n2o", key: "ThisIsClassified" }),
  rooms: { historyMessages: 1_000_000, historyCharacters: 1_000_000_000 },
});
console.log(`port ${n2o.listen({ port: 0 }).port}`);
