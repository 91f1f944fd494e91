import { rejects, strictEqual } from "node:assert/strict";
import { clientScript } from "../lib/endpoints/client_script.ts";
import { staticFiles } from "@n2o/n2o";

Deno.test("a client's script that could not be read is read again for the next request", async () => {
  let reads = 0;
  const handle = clientScript(() => {
    if (++reads === 1) return Promise.reject(new Error("not now"));
    return Promise.resolve(
      staticFiles({ "n2o.js": { body: "script", type: "text/javascript" } }, { prefix: "/n2o/" }),
    );
  });
  const request = () => handle(new Request("http://localhost/n2o/n2o.js"));
  await rejects(async () => await request(), /not now/);
  for (let i = 0; i < 2; i++) strictEqual(await (await request())!.text(), "script");
  strictEqual(reads, 2);
});
