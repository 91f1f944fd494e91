/**
 * An application inside of somebody else's: a Hono app whose middleware touches the headers of every response. Writes
 * its port to stdout, and ends when its stdin does.
 *
 * @module
 */
import { createN2O, heart, session } from "@n2o/n2o";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { logger } from "hono/logger";
import { poweredBy } from "hono/powered-by";
import { echoProto } from "./echo_proto.ts";

const n2o = createN2O({ protocols: [heart, session, echoProto] });
const app = new Hono<{ Bindings: Deno.ServeHandlerInfo }>();
app.use(cors(), logger(), poweredBy());
app.get("/", (c) => c.text("somebody else's"));
for (const path of ["/ws/*", "/n2o/*"]) app.all(path, (c) => n2o.fetch(c.req.raw, c.env));
const server = Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`port ${port}`),
}, app.fetch);

for await (const _ of Deno.stdin.readable);
await n2o.close();
await server.shutdown();
