/**
 * A server that is killed: takes files into the folder that is its argument, with the engine that is its second one. Writes its port
 * to stdout.
 *
 * @module
 */
import { createN2O, createSecret, type EngineName, heart, session } from "@n2o/n2o";
import { createFtp } from "../protocols/ftp/mod.ts";

const [folder, engine] = Deno.args;
const n2o = createN2O({
  protocols: [heart, session, createFtp({ folder })],
  // The tokens of one life are good in the next.
  secret: createSecret({ driver: "n2o", key: "ThisIsClassified" }),
});
console.log(`port ${n2o.listen({ port: 0, engine: engine as EngineName }).port}`);
